#pragma once
// Time as text, and its only source. The engine itself never asks for the time: a case says when it is reviewed.

#include <optional>
#include <string>
#include <string_view>

namespace guardian::runtime {

// Now, in UTC, to the second: "2026-11-02T08:00:00Z".
[[nodiscard]] std::string utc_now();

// Whole days from the day of `from` to the day of `to` (both ISO 8601, the time of day is not looked at); nothing when
// one of them is not a date.
[[nodiscard]] std::optional<int> days_between(std::string_view from, std::string_view to);

}  // namespace guardian::runtime
