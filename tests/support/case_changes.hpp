#pragma once
// Changes of a case that fires: each makes just one of its terms false, or stops one of its medicines.

#include <functional>
#include <string>
#include <vector>

#include "knowledge/knowledge_base.hpp"
#include "tests/support/rule_cases.hpp"

namespace guardian::tests {

struct CaseChange {
  std::string what;
  CaseAnswer expected = CaseAnswer::silent;
  std::function<void(RuleCase&)> make;
};

// Of a rule that looks at the patient: each term just not true, and a value that is missing because it is too old. Of a
// red flag and of a term with a washout of its own: the medicine stopped within the washout (fires) and just before it
// (is silent).
[[nodiscard]] std::vector<CaseChange> changes_for(const knowledge::KnowledgeBase& base, knowledge::RuleIndex rule);

}  // namespace guardian::tests
