#pragma once
// Dates of the calendar in a text, as charts write them, and how long ago they were. Pure.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "core/date.hpp"

namespace guardian::agents {

struct DateReading {
  std::size_t end = 0;
  std::optional<core::Moment> moment;  // nothing when it is not sure which day is meant
};

struct DateHint {
  bool expected = false;     // "seen 3/11": a day and a month are a date here
  bool month_first = false;  // of numbers: as in the US
  bool order_known = false;  // else both readings must be one
};

// The date that begins at `at`, the longest one.
[[nodiscard]] std::optional<DateReading> date_at(std::string_view text, std::size_t at, DateHint hint);

// "3 days ago", "today", "in 2 days", "76 years ago"; above 89 years "over 89 years ago".
[[nodiscard]] std::string time_from(const core::Moment& date, const core::Moment& as_of);

}  // namespace guardian::agents
