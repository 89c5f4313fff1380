#include "tests/support/case_search.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "knowledge/fact_truth.hpp"
#include "tests/support/case_numbers.hpp"
#include "tests/support/patient_rule_cases.hpp"

namespace guardian::tests {
namespace {

using namespace guardian::knowledge;

constexpr std::size_t most_tries = 4'000;
constexpr std::size_t most_steps = 400'000;
constexpr std::size_t most_routes = 4;  // of each medicine

// A walk through all ways to choose, by the sum of the numbers of the options: each choice is varied early.
struct Walk {
  const std::vector<CaseChoice>& choices;
  const std::function<bool(RuleCase&)>& accept;
  std::vector<std::size_t> most_left;  // by choice: the sum that it and those after it can reach
  std::size_t tries = 0;
  std::size_t steps = 0;

  [[nodiscard]] bool exhausted() const { return tries >= most_tries || steps >= most_steps; }

  std::optional<RuleCase> from(std::size_t position, std::size_t sum, const RuleCase& made) {
    if (exhausted() || sum > most_left[position]) return std::nullopt;
    if (position == choices.size()) {
      ++tries;
      RuleCase whole = made;
      return accept(whole) ? std::optional(std::move(whole)) : std::nullopt;
    }
    const CaseChoice& choice = choices[position];
    const std::size_t later = most_left[position + 1];
    for (std::size_t option = sum > later ? sum - later : 0; option < choice.options && option <= sum; ++option) {
      ++steps;
      RuleCase further = made;
      if (!choice.make(further, option)) continue;
      if (auto found = from(position + 1, sum - option, further)) return found;
    }
    return std::nullopt;
  }
};

// What is asked of a medicine: by its term, and by the exception that looks at it.
struct MedicineWish {
  std::vector<Range> selectors;
  std::vector<Predicate> predicates;
  std::uint8_t exposures = exposure_bit(core::Exposure::systemic);
  double washout_days = -1.0;  // of the term; negative: as its ingredient says
};

// Usual, not stated, then every route: those by which as much of the ingredient reaches the blood as is wanted.
std::vector<RouteMask> fitting_routes(const KnowledgeBase& base, const MedicineWish& wish, DrugFact fact) {
  std::vector<RouteMask> routes{fact.route, 0};
  for (RouteMask bit = 1; !base.route_name(bit).empty(); bit <<= 1U) routes.push_back(bit);
  std::erase_if(routes, [&](RouteMask route) {
    fact.route = route;
    fact.exposure = base.exposure(fact.ingredient, route);
    if ((wish.exposures & exposure_bit(fact.exposure)) == 0) return true;
    return std::any_of(wish.predicates.begin(), wish.predicates.end(), [&](const Predicate& predicate) {
      const bool of_route = predicate.kind == PredicateKind::route || predicate.kind == PredicateKind::exposure;
      return of_route && evaluate(predicate, fact) != Truth::yes;
    });
  });
  return routes;
}

class MedicineChoices {
 public:
  MedicineChoices(const KnowledgeBase& base, std::vector<CaseChoice>& choices) : base_(base), choices_(choices) {}

  void add(const Term& term, const Condition* exception) {
    MedicineWish wish;
    wish.exposures = term.wanted_exposures;
    wish.washout_days = term.washout_days;
    ask(wish, term.alternatives, term.predicates);
    MedicineWish excepted = wish;
    if (exception != nullptr) ask(excepted, exception->alternatives, exception->predicates);
    const bool products = term.label == TermLabel::products;
    add(excepted, products ? term.quantity : 1, false);
    if (products) return;
    // Of a counted term as many ingredients are taken as its number says: enough for a count, and for most sums. An
    // exception takes one of them out.
    for (std::size_t i = 1; i < facts_of_term(term); ++i) add(wish, 1, i > 1 || exception == nullptr);
  }

  // A medicine besides those of the terms.
  void add_further(const Condition& exception) {
    MedicineWish wish;
    ask(wish, exception.alternatives, exception.predicates);
    add(wish, 1, false);
  }

