#pragma once
// The explanation of a review as a person reads it. Pure.

#include <string>
#include <string_view>

#include "adapters/cli/text_report.hpp"
#include "core/explanation.hpp"
#include "core/review.hpp"

namespace guardian::adapters::cli {

// All of the text for one audience; with the id of a finding, that of this finding only. What a patient is to do
// about several findings below critical is said once.
[[nodiscard]] std::string explanation_report(const core::Review& review, core::Audience audience,
                                             std::string_view finding, const ReportStyle& style);

// What a patient has to do and how soon, in a few lines; empty when nothing asks for it.
[[nodiscard]] std::string patient_summary(const core::Explanation& explanation, const ReportStyle& style);

}  // namespace guardian::adapters::cli
