#include "knowledge/set_matcher.hpp"

#include <algorithm>

#include "knowledge/fact_truth.hpp"

namespace guardian::knowledge {
namespace {

bool is_counted(const Term& term) { return term.label == TermLabel::count || term.label == TermLabel::sum; }

bool contains(std::span<const std::uint32_t> list, std::uint32_t wanted) {
  return std::find(list.begin(), list.end(), wanted) != list.end();
}

}  // namespace

SetMatcher::SetMatcher(const ConceptGraph& graph, const RuleSet& rules, const LitSets& lit)
    : graph_(graph), rules_(rules), lit_(lit), entries_(graph.ingredient_count()) {
  for (std::uint32_t number = 0; number < rules.size(); ++number) {
    const auto rule = static_cast<RuleIndex>(number);
    if (rules.is_pair_rule(rule)) continue;
    const auto terms = rules.terms(rule);
    for (std::uint32_t t = 0; t < terms.size(); ++t) {
      for (const std::uint32_t ingredient : lit.satisfying(rules, terms[t].alternatives)) {
        int weight = 1;
        if (terms[t].label == TermLabel::sum) {
          const ConceptIndex effect = rules.concepts(rules.alternatives(terms[t].alternatives).front()).front();
          weight = graph_.own_grade(static_cast<IngredientIndex>(ingredient), effect);
        }
        entries_[ingredient].push_back({static_cast<std::uint32_t>(set_rules_.size()), t, weight});
      }
    }
    set_rules_.push_back(rule);
    first_total_.push_back(static_cast<std::uint32_t>(totals_.size()));
    totals_.resize(totals_.size() + terms.size());
  }
}

const std::vector<SetOutcome>& SetMatcher::match(const FactSlots& slots) {
  outcomes_.clear();
  bool any = false;
  std::fill(totals_.begin(), totals_.end(), 0);
  for (const FactSlot& slot : slots.slots()) {
    for (const Entry& entry : entries_[raw(slot.ingredient)]) {
      totals_[first_total_[entry.set_rule] + entry.term] += entry.weight;
      any = true;
    }
  }
  if (!any) return outcomes_;
  for (std::uint32_t number = 0; number < set_rules_.size(); ++number) {
    // Most rules are out of reach by their totals alone; only the rest is worth a closer look.
    if (in_reach(number)) decide(number, slots);
  }
  return outcomes_;
}

bool SetMatcher::in_reach(std::uint32_t set_rule) const {
  const auto terms = rules_.terms(set_rules_[set_rule]);
  for (std::size_t t = 0; t < terms.size(); ++t) {
    const int needed = is_counted(terms[t]) ? static_cast<int>(terms[t].quantity) : 1;
    if (totals_[first_total_[set_rule] + t] < needed) return false;
  }
  return true;
}

int SetMatcher::weight_of(std::uint32_t set_rule, std::uint32_t term, std::uint32_t ingredient) const {
  for (const Entry& entry : entries_[ingredient]) {
    if (entry.set_rule == set_rule && entry.term == term) return entry.weight;
  }
  return 0;
}

// Chooses different ingredients for the terms that stand for one, from `term` on, such that the counted terms still
// have enough without them.
bool SetMatcher::complete(std::uint32_t set_rule, const Able& able, std::size_t term,
                          std::vector<std::uint32_t>& chosen) const {
  const auto terms = rules_.terms(set_rules_[set_rule]);
  while (term < terms.size() && is_counted(terms[term])) ++term;
  if (term < terms.size()) {
    for (const std::uint32_t candidate : able[term]) {
      if (contains(chosen, candidate)) continue;
      chosen.push_back(candidate);
      if (complete(set_rule, able, term + 1, chosen)) return true;
      chosen.pop_back();
    }
    return false;
  }
  for (std::uint32_t t = 0; t < terms.size(); ++t) {
    if (!is_counted(terms[t])) continue;
    int total = 0;
    for (const std::uint32_t ingredient : able[t]) {
      if (!contains(chosen, ingredient)) total += weight_of(set_rule, t, ingredient);
    }
    if (total < static_cast<int>(terms[t].quantity)) return false;
  }
  return true;
}

// The ingredients that some complete choice contains; empty when there is none.
std::vector<std::uint32_t> SetMatcher::taking_part(std::uint32_t set_rule, const Able& able) const {
  const auto terms = rules_.terms(set_rules_[set_rule]);
  std::vector<std::uint32_t> chosen;
  if (!complete(set_rule, able, 0, chosen)) return {};
  if (terms.size() == 1) return able.front().size() < 2 ? std::vector<std::uint32_t>{} : able.front();
  std::vector<std::uint32_t> part;
  for (std::size_t t = 0; t < terms.size(); ++t) {
    for (const std::uint32_t ingredient : able[t]) {
      Able narrowed = able;
      if (is_counted(terms[t])) {
        // It counts when the single terms can do without it.
        for (std::size_t other = 0; other < terms.size(); ++other) {
          if (!is_counted(terms[other])) std::erase(narrowed[other], ingredient);
        }
      } else {
        narrowed[t] = {ingredient};
      }
      chosen.clear();
      if (complete(set_rule, narrowed, 0, chosen)) part.push_back(ingredient);
    }
  }
  std::sort(part.begin(), part.end());
  part.erase(std::unique(part.begin(), part.end()), part.end());
  return part;
}

void SetMatcher::decide(std::uint32_t set_rule, const FactSlots& slots) {
  const RuleIndex rule = set_rules_[set_rule];
  const auto terms = rules_.terms(rule);
  const auto conditions = rules_.conditions(rule);
  Able able(terms.size());      // without question or exception
  Able asked(terms.size());     // with those of which something must be known first
  Able excepted(terms.size());  // with those that an exception takes out
  SetOutcome outcome;
  outcome.rule = rule;
  for (std::uint32_t t = 0; t < terms.size(); ++t) {
    for (const FactSlot& slot : slots.slots()) {
      const auto ingredient = static_cast<std::uint32_t>(raw(slot.ingredient));
      if (weight_of(set_rule, t, ingredient) == 0) continue;
      bool can = false;
      bool asks = false;
      bool veto = false;
      for (const std::uint32_t index : slots.facts_of(slot)) {
        const DrugFact& fact = slots.fact(index);
        const TermTruth truth = fills(rules_, terms[t], fact);
        const Presence present = presence(fact);
        if (present == Presence::gone || !truth.holds) continue;
        bool vetoed_here = false;
        for (std::uint32_t i = 0; i < conditions.size(); ++i) {
          if (conditions[i].step != 0 || conditions[i].term != t || !holds_for(rules_, lit_, conditions[i], fact))
            continue;
          vetoed_here = true;
          outcome.condition = i;
        }
        veto = veto || vetoed_here;
        if (vetoed_here) continue;
        if (present == Presence::not_known || truth.asks != nullptr) {
          asks = true;
          outcome.asked.emplace_back(fact.ingredient,
                                     truth.asks != nullptr ? wanted_by(truth.asks->kind) : WantedFact::washout_time);
        } else {
          can = true;
        }
      }
      if (can) able[t].push_back(ingredient);
      if (can || asks) asked[t].push_back(ingredient);
      if (can || asks || veto) excepted[t].push_back(ingredient);
    }
  }

  outcome.ingredients = taking_part(set_rule, able);
  if (outcome.ingredients.empty()) {
    if (!taking_part(set_rule, asked).empty()) {
      outcome.kind = SetOutcome::Kind::unevaluated;
    } else if (outcome.condition && !taking_part(set_rule, excepted).empty()) {
      outcome.kind = SetOutcome::Kind::vetoed;
    } else {
      return;
    }
    outcomes_.push_back(std::move(outcome));
    return;
  }

  // The conditions on the case look at further medicines; modifiers on a term at those that fill it.
  outcome.condition.reset();
  outcome.severity = rules_.head(rule).severity;
  int step = 0;
  for (std::uint32_t i = 0; i < conditions.size(); ++i) {
    const Condition& condition = conditions[i];
    if (condition.step == 0 && condition.term != Condition::whole_case) continue;
    const bool holds = std::any_of(slots.facts().begin(), slots.facts().end(), [&](const DrugFact& fact) {
      const bool part = contains(outcome.ingredients, static_cast<std::uint32_t>(raw(fact.ingredient)));
      const bool looked_at =
          condition.term == Condition::whole_case
              ? !part
              : part && contains(able[condition.term], static_cast<std::uint32_t>(raw(fact.ingredient)));
      return looked_at && !fact.stopped && fact.exposure == core::Exposure::systemic &&
             holds_for(rules_, lit_, condition, fact);
    });
    if (!holds) continue;
    if (condition.step == 0) {
      outcome.kind = SetOutcome::Kind::vetoed;
      outcome.condition = i;
      outcomes_.push_back(std::move(outcome));
      return;
    }
    if (step == 0 || condition.step > step) outcome.condition = i;
    step = condition.step > 0 || step > 0 ? 1 : -1;
  }
  if (step > 0) outcome.severity = core::raised(outcome.severity);
  if (step < 0 && rules_.head(rule).contraindication == 0) outcome.severity = core::lowered(outcome.severity);
  if (outcome.severity == rules_.head(rule).severity) outcome.condition.reset();
  if (outcome.condition) outcome.notes.push_back({BindingNote::Kind::modifier, 0, *outcome.condition});
  for (std::uint32_t t = 0; t < terms.size(); ++t) {
    for (const FactSlot& slot : slots.slots()) {
      const auto ingredient = static_cast<std::uint32_t>(raw(slot.ingredient));
      if (!contains(able[t], ingredient) || !contains(outcome.ingredients, ingredient)) continue;
      add_notes(rules_, terms[t], slots.fact(slots.facts_of(slot).front()), slots.facts_of(slot).front(),
                outcome.notes);
    }
  }
  outcomes_.push_back(std::move(outcome));
}

bool SetMatcher::fires_for(RuleIndex rule, std::span<const std::uint32_t> ingredients) const {
  const auto found = std::find(set_rules_.begin(), set_rules_.end(), rule);
  if (found == set_rules_.end()) return false;
  const auto number = static_cast<std::uint32_t>(found - set_rules_.begin());
  const auto terms = rules_.terms(rule);
  const auto conditions = rules_.conditions(rule);
  Able able(terms.size());
  for (std::uint32_t t = 0; t < terms.size(); ++t) {
    for (const std::uint32_t ingredient : ingredients) {
      if (weight_of(number, t, ingredient) == 0) continue;
      DrugFact fact;
      fact.ingredient = static_cast<IngredientIndex>(ingredient);
      const bool excepted = std::any_of(conditions.begin(), conditions.end(), [&](const Condition& condition) {
        return condition.step == 0 && condition.term == t && holds_for(rules_, lit_, condition, fact);
      });
      if (!excepted) able[t].push_back(ingredient);
    }
  }
  return !taking_part(number, able).empty();
}

}  // namespace guardian::knowledge
