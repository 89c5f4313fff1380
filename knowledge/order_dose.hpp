#pragma once
// What the quantities of an order come to: of its strengths, counts and volumes the one dose they tell, or none. Part
// of the grammar of an order (order_grammar.hpp). Pure and thread-safe.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/medication.hpp"
#include "knowledge/order_atoms.hpp"
#include "knowledge/order_grammar.hpp"
#include "knowledge/order_schedule.hpp"

namespace guardian::knowledge {

// Whether a unit measures how much of a substance there is, and does not count tablets, drops or millilitres.
[[nodiscard]] bool is_strength(core::DoseUnit unit);
// Milligrams of one of a unit of mass; 0 of another unit.
[[nodiscard]] double milligrams(core::DoseUnit unit);

inline constexpr double ml_per_teaspoon = 5.0;
inline constexpr double most_counted = 20.0;  // a bare number above this is no count of tablets

// What a strength is measured by.
enum class Per : std::uint8_t { unit, ml, time, unreadable };

struct WrittenStrength {
  std::vector<double> values;
  core::DoseUnit unit = core::DoseUnit::none;
  Per per = Per::unit;
  double per_amount = 1.0;  // millilitres, or days
  std::size_t part = 0;     // the name before it
  StrengthList list = StrengthList::single;
  bool is_timed = false;  // a time of its own follows: "20 units in the morning and 10 units at night"
};

// Everything of an order that is a quantity and no time, as it was read.
struct OrderQuantities {
  std::vector<WrittenStrength> strengths;
  std::vector<double> amounts;  // "2 tablets"
  std::vector<double> millilitres;
  core::DoseUnit counted = core::DoseUnit::none;  // of the amounts
  std::size_t scheme = 0;                         // how many amounts "2-0-1" gave
  bool liquid = false;
  bool runs = false;         // "at 125 mL/hr"
  double ml_per_hour = 0.0;  // of it; 0: not stated, or two rates
  double diluent_ml = 0.0;   // "in 250 mL"; 0: none
};

// Sets the strengths, the amount and what is known of liquids and rates. Needs the route and the times a day.
void read_dose(const OrderQuantities& quantities, std::span<const OrderAtom> atoms, const OrderSchedule& schedule,
               OrderReading& reading);

}  // namespace guardian::knowledge
