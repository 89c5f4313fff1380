#pragma once
// The ordered scale of harm and what a review decides from it. Definitions: docs/knowledge.md, "Severity".

#include <cstdint>
#include <optional>
#include <string_view>

namespace guardian::core {

enum class Severity : std::uint8_t {
  minor,     // informative
  moderate,  // monitor, adjust or separate
  major,     // serious harm, likely enough to change therapy
  critical   // contraindicated, or plausibly fatal with an alternative at hand
};

[[nodiscard]] std::string_view to_string(Severity severity) noexcept;
[[nodiscard]] std::optional<Severity> parse_severity(std::string_view text) noexcept;

// One step up or down; the ends of the scale stay where they are.
[[nodiscard]] Severity raised(Severity severity) noexcept;
[[nodiscard]] Severity lowered(Severity severity) noexcept;

// Whether a finding of this severity interrupts the prescriber under the default display policy.
[[nodiscard]] bool is_interruptive(Severity severity) noexcept;

enum class Decision : std::uint8_t { clear, info, caution, escalate, block };
[[nodiscard]] std::string_view to_string(Decision decision) noexcept;

}  // namespace guardian::core
