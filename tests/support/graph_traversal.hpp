#pragma once
// The screen of two bare names done the plain way: walk the concept graph from each ingredient, look at every rule, and
// write down what fires. No index, no matcher: the yardstick that both are measured against.

#include <compare>
#include <string>
#include <vector>

#include "knowledge/knowledge_base.hpp"

namespace guardian::tests {

// One rule that speaks of one pair of bare names.
struct PairOutcome {
  std::string first;  // first < second
  std::string second;
  std::string type;
  std::string severity;
  std::string rule;

  friend auto operator<=>(const PairOutcome&, const PairOutcome&) = default;
};

[[nodiscard]] std::vector<PairOutcome> outcomes_by_traversal(const knowledge::KnowledgeBase& base);
[[nodiscard]] std::vector<PairOutcome> outcomes_by_engine(const knowledge::KnowledgeBase& base);

}  // namespace guardian::tests
