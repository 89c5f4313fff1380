#pragma once
// The open choices in the making of a case for a rule, and a bounded search through them.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "knowledge/knowledge_base.hpp"
#include "tests/support/rule_cases.hpp"

namespace guardian::tests {

// Choices are made in order; an option that does not fit what was chosen before is refused (false).
struct CaseChoice {
  std::size_t options = 0;
  std::function<bool(RuleCase&, std::size_t option)> make;
};

// What there is to choose so that every term of the rule holds; and the exception, when one is given.
[[nodiscard]] std::vector<CaseChoice> choices_for(const knowledge::KnowledgeBase& base, knowledge::RuleIndex rule,
                                                  std::optional<std::uint32_t> exception);

// The first case that is accepted, those with options from the front of each choice first. `accept` may change it.
[[nodiscard]] std::optional<RuleCase> search(const RuleCase& start, const std::vector<CaseChoice>& choices,
                                             const std::function<bool(RuleCase&)>& accept);

// How many facts a term about medicines takes in a case that `choices_for` made; they stand in the order of the terms.
[[nodiscard]] std::size_t facts_of_term(const knowledge::Term& term);

// The dose of a predicate on a medicine as it stands in a fact, and the number that the predicate compares.
struct DoseNumber {
  double knowledge::DrugFact::*place = nullptr;  // null: not a number of a medicine
  double factor = 1.0;                           // of the limit
};
[[nodiscard]] DoseNumber dose_number(const knowledge::Predicate& predicate);

// Of every patient that is dosed by weight; a power of two, so that limits stay exact.
inline constexpr double case_weight_kg = 64.0;

// A medicine that was stopped so long ago still counts for every rule.
inline constexpr double day_after_last_dose = 1.0;

}  // namespace guardian::tests
