#pragma once
// Small helpers with which findings are put into words. Pure.

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "core/finding.hpp"
#include "knowledge/lists.hpp"
#include "knowledge/text.hpp"

namespace guardian::knowledge {

// "a, b and c"
[[nodiscard]] inline std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) text += i + 1 == names.size() ? " and " : ", ";
    text += names[i];
  }
  return text;
}

// The text with each "{label}" replaced by its name, beginning with a capital.
[[nodiscard]] inline std::string filled(std::string text, const std::map<std::string, std::string>& names) {
  for (const auto& [label, name] : names) {
    const std::string mark = "{" + label + "}";
    for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at + name.size())) {
      text.replace(at, mark.size(), name);
    }
  }
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

// How bad it is and what that asks for; `act` is what must not be done: "combine", "give".
[[nodiscard]] inline std::string severity_words(const core::Finding& finding, const std::string& act) {
  switch (finding.severity) {
    case core::Severity::critical: return finding.contraindication ? "contraindicated" : "critical, do not " + act;
    case core::Severity::major: return "major, avoid or change therapy";
    case core::Severity::moderate: return "moderate, monitor or adjust";
    case core::Severity::minor: break;
  }
  return "minor";
}

[[nodiscard]] inline std::string days_text(double number) {
  return format_number(number) + (number == 1.0 ? " day" : " days");
}

}  // namespace guardian::knowledge
