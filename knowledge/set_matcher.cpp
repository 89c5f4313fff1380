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
    : rules_(rules), lit_(lit), row_words_((graph.ingredient_count() + 63) / 64) {
  std::vector<std::vector<Entry>> by_ingredient(graph.ingredient_count());
  std::size_t most_terms = 0;
  for (std::uint32_t number = 0; number < rules.size(); ++number) {
    const auto rule = static_cast<RuleIndex>(number);
    if (rules.head(rule).scope != RuleScope::set) continue;
    const auto terms = rules.terms(rule);
    const auto first_term = static_cast<std::uint32_t>(needed_.size());
    const auto conditions = rules.conditions(rule);
    const bool on_patient = std::all_of(conditions.begin(), conditions.end(), [](const Condition& condition) {
      return condition.term == Condition::patient;
    });
    const bool bare = terms.size() == 1 && is_counted(terms.front()) && terms.front().predicates.count == 0 &&
                      terms.front().wanted_exposures == exposure_bit(core::Exposure::systemic);
    set_rules_.push_back(
        {rule, first_term, static_cast<std::uint32_t>(terms.size()), bare && conditions.empty(), bare && on_patient});
    most_terms = std::max(most_terms, terms.size());
    for (std::uint32_t t = 0; t < terms.size(); ++t) {
      can_fill_.resize(can_fill_.size() + row_words_, 0);
      std::uint64_t* row = can_fill_.data() + can_fill_.size() - row_words_;
      for (const std::uint32_t ingredient : lit.satisfying(rules, terms[t].alternatives)) {
        int weight = 1;
        if (terms[t].label == TermLabel::sum) {
          const ConceptIndex effect = rules.concepts(rules.alternatives(terms[t].alternatives).front()).front();
          weight = graph.own_grade(static_cast<IngredientIndex>(ingredient), effect);
        }
        if (weight == 0) continue;
        by_ingredient[ingredient].push_back({first_term + t, weight});
        row[ingredient / 64] |= std::uint64_t{1} << (ingredient % 64);
      }
      rule_of_.push_back(static_cast<std::uint32_t>(set_rules_.size() - 1));
      needed_.push_back(is_counted(terms[t]) ? static_cast<int>(terms[t].quantity) : 1);
      counted_.push_back(is_counted(terms[t]) ? 1 : 0);
    }
  }
  for (const auto& entries : by_ingredient) {
    first_entry_.push_back(static_cast<std::uint32_t>(entries_.size()));
    entries_.insert(entries_.end(), entries.begin(), entries.end());
  }
  first_entry_.push_back(static_cast<std::uint32_t>(entries_.size()));
  reached_.resize(set_rules_.size());
  full_.resize(needed_.size() + 1);  // the place behind the last one is written to and not read
  filling_.resize(most_terms);
  for (Able* able : {&able_, &asked_, &excepted_}) able->resize(most_terms);
}

std::span<const SetOutcome> SetMatcher::match(const FactSlots& slots, const PatientState* patient) {
  // Most rules are out of reach by their totals alone; only the rest is worth a closer look.
  add_up(slots);
  std::sort(in_reach_.begin(), in_reach_.end());
  std::size_t count = 0;
  for (const std::uint32_t number : in_reach_) {
    if (count == outcomes_.size()) outcomes_.emplace_back();
    if (decide(set_rules_[number], slots, patient, outcomes_[count])) ++count;
  }
  return {outcomes_.data(), count};
}

// A rule comes within reach when the last of its terms has enough. No weight is below zero, so a total that has reached
// what is needed does not fall again. The terms that get there are collected without a branch: nothing foretells them.
void SetMatcher::add_up(const FactSlots& slots) {
  missing_ = needed_;
  int* const missing = missing_.data();
  std::uint32_t* const full = full_.data();
  std::size_t count = 0;
  for (const FactSlot& slot : slots.slots()) {
    for (const Entry& entry : entries_of(slot.ingredient)) {
      const int before = missing[entry.term];
      const int after = before - entry.weight;
      missing[entry.term] = after;
      full[count] = entry.term;
      count += static_cast<std::size_t>(before > 0) & static_cast<std::size_t>(after <= 0);
    }
  }
  in_reach_.clear();
  std::fill(reached_.begin(), reached_.end(), 0);
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint32_t number = rule_of_[full[i]];
    if (++reached_[number] == set_rules_[number].term_count) in_reach_.push_back(number);
  }
}

int SetMatcher::weight_of(std::uint32_t term, std::uint32_t ingredient) const {
  for (const Entry& entry : entries_of(static_cast<IngredientIndex>(ingredient))) {
    if (entry.term == term) return entry.weight;
  }
  return 0;
}

