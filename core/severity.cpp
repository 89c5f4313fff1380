#include "core/severity.hpp"

#include <array>

namespace guardian::core {
namespace {

constexpr std::array<std::string_view, 4> severity_names{"minor", "moderate", "major", "critical"};
constexpr std::array<std::string_view, 5> decision_names{"clear", "info", "caution", "escalate", "block"};

}  // namespace

std::string_view to_string(Severity severity) noexcept { return severity_names[static_cast<std::size_t>(severity)]; }

std::optional<Severity> parse_severity(std::string_view text) noexcept {
  for (std::size_t i = 0; i < severity_names.size(); ++i) {
    if (severity_names[i] == text) return static_cast<Severity>(i);
  }
  return std::nullopt;
}

Severity raised(Severity severity) noexcept {
  return severity == Severity::critical ? severity : static_cast<Severity>(static_cast<std::uint8_t>(severity) + 1);
}

Severity lowered(Severity severity) noexcept {
  return severity == Severity::minor ? severity : static_cast<Severity>(static_cast<std::uint8_t>(severity) - 1);
}

bool is_interruptive(Severity severity) noexcept { return severity >= Severity::major; }

std::string_view to_string(Decision decision) noexcept { return decision_names[static_cast<std::size_t>(decision)]; }

}  // namespace guardian::core
