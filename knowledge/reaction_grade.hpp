#pragma once
// How grave an allergic reaction was.

#include <cstdint>
#include <optional>
#include <string_view>

namespace guardian::knowledge {

// Worst first.
enum class ReactionGrade : std::uint8_t {
  anaphylaxis,
  angioedema,
  bronchospasm,
  severe_cutaneous,
  organ,
  urticaria,
  rash,
  intolerance,
  unknown
};

[[nodiscard]] std::string_view to_string(ReactionGrade grade) noexcept;
[[nodiscard]] std::optional<ReactionGrade> reaction_grade(std::string_view name) noexcept;

}  // namespace guardian::knowledge
