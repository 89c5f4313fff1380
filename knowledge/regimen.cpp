#include "knowledge/regimen.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <tuple>

#include "knowledge/lists.hpp"

namespace guardian::knowledge {
namespace {

using core::PlanAction;

// A medicine has at most `most_options` options: to keep, monitor, space or stop it, doses, alternatives.
constexpr std::size_t most_limits = 8;
constexpr std::size_t most_switches = most_options - 4 - 2 * most_limits;

// Half a tablet is easier to give than the very limit of a rule, unless it gives up more than a quarter of it.
constexpr double near_limit = 0.75;
constexpr double rounding = 1e-9;

// Of equal efforts the one at the medicine that causes most trouble; beyond so many findings all are alike.
constexpr std::uint32_t most_findings = 12;

bool has_dose(const DrugFact& fact) {
  const auto known = [](double number) { return number == number; };
  return known(fact.daily_mg) || known(fact.daily_units) || known(fact.single_mg) || known(fact.single_units) ||
         known(fact.rate_mg) || known(fact.rate_units);
}

bool serves(const Indications& indications, const PlannedMedicine& medicine, const MedicineOption& option,
            const Purpose& purpose) {
  switch (option.action) {
    case PlanAction::stop: return false;
    case PlanAction::switch_to: return indications.line(option.to, purpose) > 0;
    case PlanAction::keep:
    case PlanAction::monitor:
    case PlanAction::space:
    case PlanAction::adjust_dose: break;
  }
  return std::any_of(medicine.facts.begin(), medicine.facts.end(),
                     [&](const DrugFact& fact) { return indications.line(fact.ingredient, purpose) > 0; });
}

// The parts of a dose that are offered: the usual ones, and what a rule allows where no usual one comes near below it.
std::vector<DoseStep> dose_steps(const std::vector<double>& usual, const std::vector<DoseStep>& limits) {
  std::vector<DoseStep> steps;
  for (const DoseStep& limit : limits) {
    const bool near = !limit.fewer && std::any_of(usual.begin(), usual.end(), [&](double factor) {
      return factor <= limit.factor + rounding && factor >= limit.factor * near_limit;
    });
    if (!near && steps.size() < most_limits) steps.push_back(limit);
  }
  for (const double factor : usual) {
    if (steps.size() < 2 * most_limits) steps.push_back({factor, false});
  }
  // Within all limits first, and of those the most of the dose that is left.
  double lowest = 1.0;
  for (const DoseStep& limit : limits) {
    if (!limit.fewer) lowest = std::min(lowest, limit.factor);
  }
  const auto key = [&](const DoseStep& step) {
    return std::tuple(step.fewer, step.factor > lowest + rounding, -step.factor);
  };
  std::stable_sort(steps.begin(), steps.end(),
                   [&](const DoseStep& left, const DoseStep& right) { return key(left) < key(right); });
  return steps;
}

}  // namespace

bool PlannedMedicine::contains(IngredientIndex ingredient) const {
  return std::any_of(facts.begin(), facts.end(), [&](const DrugFact& fact) { return fact.ingredient == ingredient; });
}

Regimen regimen_of(const ScreenedCase& subject, const Indications& indications) {
  Regimen regimen;
  for (const DrugFact& fact : subject.facts) {
    if (fact.stopped) {
      regimen.history.push_back(fact);
      continue;
    }
    auto& medicines = regimen.medicines;
    if (medicines.empty() || medicines.back().source != fact.source) {
      medicines.push_back({fact.source, fact.ordered, {}, {}, {MedicineOption{}}});
    }
    medicines.back().facts.push_back(fact);
    for (const Purpose& purpose : indications.purposes(fact.ingredient, subject.patient)) {
      add_once(medicines.back().purposes, purpose);
      add_once(regimen.purposes, purpose);
    }
  }
  return regimen;
}

void add_alternatives(const KnowledgeBase& base, const Regimen& regimen, std::uint32_t of,
                      const Indications& indications, const PatientState* patient, std::vector<Alternative>& list) {
  const auto is_there = [&](IngredientIndex ingredient) {
    const auto same = [&](const DrugFact& fact) { return fact.ingredient == ingredient; };
    return std::any_of(regimen.history.begin(), regimen.history.end(), same) ||
           std::any_of(regimen.medicines.begin(), regimen.medicines.end(),
                       [&](const PlannedMedicine& medicine) { return medicine.contains(ingredient); });
  };
  const PlannedMedicine& medicine = regimen.medicines[of];
  // What a medicine is for may not be in the case: then only one of its own class can stand in for it.
  const bool known = !medicine.purposes.empty();
  std::vector<Purpose> purposes = medicine.purposes;
  for (const DrugFact& fact : medicine.facts) {
    if (known) break;
    for (const Purpose& purpose : indications.purposes(fact.ingredient, patient, true)) add_once(purposes, purpose);
  }
  std::vector<bool> is_met(base.graph().ingredient_count());
  std::vector<IngredientIndex> candidates;
  for (const Purpose& purpose : purposes) {
    for (const IngredientIndex ingredient : indications.serving(purpose)) {
      if (is_met[raw(ingredient)]) continue;
      is_met[raw(ingredient)] = true;
      candidates.push_back(ingredient);
    }
  }
  for (const IngredientIndex ingredient : candidates) {
    const bool in_class = std::any_of(medicine.facts.begin(), medicine.facts.end(), [&](const DrugFact& fact) {
      return indications.same_class(fact.ingredient, ingredient);
    });
    if ((!in_class && !known) || is_there(ingredient)) continue;
    Alternative alternative;
    alternative.medicine = of;
    alternative.ingredient = ingredient;
    alternative.in_class = in_class;
    alternative.named = std::any_of(purposes.begin(), purposes.end(),
                                    [&](const Purpose& purpose) { return indications.names(ingredient, purpose); });
    // Not every member of a class is used for what the class is; to leave a class, the table must name the medicine.
    if (!alternative.in_class && !alternative.named) continue;
    const auto others = indications.purposes(ingredient, patient);
    alternative.serves_more = std::any_of(others.begin(), others.end(), [&](const Purpose& other) {
      const auto same = [&](const Purpose& purpose) { return purpose.condition == other.condition; };
      return indications.names(ingredient, other) && std::none_of(purposes.begin(), purposes.end(), same);
    });
    for (const Purpose& purpose : purposes) {
      const int line = indications.line(ingredient, purpose);
      if (line == 0) ++alternative.purposes_missed;
      if (line > 0 && (alternative.line == 0 || line < alternative.line)) alternative.line = line;
    }
    alternative.other_route = base.bare_fact(ingredient).route != medicine.facts.front().route;
    list.push_back(alternative);
  }
}

std::vector<Alternative> alternatives_of(const KnowledgeBase& base, const Regimen& regimen,
                                         const Indications& indications, const PatientState* patient) {
  std::vector<Alternative> list;
  for (std::uint32_t m = 0; m < regimen.medicines.size(); ++m)
    add_alternatives(base, regimen, m, indications, patient, list);
  return list;
}

DrugFact ordered_fact(const KnowledgeBase& base, IngredientIndex ingredient, const DrugFact& instead_of) {
  DrugFact fact = base.bare_fact(ingredient);
  fact.weight_kg = instead_of.weight_kg;
  fact.source = instead_of.source;
  fact.ordered = true;
  fact.name_hash = static_cast<std::uint32_t>(std::hash<std::string>()(base.graph().ingredient_name(ingredient)));
  return fact;
}

void best_first(std::vector<Alternative>& alternatives) {
  std::stable_sort(alternatives.begin(), alternatives.end(), [](const Alternative& left, const Alternative& right) {
    const auto key = [](const Alternative& a) {
      return std::tuple(a.purposes_missed, a.conflicts, !a.named, !a.serves_more, a.line, !a.in_class, a.other_route,
                        raw(a.ingredient));
    };
    return key(left) < key(right);
  });
}

void add_options(Regimen& regimen, const PlanPolicy& policy, const Indications& indications,
                 std::vector<Alternative> alternatives, const std::vector<Leeway>& leeway) {
  best_first(alternatives);
  const std::size_t most_alternatives = std::min(policy.alternatives, most_switches);
  for (std::uint32_t m = 0; m < regimen.medicines.size(); ++m) {
    PlannedMedicine& medicine = regimen.medicines[m];
    const auto any_fact = [&](const auto& test) {
      return std::any_of(medicine.facts.begin(), medicine.facts.end(), test);
    };
    // Nothing is withdrawn by not beginning a medicine.
    const bool in_use = !medicine.ordered;
    const bool alert = in_use && any_fact([&](const DrugFact& f) { return indications.is_high_alert(f.ingredient); });
    const bool taper = in_use && any_fact([&](const DrugFact& f) { return indications.needs_taper(f.ingredient); });
    const double any_change = alert ? policy.high_alert_cost : 0.0;
    const double withdrawal = taper ? policy.taper_cost : 0.0;
    const auto add = [&](PlanAction action, double cost) -> MedicineOption& {
      MedicineOption option;
      option.action = action;
      option.cost = cost;
      medicine.options.push_back(option);
      return medicine.options.back();
    };
    if (leeway[m].monitor) add(PlanAction::monitor, policy.monitor_cost);
    if (leeway[m].space) add(PlanAction::space, policy.space_cost);
    if (leeway[m].dose && any_fact(has_dose)) {
      for (const DoseStep& step : dose_steps(policy.dose_factors, leeway[m].limits)) {
        MedicineOption& option = add(PlanAction::adjust_dose, policy.adjust_dose + any_change);
        option.factor = step.factor;
        option.fewer = step.fewer;
      }
    }
    std::size_t taken = 0;
    for (const Alternative& alternative : alternatives) {
      if (alternative.medicine != m || alternative.excluded || taken == most_alternatives) continue;
      ++taken;
      const double cost = alternative.in_class ? policy.switch_in_class : policy.switch_across + withdrawal;
      MedicineOption& option = add(PlanAction::switch_to, cost + any_change);
      option.to = alternative.ingredient;
      option.in_class = alternative.in_class;
      option.line = alternative.line;
      // A compelling indication goes before the line.
      option.rank = alternative.serves_more ? 0 : static_cast<std::uint32_t>(alternative.line);
    }
    // Of what the tables know nothing it cannot be said that nothing calls for it.
    const bool idle =
        medicine.purposes.empty() && any_fact([&](const DrugFact& f) { return indications.knows(f.ingredient); });
    add(PlanAction::stop,
        (idle ? policy.stop_without_indication : policy.stop_with_indication) + withdrawal + any_change);
    for (MedicineOption& option : medicine.options) {
      if (option.action == PlanAction::keep) continue;
      option.rank += most_findings - std::min(leeway[m].findings, most_findings);
    }
    for (MedicineOption& option : medicine.options) {
      for (const Purpose& purpose : regimen.purposes)
        option.serves.push_back(serves(indications, medicine, option, purpose));
    }
  }
}

RegimenProblem search_problem(const Regimen& regimen) {
  RegimenProblem problem;
  for (const PlannedMedicine& medicine : regimen.medicines) {
    std::vector<RegimenOption> options;
    for (const MedicineOption& option : medicine.options) {
      options.push_back(
          {option.cost, option.action != PlanAction::keep, option.action == PlanAction::stop, option.rank});
    }
    problem.medicines.push_back(std::move(options));
  }
  // By ingredient that is switched to: the options that do.
  std::map<std::size_t, NoGood> switched;
  for (std::uint32_t m = 0; m < regimen.medicines.size(); ++m) {
    const auto& options = regimen.medicines[m].options;
    for (std::size_t o = 0; o < options.size(); ++o) {
      if (options[o].action != PlanAction::switch_to) continue;
      NoGood& able = switched[raw(options[o].to)];
      if (able.empty() || able.back().medicine != m) able.push_back({m, 0});
      able.back().options |= option_bit(o);
    }
  }
  for (const auto& [ingredient, able] : switched) {
    for (std::size_t one = 0; one < able.size(); ++one) {
      for (std::size_t other = one + 1; other < able.size(); ++other)
        problem.no_goods.push_back({able[one], able[other]});
    }
  }
  // Of each purpose: of the medicines that can serve it, the options that do not.
  for (std::size_t purpose = 0; purpose < regimen.purposes.size(); ++purpose) {
    NoGood untreated;
    for (std::uint32_t m = 0; m < regimen.medicines.size(); ++m) {
      const auto& options = regimen.medicines[m].options;
      OptionMask others = 0;
      bool able = false;
      for (std::size_t o = 0; o < options.size(); ++o) {
        if (options[o].serves[purpose]) {
          able = true;
        } else {
          others |= option_bit(o);
        }
      }
      if (able) untreated.push_back({m, others});
    }
    problem.no_goods.push_back(std::move(untreated));
  }
  return problem;
}

}  // namespace guardian::knowledge
