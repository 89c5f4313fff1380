#pragma once
// The National Early Warning Score 2, (c) Royal College of Physicians 2017 (National Early Warning Score (NEWS) 2:
// Standardising the assessment of acute-illness severity in the NHS. Updated report of a working party. London: RCP,
// 2017). Pure and thread-safe.
//
// * A parameter that is missing never counts 0: the score is then only a lower bound, and says so.
// * The chart is in whole numbers and tenths of a degree. What is finer is rounded to the nearest step of the chart, a
//   half upwards (SpO2 91.5 is 92, 38.05 C is 38.1 C).
// * A number that no patient can have (negative, an SpO2 above 100, not finite) is missing.
// * SpO2 scale 2 (target 88 to 92 % in hypercapnic respiratory failure) only when the case asks for it: a clinician
//   chooses it. On scale 2 an SpO2 of 93 or more has no points before it is known whether oxygen is given.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/case.hpp"

namespace guardian::core {

enum class News2Band : std::uint8_t {
  none,        // 0
  low,         // 1 to 4
  low_medium,  // 1 to 4 with 3 points in one parameter: urgent ward review
  medium,      // 5 or 6: urgent response
  high         // 7 or more: emergency response
};

[[nodiscard]] std::string_view to_string(News2Band band) noexcept;

// Nothing: not known. The names in `News2::missing` are those of the members.
struct News2Points {
  std::optional<int> respiration;
  std::optional<int> spo2;
  std::optional<int> oxygen;
  std::optional<int> systolic_bp;
  std::optional<int> pulse;
  std::optional<int> consciousness;
  std::optional<int> temperature;

  friend bool operator==(const News2Points&, const News2Points&) = default;
};

struct News2 {
  bool applicable = false;
  std::string reason_not_applicable;  // plain words, empty when it applies
  std::string note;                   // what the reader of the score must know; may be empty
  bool complete = false;
  int score = 0;                     // a lower bound when incomplete
  int highest_score = 0;             // what it may be when the missing parameters are at their worst
  News2Band band = News2Band::none;  // of `score`, so a lower bound too
  News2Points points;
  std::vector<std::string> missing;

  friend bool operator==(const News2&, const News2&) = default;
};

inline constexpr double news2_youngest_years = 16.0;
inline constexpr int news2_highest_score = 20;

// Not applicable under 16 years or in pregnancy. An age that is not stated is taken as an adult's, with a note.
[[nodiscard]] News2 news2(const Vitals& vitals, std::optional<double> age_years, std::optional<bool> pregnant);

}  // namespace guardian::core
