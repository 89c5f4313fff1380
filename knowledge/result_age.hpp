#pragma once
// How old a result is, from the words that a case has for the time of it. Pure and thread-safe.

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/date.hpp"

namespace guardian::knowledge {

// The time that the case is reviewed at; without it, dates have no age ("3 days ago" still has).
using AsOf = std::optional<core::Moment>;

enum class AgeKind : std::uint8_t {
  known,           // `days` says it
  not_stated,      // nothing was written: the case gives it as the present value
  earlier,         // "baseline", "previous": before the present value, not known how long
  not_understood,  // something was written that has no one meaning ("02/11/2026", "at last visit")
  future           // more than a time zone ahead of the review
};

struct ResultAge {
  AgeKind kind = AgeKind::not_stated;
  std::optional<double> days;  // with `known` only; never negative

  friend bool operator==(const ResultAge&, const ResultAge&) = default;
};

// Reads "today", "yesterday", "this morning", "3 days ago", "2 weeks", "5 h ago", "a month ago" (30.4375 d), ISO 8601
// dates and times, "2026/11/02", "2 Nov 2026", "November 2, 2026", "25/12/2026" (only one order of day and month is
// possible). A date whose day and month may be swapped has no age. A date up to 14 hours ahead of the review is of now:
// a hospital east of Greenwich writes its own day.
[[nodiscard]] ResultAge read_result_age(std::string_view when, const AsOf& as_of);

// Whether the word says that a result is an earlier one ("baseline", "previous").
[[nodiscard]] bool says_earlier(std::string_view word);

}  // namespace guardian::knowledge
