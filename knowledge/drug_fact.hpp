#pragma once
// What a case says of one ingredient, as the matcher reads it: numbers only.

#include <cstdint>
#include <limits>

#include "core/medication.hpp"
#include "knowledge/concept_graph.hpp"
#include "knowledge/rule_set.hpp"

namespace guardian::knowledge {

inline constexpr double unknown_number = std::numeric_limits<double>::quiet_NaN();

// One ingredient of one medicine of the case. Numbers that are not known are NaN.
struct DrugFact {
  IngredientIndex ingredient{};
  core::Exposure exposure = core::Exposure::systemic;  // systemic when nothing is known of the route
  RouteMask route = 0;                                 // one bit; 0 when not known
  double daily_mg = unknown_number;
  double daily_units = unknown_number;  // units or milliequivalents, of what is not dosed by mass
  double single_mg = unknown_number;    // of one administration
  double single_units = unknown_number;
  double rate_mg = unknown_number;  // of an infusion, in an hour
  double rate_units = unknown_number;
  double times_per_day = unknown_number;
  double weight_kg = unknown_number;  // of the patient
  double duration_days = unknown_number;
  bool stopped = false;
  double stopped_days = unknown_number;
  double washout_days = unknown_number;  // of the ingredient
  std::uint32_t source = 0;              // whatever the caller counts medicines by
  bool fixed_product = false;            // one of several ingredients of a marketed fixed combination
  bool ordered = false;                  // a new order, not taken yet
  bool started = false;                  // an order of an ingredient that is not in use; FactSlots says so
  bool as_needed = false;
  std::uint32_t name_hash = 0;  // of the name it was written by
};

// Days after the last dose for which any drug counts as present.
inline constexpr double days_after_last_dose = 1.0;

// Whether a drug that was stopped is in the body still, as far as its ingredient says; at an unknown time it is.
[[nodiscard]] inline bool still_acts(const DrugFact& fact) {
  return !(fact.stopped_days > days_after_last_dose) || fact.stopped_days <= fact.washout_days;  // NaN: not above
}

}  // namespace guardian::knowledge