 private:
  void ask(MedicineWish& wish, Range selector, Range predicates) const {
    if (selector.count > 0) wish.selectors.push_back(selector);
    const auto asked = base_.rules().predicates(predicates);
    wish.predicates.insert(wish.predicates.end(), asked.begin(), asked.end());
  }

  [[nodiscard]] std::vector<std::uint32_t> candidates(const MedicineWish& wish) const {
    const LitSets& lit = base_.lit();
    std::vector<std::uint32_t> able(base_.graph().ingredient_count());
    std::iota(able.begin(), able.end(), 0U);
    std::erase_if(able, [&](std::uint32_t ingredient) {
      return std::any_of(wish.selectors.begin(), wish.selectors.end(), [&](Range selector) {
        return !lit.satisfies(base_.rules(), selector, static_cast<IngredientIndex>(ingredient));
      });
    });
    // First those with which it shows that the term has a washout of its own.
    if (wish.washout_days < 0) return able;
    std::stable_partition(able.begin(), able.end(), [&](std::uint32_t ingredient) {
      const double own = base_.bare_fact(static_cast<IngredientIndex>(ingredient)).washout_days;
      return wish.washout_days > day_after_last_dose ? own != wish.washout_days : own > day_after_last_dose;
    });
    return able;
  }

  // One ingredient, in one medicine or several.
  void add(const MedicineWish& wish, std::size_t medicines, bool after_its_like) {
    const std::size_t first = facts_;
    facts_ += medicines;
    choices_.push_back(ingredient_choice(candidates(wish), medicines, after_its_like));
    choices_.push_back(route_choice(wish, first, medicines));
    for (const auto place :
         {&DrugFact::daily_mg, &DrugFact::daily_units, &DrugFact::single_mg, &DrugFact::single_units,
          &DrugFact::rate_mg, &DrugFact::rate_units, &DrugFact::times_per_day, &DrugFact::duration_days}) {
      add_number(wish, place, first, medicines);
    }
  }

  // `after_its_like`: of the candidates behind the one that was chosen last, so that a set is made once.
  [[nodiscard]] CaseChoice ingredient_choice(std::vector<std::uint32_t> able, std::size_t medicines,
                                             bool after_its_like) const {
    const std::size_t options = able.size();
    return {options,
            [&base = base_, able = std::move(able), medicines, after_its_like](RuleCase& made, std::size_t option) {
              if (after_its_like) {
                const auto last = std::find(able.begin(), able.end(), raw(made.facts.back().ingredient));
                option += static_cast<std::size_t>(last - able.begin()) + 1;
              }
              if (option >= able.size()) return false;
              const auto ingredient = static_cast<IngredientIndex>(able[option]);
              for (const DrugFact& fact : made.facts) {
                if (fact.ingredient == ingredient) return false;
              }
              for (std::size_t i = 0; i < medicines; ++i) {
                DrugFact fact = base.bare_fact(ingredient);
                fact.source = static_cast<std::uint32_t>(made.facts.size() + 1);
                fact.name_hash = fact.source;
                made.facts.push_back(fact);
              }
              return true;
            }};
  }

  [[nodiscard]] CaseChoice route_choice(const MedicineWish& wish, std::size_t first, std::size_t medicines) const {
    return {most_routes, [&base = base_, wish, first, medicines](RuleCase& made, std::size_t option) {
              const auto routes = fitting_routes(base, wish, made.facts[first]);
              if (option >= routes.size()) return false;
              for (std::size_t i = first; i < first + medicines; ++i) {
                DrugFact& fact = made.facts[i];
                fact.route = routes[option];
                fact.exposure = base.exposure(fact.ingredient, fact.route);
                for (const Predicate& predicate : wish.predicates) {
                  if (predicate.kind == PredicateKind::status) fact.ordered = (predicate.routes & taken_bit) == 0;
                }
              }
              return true;
            }};
  }

