#pragma once
// What a case says of the patient, as rules read it: conditions, quantities, allergies as numbers and positions in the
// concept graph. And what a term about the patient comes to. One thread; reused from case to case.

#include <cstdint>
#include <limits>
#include <span>
#include <unordered_map>
#include <vector>

#include "knowledge/concept_graph.hpp"
#include "knowledge/drug_fact.hpp"
#include "knowledge/rule_set.hpp"
#include "knowledge/truth.hpp"

namespace guardian::knowledge {

// A condition that is known to be there (yes), or of which it is not known (unknown). Numbers not known are NaN.
struct ConditionFact {
  ConceptIndex condition{};
  Truth truth = Truth::yes;
  double age_days = unknown_number;  // of an event, before the time of the review
  std::uint32_t source = 0;          // whatever the caller counts facts by
  const Term* given = nullptr;       // of a condition that a sign shows: what the sign takes for given (an adult's age)
};

// A quantity in its own unit: a number (low and high are equal), or the bounds that a stage of a disease gives.
struct QuantityFact {
  ConceptIndex quantity{};
  double low = unknown_number;
  double high = unknown_number;
  double age_days = unknown_number;
  std::uint32_t source = 0;
};

struct AllergyFact {
  ConceptIndex allergen{};        // an ingredient or a class
  RouteMask reaction = 0;         // the bit of its grade
  double years = unknown_number;  // since the reaction
  std::uint32_t source = 0;
};

// How quantities of the knowledge base age and stand in for each other, by concept.
struct QuantityTraits {
  double stale_days = std::numeric_limits<double>::infinity();
  bool lasting = false;  // a measure or attribute: an old value still speaks for itself, though it proves no absence
  bool has_stand_in = false;
  ConceptIndex stand_in{};
};

class PatientState {
 public:
  PatientState(const ConceptGraph& graph, std::vector<QuantityTraits> traits_by_concept);

  void clear();
  // A condition lights everything above it; one that is there outweighs one that is not known.
  void add(const ConditionFact& condition);
  // A number outweighs bounds; of bounds the narrower ones are kept.
  void add(const QuantityFact& quantity);
  void add(const AllergyFact& allergy);
  // Where a case has no list of results at all, a test that is not there is not missing but not known.
  void set_results_stated(bool stated) { results_stated_ = stated; }
  [[nodiscard]] bool results_stated() const { return results_stated_; }

  [[nodiscard]] Truth lit(ConceptIndex condition) const { return lit_[raw(condition)]; }
  [[nodiscard]] const std::vector<ConditionFact>& conditions() const { return conditions_; }
  [[nodiscard]] const std::vector<QuantityFact>& quantities() const { return quantities_; }
  [[nodiscard]] const std::vector<AllergyFact>& allergies() const { return allergies_; }

  // The fact that lights a concept, the most recent event first; null when none does.
  [[nodiscard]] const ConditionFact* lighting(ConceptIndex condition) const;
  // The value of a quantity, or of what stands in for it; null when neither is known.
  [[nodiscard]] const QuantityFact* value_of(ConceptIndex quantity) const;
  [[nodiscard]] bool is_stale(const QuantityFact& fact) const;
  [[nodiscard]] bool is_lasting(const QuantityFact& fact) const;
  [[nodiscard]] const std::vector<ConceptIndex>& closure(ConceptIndex start) const;

 private:
  const ConceptGraph& graph_;
  std::vector<QuantityTraits> traits_;
  std::vector<Truth> lit_;                       // by concept
  std::vector<std::int32_t> quantity_position_;  // by concept; -1: not known
  std::vector<ConditionFact> conditions_;
  std::vector<QuantityFact> quantities_;
  std::vector<AllergyFact> allergies_;
  bool results_stated_ = true;
  mutable std::unordered_map<std::size_t, std::vector<ConceptIndex>> closures_;
};

// What a term about the patient comes to, `?fire` and `?ignore` applied: unknown means that the rule has to ask.
struct PatientTruth {
  Truth truth = Truth::no;
  bool assumed = false;  // true because the rule fires when the fact is not known
  // The fact that makes it true, for the words of a finding; all null for `without` and `missing`.
  const ConditionFact* condition = nullptr;
  const QuantityFact* quantity = nullptr;
  const AllergyFact* allergy = nullptr;
};
// `bound` are the ingredients of the medicines of the rule: `allergy = same` asks for one of them.
[[nodiscard]] PatientTruth evaluate(const RuleSet& rules, const PatientState& patient, const Term& term,
                                    std::span<const IngredientIndex> bound);

// Whether all terms of an exception or modifier on the patient are true; what is not known is not.
[[nodiscard]] bool holds_for(const RuleSet& rules, const PatientState& patient, const Condition& condition,
                             std::span<const IngredientIndex> bound);

}  // namespace guardian::knowledge
