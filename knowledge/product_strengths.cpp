#include "knowledge/product_strengths.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

#include "knowledge/knowledge_base.hpp"
#include "knowledge/name_index.hpp"
#include "knowledge/order_words.hpp"
#include "knowledge/text.hpp"

namespace guardian::knowledge {
namespace {

bool same_strength(const KnownStrength& one, const KnownStrength& other) {
  const double factor = in_unit(one.unit, other.unit);
  return one.millilitres == other.millilitres &&
         std::equal(one.values.begin(), one.values.end(), other.values.begin(), other.values.end(),
                    [&](double a, double b) { return alike(a * factor, b); });
}

// The only one of the known strengths that fits what is stated; nothing when several differ.
template <class Fits>
std::optional<KnownStrength> only_fitting(const std::vector<KnownStrength>& known, Fits fits) {
  std::optional<KnownStrength> found;
  for (const KnownStrength& one : known) {
    if (!fits(one)) continue;
    if (found && !same_strength(*found, one)) return std::nullopt;
    if (!found) found = one;
  }
  return found;
}

// "875 mg" is a part of one strength, "4.5 g" the sum of one.
std::optional<KnownStrength> strength_stated(const std::vector<double>& stated, core::DoseUnit unit,
                                             const std::vector<KnownStrength>& known) {
  const auto holds_all = [&](const KnownStrength& one) {
    const double factor = in_unit(unit, one.unit);
    return one.millilitres == 0.0 && factor > 0.0 && std::all_of(stated.begin(), stated.end(), [&](double value) {
             return std::any_of(one.values.begin(), one.values.end(),
                                [&](double part) { return alike(part, value * factor); });
           });
  };
  if (std::any_of(known.begin(), known.end(), holds_all)) return only_fitting(known, holds_all);
  if (stated.size() != 1) return std::nullopt;
  return only_fitting(known, [&](const KnownStrength& one) {
    const double sum = std::accumulate(one.values.begin(), one.values.end(), 0.0);
    return one.millilitres == 0.0 && alike(sum, stated.front() * in_unit(unit, one.unit));
  });
}

}  // namespace

std::vector<KnownStrength> known_strengths(std::string_view cell, std::size_t ingredients) {
  std::vector<KnownStrength> all;
  for (std::string_view alternative : split(cell, "|")) {
    KnownStrength one;
    alternative = trimmed(alternative);
    if (const auto in = alternative.find(" in "); in != std::string_view::npos) {
      const std::string_view volume = alternative.substr(in + 4);
      one.millilitres = parse_number(trimmed(volume.substr(0, volume.find(' ')))).value_or(0.0);
      if (!(one.millilitres > 0.0)) continue;
      alternative = alternative.substr(0, in);
    }
    const auto unit_at = alternative.find_last_of(' ');
    if (unit_at != std::string_view::npos) one.unit = dose_unit(lower_case(alternative.substr(unit_at + 1)));
    for (const std::string_view number : split(alternative.substr(0, unit_at), "/")) {
      if (const auto value = parse_number(number)) one.values.push_back(*value);
    }
    if (one.values.size() == ingredients && one.unit != core::DoseUnit::none && one.unit != core::DoseUnit::percent)
      all.push_back(std::move(one));
  }
  return all;
}

bool alike(double one, double other) {
  return std::abs(one - other) <= 1e-9 * std::max(std::abs(one), std::abs(other));
}

std::vector<KnownStrength> strengths_of_products(const KnowledgeBase& base,
                                                 const std::vector<IngredientIndex>& ingredients) {
  std::vector<KnownStrength> all;
  for (const NameEntry* product : base.names().products_of(ingredients)) {
    for (KnownStrength& known : known_strengths(product->strengths, ingredients.size())) {
      std::vector<double> in_order;
      for (const IngredientIndex ingredient : ingredients) {
        const auto at = std::find(product->ingredients.begin(), product->ingredients.end(), ingredient);
        if (at != product->ingredients.end())
          in_order.push_back(known.values[static_cast<std::size_t>(at - product->ingredients.begin())]);
      }
      known.values = std::move(in_order);
      if (known.values.size() == ingredients.size()) all.push_back(std::move(known));
    }
  }
  return all;
}

double in_unit(core::DoseUnit unit, core::DoseUnit other) {
  if (unit == other || unit == core::DoseUnit::none) return 1.0;
  const auto milligrams = [](core::DoseUnit mass) {
    core::Dose one;
    one.strengths = {1.0};
    one.strength_unit = mass;
    return core::single_mg(one, 0, {}).value_or(0.0);
  };
  return milligrams(other) > 0.0 ? milligrams(unit) / milligrams(other) : 0.0;
}

void forget_strengths(core::Dose& dose) {
  dose.strengths.clear();
  dose.strength_unit = core::DoseUnit::none;
}

void complete_strengths(core::Dose& dose, const std::vector<KnownStrength>& own,
                        const std::vector<KnownStrength>& others, std::size_t ingredients) {
  const bool whole = dose.strengths.size() == ingredients;
  std::optional<KnownStrength> fitting;
  if (dose.strengths.empty()) {  // "2 tablets"
    fitting = only_fitting(own, [](const KnownStrength& one) { return one.millilitres == 0.0; });
  } else {
    fitting = strength_stated(dose.strengths, dose.strength_unit, own);
    if (!fitting && (!whole || dose.strength_unit == core::DoseUnit::none))
      fitting = strength_stated(dose.strengths, dose.strength_unit, others);
  }
  if (fitting) {
    dose.strengths = fitting->values;
    dose.strength_unit = fitting->unit;
    return;
  }
  const auto& known = own.empty() ? others : own;
  if (whole && dose.strength_unit == core::DoseUnit::none && !known.empty()) {
    const bool one_unit = std::all_of(known.begin(), known.end(),
                                      [&](const KnownStrength& one) { return one.unit == known.front().unit; });
    if (one_unit) dose.strength_unit = known.front().unit;
  } else if (!whole && !dose.strengths.empty()) {
    forget_strengths(dose);  // which ingredient the number is of is not known
  }
}

void complete_liquid(core::Dose& dose, const OrderReading& order, const std::vector<KnownStrength>& own,
                     const std::vector<KnownStrength>& others, std::size_t ingredients) {
  if (dose.strengths.empty() && order.millilitres) {
    const auto liquid = only_fitting(own, [](const KnownStrength& one) { return one.millilitres > 0.0; });
    if (!liquid) return;
    dose.strengths = liquid->values;
    for (double& value : dose.strengths) value /= liquid->millilitres;
    dose.strength_unit = liquid->unit;
    dose.amount = order.millilitres;
  } else if (dose.strengths.size() == 1 && ingredients > 1) {  // "4.5 g/100 mL": a bag
    const auto bag = strength_stated({dose.strengths.front() * dose.amount.value_or(1.0)}, dose.strength_unit, others);
    forget_strengths(dose);
    dose.amount.reset();
    if (!bag) return;
    dose.strengths = bag->values;
    dose.strength_unit = bag->unit;
  } else if (dose.strength_unit == core::DoseUnit::none) {  // "125/31, 10 mL"
    forget_strengths(dose);
  }
}

}  // namespace guardian::knowledge
