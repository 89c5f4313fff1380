#pragma once
// For every explicit rule of a knowledge base: a smallest set of facts that fires it, for each of its exceptions one
// that must not, and for a rule that looks at the patient one for each thing that is just not true. Made from the rule
// itself by search, checked against the matcher.

#include <cstdint>
#include <string>
#include <vector>

#include "knowledge/knowledge_base.hpp"
#include "knowledge/matcher.hpp"

namespace guardian::tests {

// What a rule says to a case: nothing; that it waits for a fact that is not known; it fires.
enum class CaseAnswer : std::uint8_t { silent, waits, fires };

struct PatientDescription {
  std::vector<knowledge::ConditionFact> conditions;
  std::vector<knowledge::QuantityFact> quantities;  // a quantity stands once
  std::vector<knowledge::AllergyFact> allergies;
};

struct RuleCase {
  std::string rule;
  knowledge::RuleKind kind = knowledge::RuleKind::finding;
  std::vector<knowledge::DrugFact> facts;
  PatientDescription patient;
  bool signs_apply = false;  // what the values are signs of is lit too, as it is in a review
  CaseAnswer expected = CaseAnswer::fires;
  std::string what;  // "fires", "exception 2", "term 3 beyond limit 1" ...: unique within the rule
};

// All cases. What no case was found for is named in `without_case`: a rule that can never fire, an exception that can
// never veto, a term that does not matter.
[[nodiscard]] std::vector<RuleCase> rule_cases(const knowledge::KnowledgeBase& base,
                                               std::vector<std::string>& without_case);

// What the matcher says of cases. Keeps its buffers; one thread.
class CaseJudge {
 public:
  explicit CaseJudge(const knowledge::KnowledgeBase& base);

  // What the rule of the case says; a sign fires when it lights its condition.
  [[nodiscard]] CaseAnswer answer(const RuleCase& rule_case);

  // Whether all terms of the rule hold, and this exception is what keeps it silent.
  [[nodiscard]] bool vetoes(const RuleCase& rule_case, std::uint32_t condition);

 private:
  const knowledge::PatientState& described(const RuleCase& rule_case);

  const knowledge::KnowledgeBase& base_;
  knowledge::Matcher matcher_;
  knowledge::PatientState patient_;
};

}  // namespace guardian::tests
