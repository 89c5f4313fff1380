#pragma once
// A plan as a person reads it in a terminal. Pure.

#include <string>

#include "adapters/cli/text_report.hpp"
#include "core/plan.hpp"

namespace guardian::adapters::cli {

[[nodiscard]] std::string plan_report(const core::Plan& plan, const ReportStyle& style);

}  // namespace guardian::adapters::cli
