#pragma once
// Reads ISO 8601 dates and times as cases write them. Pure.

#include <optional>
#include <string>
#include <string_view>

namespace guardian::adapters {

// The same moment in the form that a case keeps: a date stays a date; a time that is not already in UTC (Z) becomes
// "2026-11-02T08:00:00Z", one without a zone being taken as UTC. Nothing when `text` is no date of 1900 to 2199.
[[nodiscard]] std::optional<std::string> utc_time(std::string_view text);

// "2026-...": a case is refused where such a text is no time.
[[nodiscard]] bool looks_like_date(std::string_view text) noexcept;

}  // namespace guardian::adapters
