#pragma once
// CDS Hooks requests built on HL7's guide on interactions: reference data, which is not part of the project. Their
// dates are placeholders, filled in as of the time of review.

#include <chrono>
#include <cstdio>
#include <string>

#include <catch2/catch.hpp>

#include "core/date.hpp"

namespace guardian::tests {

inline constexpr std::chrono::sys_days hl7_today = std::chrono::year(2026) / 11 / 2;

inline std::string date_text(std::chrono::year_month_day day) {
  return core::utc_text(std::chrono::sys_days(day)).substr(0, 10);
}

// "{{hl7_today}}", "{{today-10}}", "{{birth:66:0}}" (years, days)
inline std::string filled(std::string text) {
  for (auto at = text.find("{{"); at != std::string::npos; at = text.find("{{", at)) {
    const auto end = text.find("}}", at);
    const std::string word = text.substr(at + 2, end - at - 2);
    int first = 0;
    int second = 0;
    std::chrono::year_month_day day{hl7_today};
    if (std::sscanf(word.c_str(), "birth:%d:%d", &first, &second) == 2) {
      day = std::chrono::year_month_day{std::chrono::sys_days(day - std::chrono::years(first)) -
                                        std::chrono::days(second)};
    } else if (std::sscanf(word.c_str(), "today-%d", &first) == 1) {
      day = std::chrono::year_month_day{hl7_today - std::chrono::days(first)};
    } else {
      CHECK(word == "today");
    }
    text.replace(at, end + 2 - at, date_text(day));
  }
  return text;
}

}  // namespace guardian::tests
