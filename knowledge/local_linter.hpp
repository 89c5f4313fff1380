#pragma once
// Whether the rules of hospitals and what they lower are sound: everything that a build checks of them. Signatures are
// counted here and checked where keys are (audit/sign_offs).

#include <vector>

#include "knowledge/linter.hpp"

namespace guardian::knowledge {

inline constexpr int last_hospital_precedence = 49;

[[nodiscard]] std::vector<LintProblem> lint_local_rules(const Seed& seed);

}  // namespace guardian::knowledge
