#include "knowledge/patient_matcher.hpp"

#include <algorithm>
#include <bit>
#include <numeric>
#include <tuple>
#include <utility>

namespace guardian::knowledge {
namespace {

bool is_medicine(const Term& term) { return !is_about_patient(term.label); }

using FewIngredients = std::array<IngredientIndex, PatientFired::most_medicines>;

// Three at most; std::sort makes GCC see an overflow of the array that cannot be.
void sort_few(FewIngredients& list, std::uint32_t count) {
  for (std::uint32_t i = 1; i < count; ++i) {
    for (std::uint32_t j = i; j > 0 && list[j] < list[j - 1]; --j) std::swap(list[j], list[j - 1]);
  }
}

FewIngredients ingredients_of(const FactSlots& slots, const PatientFired& one) {
  FewIngredients list{};
  for (std::uint32_t i = 0; i < one.medicines; ++i) list[i] = slots.fact(one.facts[i]).ingredient;
  sort_few(list, one.medicines);
  return list;
}

}  // namespace

// One way to fill the terms of a rule, while it is being looked for.
struct PatientMatcher::Binding {
  RuleIndex rule{};
  const FactSlots& slots;
  const PatientState& patient;
  MedicineTerms medicines;
  std::array<std::uint32_t, PatientFired::most_medicines> facts{};
  std::array<IngredientIndex, PatientFired::most_medicines> ingredients{};
  // The first thing that a medicine term has to ask for.
  const Predicate* asks = nullptr;
  IngredientIndex asked_of{};
  WantedFact wanted = WantedFact::dose;
};

PatientMatcher::PatientMatcher(const RuleSet& rules, const LitSets& lit, std::size_t ingredient_count)
    : rules_(rules),
      lit_(lit),
      first_rule_(ingredient_count + 1),
      in_reach_(rules.size() / 64 + 1),
      reached_by_(rules.size()) {
  std::vector<std::pair<RuleIndex, std::vector<std::uint32_t>>> ingredients_of;
  for (std::uint32_t number = 0; number < rules.size(); ++number) {
    const auto rule = static_cast<RuleIndex>(number);
    if (rules.head(rule).scope != RuleScope::patient) continue;
    if (rules.head(rule).kind == RuleKind::sign) {
      signs_.push_back(rule);
      continue;
    }
    const auto terms = rules.terms(rule);
    const auto first = std::find_if(terms.begin(), terms.end(), is_medicine);
    if (first == terms.end()) continue;  // the linter refuses such a rule
    ingredients_of.emplace_back(rule, lit.satisfying(rules, first->alternatives));
    for (const std::uint32_t ingredient : ingredients_of.back().second) ++first_rule_[ingredient + 1];
  }
  std::partial_sum(first_rule_.begin(), first_rule_.end(), first_rule_.begin());
  rules_of_.resize(first_rule_.back());
  std::vector<std::uint32_t> next(first_rule_.begin(), first_rule_.end() - 1);
  for (const auto& [rule, ingredients] : ingredients_of) {
    for (const std::uint32_t ingredient : ingredients) rules_of_[next[ingredient]++] = rule;
  }
}

void PatientMatcher::apply_signs(PatientState& patient, std::vector<RuleIndex>& signs) const {
  // A sign may rest on a condition that another sign shows; signs only add, so that this comes to an end.
  for (bool more = true; more;) {
    more = false;
    for (const RuleIndex sign : signs_) {
      const RuleHead& head = rules_.head(sign);
      if (patient.lit(head.sign_of) == Truth::yes) continue;
      const QuantityFact* shown_by = nullptr;
      ConditionFact shown{head.sign_of};
      const auto terms = rules_.terms(sign);
      const bool all = std::all_of(terms.begin(), terms.end(), [&](const Term& term) {
        const PatientTruth truth = evaluate(rules_, patient, term, {});
        // The value comes first, what it is looked at for (an age) behind it.
        if (shown_by == nullptr) shown_by = truth.quantity;
        if (truth.assumed) {
          const bool passed_on = truth.condition != nullptr && truth.condition->given != nullptr;
          shown.given = passed_on ? truth.condition->given : &term;
        }
        return truth.truth == Truth::yes;
      });
      if (!all) continue;
      if (shown_by != nullptr) shown.source = shown_by->source;
      patient.add(shown);
      signs.push_back(sign);
      more = true;
    }
  }
}

const PatientOutcome& PatientMatcher::match(const FactSlots& slots, const PatientState& patient,
                                            const RuleForce* force) {
  outcome_.fired.clear();
  outcome_.vetoes.clear();
  outcome_.unevaluated.clear();
  std::fill(in_reach_.begin(), in_reach_.end(), 0);
  for (std::size_t slot = 0; slot < slots.slots().size(); ++slot) {
    const std::uint64_t slot_bit = slot < 64 ? std::uint64_t{1} << slot : 0;
    for (const RuleIndex rule : rules_of(slots.slots()[slot].ingredient)) {
      std::uint64_t& word = in_reach_[raw(rule) / 64];
      const std::uint64_t bit = std::uint64_t{1} << (raw(rule) % 64);
      reached_by_[raw(rule)] = ((word & bit) != 0 ? reached_by_[raw(rule)] : 0) | slot_bit;
      word |= bit;
    }
  }
  for (std::size_t word = 0; word < in_reach_.size(); ++word) {
    for (std::uint64_t left = in_reach_[word]; left != 0; left &= left - 1) {
      const auto rule = static_cast<RuleIndex>(word * 64 + static_cast<std::size_t>(std::countr_zero(left)));
      if (force == nullptr || force->counts(rule)) match_rule(rule, slots, patient);
    }
  }
  return outcome_;
}

void PatientMatcher::match_rule(RuleIndex rule, const FactSlots& slots, const PatientState& patient) {
  // What the patient is does not depend on the medicines (an allergy apart): most rules end here.
  const auto terms = rules_.terms(rule);
  Binding binding{rule, slots, patient, {}, {}, {}, nullptr, {}, WantedFact::dose};
  for (std::uint32_t t = 0; t < terms.size(); ++t) {
    if (is_medicine(terms[t])) {
      if (binding.medicines.count < PatientFired::most_medicines)
        binding.medicines.terms[binding.medicines.count++] = t;
    } else if (terms[t].label != TermLabel::allergy && evaluate(rules_, patient, terms[t], {}).truth == Truth::no) {
      return;
    }
  }
  const std::size_t vetoes = outcome_.vetoes.size();
  const std::size_t asked = outcome_.unevaluated.size();
  const std::size_t fired = outcome_.fired.size();
  waiting_.clear();
  bind(binding, 0);
  // One answer a rule and set of medicines: the gravest; and a rule that fires does not wait or give way as well.
  if (outcome_.fired.size() > fired) {
    outcome_.vetoes.resize(vetoes);
    const auto of_this_rule = outcome_.fired.begin() + static_cast<std::ptrdiff_t>(fired);
    const auto ingredients = [&](const PatientFired& one) { return ingredients_of(slots, one); };
    std::stable_sort(of_this_rule, outcome_.fired.end(), [&](const PatientFired& left, const PatientFired& right) {
      return std::tuple(ingredients(left), right.severity) < std::tuple(ingredients(right), left.severity);
    });
    outcome_.fired.erase(std::unique(of_this_rule, outcome_.fired.end(),
                                     [&](const PatientFired& left, const PatientFired& right) {
                                       return ingredients(left) == ingredients(right);
                                     }),
                         outcome_.fired.end());
  }
  if (outcome_.fired.size() > fired) {
    // The medicines for which the rule fires do not wait as well.
    std::size_t kept = asked;
    for (std::size_t i = asked; i < outcome_.unevaluated.size(); ++i) {
      const auto& set = waiting_[i - asked];
      const bool fires = std::any_of(outcome_.fired.begin() + static_cast<std::ptrdiff_t>(fired), outcome_.fired.end(),
                                     [&](const PatientFired& one) { return ingredients_of(slots, one) == set; });
      if (!fires) outcome_.unevaluated[kept++] = outcome_.unevaluated[i];
    }
    outcome_.unevaluated.resize(kept);
  }
  if (outcome_.unevaluated.size() > asked + 1) {
    const auto same = [](const PatientUnevaluated& left, const PatientUnevaluated& right) {
      return left.of_medicine == right.of_medicine && left.ingredient == right.ingredient &&
             left.wanted == right.wanted && left.concept_wanted == right.concept_wanted;
    };
    const auto of_this_rule = outcome_.unevaluated.begin() + static_cast<std::ptrdiff_t>(asked);
    for (auto one = of_this_rule; one != outcome_.unevaluated.end(); ++one) {
      outcome_.unevaluated.erase(
          std::remove_if(one + 1, outcome_.unevaluated.end(), [&](const auto& other) { return same(*one, other); }),
          outcome_.unevaluated.end());
    }
  }
}

// Whether a fact fills a term; `asks` is set when something must be known of it first.
bool PatientMatcher::fills_term(const Binding& binding, const Term& term, std::uint32_t index,
                                const Predicate*& asks) const {
  const DrugFact& fact = binding.slots.fact(index);
  const Presence present = presence(fact, term);
  const bool red_flag = rules_.head(binding.rule).kind == RuleKind::red_flag;
  const bool washout_counts = red_flag || term.washout_days >= 0;
  // What a drug leaves behind may show after it is gone; a red flag waits for the longer of the two times.
  const bool here = present == Presence::taken || (red_flag && still_acts(fact)) ||
                    (washout_counts && (present == Presence::washing_out || present == Presence::washing_out_unstated));
  if (!here) return false;
  const TermTruth truth = fills(rules_, term, fact);
  asks = truth.asks;
  return truth.holds;
}

bool PatientMatcher::can_fill(const Binding& binding, std::uint32_t position, std::size_t slot) const {
  if (position == 0 && slot < 64) return (reached_by_[raw(binding.rule)] >> slot & 1U) != 0;
  const Term& term = rules_.terms(binding.rule)[binding.medicines.terms[position]];
  return lit_.satisfies(rules_, term.alternatives, binding.slots.slots()[slot].ingredient);
}

void PatientMatcher::bind(Binding& binding, std::uint32_t position) {
  if (position == binding.medicines.count) {
    decide(binding);
    return;
  }
  const Term& term = rules_.terms(binding.rule)[binding.medicines.terms[position]];
  for (std::size_t number = 0; number < binding.slots.slots().size(); ++number) {
    const FactSlot& slot = binding.slots.slots()[number];
    const auto used = binding.ingredients.begin() + position;
    if (std::find(binding.ingredients.begin(), used, slot.ingredient) != used) continue;
    if (!can_fill(binding, position, number)) continue;
    if (term.label == TermLabel::products && !given_in(binding.slots, slot, term.quantity)) continue;
    for (const std::uint32_t fact : binding.slots.facts_of(slot)) {
      const Predicate* asks = nullptr;
      if (!fills_term(binding, term, fact, asks)) continue;
      Binding further = binding;
      further.facts[position] = fact;
      further.ingredients[position] = slot.ingredient;
      if (asks != nullptr && further.asks == nullptr) {
        further.asks = asks;
        further.asked_of = slot.ingredient;
        further.wanted = wanted_of(*asks, binding.slots.fact(fact));
      }
      bind(further, position + 1);
    }
  }
}

void PatientMatcher::decide(const Binding& binding) {
  const RuleHead& head = rules_.head(binding.rule);
  const auto terms = rules_.terms(binding.rule);
  const std::span<const IngredientIndex> bound(binding.ingredients.data(), binding.medicines.count);
  std::vector<PatientUnevaluated> waits;
  if (binding.asks != nullptr) {
    waits.push_back(
        {binding.rule, binding.asks->on_unknown == OnUnknown::must, true, binding.asked_of, binding.wanted, {}});
  }
  for (const Term& term : terms) {
    if (is_medicine(term)) continue;
    const PatientTruth truth = evaluate(rules_, binding.patient, term, bound);
    if (truth.truth == Truth::no) return;
    if (truth.truth == Truth::unknown) {
      const ConceptIndex wanted = rules_.concepts(rules_.alternatives(term.alternatives).front()).front();
      waits.push_back({binding.rule, term.on_unknown == OnUnknown::must, false, {}, WantedFact::dose, wanted});
    }
  }

  const auto conditions = rules_.conditions(binding.rule);
  int step = 0;
  std::int32_t modifier = -1;
  for (std::uint32_t i = 0; i < conditions.size(); ++i) {
    const Condition& condition = conditions[i];
    bool holds = false;
    if (condition.term == Condition::patient) {
      holds = holds_for(rules_, binding.patient, condition, bound);
    } else if (condition.term == Condition::whole_case) {
      holds = std::any_of(binding.slots.facts().begin(), binding.slots.facts().end(), [&](const DrugFact& fact) {
        const bool further = std::find(bound.begin(), bound.end(), fact.ingredient) == bound.end();
        return further && is_of_case(rules_, condition, fact) && holds_for(rules_, lit_, condition, fact);
      });
    } else {
      for (std::uint32_t m = 0; m < binding.medicines.count; ++m) {
        if (binding.medicines.terms[m] != condition.term) continue;
        holds = holds_for(rules_, lit_, condition, binding.slots.fact(binding.facts[m]));
      }
    }
    if (!holds) continue;
    if (condition.step == 0) {
      outcome_.vetoes.push_back({binding.rule, i});
      return;
    }
    // The strongest step counts once: upward before downward, so that a reason for care is never cancelled.
    if (step == 0 || condition.step > step) modifier = static_cast<std::int32_t>(i);
    step = condition.step > 0 || step > 0 ? 1 : -1;
  }
  if (!waits.empty()) {
    outcome_.unevaluated.insert(outcome_.unevaluated.end(), waits.begin(), waits.end());
    auto set = binding.ingredients;
    sort_few(set, binding.medicines.count);
    waiting_.insert(waiting_.end(), waits.size(), set);
    return;
  }
  PatientFired fired{binding.rule, head.severity, binding.facts, binding.medicines.count, -1, 0};
  if (step > 0) fired.severity = core::raised(head.severity);
  if (step < 0 && head.contraindication == 0) fired.severity = core::lowered(head.severity);
  if (fired.severity != head.severity) fired.modifier = modifier;
  outcome_.fired.push_back(fired);
}

bool given_in(const FactSlots& slots, const FactSlot& slot, std::size_t medicines) {
  std::vector<const DrugFact*> taken;
  for (const std::uint32_t index : slots.facts_of(slot)) {
    const DrugFact& fact = slots.fact(index);
    if (!fact.stopped && fact.exposure == core::Exposure::systemic) taken.push_back(&fact);
  }
  const auto stands_beside = [](const DrugFact& one, const DrugFact& other) {
    if (one.source == other.source) return true;
    const bool new_dose = one.ordered != other.ordered && one.route == other.route;
    return one.name_hash == other.name_hash && (new_dose || one.as_needed || other.as_needed);
  };
  // To stand beside each other is not transitive: whether some set of so many is apart cannot be told by taking them as
  // they come.
  std::vector<const DrugFact*> apart;
  const auto more = [&](const auto& self, std::size_t from) -> bool {
    if (apart.size() >= medicines) return true;
    for (std::size_t i = from; i < taken.size(); ++i) {
      const auto beside = [&](const DrugFact* other) { return stands_beside(*other, *taken[i]); };
      if (std::any_of(apart.begin(), apart.end(), beside)) continue;
      apart.push_back(taken[i]);
      if (self(self, i + 1)) return true;
      apart.pop_back();
    }
    return false;
  };
  return more(more, 0);
}

}  // namespace guardian::knowledge
