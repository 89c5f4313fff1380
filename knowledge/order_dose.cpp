#include "knowledge/order_dose.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

#include "knowledge/order_words.hpp"

namespace guardian::knowledge {
namespace {

using core::DoseUnit;

constexpr double hour = 1.0 / 24.0;    // in days
constexpr double least_bag_ml = 50.0;  // "1 g/200 mL q12h" is a bag; "250 mg/5 mL" is a concentration

bool all_equal(const std::vector<double>& values) {
  return std::adjacent_find(values.begin(), values.end(), [](double a, double b) { return a != b; }) == values.end();
}

// One strength behind each name: "A 25 MG / B 37.5 MG".
std::optional<WrittenStrength> strength_of_parts(std::span<const WrittenStrength> strengths) {
  WrittenStrength all;
  all.list = StrengthList::parts;
  bool same_unit = true;
  for (std::size_t i = 0; i < strengths.size(); ++i) {
    const WrittenStrength& one = strengths[i];
    if (one.values.size() != 1 || one.per != Per::unit || (i > 0 && one.part == strengths[i - 1].part))
      return std::nullopt;
    same_unit = same_unit && one.unit == strengths.front().unit;
  }
  for (const WrittenStrength& one : strengths) {
    if (!same_unit && milligrams(one.unit) <= 0.0) return std::nullopt;
    all.values.push_back(one.values.front() * (same_unit ? 1.0 : milligrams(one.unit)));
  }
  all.unit = same_unit ? strengths.front().unit : DoseUnit::mg;
  return all;
}

// Of several strengths behind one name the dose: "100 units/mL 20 units", "10 mg tabs take 40 mg".
std::optional<WrittenStrength> one_strength(std::span<const WrittenStrength> strengths,
                                            std::span<const OrderAtom> atoms, std::optional<double>& amount) {
  std::vector<WrittenStrength> plain;
  std::vector<WrittenStrength> other;
  for (const WrittenStrength& strength : strengths) {
    auto& list = strength.per == Per::unit ? plain : other;
    const bool twice = std::any_of(list.begin(), list.end(), [&](const WrittenStrength& known) {
      return known.values == strength.values && known.unit == strength.unit && known.per_amount == strength.per_amount;
    });
    if (!twice) list.push_back(strength);
  }
  if (plain.empty()) return other.size() == 1 ? std::optional(other.front()) : std::nullopt;
  if (plain.size() == 1) {
    if (!other.empty()) amount.reset();
    // "80 units/kg bolus then 18 units/kg/h": one dose, and what runs behind it.
    const bool bolus = has_word(atoms, "bolus") || has_word(atoms, "load") || has_word(atoms, "loading");
    if (!other.empty() && other.front().per == Per::time && !bolus) return std::nullopt;
    return plain.front();
  }
  // "enoxaparin 1 mg/kg (80 mg)": what it comes to is the dose.
  if (plain.size() == 2 && core::is_by_body_size(plain[0].unit) != core::is_by_body_size(plain[1].unit)) {
    amount.reset();
    return core::is_by_body_size(plain[0].unit) ? plain[1] : plain[0];
  }
  if (plain.size() > 2 || plain[0].values.size() != 1 || plain[1].values.size() != 1) return std::nullopt;
  const double first = plain[0].values[0] * (plain[0].unit == plain[1].unit ? 1.0 : milligrams(plain[0].unit));
  const double second = plain[1].values[0] * (plain[0].unit == plain[1].unit ? 1.0 : milligrams(plain[1].unit));
  if (first <= 0.0 || second <= 0.0) return std::nullopt;
  const double ratio = second / first;
  if (has_word(atoms, "then")) return std::nullopt;                 // a taper
  if (plain[0].is_timed && plain[1].is_timed) return std::nullopt;  // "20 units in the morning, 10 units at night"
  const bool multiple =
      ratio >= 0.5 && ratio <= most_counted && 2.0 * ratio == static_cast<double>(static_cast<int>(2.0 * ratio));
  if (!multiple || (amount && *amount != ratio)) return std::nullopt;
  amount = ratio;
  return plain[0];
}

// "500 mg AM 1000 mg PM": each of the times of a day has a strength of its own.
bool has_one_each(std::span<const WrittenStrength> strengths, std::span<const OrderAtom> atoms, std::size_t doses) {
  if (strengths.size() < 2 || strengths.size() != doses || has_word(atoms, "then")) return false;
  return std::all_of(strengths.begin(), strengths.end(), [&](const WrittenStrength& one) {
    return one.is_timed && one.per == Per::unit && one.values.size() == 1 && one.unit == strengths.front().unit &&
           one.unit != DoseUnit::percent && one.values.front() > 0.0;
  });
}

WrittenStrength largest_of_day(std::span<const WrittenStrength> strengths, OrderReading& reading) {
  const auto at = std::max_element(strengths.begin(), strengths.end(), [](const auto& one, const auto& other) {
    return one.values.front() < other.values.front();
  });
  double total = 0.0;
  for (const WrittenStrength& one : strengths) total += one.values.front();
  reading.dose.times_per_day = total / at->values.front();
  reading.doses_differ = total < at->values.front() * static_cast<double>(strengths.size());
  return *at;
}

// A strength of a time: "900 mg/day" and "1 g/8 h" say how much and how often; what is worn is released until it is
// changed; "10 mEq/hr" runs for a time that is not stated.
void read_rate(const WrittenStrength& strength, const OrderSchedule& schedule, OrderReading& reading) {
  core::Dose& dose = reading.dose;
  const double days = strength.per_amount;
  const bool worn = reading.route == "transdermal" || dose.times_per_day.value_or(2.0) < 1.0;
  reading.is_rate = true;
  if (days > 1.5 * hour && !worn) {
    if (!dose.times_per_day) dose.times_per_day = 1.0 / days;
    dose.amount = 1.0 / (*dose.times_per_day * days);
    return;
  }
  const bool given = reading.route.empty() || reading.route == "transdermal";
  if (!dose.times_per_day || *dose.times_per_day > 1.0 || !given) {
    dose.strengths.clear();
    dose.amount.reset();
    return;
  }
  // "15 mg/16 h" is taken off after 16 hours.
  const double on = days > 1.5 * hour && days < 1.0 ? days : schedule.worn_days().value_or(1.0 / *dose.times_per_day);
  dose.amount = on / days;
}

// To the ninth digit: what a division leaves behind it is no part of a rate.
double without_rest(double rate) { return std::round(rate * 1e9) / 1e9; }

// Of an infusion how fast it runs; of a patch that is its strength.
std::optional<core::DoseRate> rate_of(std::span<const WrittenStrength> strengths) {
  std::optional<core::DoseRate> rate;
  for (const WrittenStrength& one : strengths) {
    if (one.per != Per::time || one.per_amount > 1.5 * hour || one.values.empty()) continue;
    if (rate) return std::nullopt;  // it changes
    constexpr double minutes_of_hour = 60.0;
    const bool by_minute = one.per_amount < 0.5 * hour;
    const double unit = by_minute ? hour / minutes_of_hour : hour;
    rate = core::DoseRate{without_rest(one.values.back() * unit / one.per_amount), one.unit, by_minute};
  }
  return rate;
}

// Of a bag and how fast it runs: "25,000 units/250 mL at 12 mL/h" is 1,200 units an hour.
std::optional<core::DoseRate> rate_of_bag(const OrderQuantities& quantities) {
  if (quantities.ml_per_hour <= 0.0 || quantities.strengths.size() != 1) return std::nullopt;
  const WrittenStrength& bag = quantities.strengths.front();
  const double volume = bag.per == Per::ml ? bag.per_amount : bag.per == Per::unit ? quantities.diluent_ml : 0.0;
  if (volume <= 0.0 || bag.values.size() != 1 || core::is_by_body_size(bag.unit) || bag.unit == DoseUnit::percent)
    return std::nullopt;
  return core::DoseRate{without_rest(bag.values.front() / volume * quantities.ml_per_hour), bag.unit, false};
}

}  // namespace

bool is_strength(DoseUnit unit) {
  switch (unit) {
    case DoseUnit::mg:
    case DoseUnit::mcg:
    case DoseUnit::g:
    case DoseUnit::units:
    case DoseUnit::meq:
    case DoseUnit::mmol:
    case DoseUnit::percent:
    case DoseUnit::mg_per_kg:
    case DoseUnit::mg_per_m2:
    case DoseUnit::units_per_kg:
    case DoseUnit::units_per_m2:
    case DoseUnit::meq_per_kg:
    case DoseUnit::mmol_per_kg: return true;
    case DoseUnit::none:
    case DoseUnit::ml:
    case DoseUnit::tablet:
    case DoseUnit::drop:
    case DoseUnit::puff:
    case DoseUnit::patch: return false;
  }
  return false;
}

double milligrams(DoseUnit unit) {
  if (unit == DoseUnit::mg) return 1.0;
  if (unit == DoseUnit::mcg) return 0.001;
  return unit == DoseUnit::g ? 1000.0 : 0.0;
}

void read_dose(const OrderQuantities& quantities, std::span<const OrderAtom> atoms, const OrderSchedule& schedule,
               OrderReading& reading) {
  const std::vector<WrittenStrength>& strengths = quantities.strengths;
  const std::vector<double>& amounts = quantities.amounts;
  const std::vector<double>& millilitres = quantities.millilitres;
  core::Dose& dose = reading.dose;
  if (reading.route != "transdermal") dose.rate = rate_of(strengths);
  if (!dose.times_per_day && !dose.rate) {
    dose.rate = rate_of_bag(quantities);
    if (dose.rate && strengths.front().per == Per::unit) {  // what is in the bag is no dose
      dose.strength_unit = strengths.front().unit;
      reading.is_rate = true;
      return;
    }
  }
  std::optional<double> amount;
  if (!amounts.empty() && all_equal(amounts)) amount = amounts.front();
  const bool one_volume = !millilitres.empty() && all_equal(millilitres);
  if (one_volume) reading.millilitres = millilitres.front();
  reading.is_liquid = quantities.liquid || std::any_of(strengths.begin(), strengths.end(),
                                                       [](const WrittenStrength& one) { return one.per == Per::ml; });

  const bool parts = !strengths.empty() && strengths.front().part != strengths.back().part;
  // "1 in the morning, 2 at night": not one dose, but a total of the day where every time has its own.
  bool disagree = amounts.size() > 1 && !all_equal(amounts);
  const std::size_t doses = quantities.scheme == 0 ? schedule.times_of_day()
                            : dose.times_per_day == static_cast<double>(quantities.scheme) && !dose.as_needed
                                ? quantities.scheme
                                : 0;
  if (disagree && amounts.size() == doses) {
    amount = *std::max_element(amounts.begin(), amounts.end());
    dose.times_per_day = std::accumulate(amounts.begin(), amounts.end(), 0.0) / *amount;
    reading.doses_differ = true;
    disagree = false;
  }
  const auto strength = strengths.empty() ? std::nullopt
                        : parts           ? strength_of_parts(strengths)
                        : amounts.empty() && has_one_each(strengths, atoms, doses)
                            ? std::optional(largest_of_day(strengths, reading))
                            : one_strength(strengths, atoms, amount);
  if (!strength || strength->per == Per::unreadable || disagree) {
    if (strengths.empty() && !disagree) {
      dose.amount = amount;
      dose.strength_unit = amount ? quantities.counted : DoseUnit::none;
      if (!amount && one_volume) {
        dose.amount = millilitres.front();
        dose.strength_unit = DoseUnit::ml;
      }
    }
    return;
  }
  dose.strengths = strength->values;
  dose.strength_unit = strength->unit;
  dose.amount = amount;
  reading.strength_list = strength->list;
  if (strength->per == Per::ml) {
    for (double& value : dose.strengths) value /= strength->per_amount;
    dose.amount = one_volume ? std::optional(millilitres.front()) : std::nullopt;
    // "40 mg/0.4 mL", "2.5 mg/3 mL" are single doses; of "100 mg/mL" and "250 mg/5 mL" it is not stated how much is
    // given. A bag is given whole when it is given at times, and not when it runs at a rate.
    const bool small = strength->per_amount < ml_per_teaspoon && strength->per_amount != 1.0;
    const bool bag =
        strength->per_amount >= least_bag_ml && !quantities.runs && (dose.times_per_day || has_word(atoms, "over"));
    if (!dose.amount && (small || bag)) dose.amount = strength->per_amount;
    if (!dose.amount || quantities.runs) {
      dose.strengths.clear();
      dose.amount.reset();
      return;  // the unit is known
    }
  }
  if (strength->per == Per::time) read_rate(*strength, schedule, reading);
  if (dose.strengths.empty()) dose.strength_unit = DoseUnit::none;
}

}  // namespace guardian::knowledge
