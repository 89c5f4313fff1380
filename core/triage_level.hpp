#pragma once
// How soon somebody has to act.

#include <cstdint>
#include <string_view>

namespace guardian::core {

// emergency: now; urgent: within an hour; same_day: within hours; soon: within three days; routine: at the next
// contact.
enum class TriageLevel : std::uint8_t { routine, soon, same_day, urgent, emergency };
[[nodiscard]] std::string_view to_string(TriageLevel level) noexcept;
[[nodiscard]] bool parse_triage_level(std::string_view text, TriageLevel& level) noexcept;

}  // namespace guardian::core