// Chooses different ingredients for the terms that stand for one, from `term` on, such that the counted terms still
// have enough without them.
bool SetMatcher::complete(const SetRule& set_rule, const Able& able, std::uint32_t term, Choice& choice) const {
  const auto counts = [&](std::uint32_t t) { return counted_[set_rule.first_term + t] != 0; };
  while (term < set_rule.term_count && counts(term)) ++term;
  if (term < set_rule.term_count) {
    for (const std::uint32_t candidate : able[term]) {
      if (contains(choice.chosen, candidate)) continue;
      if (choice.term != Choice::no_term) {
        // The ingredient in question fills its own term: this one with nothing else, and a counted one when the single
        // terms can do without it.
        const bool in_question = candidate == choice.ingredient;
        if (counts(choice.term) ? in_question : choice.term == term && !in_question) continue;
      }
      choice.chosen.push_back(candidate);
      if (complete(set_rule, able, term + 1, choice)) return true;
      choice.chosen.pop_back();
    }
    return false;
  }
  for (std::uint32_t t = 0; t < set_rule.term_count; ++t) {
    if (!counts(t)) continue;
    int total = 0;
    for (const std::uint32_t ingredient : able[t]) {
      if (!contains(choice.chosen, ingredient)) total += weight_of(set_rule.first_term + t, ingredient);
    }
    if (total < needed_[set_rule.first_term + t]) return false;
  }
  return true;
}

// The ingredients that some complete choice contains; empty when there is none.
void SetMatcher::take_part(const SetRule& set_rule, const Able& able, Choice& choice,
                           std::vector<std::uint32_t>& part) const {
  part.clear();
  choice.chosen.clear();
  choice.term = Choice::no_term;
  if (!complete(set_rule, able, 0, choice)) return;
  if (set_rule.term_count == 1) {
    if (able.front().size() >= 2) part = able.front();
    return;
  }
  for (std::uint32_t t = 0; t < set_rule.term_count; ++t) {
    for (const std::uint32_t ingredient : able[t]) {
      choice.chosen.clear();
      choice.term = t;
      choice.ingredient = ingredient;
      if (complete(set_rule, able, 0, choice)) part.push_back(ingredient);
    }
  }
  std::sort(part.begin(), part.end());
  part.erase(std::unique(part.begin(), part.end()), part.end());
}

void SetMatcher::fill(const SetRule& set_rule, const FactSlots& slots) {
  for (std::uint32_t t = 0; t < set_rule.term_count; ++t) {
    filling_[t].clear();
    const std::uint64_t* row = can_fill_.data() + (set_rule.first_term + t) * row_words_;
    for (const FactSlot& slot : slots.slots()) {
      const std::size_t bit = raw(slot.ingredient);
      if ((row[bit / 64] >> (bit % 64) & 1U) != 0) filling_[t].push_back(&slot);
    }
  }
}

// Of a bare rule, whether all medicines that can fill it are plain; then they are its ingredients.
bool SetMatcher::all_take_part(const SetRule& set_rule, const FactSlots& slots,
                               std::vector<std::uint32_t>& ingredients) const {
  const std::uint64_t* row = can_fill_.data() + set_rule.first_term * row_words_;
  ingredients.resize(slots.slots().size());
  std::size_t count = 0;
  std::size_t plain = 0;
  for (const FactSlot& slot : slots.slots()) {
    const std::size_t bit = raw(slot.ingredient);
    const std::size_t fills_it = row[bit / 64] >> (bit % 64) & 1U;
    ingredients[count] = static_cast<std::uint32_t>(bit);
    count += fills_it;
    plain += fills_it & static_cast<std::size_t>(slot.plain);
  }
  ingredients.resize(count);
  return plain == count;
}

