#include "knowledge/patient_state.hpp"

#include <algorithm>
#include <cmath>

namespace guardian::knowledge {
namespace {

bool contains(const std::vector<ConceptIndex>& sorted, ConceptIndex wanted) {
  return std::binary_search(sorted.begin(), sorted.end(), wanted);
}

// Of the unknown, what the term says it means.
PatientTruth settled(PatientTruth truth, OnUnknown on_unknown) {
  if (truth.truth != Truth::unknown) return truth;
  if (on_unknown == OnUnknown::fire) return {Truth::yes, true, truth.condition, truth.quantity, truth.allergy};
  if (on_unknown == OnUnknown::ignore) return {};
  return truth;
}

// Whether an event was recent enough for the predicates of a term; assumed: it is only taken to be.
struct Recent {
  Truth truth = Truth::yes;
  bool assumed = false;
};
Recent recent(const RuleSet& rules, const Term& term, const ConditionFact& fact) {
  Recent all;
  for (const Predicate& predicate : rules.predicates(term.predicates)) {
    Truth truth = compare(fact.age_days, fact.age_days, predicate);
    if (truth == Truth::unknown && predicate.on_unknown == OnUnknown::fire) {
      truth = Truth::yes;
      all.assumed = true;
    }
    if (truth == Truth::unknown && predicate.on_unknown == OnUnknown::ignore) truth = Truth::no;
    all.truth = std::min(all.truth, truth);
  }
  return all;
}

// What is known outweighs what is assumed: an exception or modifier holds only by what is known.
bool outweighs(const PatientTruth& left, const PatientTruth& right) {
  if (left.truth != right.truth) return left.truth > right.truth;
  return left.truth != Truth::no && right.assumed && !left.assumed;
}

PatientTruth condition_truth(const RuleSet& rules, const PatientState& patient, const Term& term) {
  PatientTruth best;
  for (const Range alternative : rules.alternatives(term.alternatives)) {
    const auto concepts = rules.concepts(alternative);
    const auto is_absent = [&](ConceptIndex wanted) { return patient.lit(wanted) == Truth::no; };
    if (std::any_of(concepts.begin(), concepts.end(), is_absent)) continue;  // of most rules
    PatientTruth all{Truth::yes};
    for (const ConceptIndex wanted : concepts) {
      PatientTruth one;
      for (const ConditionFact& fact : patient.conditions()) {
        if (!contains(patient.closure(fact.condition), wanted)) continue;
        const Recent when = recent(rules, term, fact);
        const PatientTruth by_this{std::min(fact.truth, when.truth), when.assumed || fact.given != nullptr, &fact};
        if (outweighs(by_this, one)) one = by_this;
      }
      if (one.truth < all.truth || all.condition == nullptr) {
        all.condition = one.condition;
        all.truth = std::min(all.truth, one.truth);
      }
      all.assumed = all.assumed || one.assumed;
      if (all.truth == Truth::no) break;
    }
    if (outweighs(all, best)) best = all;
    if (best.truth == Truth::yes && !best.assumed) break;
  }
  return best;
}

PatientTruth value_truth(const RuleSet& rules, const PatientState& patient, const Term& term) {
  const ConceptIndex wanted = rules.concepts(rules.alternatives(term.alternatives).front()).front();
  const QuantityFact* fact = patient.value_of(wanted);
  if (fact == nullptr) return {Truth::unknown};
  Truth all = Truth::yes;
  bool dated = false;
  for (const Predicate& predicate : rules.predicates(term.predicates)) {
    if (predicate.kind == PredicateKind::within) {
      // A value without a date is taken for a current one.
      dated = true;
      if (!std::isnan(fact->age_days) && compare(fact->age_days, fact->age_days, predicate) != Truth::yes)
        return {Truth::unknown, false, nullptr, fact};
      continue;
    }
    all = std::min(all, compare(fact->low, fact->high, predicate));
  }
  if (!dated && patient.is_stale(*fact) && !(all == Truth::yes && patient.is_lasting(*fact))) all = Truth::unknown;
  return {all, false, nullptr, fact};
}

// No value at all, or none that is young enough.
PatientTruth missing_truth(const RuleSet& rules, const PatientState& patient, const Term& term) {
  const ConceptIndex wanted = rules.concepts(rules.alternatives(term.alternatives).front()).front();
  const QuantityFact* fact = patient.value_of(wanted);
  if (fact == nullptr) return {patient.results_stated() ? Truth::yes : Truth::unknown};
  for (const Predicate& predicate : rules.predicates(term.predicates)) {
    if (!std::isnan(fact->age_days) && compare(fact->age_days, fact->age_days, predicate) == Truth::no)
      return {Truth::yes, false, nullptr, fact};
  }
  return {};
}

bool reaction_fits(const RuleSet& rules, const Term& term, const AllergyFact& allergy) {
  for (const Predicate& predicate : rules.predicates(term.predicates)) {
    if (predicate.kind == PredicateKind::reaction) {
      if ((predicate.routes & allergy.reaction) == 0) return false;
    } else if (const Truth truth = compare(allergy.years, allergy.years, predicate); truth != Truth::yes) {
      if (truth == Truth::no || predicate.on_unknown != OnUnknown::fire) return false;
    }
  }
  return true;
}

PatientTruth allergy_truth(const RuleSet& rules, const PatientState& patient, const Term& term,
                           std::span<const IngredientIndex> bound) {
  for (const AllergyFact& allergy : patient.allergies()) {
    if (!reaction_fits(rules, term, allergy)) continue;
    const auto alternatives = rules.alternatives(term.alternatives);
    if (alternatives.empty()) {
      // The very ingredient, or a whole class that it is in ("allergic to SSRIs").
      const bool same = std::any_of(bound.begin(), bound.end(), [&](IngredientIndex ingredient) {
        return contains(patient.closure(static_cast<ConceptIndex>(raw(ingredient))), allergy.allergen);
      });
      if (same) return {Truth::yes, false, nullptr, nullptr, &allergy};
      continue;
    }
    const auto& lit = patient.closure(allergy.allergen);
    for (const Range alternative : alternatives) {
      const auto concepts = rules.concepts(alternative);
      if (std::all_of(concepts.begin(), concepts.end(), [&](ConceptIndex wanted) { return contains(lit, wanted); }))
        return {Truth::yes, false, nullptr, nullptr, &allergy};
    }
  }
  return {};
}

}  // namespace

PatientState::PatientState(const ConceptGraph& graph, std::vector<QuantityTraits> traits_by_concept)
    : graph_(graph),
      traits_(std::move(traits_by_concept)),
      lit_(graph.concept_count(), Truth::no),
      quantity_position_(graph.concept_count(), -1) {
  traits_.resize(graph.concept_count());
}

void PatientState::clear() {
  // Of some thousand concepts a case lights a few.
  for (const ConditionFact& fact : conditions_) {
    for (const ConceptIndex above : closure(fact.condition)) lit_[raw(above)] = Truth::no;
  }
  for (const QuantityFact& fact : quantities_) quantity_position_[raw(fact.quantity)] = -1;
  conditions_.clear();
  quantities_.clear();
  allergies_.clear();
  results_stated_ = true;
}

void PatientState::add(const ConditionFact& condition) {
  conditions_.push_back(condition);
  for (const ConceptIndex above : closure(condition.condition)) {
    lit_[raw(above)] = std::max(lit_[raw(above)], condition.truth);
  }
}

void PatientState::add(const QuantityFact& quantity) {
  std::int32_t& position = quantity_position_[raw(quantity.quantity)];
  if (position < 0) {
    position = static_cast<std::int32_t>(quantities_.size());
    quantities_.push_back(quantity);
    return;
  }
  QuantityFact& known = quantities_[static_cast<std::size_t>(position)];
  if (quantity.high - quantity.low < known.high - known.low) known = quantity;
}

void PatientState::add(const AllergyFact& allergy) { allergies_.push_back(allergy); }

const ConditionFact* PatientState::lighting(ConceptIndex condition) const {
  const ConditionFact* best = nullptr;
  for (const ConditionFact& fact : conditions_) {
    if (!contains(closure(fact.condition), condition)) continue;
    const bool better =
        best == nullptr || fact.truth > best->truth || (fact.truth == best->truth && fact.age_days < best->age_days);
    if (better) best = &fact;
  }
  return best;
}

const QuantityFact* PatientState::value_of(ConceptIndex quantity) const {
  const auto at = [&](ConceptIndex index) {
    const std::int32_t position = quantity_position_[raw(index)];
    return position < 0 ? nullptr : &quantities_[static_cast<std::size_t>(position)];
  };
  const QuantityFact* own = at(quantity);
  const QuantityTraits& traits = traits_[raw(quantity)];
  if (!traits.has_stand_in) return own;
  const QuantityFact* other = at(traits.stand_in);
  if (own == nullptr) return other;
  // A number that stands in says more than bounds.
  return other != nullptr && own->low != own->high && other->low == other->high ? other : own;
}

bool PatientState::is_stale(const QuantityFact& fact) const {
  return fact.age_days > traits_[raw(fact.quantity)].stale_days;
}

bool PatientState::is_lasting(const QuantityFact& fact) const { return traits_[raw(fact.quantity)].lasting; }

const std::vector<ConceptIndex>& PatientState::closure(ConceptIndex start) const {
  const auto found = closures_.find(raw(start));
  if (found != closures_.end()) return found->second;
  return closures_.emplace(raw(start), graph_.closure(start)).first->second;
}

PatientTruth evaluate(const RuleSet& rules, const PatientState& patient, const Term& term,
                      std::span<const IngredientIndex> bound) {
  switch (term.label) {
    case TermLabel::condition: return settled(condition_truth(rules, patient, term), term.on_unknown);
    case TermLabel::without: {
      PatientTruth inverse = condition_truth(rules, patient, term);
      inverse.truth = inverse.truth == Truth::yes  ? Truth::no
                      : inverse.truth == Truth::no ? Truth::yes
                                                   : Truth::unknown;
      return settled(inverse.truth == Truth::unknown ? inverse : PatientTruth{inverse.truth}, term.on_unknown);
    }
    case TermLabel::value: return settled(value_truth(rules, patient, term), term.on_unknown);
    case TermLabel::missing: return missing_truth(rules, patient, term);
    case TermLabel::allergy: return allergy_truth(rules, patient, term, bound);
    default: return {};
  }
}

bool holds_for(const RuleSet& rules, const PatientState& patient, const Condition& condition,
               std::span<const IngredientIndex> bound) {
  const auto terms = rules.patient_terms(condition);
  return !terms.empty() && std::all_of(terms.begin(), terms.end(), [&](const Term& term) {
    const PatientTruth truth = evaluate(rules, patient, term, bound);
    return truth.truth == Truth::yes && !truth.assumed;
  });
}

}  // namespace guardian::knowledge
