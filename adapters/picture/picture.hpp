#pragma once
// The findings of a review as a picture: medicines at the left, what joins them in the middle, hazards at the right, as
// SVG from Graphviz. Severity shows by the outline, the line and the word, and the page colours it by class:
// `medicine`, `concept`, and `critical`, `major`, `moderate`, `minor`. The picture stands beside the findings and never
// for them: beyond `most_findings`, the worst are drawn.
//
// Safe to call from several threads; one picture is laid out at a time, as Graphviz keeps global state.

#include <cstddef>
#include <string>

#include "core/result.hpp"
#include "core/review.hpp"

namespace guardian::adapters::picture {

inline constexpr std::size_t most_findings = 10;

struct Picture {
  std::string svg;
  std::size_t drawn = 0;  // findings that are in it
};

// `not_found` when no finding joins anything; `internal` when Graphviz cannot draw.
[[nodiscard]] core::Result<Picture> draw(const core::Review& review);

}  // namespace guardian::adapters::picture