  void add_number(const MedicineWish& wish, double DrugFact::*place, std::size_t first, std::size_t medicines) {
    std::vector<Predicate> asked;
    bool by_weight = false;
    for (Predicate predicate : wish.predicates) {
      const DoseNumber number = dose_number(predicate);
      if (number.place != place) continue;
      by_weight = by_weight || number.factor != 1.0;
      predicate.number *= number.factor;
      asked.push_back(predicate);
    }
    if (asked.empty()) return;
    auto numbers = fitting_numbers(asked, {});
    const std::size_t options = numbers.size();
    choices_.push_back({options, [=, numbers = std::move(numbers)](RuleCase& made, std::size_t option) {
                          // The dose of a day is the sum over the medicines; equal ones would count as one.
                          const bool adds_up = place == &DrugFact::daily_mg || place == &DrugFact::daily_units;
                          double left = numbers[option];
                          for (std::size_t i = first; i < first + medicines; ++i) {
                            const bool last = i + 1 == first + medicines;
                            const double share = adds_up && !last ? left / 4 : left;
                            if (adds_up) left -= share;
                            made.facts[i].*place = share;
                            if (by_weight) made.facts[i].weight_kg = case_weight_kg;
                          }
                          return true;
                        }});
  }

  const KnowledgeBase& base_;
  std::vector<CaseChoice>& choices_;
  std::size_t facts_ = 0;
};

}  // namespace

std::vector<CaseChoice> choices_for(const KnowledgeBase& base, RuleIndex rule, std::optional<std::uint32_t> exception) {
  const auto terms = base.rules().terms(rule);
  const Condition* veto = exception ? &base.rules().conditions(rule)[*exception] : nullptr;
  std::vector<CaseChoice> choices;
  MedicineChoices medicines(base, choices);
  for (std::uint32_t t = 0; t < terms.size(); ++t) {
    if (!is_about_patient(terms[t].label)) medicines.add(terms[t], veto != nullptr && veto->term == t ? veto : nullptr);
  }
  if (veto != nullptr && veto->term == Condition::whole_case) medicines.add_further(*veto);
  add_patient_choices(base, rule, veto, choices);
  return choices;
}

std::optional<RuleCase> search(const RuleCase& start, const std::vector<CaseChoice>& choices,
                               const std::function<bool(RuleCase&)>& accept) {
  Walk walk{choices, accept, std::vector<std::size_t>(choices.size() + 1, 0)};
  for (std::size_t i = choices.size(); i > 0; --i) {
    if (choices[i - 1].options == 0) return std::nullopt;
    walk.most_left[i - 1] = walk.most_left[i] + choices[i - 1].options - 1;
  }
  for (std::size_t sum = 0; sum <= walk.most_left.front() && !walk.exhausted(); ++sum) {
    if (auto found = walk.from(0, sum, start)) return found;
  }
  return std::nullopt;
}

std::size_t facts_of_term(const Term& term) { return is_counted(term.label) ? term.quantity : 1; }

DoseNumber dose_number(const Predicate& predicate) {
  const bool by_mass =
      predicate.measure == DoseMeasure::milligrams || predicate.measure == DoseMeasure::milligrams_per_kg;
  const bool by_weight =
      predicate.measure == DoseMeasure::milligrams_per_kg || predicate.measure == DoseMeasure::units_per_kg;
  const double factor = by_weight ? case_weight_kg : 1.0;
  switch (predicate.kind) {
    case PredicateKind::dose: return {by_mass ? &DrugFact::daily_mg : &DrugFact::daily_units, factor};
    case PredicateKind::single: return {by_mass ? &DrugFact::single_mg : &DrugFact::single_units, factor};
    case PredicateKind::rate: return {by_mass ? &DrugFact::rate_mg : &DrugFact::rate_units, factor};
    case PredicateKind::times: return {&DrugFact::times_per_day};
    case PredicateKind::duration: return {&DrugFact::duration_days};
    default: return {};
  }
}

}  // namespace guardian::tests
