#pragma once
// What is wrong with a seed: everything at once, each with file and line, so that an author can mend it in one go.
// Pure.

#include <string>
#include <vector>

#include "knowledge/seed.hpp"

namespace guardian::knowledge {

struct LintProblem {
  std::string place;  // "rules.cardiac.tsv:17"
  std::string message;

  friend bool operator==(const LintProblem&, const LintProblem&) = default;
};

// Refuses: a row that stands twice; a name that nothing defines; a rule without evidence, with an empty text, that
// contradicts another one, that can match nothing, or whose terms can never hold together; a cycle in the classes; a
// name that would resolve silently to different ingredients; texts with an unknown placeholder; values outside their
// vocabulary. Empty: the seed can be compiled.
[[nodiscard]] std::vector<LintProblem> lint(const Seed& seed);

}  // namespace guardian::knowledge
