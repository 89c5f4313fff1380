#pragma once
// What a case says of the patient, so that the terms about the patient hold.

#include <vector>

#include "knowledge/knowledge_base.hpp"
#include "tests/support/case_search.hpp"

namespace guardian::tests {

// Adds what there is to choose about the patient: for the terms of the rule, and for an exception on the patient (null:
// none). To be made after the medicines. Allergies come in the order of the terms that ask for them.
void add_patient_choices(const knowledge::KnowledgeBase& base, knowledge::RuleIndex rule,
                         const knowledge::Condition* exception, std::vector<CaseChoice>& choices);

// The predicates of a term that are of one kind, and the quantity that a value or its want is asked of.
[[nodiscard]] std::vector<knowledge::Predicate> of_kind(const knowledge::RuleSet& rules, const knowledge::Term& term,
                                                        knowledge::PredicateKind kind);
[[nodiscard]] knowledge::ConceptIndex quantity_of(const knowledge::RuleSet& rules, const knowledge::Term& term);

}  // namespace guardian::tests
