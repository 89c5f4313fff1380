#pragma once
// The words of a table of expectations: cells parted by a separator, and the severities among them.

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "core/severity.hpp"

namespace guardian::tests {

// The parts between separators, empty ones too; an empty text has none.
[[nodiscard]] inline std::vector<std::string> parts_of(std::string_view text, std::string_view separator) {
  std::vector<std::string> parts;
  if (text.empty()) return parts;
  for (std::size_t at = 0;;) {
    const std::size_t end = text.find(separator, at);
    parts.emplace_back(text.substr(at, end - at));
    if (end == std::string_view::npos) return parts;
    at = end + separator.size();
  }
}

[[nodiscard]] inline core::Severity severity_of(std::string_view word) {
  const auto severity = core::parse_severity(word);
  if (!severity) throw std::runtime_error("`" + std::string(word) + "` is no severity");
  return *severity;
}

}  // namespace guardian::tests
