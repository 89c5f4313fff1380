#include "knowledge/regimen.hpp"

#include <algorithm>
#include <functional>
#include <tuple>

namespace guardian::knowledge {
namespace {

using core::PlanAction;

template <class T>
void add_new(std::vector<T>& list, const T& item) {
  if (std::find(list.begin(), list.end(), item) == list.end()) list.push_back(item);
}

bool has_dose(const DrugFact& fact) {
  const auto known = [](double number) { return number == number; };
  return known(fact.daily_mg) || known(fact.daily_units) || known(fact.single_mg) || known(fact.single_units);
}

bool serves(const Indications& indications, const PlannedMedicine& medicine, const MedicineOption& option,
            const Purpose& purpose) {
  switch (option.action) {
    case PlanAction::stop: return false;
    case PlanAction::switch_to: return indications.line(option.to, purpose) > 0;
    case PlanAction::keep:
    case PlanAction::adjust_dose: break;
  }
  return std::any_of(medicine.facts.begin(), medicine.facts.end(),
                     [&](const DrugFact& fact) { return indications.line(fact.ingredient, purpose) > 0; });
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
      add_new(medicines.back().purposes, purpose);
      add_new(regimen.purposes, purpose);
    }
  }
  return regimen;
}

std::vector<Alternative> alternatives_of(const KnowledgeBase& base, const Regimen& regimen,
                                         const Indications& indications, const PatientState* patient) {
  const auto is_there = [&](IngredientIndex ingredient) {
    const auto same = [&](const DrugFact& fact) { return fact.ingredient == ingredient; };
    return std::any_of(regimen.history.begin(), regimen.history.end(), same) ||
           std::any_of(regimen.medicines.begin(), regimen.medicines.end(),
                       [&](const PlannedMedicine& medicine) { return medicine.contains(ingredient); });
  };
  std::vector<Alternative> alternatives;
  for (std::uint32_t m = 0; m < regimen.medicines.size(); ++m) {
    const PlannedMedicine& medicine = regimen.medicines[m];
    // What a medicine is for may not be in the case: then only one of its own class can stand in for it.
    const bool known = !medicine.purposes.empty();
    std::vector<Purpose> purposes = medicine.purposes;
    for (const DrugFact& fact : medicine.facts) {
      if (known) break;
      for (const Purpose& purpose : indications.purposes(fact.ingredient, patient, true)) add_new(purposes, purpose);
    }
    std::vector<IngredientIndex> candidates;
    for (const Purpose& purpose : purposes) {
      for (const IngredientIndex ingredient : indications.serving(purpose)) add_new(candidates, ingredient);
    }
    for (const IngredientIndex ingredient : candidates) {
      if (is_there(ingredient)) continue;
      Alternative alternative{m, ingredient, 0, 0, false, false, false, 0, false};
      alternative.in_class = std::any_of(medicine.facts.begin(), medicine.facts.end(), [&](const DrugFact& fact) {
        return indications.same_class(fact.ingredient, ingredient);
      });
      alternative.named = std::any_of(purposes.begin(), purposes.end(),
                                      [&](const Purpose& purpose) { return indications.names(ingredient, purpose); });
      // Not every member of a class is used for what the class is; to leave a class, the table must name the medicine.
      if (!alternative.in_class && (!known || !alternative.named)) continue;
      for (const Purpose& purpose : purposes) {
        const int line = indications.line(ingredient, purpose);
        if (line == 0) ++alternative.purposes_missed;
        if (line > 0 && (alternative.line == 0 || line < alternative.line)) alternative.line = line;
      }
      alternative.other_route = base.bare_fact(ingredient).route != medicine.facts.front().route;
      alternatives.push_back(alternative);
    }
  }
  return alternatives;
}

DrugFact ordered_fact(const KnowledgeBase& base, IngredientIndex ingredient, const DrugFact& instead_of) {
  DrugFact fact = base.bare_fact(ingredient);
  fact.weight_kg = instead_of.weight_kg;
  fact.source = instead_of.source;
  fact.ordered = true;
  fact.name_hash = static_cast<std::uint32_t>(std::hash<std::string>()(base.graph().ingredient_name(ingredient)));
  return fact;
}

void add_options(Regimen& regimen, const PlanPolicy& policy, const Indications& indications,
                 std::vector<Alternative> alternatives, const std::vector<bool>& dose_matters) {
  std::stable_sort(alternatives.begin(), alternatives.end(), [](const Alternative& left, const Alternative& right) {
    const auto key = [](const Alternative& a) {
      return std::tuple(a.purposes_missed, a.conflicts, !a.named, a.line, !a.in_class, a.other_route,
                        raw(a.ingredient));
    };
    return key(left) < key(right);
  });
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
    if (dose_matters[m] && any_fact(has_dose)) {
      for (const double factor : policy.dose_factors) {
        MedicineOption option;
        option.action = PlanAction::adjust_dose;
        option.cost = policy.adjust_dose + any_change;
        option.factor = factor;
        medicine.options.push_back(option);
      }
    }
    std::size_t taken = 0;
    for (const Alternative& alternative : alternatives) {
      if (alternative.medicine != m || alternative.excluded || taken == policy.alternatives) continue;
      ++taken;
      MedicineOption option;
      option.action = PlanAction::switch_to;
      option.cost = (alternative.in_class ? policy.switch_in_class : policy.switch_across + withdrawal) + any_change;
      option.to = alternative.ingredient;
      option.in_class = alternative.in_class;
      option.line = alternative.line;
      medicine.options.push_back(option);
    }
    MedicineOption stop;
    stop.action = PlanAction::stop;
    stop.cost = (medicine.purposes.empty() ? policy.stop_without_indication : policy.stop_with_indication) +
                withdrawal + any_change;
    medicine.options.push_back(stop);
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
      options.push_back({option.cost, option.action != PlanAction::keep, option.action == PlanAction::stop});
    }
    problem.medicines.push_back(std::move(options));
  }
  for (std::uint32_t one = 0; one < regimen.medicines.size(); ++one) {
    for (std::uint32_t other = one + 1; other < regimen.medicines.size(); ++other) {
      const auto& left = regimen.medicines[one].options;
      const auto& right = regimen.medicines[other].options;
      for (std::uint32_t i = 0; i < left.size(); ++i) {
        for (std::uint32_t j = 0; j < right.size(); ++j) {
          if (left[i].action == PlanAction::switch_to && right[j].action == PlanAction::switch_to &&
              left[i].to == right[j].to)
            problem.no_goods.push_back({{one, i}, {other, j}});
        }
      }
    }
  }
  return problem;
}

}  // namespace guardian::knowledge
