#pragma once
// What a fact says of a predicate, a term or a condition of a rule, in three values: yes, no and not known. Pure.

#include <cstdint>
#include <vector>

#include "knowledge/drug_fact.hpp"
#include "knowledge/pair_index.hpp"
#include "knowledge/rule_set.hpp"

namespace guardian::knowledge {

enum class Truth : std::uint8_t { no, unknown, yes };
[[nodiscard]] Truth evaluate(const Predicate& predicate, const DrugFact& fact);

// Whether a fact fills a term, apart from its concepts.
struct TermTruth {
  bool holds = false;
  bool local = false;               // all holds but the exposure, which is local where systemic is wanted
  const Predicate* asks = nullptr;  // a predicate that must be known first
};
[[nodiscard]] TermTruth fills(const RuleSet& rules, const Term& term, const DrugFact& fact);

// Whether a condition (exception or modifier) holds for the fact that it looks at; what is not known does not hold.
[[nodiscard]] bool holds_for(const RuleSet& rules, const LitSets& lit, const Condition& condition,
                             const DrugFact& fact);

// Whether the drug still acts. A drug that was stopped today or is on hold is in the body; so is one within its
// washout.
enum class Presence : std::uint8_t { taken, washing_out, washing_out_unstated, gone, not_known };
[[nodiscard]] Presence presence(const DrugFact& fact);

// A fact that a rule wanted and the case does not state.
enum class WantedFact : std::uint8_t { dose, route, duration, washout_time };
[[nodiscard]] WantedFact wanted_by(PredicateKind kind);

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
