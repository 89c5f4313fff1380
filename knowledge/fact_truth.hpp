#pragma once
// What a fact says of a predicate, a term or a condition of a rule, in three values: yes, no and not known. Pure.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "knowledge/drug_fact.hpp"
#include "knowledge/pair_index.hpp"
#include "knowledge/rule_set.hpp"
#include "knowledge/truth.hpp"

namespace guardian::knowledge {

[[nodiscard]] Truth evaluate(const Predicate& predicate, const DrugFact& fact);

// Whether a fact fills a term, apart from its concepts.
struct TermTruth {
  bool holds = false;
  bool local = false;               // all holds but the exposure, which is local where systemic is wanted
  const Predicate* asks = nullptr;  // a predicate that must be known first
};
[[nodiscard]] TermTruth fills(const RuleSet& rules, const Term& term, const DrugFact& fact);

// Whether all predicates are known to hold.
[[nodiscard]] bool holds_all(const RuleSet& rules, Range predicates, const DrugFact& fact);

// Whether a condition (exception or modifier) holds for the fact that it looks at; what is not known does not hold.
[[nodiscard]] bool holds_for(const RuleSet& rules, const LitSets& lit, const Condition& condition,
                             const DrugFact& fact);

// Whether a condition on the whole case looks at a fact at all: at what is in the blood and was not stopped, unless the
// condition asks for what was stopped.
[[nodiscard]] bool is_of_case(const RuleSet& rules, const Condition& condition, const DrugFact& fact);

// The ingredients that satisfy the selector of each condition, as rows of bits: a selector may list twenty concepts,
// and one on the whole case is asked of every medicine. Immutable. Conditions are numbered through the whole rule set.
class ConditionSubjects {
 public:
  ConditionSubjects(const ConceptGraph& graph, const RuleSet& rules, const LitSets& lit);
  [[nodiscard]] bool contain(std::size_t condition, IngredientIndex ingredient) const {
    const std::size_t bit = raw(ingredient);
    return (words_[condition * row_words_ + bit / 64] >> (bit % 64) & 1U) != 0;
  }

 private:
  std::size_t row_words_;
  std::vector<std::uint64_t> words_;
};

// Whether the drug still acts. A drug that was stopped today or is on hold is in the body; so is one within its
// washout: that of the term, where the rule has one of its own, else that of the ingredient.
enum class Presence : std::uint8_t { taken, washing_out, washing_out_unstated, gone, not_known };
[[nodiscard]] Presence presence_after_stop(const DrugFact& fact, const Term& term);
[[nodiscard]] inline Presence presence(const DrugFact& fact, const Term& term) {
  return fact.stopped ? presence_after_stop(fact, term) : Presence::taken;
}

// A fact that a rule wanted and the case does not state.
enum class WantedFact : std::uint8_t { dose, route, duration, washout_time, frequency, weight };
[[nodiscard]] WantedFact wanted_by(PredicateKind kind);
// Of a dose by weight that is known itself, it is the weight.
[[nodiscard]] WantedFact wanted_of(const Predicate& predicate, const DrugFact& fact);

// What was not known, or moved the severity, when a rule fired: for the words under a finding.
struct BindingNote {
  enum class Kind : std::uint8_t {
    unknown_dose,
    unknown_route,
    unknown_duration,
    modifier,
    stopped,
    stopped_when_unknown,
    local
  };
  Kind kind = Kind::modifier;
  std::uint32_t fact = 0;       // the fact it speaks of
  std::uint32_t condition = 0;  // of a modifier
};

// Adds what is not known of a fact that fills a term, and that its drug was stopped.
void add_notes(const RuleSet& rules, const Term& term, const DrugFact& fact, std::uint32_t index,
               std::vector<BindingNote>& notes);

}  // namespace guardian::knowledge
