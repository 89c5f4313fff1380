#include "knowledge/fact_truth.hpp"

#include <algorithm>
#include <cmath>

namespace guardian::knowledge {
namespace {

Truth compare(double value, const Predicate& predicate) { return knowledge::compare(value, value, predicate); }

// The dose of a day, of an hour or of one administration in the measure of the predicate.
double measured(const Predicate& predicate, double mg, double units, double weight_kg) {
  switch (predicate.measure) {
    case DoseMeasure::milligrams: return mg;
    case DoseMeasure::milligrams_per_kg: return mg / weight_kg;
    case DoseMeasure::units:
    case DoseMeasure::milliequivalents: return units;
    case DoseMeasure::units_per_kg: return units / weight_kg;
  }
  return unknown_number;
}

RouteMask status_bits(const DrugFact& fact) {
  if (!fact.ordered) return taken_bit;
  return fact.started ? ordered_bit | start_bit : ordered_bit;
}

}  // namespace

Truth evaluate(const Predicate& predicate, const DrugFact& fact) {
  switch (predicate.kind) {
    case PredicateKind::exposure:
      return (predicate.exposures & exposure_bit(fact.exposure)) != 0 ? Truth::yes : Truth::no;
    case PredicateKind::route:
      if (fact.route == 0) return Truth::unknown;
      return (predicate.routes & fact.route) != 0 ? Truth::yes : Truth::no;
    case PredicateKind::dose:
      return compare(measured(predicate, fact.daily_mg, fact.daily_units, fact.weight_kg), predicate);
    case PredicateKind::single:
      return compare(measured(predicate, fact.single_mg, fact.single_units, fact.weight_kg), predicate);
    case PredicateKind::rate:
      return compare(measured(predicate, fact.rate_mg, fact.rate_units, fact.weight_kg), predicate);
    case PredicateKind::times: return compare(fact.times_per_day, predicate);
    case PredicateKind::duration: return compare(fact.duration_days, predicate);
    case PredicateKind::status:
      if (fact.stopped && (predicate.routes & stopped_bit) != 0) return still_acts(fact) ? Truth::yes : Truth::no;
      return (predicate.routes & status_bits(fact)) != 0 ? Truth::yes : Truth::no;
    case PredicateKind::value:
    case PredicateKind::within:
    case PredicateKind::reaction:
    case PredicateKind::years: break;  // of the patient
  }
  return Truth::unknown;
}

TermTruth fills(const RuleSet& rules, const Term& term, const DrugFact& fact) {
  TermTruth truth;
  for (const Predicate& predicate : rules.predicates(term.predicates)) {
    const Truth value = evaluate(predicate, fact);
    if (value == Truth::no) return {};
    if (value == Truth::unknown) {
      if (predicate.on_unknown == OnUnknown::ignore) return {};
      const bool asks = predicate.on_unknown == OnUnknown::ask || predicate.on_unknown == OnUnknown::must;
      if (asks && truth.asks == nullptr) truth.asks = &predicate;
    }
  }
  truth.holds = (term.wanted_exposures & exposure_bit(fact.exposure)) != 0;
  truth.local = !truth.holds && term.wanted_exposures == exposure_bit(core::Exposure::systemic);
  return truth;
}

bool holds_all(const RuleSet& rules, Range predicates, const DrugFact& fact) {
  const auto wanted = rules.predicates(predicates);
  return std::all_of(wanted.begin(), wanted.end(),
                     [&](const Predicate& predicate) { return evaluate(predicate, fact) == Truth::yes; });
}

bool holds_for(const RuleSet& rules, const LitSets& lit, const Condition& condition, const DrugFact& fact) {
  if (condition.alternatives.count > 0 && !lit.satisfies(rules, condition.alternatives, fact.ingredient)) return false;
  return holds_all(rules, condition.predicates, fact);
}

bool is_of_case(const RuleSet& rules, const Condition& condition, const DrugFact& fact) {
  if (fact.exposure != core::Exposure::systemic) return false;
  if (!fact.stopped) return true;
  const auto wanted = rules.predicates(condition.predicates);
  return std::any_of(wanted.begin(), wanted.end(), [](const Predicate& predicate) {
    return predicate.kind == PredicateKind::status && (predicate.routes & stopped_bit) != 0;
  });
}

ConditionSubjects::ConditionSubjects(const ConceptGraph& graph, const RuleSet& rules, const LitSets& lit)
    : row_words_((graph.ingredient_count() + 63) / 64) {
  for (std::uint32_t number = 0; number < rules.size(); ++number) {
    const auto rule = static_cast<RuleIndex>(number);
    const auto conditions = rules.conditions(rule);
    const std::size_t first = rules.head(rule).conditions.first;
    words_.resize(std::max(words_.size(), (first + conditions.size()) * row_words_), 0);
    for (std::size_t i = 0; i < conditions.size(); ++i) {
      std::uint64_t* row = words_.data() + (first + i) * row_words_;
      // A condition without a selector speaks of every ingredient.
      if (conditions[i].alternatives.count == 0) std::fill_n(row, row_words_, ~std::uint64_t{0});
      for (const std::uint32_t ingredient : lit.satisfying(rules, conditions[i].alternatives)) {
        row[ingredient / 64] |= std::uint64_t{1} << (ingredient % 64);
      }
    }
  }
}

Presence presence_after_stop(const DrugFact& fact, const Term& term) {
  if (std::isnan(fact.stopped_days)) return Presence::washing_out_unstated;
  // What the rule itself says of its washout goes before the day for which any drug counts as present.
  if (term.washout_days >= 0) return fact.stopped_days <= term.washout_days ? Presence::washing_out : Presence::gone;
  if (fact.stopped_days <= days_after_last_dose) return Presence::washing_out;
  if (std::isnan(fact.washout_days)) return Presence::not_known;
  return fact.stopped_days <= fact.washout_days ? Presence::washing_out : Presence::gone;
}

WantedFact wanted_by(PredicateKind kind) {
  switch (kind) {
    case PredicateKind::dose:
    case PredicateKind::rate:
    case PredicateKind::single: return WantedFact::dose;
    case PredicateKind::times: return WantedFact::frequency;
    case PredicateKind::duration: return WantedFact::duration;
    default: return WantedFact::route;
  }
}

WantedFact wanted_of(const Predicate& predicate, const DrugFact& fact) {
  const bool by_weight =
      predicate.measure == DoseMeasure::milligrams_per_kg || predicate.measure == DoseMeasure::units_per_kg;
  const bool by_mass = predicate.measure == DoseMeasure::milligrams_per_kg;
  const double dose = predicate.kind == PredicateKind::single ? (by_mass ? fact.single_mg : fact.single_units)
                      : predicate.kind == PredicateKind::rate ? (by_mass ? fact.rate_mg : fact.rate_units)
                                                              : (by_mass ? fact.daily_mg : fact.daily_units);
  if (by_weight && !std::isnan(dose) && std::isnan(fact.weight_kg)) return WantedFact::weight;
  return wanted_by(predicate.kind);
}

void add_notes(const RuleSet& rules, const Term& term, const DrugFact& fact, std::uint32_t index,
               std::vector<BindingNote>& notes) {
  for (const Predicate& predicate : rules.predicates(term.predicates)) {
    if (evaluate(predicate, fact) != Truth::unknown) continue;
    switch (wanted_by(predicate.kind)) {
      case WantedFact::dose:
      case WantedFact::weight:
      case WantedFact::frequency: notes.push_back({BindingNote::Kind::unknown_dose, index, 0}); break;
      case WantedFact::duration: notes.push_back({BindingNote::Kind::unknown_duration, index, 0}); break;
      case WantedFact::route:
      case WantedFact::washout_time: notes.push_back({BindingNote::Kind::unknown_route, index, 0}); break;
    }
  }
  const Presence present = presence(fact, term);
  if (present == Presence::washing_out) notes.push_back({BindingNote::Kind::stopped, index, 0});
  if (present == Presence::washing_out_unstated) notes.push_back({BindingNote::Kind::stopped_when_unknown, index, 0});
}

}  // namespace guardian::knowledge
