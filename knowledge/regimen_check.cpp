#include "knowledge/regimen_check.hpp"

#include <algorithm>
#include <functional>
#include <iterator>
#include <tuple>

namespace guardian::knowledge {
namespace {

using core::FindingType;
using core::PlanAction;
using core::Severity;

// Days since the last dose at which the choice is looked at: past the day on which any medicine still acts, so that
// only those count that are known to act for longer.
constexpr double days_after_stop = 2.0;

template <class T>
void add_new(std::vector<T>& list, T item) {
  if (std::find(list.begin(), list.end(), item) == list.end()) list.push_back(std::move(item));
}

}  // namespace

RegimenCheck::RegimenCheck(const KnowledgeBase& base, Matcher& matcher, const PlanPolicy& policy,
                           const ScreenedCase& subject, const Regimen& regimen)
    : base_(base), matcher_(matcher), policy_(policy), subject_(subject), regimen_(regimen) {
  assemble(RegimenChoices(regimen.medicines.size(), 0), AfterStop::gone, nullptr);
  run();
  visit_hazards([&](const Hazard& hazard) { before_.push_back(hazard); });
}

// The facts of a choice; `only`: of these medicines alone.
void RegimenCheck::assemble(const RegimenChoices& choices, AfterStop after, const std::vector<bool>* only) {
  facts_ = regimen_.history;
  owner_.assign(facts_.size(), nobody);
  for (std::uint32_t m = 0; m < regimen_.medicines.size(); ++m) {
    if (only != nullptr && !(*only)[m]) continue;
    const PlannedMedicine& medicine = regimen_.medicines[m];
    const MedicineOption& option = medicine.options[choices[m]];
    const bool stays = option.action == PlanAction::keep || option.action == PlanAction::adjust_dose;
    for (DrugFact fact : medicine.facts) {
      if (stays) {
        // NaN stays NaN.
        fact.daily_mg *= option.factor;
        fact.daily_units *= option.factor;
        fact.single_mg *= option.factor;
        fact.single_units *= option.factor;
      } else if (medicine.ordered || after == AfterStop::gone) {
        continue;
      } else {
        fact.stopped = true;
        fact.stopped_days = days_after_stop;
      }
      facts_.push_back(fact);
      owner_.push_back(m);
    }
    if (option.action == PlanAction::switch_to) {
      facts_.push_back(ordered_fact(base_, option.to, medicine.facts.front()));
      owner_.push_back(m);
    }
  }
}

void RegimenCheck::run() {
  ++runs_;
  result_ = &matcher_.match(facts_, subject_.patient);
}

// The medicines that the ingredients come from, ascending.
std::vector<std::uint32_t> RegimenCheck::owners(std::span<const IngredientIndex> ingredients) const {
  std::vector<std::uint32_t> list;
  for (std::size_t i = 0; i < facts_.size(); ++i) {
    if (owner_[i] == nobody) continue;
    if (std::find(ingredients.begin(), ingredients.end(), facts_[i].ingredient) != ingredients.end())
      add_new(list, owner_[i]);
  }
  std::sort(list.begin(), list.end());
  return list;
}

// The rules that the last run fired, as severe as a plan looks at, of medicines about which something can be done.
template <class Visit>
void RegimenCheck::visit_hazards(const Visit& visit) const {
  const Severity least = std::min(policy_.clear_at, policy_.new_at);
  const auto& kept = policy_.not_cleared;
  const auto is_cleared = [&](FindingType type) { return std::find(kept.begin(), kept.end(), type) == kept.end(); };
  const auto offer = [&](Hazard hazard) {
    std::sort(hazard.ingredients.begin(), hazard.ingredients.end());
    hazard.medicines = owners(hazard.ingredients);
    if (hazard.medicines.empty()) return;
    visit(hazard);
  };
  const MatchResult& result = *result_;
  for (const MatchedFinding& finding : result.findings) {
    if (finding.severity < least || !is_cleared(finding.type)) continue;
    const auto of = result.of(finding);
    for (const FiredRule& fired : result.fired(finding)) {
      if (fired.severity >= least)
        offer({fired.rule, finding.type, fired.severity, {of.begin(), of.end()}, {}, false, {}});
    }
  }
  for (const PatientFired& fired : result.patient.fired) {
    const RuleHead& head = base_.rules().head(fired.rule);
    if (head.kind != RuleKind::finding || fired.severity < least || !is_cleared(head.type)) continue;
    std::vector<IngredientIndex> of;
    for (std::uint32_t i = 0; i < fired.medicines; ++i) of.push_back(facts_[fired.facts[i]].ingredient);
    offer({fired.rule, head.type, fired.severity, std::move(of), {}, true, {}});
  }
}

// A finding that the same rule gave before of the same entries of the case, or of more of them, is not new: whatever
// was put in the place of a medicine has it from that one.
bool RegimenCheck::is_new(const Hazard& hazard) const {
  return std::none_of(before_.begin(), before_.end(), [&](const Hazard& old) {
    return old.rule == hazard.rule && old.severity >= hazard.severity &&
           std::includes(old.medicines.begin(), old.medicines.end(), hazard.medicines.begin(), hazard.medicines.end());
  });
}

bool RegimenCheck::stands_in_the_way(const Hazard& hazard) const {
  return hazard.severity >= policy_.clear_at || (hazard.severity >= policy_.new_at && is_new(hazard));
}

std::vector<Hazard> RegimenCheck::look(const RegimenChoices& choices, AfterStop after) {
  assemble(choices, after, nullptr);
  run();
  std::vector<Hazard> list;
  visit_hazards([&](const Hazard& hazard) {
    if (!stands_in_the_way(hazard)) return;
    list.push_back(hazard);
    list.back().after = after;
  });
  std::stable_sort(list.begin(), list.end(),
                   [](const Hazard& left, const Hazard& right) { return left.severity > right.severity; });
  return list;
}

// Whether a hazard of the time until what is stopped has left the body is too grave to wait for its end.
bool RegimenCheck::is_counted(const Hazard& hazard) const {
  return hazard.after == AfterStop::gone || hazard.severity >= policy_.after_stop_at;
}

std::vector<Hazard> RegimenCheck::hazards(const RegimenChoices& choices, Demand demand) {
  std::vector<Hazard> list = look(choices, AfterStop::gone);
  bool something_stopped = false;
  for (std::uint32_t m = 0; m < choices.size(); ++m) {
    const PlanAction action = regimen_.medicines[m].options[choices[m]].action;
    something_stopped = something_stopped || (!regimen_.medicines[m].ordered &&
                                              (action == PlanAction::stop || action == PlanAction::switch_to));
  }
  if (demand == Demand::in_time || !something_stopped) return list;
  for (Hazard& hazard : look(choices, AfterStop::still_acts)) {
    if (!is_counted(hazard)) continue;
    const bool known = std::any_of(list.begin(), list.end(), [&](const Hazard& other) {
      return other.rule == hazard.rule && other.ingredients == hazard.ingredients;
    });
    if (!known) list.push_back(std::move(hazard));
  }
  return list;
}

// Whether some option of the medicine could make the condition hold.
bool RegimenCheck::bears_on(const Condition& condition, std::uint32_t medicine) const {
  const auto satisfies = [&](IngredientIndex ingredient) {
    return condition.alternatives.count == 0 ||
           base_.lit().satisfies(base_.rules(), condition.alternatives, ingredient);
  };
  const PlannedMedicine& one = regimen_.medicines[medicine];
  return std::any_of(one.facts.begin(), one.facts.end(),
                     [&](const DrugFact& fact) { return satisfies(fact.ingredient); }) ||
         std::any_of(one.options.begin(), one.options.end(), [&](const MedicineOption& option) {
           return option.action == PlanAction::switch_to && satisfies(option.to);
         });
}

// The medicines whose choice a hazard rests on, when these ingredients bring it about.
std::vector<bool> RegimenCheck::involved(const Hazard& hazard, std::span<const IngredientIndex> ingredients) const {
  std::vector<bool> list(regimen_.medicines.size(), false);
  for (const std::uint32_t medicine : owners(ingredients)) list[medicine] = true;
  // Another medicine with the same ingredient bears on its dose, and on what a fixed combination hides.
  for (std::uint32_t m = 0; m < list.size(); ++m) {
    list[m] = list[m] || std::any_of(ingredients.begin(), ingredients.end(), [&](IngredientIndex ingredient) {
                return regimen_.medicines[m].contains(ingredient);
              });
  }
  const RuleSet& rules = base_.rules();
  const auto add_conditions = [&](RuleIndex rule) {
    const bool of_set = rules.head(rule).scope == RuleScope::set;
    for (const Condition& condition : rules.conditions(rule)) {
      const bool looks_further =
          condition.term == Condition::whole_case || (of_set && condition.term != Condition::patient);
      for (std::uint32_t m = 0; looks_further && m < list.size(); ++m) list[m] = list[m] || bears_on(condition, m);
    }
  };
  add_conditions(hazard.rule);
  if (rules.head(hazard.rule).scope == RuleScope::pair) {
    // The rules of a pair give way to each other.
    for (const PairEntry entry : base_.pairs().find(hazard.ingredients.front(), hazard.ingredients.back()))
      add_conditions(entry.rule());
  }
  return list;
}

NoGood RegimenCheck::no_good(const std::vector<bool>& involved, const RegimenChoices& choices) const {
  NoGood list;
  for (std::uint32_t m = 0; m < involved.size(); ++m) {
    if (involved[m]) list.push_back({m, choices[m]});
  }
  return list;
}

// A rule over sets often fires for fewer of its medicines: each smallest choice of them is a no-good of its own, found
// by taking one after the other away, each time with another one kept to the last.
void RegimenCheck::add_smaller(const Hazard& hazard, const RegimenChoices& choices, std::vector<NoGood>& list) {
  const AfterStop after = hazard.after;
  std::vector<std::vector<IngredientIndex>> smallest;
  const auto& all = hazard.ingredients;
  for (std::size_t last = 0; last < all.size(); ++last) {
    std::vector<IngredientIndex> rest = all;
    for (std::size_t i = 1; i <= all.size(); ++i) {
      const IngredientIndex candidate = all[(last + i) % all.size()];
      if (!matcher_.fires_without(hazard.rule, rest, candidate)) continue;
      rest.erase(std::find(rest.begin(), rest.end(), candidate));
    }
    add_new(smallest, std::move(rest));
  }
  bool found = false;
  for (const auto& ingredients : smallest) {
    if (runs_ >= policy_.engine_runs) break;
    // Doses, exceptions and modifiers are for the engine to judge: of these medicines alone.
    assemble(choices, after, nullptr);
    const std::vector<bool> alone = involved(hazard, ingredients);
    assemble(choices, after, &alone);
    run();
    bool fires = false;
    visit_hazards([&](const Hazard& other) {
      Hazard here = other;
      here.after = after;
      fires = fires || (here.rule == hazard.rule && stands_in_the_way(here) && is_counted(here));
    });
    if (!fires) continue;
    add_new(list, no_good(alone, choices));
    found = true;
  }
  if (found) return;
  assemble(choices, after, nullptr);
  add_new(list, no_good(involved(hazard, hazard.ingredients), choices));
}

std::vector<NoGood> RegimenCheck::no_goods(const RegimenChoices& choices, Demand demand) {
  std::vector<NoGood> list = untreated(choices);
  for (const Hazard& hazard : hazards(choices, demand)) {
    const bool of_many = hazard.ingredients.size() > 2 && base_.rules().head(hazard.rule).scope == RuleScope::set;
    if (of_many) {
      add_smaller(hazard, choices, list);
      continue;
    }
    assemble(choices, hazard.after, nullptr);
    add_new(list, no_good(involved(hazard, hazard.ingredients), choices));
  }
  return list;
}

// For each purpose that nothing serves any more, the choices of all medicines that could.
std::vector<NoGood> RegimenCheck::untreated(const RegimenChoices& choices) const {
  std::vector<NoGood> list;
  for (std::size_t purpose = 0; purpose < regimen_.purposes.size(); ++purpose) {
    NoGood able;
    bool served = false;
    for (std::uint32_t m = 0; m < regimen_.medicines.size() && !served; ++m) {
      const auto& options = regimen_.medicines[m].options;
      const auto serves = [&](const MedicineOption& option) { return static_cast<bool>(option.serves[purpose]); };
      served = serves(options[choices[m]]);
      if (std::any_of(options.begin(), options.end(), serves)) able.push_back({m, choices[m]});
    }
    if (!served) add_new(list, std::move(able));
  }
  return list;
}

void RegimenCheck::rank(std::vector<Alternative>& alternatives) {
  if (alternatives.empty()) return;
  assemble(RegimenChoices(regimen_.medicines.size(), 0), AfterStop::gone, nullptr);
  std::vector<IngredientIndex> asked;
  for (const Alternative& alternative : alternatives) {
    if (std::find(asked.begin(), asked.end(), alternative.ingredient) != asked.end()) continue;
    asked.push_back(alternative.ingredient);
    facts_.push_back(ordered_fact(base_, alternative.ingredient, facts_.front()));
    // A fact of its own owner, who is told by its place.
    owner_.push_back(static_cast<std::uint32_t>(regimen_.medicines.size() + asked.size() - 1));
  }
  run();
  const auto first_asked = static_cast<std::uint32_t>(regimen_.medicines.size());
  std::vector<std::vector<const Hazard*>> of_asked(asked.size());
  std::vector<Hazard> list;
  visit_hazards([&](const Hazard& hazard) { list.push_back(hazard); });
  for (const Hazard& hazard : list) {
    if (base_.rules().head(hazard.rule).scope == RuleScope::set) continue;
    const auto candidates = std::count_if(hazard.medicines.begin(), hazard.medicines.end(),
                                          [&](std::uint32_t owner) { return owner >= first_asked; });
    if (candidates == 1) of_asked[hazard.medicines.back() - first_asked].push_back(&hazard);
  }
  for (Alternative& alternative : alternatives) {
    const auto place = std::find(asked.begin(), asked.end(), alternative.ingredient) - asked.begin();
    for (const Hazard* hazard : of_asked[static_cast<std::size_t>(place)]) {
      if (std::find(hazard->medicines.begin(), hazard->medicines.end(), alternative.medicine) !=
          hazard->medicines.end())
        continue;  // with what it would replace
      Hazard as_replacement = *hazard;
      as_replacement.medicines.back() = alternative.medicine;
      std::sort(as_replacement.medicines.begin(), as_replacement.medicines.end());
      if (!stands_in_the_way(as_replacement)) continue;
      if (hazard->medicines.size() == 1) alternative.excluded = true;
      ++alternative.conflicts;
    }
  }
}

bool RegimenCheck::looks_at_dose(RuleIndex rule) const {
  const RuleSet& rules = base_.rules();
  const auto any = [&](Range range) {
    const auto predicates = rules.predicates(range);
    return std::any_of(predicates.begin(), predicates.end(), [](const Predicate& predicate) {
      return predicate.kind == PredicateKind::dose || predicate.kind == PredicateKind::single;
    });
  };
  const auto terms = rules.terms(rule);
  const auto conditions = rules.conditions(rule);
  return std::any_of(terms.begin(), terms.end(), [&](const Term& term) { return any(term.predicates); }) ||
         std::any_of(conditions.begin(), conditions.end(),
                     [&](const Condition& condition) { return any(condition.predicates); });
}

std::vector<bool> RegimenCheck::dose_matters(const std::vector<Hazard>& hazards) const {
  std::vector<bool> matters(regimen_.medicines.size(), false);
  for (const Hazard& hazard : hazards) {
    if (!looks_at_dose(hazard.rule)) continue;
    for (const std::uint32_t medicine : hazard.medicines) matters[medicine] = true;
  }
  return matters;
}

}  // namespace guardian::knowledge
