#pragma once
// A review as a person reads it in a terminal: the decision, the worst first, one line a finding, then the reasons.
// Pure.

#include <cstddef>
#include <string>
#include <string_view>

#include "core/review.hpp"

namespace guardian::adapters::cli {

struct ReportStyle {
  std::size_t columns = 80;
  bool colour = false;
};

[[nodiscard]] std::string text_report(const core::Review& review, const ReportStyle& style);

// Words of a case on their way to a terminal: control characters become blanks.
[[nodiscard]] std::string printable(std::string_view text);

// One finding with all its reasons.
[[nodiscard]] std::string finding_details(const core::Finding& finding, const ReportStyle& style);

// `text` in lines of at most `columns` characters, each but the first indented by `indent` blanks; the first starts at
// column `used`.
[[nodiscard]] std::string wrapped(std::string_view text, std::size_t columns, std::size_t indent, std::size_t used);

}  // namespace guardian::adapters::cli
