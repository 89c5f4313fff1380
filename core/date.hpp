#pragma once
// Moments as cases write them (ISO 8601), in both directions, and the days between two of them. Pure: it never asks for
// the time.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace guardian::core {

// A day, or a time of it in UTC.
struct Moment {
  std::chrono::sys_seconds time;  // the start of the day when there is no time of day
  bool has_time = false;

  friend bool operator==(const Moment&, const Moment&) = default;
};

[[nodiscard]] std::optional<Moment> moment_of_day(int year, int month, int day);

// "2026-11-02", "2026-11-02T08:00", "2026-11-02 08:00:00.5+01:00", "20261102"; a time without a zone is taken as UTC.
// Nothing when the text is no date of 1900 to 2199.
[[nodiscard]] std::optional<Moment> parse_moment(std::string_view text);

// "2026-11-02T08:00:00Z"
[[nodiscard]] std::string utc_text(std::chrono::sys_seconds time);

// From the earlier to the later, negative when they are the other way round. When one of them is a day without a time,
// whole days of the calendar.
[[nodiscard]] double days_between(const Moment& from, const Moment& to);

}  // namespace guardian::core
