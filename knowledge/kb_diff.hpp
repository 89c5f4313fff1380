#pragma once
// What changed between two knowledge bases: rules, names, and the outcome of every pair of ingredients that both know.
// Pure.

#include <string>
#include <vector>

#include "core/result.hpp"
#include "knowledge/knowledge_base.hpp"

namespace guardian::knowledge {

struct PairChange {
  std::string first;
  std::string second;
  std::string before;  // "critical", ..., or "nothing"
  std::string after;
};

struct KnowledgeDiff {
  std::vector<std::string> ingredients_added;
  std::vector<std::string> ingredients_removed;
  std::vector<std::string> rules_added;
  std::vector<std::string> rules_removed;
  std::vector<std::string> rules_changed;
  std::size_t other_rows_changed = 0;  // rows of all other tables that stand in one base only
  std::vector<PairChange> pairs;       // by names; the most severe finding of two bare names counts
};

[[nodiscard]] KnowledgeDiff compare(const KnowledgeBase& before, const Seed& seed_before, const KnowledgeBase& after,
                                    const Seed& seed_after);

}  // namespace guardian::knowledge
