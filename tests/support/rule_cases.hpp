#pragma once
// For every rule of a knowledge base: a smallest set of facts that fires it, and for each of its exceptions one that
// must not. Made from the rule itself by search, checked against the matcher by the tests.

#include <optional>
#include <string>
#include <vector>

#include "knowledge/knowledge_base.hpp"
#include "knowledge/matcher.hpp"

namespace guardian::tests {

struct RuleCase {
  std::string rule;
  std::vector<knowledge::DrugFact> facts;
  std::optional<std::uint32_t> exception;  // the condition that must veto; empty: the rule must fire
};

// All cases; a rule for which none was found is named in `without_case`.
[[nodiscard]] std::vector<RuleCase> rule_cases(const knowledge::KnowledgeBase& base,
                                               std::vector<std::string>& without_case);

// Whether the rule is among those that fired for the facts.
[[nodiscard]] bool fires(knowledge::Matcher& matcher, const knowledge::KnowledgeBase& base, const RuleCase& rule_case);

}  // namespace guardian::tests
