#include "core/triage_level.hpp"

#include <algorithm>
#include <array>

namespace guardian::core {
namespace {

constexpr std::array<std::string_view, 5> names{"routine", "soon", "same_day", "urgent", "emergency"};

}  // namespace

std::string_view to_string(TriageLevel level) noexcept { return names[static_cast<std::size_t>(level)]; }

bool parse_triage_level(std::string_view text, TriageLevel& level) noexcept {
  const auto found = std::find(names.begin(), names.end(), text);
  if (found == names.end()) return false;
  level = static_cast<TriageLevel>(found - names.begin());
  return true;
}

}  // namespace guardian::core
