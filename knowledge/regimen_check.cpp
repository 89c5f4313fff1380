#include "knowledge/regimen_check.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <utility>

#include "knowledge/lists.hpp"

namespace guardian::knowledge {
namespace {

using core::FindingType;
using core::PlanAction;
using core::Severity;

bool same_number(double one, double other) { return one == other || (one != one && other != other); }

}  // namespace

RegimenCheck::RegimenCheck(const KnowledgeBase& base, Matcher& matcher, const PlanPolicy& policy,
                           const PlanRules& rules, const ScreenedCase& subject, const Regimen& regimen)
    : base_(base),
      matcher_(matcher),
      policy_(policy),
      rules_(rules),
      regimen_(regimen),
      trial_(base, matcher, policy, subject, regimen) {
  trial_.assemble(RegimenChoices(regimen.medicines.size(), 0), AfterStop::gone);
  trial_.run();
  before_ = trial_.hazards(true);
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

// What answers a hazard when its subject is monitored or spaced; null when that does not. A critical finding is never
// answered so, and doses are only spaced from those of another medicine.
const std::string* RegimenCheck::measure(const Hazard& hazard, PlanAction action) const {
  if (hazard.severity >= Severity::critical || hazard.type == FindingType::washout) return nullptr;
  if (action == PlanAction::monitor) return rules_.monitoring(hazard.rule);
  if (action == PlanAction::space && hazard.medicines.size() > 1) return rules_.spacing(hazard.rule);
  return nullptr;
}

bool RegimenCheck::is_answered(const Hazard& hazard, const RegimenChoices& choices) const {
  if (hazard.subject == nobody) return false;
  return measure(hazard, regimen_.medicines[hazard.subject].options[choices[hazard.subject]].action) != nullptr;
}

std::vector<RegimenCheck::Answered> RegimenCheck::answered(const RegimenChoices& choices) const {
  std::vector<Answered> list;
  for (const Hazard& hazard : trial_.hazards(true)) {
    if (!stands_in_the_way(hazard) || !is_answered(hazard, choices)) continue;
    list.push_back(
        {hazard, *measure(hazard, regimen_.medicines[hazard.subject].options[choices[hazard.subject]].action)});
  }
  std::stable_sort(list.begin(), list.end(), [](const Answered& left, const Answered& right) {
    return left.hazard.severity > right.hazard.severity;
  });
  return list;
}

std::vector<Hazard> RegimenCheck::look(const RegimenChoices& choices, AfterStop after) {
  trial_.assemble(choices, after);
  trial_.run();
  std::vector<Hazard> list;
  for (Hazard& hazard : trial_.hazards(true)) {
    hazard.after = after;
    if (stands_in_the_way(hazard) && !is_answered(hazard, choices)) list.push_back(std::move(hazard));
  }
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
    something_stopped = something_stopped || (!regimen_.medicines[m].ordered && !stays(action));
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

// The rules that decide on a hazard: those of a pair give way to each other.
std::vector<RuleIndex> RegimenCheck::rules_of(const Hazard& hazard) const {
  std::vector<RuleIndex> list{hazard.rule};
  if (base_.rules().head(hazard.rule).scope == RuleScope::pair) {
    for (const PairEntry entry : base_.pairs().find(hazard.ingredients.front(), hazard.ingredients.back()))
      add_once(list, entry.rule());
  }
  return list;
}

// The medicines whose choice a hazard rests on, when these ingredients bring it about.
std::vector<bool> RegimenCheck::involved(const Hazard& hazard, std::span<const IngredientIndex> ingredients,
                                         const RegimenChoices& choices) const {
  std::vector<bool> list(regimen_.medicines.size(), false);
  const auto is_named = [&](const DrugFact& fact) {
    return std::find(ingredients.begin(), ingredients.end(), fact.ingredient) != ingredients.end();
  };
  for (std::uint32_t m = 0; m < list.size(); ++m) {
    const auto facts = trial_.facts_of(m, choices[m], hazard.after);
    // Another medicine with the same ingredient bears on its dose, and on what a fixed combination hides.
    const auto& kept = regimen_.medicines[m].facts;
    list[m] = std::any_of(facts.begin(), facts.end(), is_named) || std::any_of(kept.begin(), kept.end(), is_named);
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
  for (const RuleIndex rule : rules_of(hazard)) add_conditions(rule);
  return list;
}

// That a hazard comes of these ingredients. Of each medicine that it rests on, all options that give the same facts for
// it as the chosen one.
NoGood RegimenCheck::no_good(const Hazard& hazard, std::span<const IngredientIndex> ingredients,
                             const RegimenChoices& choices) const {
  const RuleSet& rules = base_.rules();
  const std::vector<RuleIndex> deciding = rules_of(hazard);
  const bool dose =
      std::any_of(deciding.begin(), deciding.end(), [&](RuleIndex rule) { return rules_.looks_at_dose(rule); });
  const auto bears = [&](const DrugFact& fact) {
    if (std::find(ingredients.begin(), ingredients.end(), fact.ingredient) != ingredients.end()) return true;
    return std::any_of(deciding.begin(), deciding.end(), [&](RuleIndex rule) {
      if (!rules_.looks_at_case(rule)) return false;
      const auto conditions = rules.conditions(rule);
      return std::any_of(conditions.begin(), conditions.end(), [&](const Condition& condition) {
        return condition.term != Condition::patient &&
               (condition.alternatives.count == 0 ||
                base_.lit().satisfies(rules, condition.alternatives, fact.ingredient));
      });
    });
  };
  const auto same = [&](const DrugFact& one, const DrugFact& other) {
    // A dose is what an option changes of a medicine that stays.
    return one.ingredient == other.ingredient && one.stopped == other.stopped && one.ordered == other.ordered &&
           one.source == other.source &&
           (!dose ||
            (same_number(one.daily_mg, other.daily_mg) && same_number(one.daily_units, other.daily_units) &&
             same_number(one.single_mg, other.single_mg) && same_number(one.single_units, other.single_units) &&
             same_number(one.rate_mg, other.rate_mg) && same_number(one.rate_units, other.rate_units) &&
             same_number(one.times_per_day, other.times_per_day)));
  };
  const std::vector<bool> rests_on = involved(hazard, ingredients, choices);
  NoGood list;
  for (std::uint32_t m = 0; m < rests_on.size(); ++m) {
    if (!rests_on[m]) continue;
    const auto relevant = [&](std::size_t option) {
      std::vector<const DrugFact*> facts;
      for (const DrugFact& fact : trial_.facts_of(m, option, hazard.after)) {
        if (bears(fact)) facts.push_back(&fact);
      }
      return facts;
    };
    const auto chosen = relevant(choices[m]);
    OptionMask options = 0;
    for (std::size_t o = 0; o < regimen_.medicines[m].options.size(); ++o) {
      const auto facts = relevant(o);
      const bool equal = std::equal(facts.begin(), facts.end(), chosen.begin(), chosen.end(),
                                    [&](const DrugFact* one, const DrugFact* other) { return same(*one, *other); });
      if (equal) options |= option_bit(o);
    }
    if (m == hazard.subject) options &= unanswering(hazard, m);
    list.push_back({m, options});
  }
  return list;
}

// Whether a hazard of a rule over sets comes of its members alone. With more members it is no less new.
bool RegimenCheck::counts_members(const Hazard& hazard) const {
  return hazard.after == AfterStop::gone && rules_.counts_members(hazard.rule) && are_brought_once(hazard.ingredients);
}

// The same for a rule over sets that only counts: of each medicine all options that bring what counts for as much.
NoGood RegimenCheck::members_no_good(const Hazard& hazard, std::span<const IngredientIndex> ingredients,
                                     const RegimenChoices& choices) const {
  NoGood list;
  for (std::uint32_t m = 0; m < choices.size(); ++m) {
    std::vector<const DrugFact*> members;
    for (const DrugFact& fact : trial_.facts_of(m, choices[m], AfterStop::gone)) {
      if (std::find(ingredients.begin(), ingredients.end(), fact.ingredient) != ingredients.end())
        members.push_back(&fact);
    }
    if (members.empty()) continue;
    OptionMask options = 0;
    for (std::size_t o = 0; o < regimen_.medicines[m].options.size(); ++o) {
      const auto facts = trial_.facts_of(m, o, AfterStop::gone);
      // One for one; of several members in one medicine each must be there itself.
      const auto stands_in = [&](const DrugFact& fact, const DrugFact& member) {
        return (members.size() == 1 || fact.ingredient == member.ingredient) &&
               rules_.counts_as_much(hazard.rule, fact, member);
      };
      const bool all = std::all_of(members.begin(), members.end(), [&](const DrugFact* member) {
        return std::any_of(facts.begin(), facts.end(), [&](const DrugFact& fact) { return stands_in(fact, *member); });
      });
      if (all) options |= option_bit(o);
    }
    list.push_back({m, options});
  }
  return list;
}

// The options of its subject that do not answer a hazard.
OptionMask RegimenCheck::unanswering(const Hazard& hazard, std::uint32_t medicine) const {
  OptionMask options = 0;
  for (std::size_t o = 0; o < regimen_.medicines[medicine].options.size(); ++o) {
    if (measure(hazard, regimen_.medicines[medicine].options[o].action) == nullptr) options |= option_bit(o);
  }
  return options;
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
    add_once(smallest, std::move(rest));
  }
  bool found = false;
  for (const auto& ingredients : smallest) {
    if (trial_.runs() >= policy_.engine_runs) break;
    // Doses, exceptions and modifiers are for the engine to judge: of these medicines alone.
    const std::vector<bool> alone = involved(hazard, ingredients, choices);
    trial_.assemble(choices, after, &alone);
    trial_.run();
    bool fires = false;
    for (Hazard& here : trial_.hazards(true)) {
      here.after = after;
      fires = fires || (here.rule == hazard.rule && stands_in_the_way(here) && is_counted(here));
    }
    if (!fires) continue;
    add_once(list, counts_members(hazard) ? members_no_good(hazard, ingredients, choices)
                                          : no_good(hazard, ingredients, choices));
    found = true;
  }
  if (!found) add_once(list, no_good(hazard, all, choices));
}

// The medicines that are monitored or spaced though nothing that the last run found calls for it.
std::vector<std::uint32_t> RegimenCheck::idle(const RegimenChoices& choices) const {
  std::vector<std::uint32_t> list;
  for (std::uint32_t m = 0; m < choices.size(); ++m) {
    const PlanAction action = regimen_.medicines[m].options[choices[m]].action;
    if (action == PlanAction::monitor || action == PlanAction::space) list.push_back(m);
  }
  if (list.empty()) return list;
  for (const Answered& one : answered(choices)) {
    list.erase(std::remove(list.begin(), list.end(), one.hazard.subject), list.end());
  }
  return list;
}

// To do something that nothing calls for is no plan. It holds for whatever others are chosen, as long as they bring
// nothing of which a rule speaks that this would answer, be it as a partner or as what raises or lowers its finding.
void RegimenCheck::add_idle(const RegimenChoices& choices, std::vector<NoGood>& list) const {
  for (const std::uint32_t medicine : idle(choices)) {
    const PlanAction action = regimen_.medicines[medicine].options[choices[medicine]].action;
    const auto answerable = [&](const DrugFact& fact) {
      std::vector<RuleIndex> rules;
      for (const DrugFact& own : regimen_.medicines[medicine].facts) {
        const auto entries =
            base_.pairs().find(std::min(own.ingredient, fact.ingredient), std::max(own.ingredient, fact.ingredient));
        for (const PairEntry& entry : entries) {
          const RuleIndex rule = entry.rule();
          if ((action == PlanAction::monitor ? rules_.monitoring(rule) : rules_.spacing(rule)) != nullptr)
            add_once(rules, rule);
        }
      }
      return rules;
    };
    std::vector<RuleIndex> within_reach;
    for (std::uint32_t m = 0; m < choices.size(); ++m) {
      for (std::size_t o = 0; m != medicine && o < regimen_.medicines[m].options.size(); ++o) {
        for (const DrugFact& fact : trial_.facts_of(m, o, AfterStop::gone)) {
          for (const RuleIndex rule : answerable(fact)) add_once(within_reach, rule);
        }
      }
    }
    const auto moves = [&](RuleIndex rule, const DrugFact& fact) {
      const auto conditions = base_.rules().conditions(rule);
      return std::any_of(conditions.begin(), conditions.end(), [&](const Condition& condition) {
        return condition.term == Condition::whole_case &&
               (condition.alternatives.count == 0 ||
                base_.lit().satisfies(base_.rules(), condition.alternatives, fact.ingredient));
      });
    };
    const auto calls_for_it = [&](std::uint32_t m, std::size_t option) {
      const auto facts = trial_.facts_of(m, option, AfterStop::gone);
      return std::any_of(facts.begin(), facts.end(), [&](const DrugFact& fact) {
        return !answerable(fact).empty() ||
               std::any_of(within_reach.begin(), within_reach.end(), [&](RuleIndex rule) { return moves(rule, fact); });
      });
    };
    NoGood no_good;
    for (std::uint32_t m = 0; m < choices.size(); ++m) {
      OptionMask options = option_bit(choices[m]);
      const bool others_count = m != medicine && rules_.answers_pairs_only() && !calls_for_it(m, choices[m]);
      for (std::size_t o = 0; others_count && o < regimen_.medicines[m].options.size(); ++o) {
        if (!calls_for_it(m, o)) options |= option_bit(o);
      }
      no_good.push_back({m, options});
    }
    add_once(list, std::move(no_good));
  }
}

std::vector<NoGood> RegimenCheck::no_goods(const RegimenChoices& choices, Demand demand) {
  std::vector<NoGood> list = untreated(choices);
  std::vector<Hazard> found = hazards(choices, Demand::in_time);
  if (found.empty()) add_idle(choices, list);
  if (found.empty() && list.empty() && demand == Demand::at_once) found = hazards(choices, demand);
  for (const Hazard& hazard : found) {
    const bool of_many = hazard.ingredients.size() > 2 && base_.rules().head(hazard.rule).scope == RuleScope::set;
    if (of_many) {
      add_smaller(hazard, choices, list);
      continue;
    }
    add_once(list, counts_members(hazard) ? members_no_good(hazard, hazard.ingredients, choices)
                                          : no_good(hazard, hazard.ingredients, choices));
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
    if (!served) add_once(list, std::move(able));
  }
  return list;
}

void RegimenCheck::rank(std::vector<Alternative>& alternatives) {
  trial_.assemble(RegimenChoices(regimen_.medicines.size(), 0), AfterStop::gone);
  // A fact of its own owner for each, who is told by its place.
  const auto first_asked = static_cast<std::uint32_t>(regimen_.medicines.size());
  std::map<std::size_t, std::uint32_t> asked;
  for (const Alternative& alternative : alternatives) {
    const auto owner = static_cast<std::uint32_t>(first_asked + asked.size());
    if (!asked.emplace(raw(alternative.ingredient), owner).second) continue;
    trial_.add_fact(ordered_fact(base_, alternative.ingredient, trial_.facts().front()), owner);
  }
  trial_.run();
  of_all_ = trial_.hazards(false);
  std::vector<std::vector<const Hazard*>> of_asked(asked.size());
  for (const Hazard& hazard : of_all_) {
    const auto candidates = std::count_if(hazard.medicines.begin(), hazard.medicines.end(),
                                          [&](std::uint32_t owner) { return owner >= first_asked; });
    if (candidates == 1) of_asked[hazard.medicines.back() - first_asked].push_back(&hazard);
  }
  for (Alternative& alternative : alternatives) {
    const std::uint32_t place = asked.at(raw(alternative.ingredient)) - first_asked;
    for (const Hazard* hazard : of_asked[place]) {
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

// Whether a hazard of the run with everything is there in any choice that brings its medicines.
bool RegimenCheck::holds_for_any_case(const Hazard& hazard) const {
  for (const RuleIndex rule : rules_of(hazard)) {
    if (rules_.looks_at_case(rule)) return false;
    const auto terms = base_.rules().terms(rule);
    if (std::any_of(terms.begin(), terms.end(), [](const Term& term) { return term.label == TermLabel::products; }))
      return false;
  }
  return are_brought_once(hazard.ingredients);
}

// Whether no two medicines of the case bring one of the ingredients: they would bear on its dose.
bool RegimenCheck::are_brought_once(std::span<const IngredientIndex> ingredients) const {
  return std::all_of(ingredients.begin(), ingredients.end(), [&](IngredientIndex ingredient) {
    const auto brings = [&](const DrugFact& fact) { return fact.ingredient == ingredient; };
    const auto kept =
        std::count_if(regimen_.medicines.begin(), regimen_.medicines.end(), [&](const PlannedMedicine& medicine) {
          return std::count_if(medicine.facts.begin(), medicine.facts.end(), brings) > 0;
        });
    const auto before = std::count_if(regimen_.history.begin(), regimen_.history.end(), brings);
    return kept + before <= 1;
  });
}

// The options that bring an ingredient, by medicine; `dose`: at the dose that it has now.
std::vector<RegimenChoice> RegimenCheck::bringing(IngredientIndex ingredient, bool dose) const {
  std::vector<RegimenChoice> ways;
  auto at = std::lower_bound(bringing_.begin(), bringing_.end(), raw(ingredient),
                             [](const Bringing& one, std::size_t wanted) { return one.ingredient < wanted; });
  for (; at != bringing_.end() && at->ingredient == raw(ingredient); ++at) {
    if (const OptionMask options = dose ? at->at_dose : at->options; options != 0)
      ways.push_back({at->medicine, options});
  }
  return ways;
}

// A hazard of one or two ingredients, for each way to bring them.
void RegimenCheck::add_known(const Hazard& hazard, std::vector<NoGood>& list) const {
  if (hazard.ingredients.empty() || hazard.ingredients.size() > 2) return;
  const auto was_before = [&](IngredientIndex ingredient) {
    return std::any_of(regimen_.history.begin(), regimen_.history.end(),
                       [&](const DrugFact& fact) { return fact.ingredient == ingredient; });
  };
  // Most alternatives that were ranked are not among the options.
  for (const IngredientIndex ingredient : hazard.ingredients) {
    if (bringing(ingredient, false).empty() && !was_before(ingredient)) return;
  }
  if (!holds_for_any_case(hazard)) return;
  const std::vector<RuleIndex> deciding = rules_of(hazard);
  const bool dose =
      std::any_of(deciding.begin(), deciding.end(), [&](RuleIndex rule) { return rules_.looks_at_dose(rule); });
  const IngredientIndex first = hazard.ingredients.front();
  const IngredientIndex second = hazard.ingredients.back();
  const auto add = [&](NoGood no_good) {
    Hazard here = hazard;
    here.medicines.clear();
    here.subject = nobody;
    for (const RegimenChoice& choice : no_good) here.medicines.push_back(choice.medicine);
    std::sort(here.medicines.begin(), here.medicines.end());
    if (!stands_in_the_way(here)) return;
    for (RegimenChoice& choice : no_good) {
      const auto& facts = regimen_.medicines[choice.medicine].facts;
      const bool is_subject = std::any_of(facts.begin(), facts.end(), [&](const DrugFact& fact) {
        return fact.ingredient == hazard.subject_ingredient;
      });
      if (is_subject) choice.options &= unanswering(here, choice.medicine);
    }
    if (std::all_of(no_good.begin(), no_good.end(), [](const RegimenChoice& choice) { return choice.options != 0; }))
      list.push_back(std::move(no_good));
  };
  const std::vector<RegimenChoice> firsts = bringing(first, dose);
  if (hazard.ingredients.size() == 1) {
    for (const RegimenChoice& one : firsts) add({one});
    return;
  }
  const std::vector<RegimenChoice> seconds = bringing(second, dose);
  if (was_before(first) || was_before(second)) {
    for (const RegimenChoice& one : was_before(first) ? seconds : firsts) add({one});
    return;
  }
  for (const RegimenChoice& one : firsts) {
    for (const RegimenChoice& other : seconds) {
      if (one.medicine != other.medicine) {
        add({one, other});
      } else if ((one.options & other.options) != 0) {
        add({{one.medicine, one.options & other.options}});
      }
    }
  }
}

// What is stopped beside what may be taken in its place or for another medicine.
void RegimenCheck::add_known_after_stop(std::vector<NoGood>& list) {
  trial_.clear();
  std::vector<OptionMask> stopping(regimen_.medicines.size(), 0);
  for (std::uint32_t m = 0; m < regimen_.medicines.size(); ++m) {
    const auto& options = regimen_.medicines[m].options;
    for (std::size_t o = 0; o < options.size(); ++o) {
      if (options[o].action == PlanAction::stop) {
        for (const DrugFact& fact : trial_.facts_of(m, o, AfterStop::still_acts)) trial_.add_fact(fact, m);
      } else if (options[o].action == PlanAction::switch_to) {
        const auto same = [&](const DrugFact& fact) { return fact.ingredient == options[o].to; };
        if (std::none_of(trial_.facts().begin(), trial_.facts().end(), same))
          trial_.add_fact(trial_.facts_of(m, o, AfterStop::gone).back(), m);
      }
      if (!stays(options[o].action) && !regimen_.medicines[m].ordered) stopping[m] |= option_bit(o);
    }
  }
  trial_.run();
  for (Hazard& hazard : trial_.hazards(false)) {
    hazard.after = AfterStop::still_acts;
    if (hazard.of_patient || hazard.ingredients.size() != 2 || !is_counted(hazard) ||
        hazard.severity < policy_.clear_at || !holds_for_any_case(hazard))
      continue;
    const auto is_kept = [&](IngredientIndex ingredient) {
      return std::any_of(regimen_.medicines.begin(), regimen_.medicines.end(),
                         [&](const PlannedMedicine& medicine) { return medicine.contains(ingredient); });
    };
    // One is stopped, the other one is new.
    IngredientIndex old = hazard.ingredients.front();
    IngredientIndex fresh = hazard.ingredients.back();
    if (is_kept(fresh)) std::swap(old, fresh);
    if (!is_kept(old) || is_kept(fresh)) continue;
    for (std::uint32_t m = 0; m < regimen_.medicines.size(); ++m) {
      if (!regimen_.medicines[m].contains(old) || stopping[m] == 0) continue;
      for (const RegimenChoice& way : bringing(fresh, false)) {
        if (way.medicine == m) {
          list.push_back({way});
        } else {
          list.push_back({{m, stopping[m]}, way});
        }
      }
    }
  }
}

// Which option brings which ingredient.
void RegimenCheck::index_options() {
  trial_.read_options();
  std::map<std::pair<std::size_t, std::uint32_t>, Bringing> found;
  for (std::uint32_t m = 0; m < regimen_.medicines.size(); ++m) {
    for (std::size_t o = 0; o < regimen_.medicines[m].options.size(); ++o) {
      for (const DrugFact& fact : trial_.facts_of(m, o, AfterStop::gone)) {
        Bringing& one = found[{raw(fact.ingredient), m}];
        one.options |= option_bit(o);
        if (regimen_.medicines[m].options[o].action != PlanAction::adjust_dose) one.at_dose |= option_bit(o);
      }
    }
  }
  bringing_.clear();
  for (const auto& [key, one] : found) bringing_.push_back({key.first, key.second, one.options, one.at_dose});
}

std::vector<NoGood> RegimenCheck::known_no_goods(Demand demand) {
  index_options();
  std::vector<NoGood> list;
  for (const Hazard& hazard : of_all_) add_known(hazard, list);
  if (demand == Demand::at_once) add_known_after_stop(list);
  return list;
}

std::vector<Leeway> RegimenCheck::leeway(const std::vector<Hazard>& present) const {
  std::vector<Leeway> list(regimen_.medicines.size());
  for (const Hazard& hazard : of_all_) {
    if (hazard.subject >= list.size() || hazard.severity >= Severity::critical) continue;
    list[hazard.subject].monitor = list[hazard.subject].monitor || rules_.monitoring(hazard.rule) != nullptr;
    list[hazard.subject].space = list[hazard.subject].space || rules_.spacing(hazard.rule) != nullptr;
  }
  for (const Hazard& hazard : present) {
    if (!rules_.looks_at_dose(hazard.rule)) continue;
    for (const std::uint32_t medicine : hazard.medicines) list[medicine].dose = true;
  }
  // The limits of milder rules too: what clears them as well is no more effort.
  for (const Hazard& hazard : before_) {
    for (const std::uint32_t medicine : hazard.medicines) {
      ++list[medicine].findings;
      if (!list[medicine].dose || !rules_.looks_at_dose(hazard.rule)) continue;
      for (const DrugFact& fact : regimen_.medicines[medicine].facts) {
        for (const DoseStep& step : rules_.limits(hazard.rule, fact)) add_once(list[medicine].limits, step);
      }
    }
  }
  return list;
}

}  // namespace guardian::knowledge
