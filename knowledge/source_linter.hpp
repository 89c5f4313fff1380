#pragma once
// What is wrong with the tables of a seed that say where its rows came from (`sources`, `rule_sources`, `row_sources`,
// `product_codes`). A part of the linter. Pure.

#include <vector>

#include "knowledge/linter.hpp"

namespace guardian::knowledge {

// Precedences of the knowledge base's own rules. Other sources have 3 to 99: of two rules as severe, the one of the
// lower number is told first.
inline constexpr int own_verified_precedence = 1;
inline constexpr int own_draft_precedence = 2;
inline constexpr int last_precedence = 99;

[[nodiscard]] std::vector<LintProblem> lint_sources(const Seed& seed);

}  // namespace guardian::knowledge
