#pragma once
// Answers as a person reads them in a terminal. Pure.

#include <string>

#include "adapters/cli/text_report.hpp"
#include "core/answer.hpp"

namespace guardian::adapters::cli {

[[nodiscard]] std::string answer_report(const core::Answer& answer, const ReportStyle& style);

}  // namespace guardian::adapters::cli
