#pragma once
// What is odd in a seed that compiles: rows that lead nowhere, mostly because something beside them was forgotten. None
// of it keeps a knowledge base from being built. Pure.

#include <vector>

#include "knowledge/linter.hpp"

namespace guardian::knowledge {

// Warns of: a class, an effect or a target that no rule or table asks for, alone or through what is above it; a class
// that no ingredient is in; an ingredient of which nothing is said but its name; a name that is a word of orders
// ("daily"), so that it is never read as a name; two names of different drugs one letter apart that are not in the
// list of look-alikes; a source that nothing cites. For a seed without problems (`lint`).
[[nodiscard]] std::vector<LintProblem> lint_content(const Seed& seed);

}  // namespace guardian::knowledge
