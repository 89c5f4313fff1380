#pragma once
// The times that a clinical text gives ("in 2019", "3/12 ago", "last year", "as a child", "for 2 weeks") as ages in
// days before the day of the case. Pure and thread-safe.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "knowledge/clinical_words.hpp"

namespace guardian::knowledge {

enum class TimeKind : std::uint8_t {
  point,   // at that time: "in 2019", "3 years ago", "last year"
  past,    // in the past, at no stated time: "years ago"; in childhood the age is the least it can be
  onset,   // began then and goes on: "since 2010", "for 3 days", "diagnosed 2015"
  now,     // "today", "this morning", "yesterday"
  ahead,   // the time of the event that follows: "3 weeks post MI"
  current  // a present complaint: the "3 day" of "3 day history of"
};

struct TimeWords {
  std::size_t first = 0;  // words [first, last)
  std::size_t last = 0;
  TimeKind kind = TimeKind::point;
  std::optional<double> age_days;
};

// The day of an ISO 8601 date or time, counted from 1970-01-01; nothing when it is none.
[[nodiscard]] std::optional<long> day_number(std::string_view iso_date);

// In the order of the text. Without `today` only relative times have an age; times to come are left out.
[[nodiscard]] std::vector<TimeWords> find_times(const ClinicalWords& words, std::optional<long> today,
                                                std::optional<double> patient_age_years);

}  // namespace guardian::knowledge
