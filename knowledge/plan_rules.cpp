#include "knowledge/plan_rules.hpp"

#include <algorithm>
#include <string_view>
#include <unordered_map>

#include "knowledge/fact_truth.hpp"

namespace guardian::knowledge {
namespace {

bool is_upper(Comparison comparison) { return comparison == Comparison::greater; }
bool is_at_most(Comparison comparison) { return comparison == Comparison::less_or_equal; }

// What is given, in the measure of the predicate; NaN when it is not known.
double given(const Predicate& predicate, const DrugFact& fact) {
  if (predicate.kind == PredicateKind::times) return fact.times_per_day;
  const bool single = predicate.kind == PredicateKind::single;
  const bool rate = predicate.kind == PredicateKind::rate;
  const double mg = single ? fact.single_mg : rate ? fact.rate_mg : fact.daily_mg;
  const double units = single ? fact.single_units : rate ? fact.rate_units : fact.daily_units;
  switch (predicate.measure) {
    case DoseMeasure::milligrams: return mg;
    case DoseMeasure::milligrams_per_kg: return mg / fact.weight_kg;
    case DoseMeasure::units:
    case DoseMeasure::milliequivalents: return units;
    case DoseMeasure::units_per_kg: return units / fact.weight_kg;
  }
  return unknown_number;
}

bool is_of_dose(const Predicate& predicate) {
  return predicate.kind == PredicateKind::dose || predicate.kind == PredicateKind::single ||
         predicate.kind == PredicateKind::rate || predicate.kind == PredicateKind::times;
}

}  // namespace

PlanRules::PlanRules(const KnowledgeBase& base, const PlanPolicy& policy) : base_(base) {
  const RuleSet& rules = base.rules();
  std::unordered_map<std::string_view, RuleIndex> by_id;
  traits_.resize(rules.size(), 0);
  for (std::uint32_t number = 0; number < rules.size(); ++number) {
    const auto rule = static_cast<RuleIndex>(number);
    by_id.emplace(rules.id(rule), rule);
    bool times = false;
    const auto look = [&](Range range) {
      for (const Predicate& predicate : rules.predicates(range)) {
        if (is_of_dose(predicate)) traits_[number] |= dose_bit;
        times = times || predicate.kind == PredicateKind::times;
      }
    };
    for (const Term& term : rules.terms(rule)) look(term.predicates);
    const bool of_set = rules.head(rule).scope == RuleScope::set;
    if (of_set) traits_[number] |= members_bit;
    for (const Condition& condition : rules.conditions(rule)) {
      look(condition.predicates);
      // An exception on a term takes a member out; all else may look at those that are not in the set.
      const bool takes_out = condition.step == 0 && condition.term != Condition::whole_case;
      if (condition.term != Condition::patient && !takes_out)
        traits_[number] = static_cast<std::uint8_t>(traits_[number] & ~members_bit);
      if (condition.term == Condition::whole_case || (of_set && condition.term != Condition::patient))
        traits_[number] |= case_bit;
    }
    if (times) times_rules_.push_back(rule);
  }
  const auto find = [&](const std::vector<PlanPolicy::Measure>& listed, std::vector<Measure>& list) {
    for (const PlanPolicy::Measure& one : listed) {
      const auto found = by_id.find(one.rule);
      if (found == by_id.end() || rules.head(found->second).contraindication != 0) continue;
      list.push_back({found->second, one.text});
      pairs_only_ = pairs_only_ && rules.is_pair_rule(found->second);
    }
    std::sort(list.begin(), list.end(),
              [](const Measure& left, const Measure& right) { return left.rule < right.rule; });
  };
  find(policy.monitor, monitoring_);
  find(policy.space, spacing_);
}

const std::string* PlanRules::measure(const std::vector<Measure>& list, RuleIndex rule) const {
  const auto found = std::lower_bound(list.begin(), list.end(), rule,
                                      [](const Measure& one, RuleIndex wanted) { return one.rule < wanted; });
  return found != list.end() && found->rule == rule ? &found->text : nullptr;
}

// What a medicine counts for in a term of a rule over sets, as the matcher counts it.
int PlanRules::weight(RuleIndex rule, std::uint32_t position, const DrugFact& fact) const {
  const RuleSet& rules = base_.rules();
  const Term& term = rules.terms(rule)[position];
  if (!base_.lit().satisfies(rules, term.alternatives, fact.ingredient)) return 0;
  const TermTruth truth = fills(rules, term, fact);
  if (fact.stopped || !truth.holds || truth.asks != nullptr) return 0;
  for (const Condition& condition : rules.conditions(rule)) {
    if (condition.step == 0 && condition.term == position && holds_for(rules, base_.lit(), condition, fact)) return 0;
  }
  if (term.label != TermLabel::sum) return 1;
  const ConceptIndex effect = rules.concepts(rules.alternatives(term.alternatives).front()).front();
  return base_.graph().own_grade(fact.ingredient, effect);
}

bool PlanRules::counts_as_much(RuleIndex rule, const DrugFact& one, const DrugFact& other) const {
  for (std::uint32_t term = 0; term < base_.rules().terms(rule).size(); ++term) {
    if (weight(rule, term, one) < weight(rule, term, other)) return false;
  }
  return true;
}

void PlanRules::add_limits(RuleIndex rule, const DrugFact& fact, bool times_only, std::vector<DoseStep>& steps) const {
  const RuleSet& rules = base_.rules();
  const auto add = [&](const Predicate& predicate, bool limits) {
    if (!limits || !is_of_dose(predicate)) return;
    const bool times = predicate.kind == PredicateKind::times;
    if (times_only && !times) return;
    const DoseStep step{predicate.number / given(predicate, fact), times};
    // False of what is not known.
    if (!(step.factor > 0.0 && step.factor < 1.0)) return;
    if (std::find(steps.begin(), steps.end(), step) == steps.end()) steps.push_back(step);
  };
  for (const Term& term : rules.terms(rule)) {
    if (is_about_patient(term.label) || !base_.lit().satisfies(rules, term.alternatives, fact.ingredient)) continue;
    for (const Predicate& predicate : rules.predicates(term.predicates)) add(predicate, is_upper(predicate.comparison));
  }
  // What an exception allows, or what takes a step off.
  for (const Condition& condition : rules.conditions(rule)) {
    if (condition.step > 0 || condition.term == Condition::patient || condition.term == Condition::whole_case) continue;
    if (condition.alternatives.count > 0 && !base_.lit().satisfies(rules, condition.alternatives, fact.ingredient))
      continue;
    for (const Predicate& predicate : rules.predicates(condition.predicates))
      add(predicate, is_at_most(predicate.comparison));
  }
}

std::vector<DoseStep> PlanRules::limits(RuleIndex rule, const DrugFact& fact) const {
  std::vector<DoseStep> steps;
  add_limits(rule, fact, false, steps);
  const bool fewer = std::any_of(steps.begin(), steps.end(), [](const DoseStep& step) { return step.fewer; });
  for (const RuleIndex other : times_rules_) {
    if (fewer) add_limits(other, fact, true, steps);
  }
  return steps;
}

}  // namespace guardian::knowledge
