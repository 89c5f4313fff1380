#include "knowledge/fact_truth.hpp"

#include <algorithm>
#include <cmath>

namespace guardian::knowledge {
namespace {

// Days after the last dose for which any drug counts as present.
constexpr double days_after_last_dose = 1.0;

Truth compare(double value, const Predicate& predicate) {
  if (std::isnan(value)) return Truth::unknown;
  bool holds = false;
  switch (predicate.comparison) {
    case Comparison::equal: holds = value == predicate.number; break;
    case Comparison::less: holds = value < predicate.number; break;
    case Comparison::less_or_equal: holds = value <= predicate.number; break;
    case Comparison::greater: holds = value > predicate.number; break;
    case Comparison::greater_or_equal: holds = value >= predicate.number; break;
  }
  return holds ? Truth::yes : Truth::no;
}

}  // namespace

Truth evaluate(const Predicate& predicate, const DrugFact& fact) {
  switch (predicate.kind) {
    case PredicateKind::exposure:
      return (predicate.exposures & exposure_bit(fact.exposure)) != 0 ? Truth::yes : Truth::no;
    case PredicateKind::route:
      if (fact.route == 0) return Truth::unknown;
      return (predicate.routes & fact.route) != 0 ? Truth::yes : Truth::no;
    case PredicateKind::dose: return compare(fact.daily_mg, predicate);
    case PredicateKind::duration: return compare(fact.duration_days, predicate);
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
      if (predicate.on_unknown == OnUnknown::ask && truth.asks == nullptr) truth.asks = &predicate;
    }
  }
  truth.holds = (term.wanted_exposures & exposure_bit(fact.exposure)) != 0;
  truth.local = !truth.holds && term.wanted_exposures == exposure_bit(core::Exposure::systemic);
  return truth;
}

bool holds_for(const RuleSet& rules, const LitSets& lit, const Condition& condition, const DrugFact& fact) {
  if (condition.alternatives.count > 0 && !lit.satisfies(rules, condition.alternatives, fact.ingredient)) return false;
  const auto wanted = rules.predicates(condition.predicates);
  return std::all_of(wanted.begin(), wanted.end(),
                     [&](const Predicate& predicate) { return evaluate(predicate, fact) == Truth::yes; });
}

Presence presence(const DrugFact& fact) {
  if (!fact.stopped) return Presence::taken;
  if (std::isnan(fact.stopped_days)) return Presence::washing_out_unstated;
  if (fact.stopped_days <= days_after_last_dose) return Presence::washing_out;
  if (std::isnan(fact.washout_days)) return Presence::not_known;
  return fact.stopped_days <= fact.washout_days ? Presence::washing_out : Presence::gone;
}

WantedFact wanted_by(PredicateKind kind) {
  switch (kind) {
    case PredicateKind::exposure:
    case PredicateKind::route: return WantedFact::route;
    case PredicateKind::dose: return WantedFact::dose;
    case PredicateKind::duration: return WantedFact::duration;
  }
  return WantedFact::route;
}

void add_notes(const RuleSet& rules, const Term& term, const DrugFact& fact, std::uint32_t index,
               std::vector<BindingNote>& notes) {
  for (const Predicate& predicate : rules.predicates(term.predicates)) {
    if (evaluate(predicate, fact) != Truth::unknown) continue;
    switch (wanted_by(predicate.kind)) {
      case WantedFact::dose: notes.push_back({BindingNote::Kind::unknown_dose, index, 0}); break;
      case WantedFact::duration: notes.push_back({BindingNote::Kind::unknown_duration, index, 0}); break;
      case WantedFact::route:
      case WantedFact::washout_time: notes.push_back({BindingNote::Kind::unknown_route, index, 0}); break;
    }
  }
  const Presence present = presence(fact);
  if (present == Presence::washing_out) notes.push_back({BindingNote::Kind::stopped, index, 0});
  if (present == Presence::washing_out_unstated) notes.push_back({BindingNote::Kind::stopped_when_unknown, index, 0});
}

}  // namespace guardian::knowledge