bool SetMatcher::decide(const SetRule& set_rule, const FactSlots& slots, const PatientState* patient,
                        SetOutcome& outcome) {
  const RuleIndex rule = set_rule.rule;
  const auto terms = rules_.terms(rule);
  const auto conditions = rules_.conditions(rule);
  outcome.kind = SetOutcome::Kind::fires;
  outcome.rule = rule;
  outcome.severity = rules_.head(rule).severity;
  outcome.condition.reset();
  outcome.notes.clear();
  outcome.asked.clear();
  const bool bare = set_rule.bare || (set_rule.bare_alone && patient == nullptr);
  if (bare && all_take_part(set_rule, slots, outcome.ingredients)) return outcome.ingredients.size() >= 2;
  fill(set_rule, slots);
  for (std::uint32_t t = 0; t < terms.size(); ++t) {
    able_[t].clear();
    asked_[t].clear();
    excepted_[t].clear();
  }
  for (std::uint32_t t = 0; t < terms.size(); ++t) {
    for (const FactSlot* slot : filling_[t]) {
      const auto ingredient = static_cast<std::uint32_t>(raw(slot->ingredient));
      bool can = false;
      bool asks = false;
      bool veto = false;
      for (const std::uint32_t index : slots.facts_of(*slot)) {
        const DrugFact& fact = slots.fact(index);
        const TermTruth truth = fills(rules_, terms[t], fact);
        const Presence present = presence(fact, terms[t]);
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
      if (can) able_[t].push_back(ingredient);
      if (can || asks) asked_[t].push_back(ingredient);
      if (can || asks || veto) excepted_[t].push_back(ingredient);
    }
  }

  const auto taking_part = [&](const Able& able) {
    take_part(set_rule, able, choice_, outcome.ingredients);
    return !outcome.ingredients.empty();
  };
  if (!taking_part(able_)) {
    outcome.kind = taking_part(asked_) ? SetOutcome::Kind::unevaluated : SetOutcome::Kind::vetoed;
    const bool comes_to_something =
        outcome.kind == SetOutcome::Kind::unevaluated || (outcome.condition && taking_part(excepted_));
    outcome.ingredients.clear();
    return comes_to_something;
  }

  // The conditions on the case look at further medicines; modifiers on a term at those that fill it.
  outcome.condition.reset();
  int step = 0;
  for (std::uint32_t i = 0; i < conditions.size(); ++i) {
    const Condition& condition = conditions[i];
    const bool of_patient = condition.term == Condition::patient;
    if (condition.step == 0 && condition.term != Condition::whole_case && !of_patient) continue;
    const auto of_medicine = [&](const DrugFact& fact) {
      const bool part = contains(outcome.ingredients, static_cast<std::uint32_t>(raw(fact.ingredient)));
      const bool looked_at =
          condition.term == Condition::whole_case
              ? !part
              : part && contains(able_[condition.term], static_cast<std::uint32_t>(raw(fact.ingredient)));
      const bool in_use = condition.term == Condition::whole_case
                              ? is_of_case(rules_, condition, fact)
                              : !fact.stopped && fact.exposure == core::Exposure::systemic;
      return looked_at && in_use && holds_for(rules_, lit_, condition, fact);
    };
    const bool holds = of_patient ? patient != nullptr && holds_for(rules_, *patient, condition, {})
                                  : std::any_of(slots.facts().begin(), slots.facts().end(), of_medicine);
    if (!holds) continue;
    if (condition.step == 0) {
      outcome.kind = SetOutcome::Kind::vetoed;
      outcome.condition = i;
      return true;
    }
    if (step == 0 || condition.step > step) outcome.condition = i;
    step = condition.step > 0 || step > 0 ? 1 : -1;
  }
  if (step > 0) outcome.severity = core::raised(outcome.severity);
  if (step < 0 && rules_.head(rule).contraindication == 0) outcome.severity = core::lowered(outcome.severity);
  if (outcome.severity == rules_.head(rule).severity) outcome.condition.reset();
  if (outcome.condition) outcome.notes.push_back({BindingNote::Kind::modifier, 0, *outcome.condition});
  for (std::uint32_t t = 0; t < terms.size(); ++t) {
    for (const FactSlot* slot : filling_[t]) {
      const auto ingredient = static_cast<std::uint32_t>(raw(slot->ingredient));
      if (!contains(able_[t], ingredient) || !contains(outcome.ingredients, ingredient)) continue;
      const std::uint32_t fact = slots.facts_of(*slot).front();
      add_notes(rules_, terms[t], slots.fact(fact), fact, outcome.notes);
    }
  }
  return true;
}

bool SetMatcher::fires_for(RuleIndex rule, std::span<const std::uint32_t> ingredients) const {
  const auto found =
      std::find_if(set_rules_.begin(), set_rules_.end(), [&](const SetRule& known) { return known.rule == rule; });
  if (found == set_rules_.end()) return false;
  const auto conditions = rules_.conditions(rule);
  Able able(found->term_count);
  for (std::uint32_t t = 0; t < found->term_count; ++t) {
    for (const std::uint32_t ingredient : ingredients) {
      if (weight_of(found->first_term + t, ingredient) == 0) continue;
      DrugFact fact;
      fact.ingredient = static_cast<IngredientIndex>(ingredient);
      const bool excepted = std::any_of(conditions.begin(), conditions.end(), [&](const Condition& condition) {
        return condition.step == 0 && condition.term == t && holds_for(rules_, lit_, condition, fact);
      });
      if (!excepted) able[t].push_back(ingredient);
    }
  }
  Choice choice;
  std::vector<std::uint32_t> part;
  take_part(*found, able, choice, part);
  return !part.empty();
}

}  // namespace guardian::knowledge
