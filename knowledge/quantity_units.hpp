#pragma once
// The units of one quantity, and the value of a number in one of them or in none. Used by the quantity reader. Pure.

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "knowledge/quantity_reader.hpp"

namespace guardian::knowledge {

struct KnownUnit {
  std::string written;
  std::string key;        // normalised, without the substance
  std::string substance;  // "urea" of "mg/dL as urea"; else empty
  double factor = 1.0;
  double offset = 0.0;

  // Rounded to ten digits, so that 100.4 F is 38 C and not a trifle more; the canonical unit leaves the number as it
  // is.
  [[nodiscard]] double canonical(double value) const;
};

[[nodiscard]] KnownUnit known_unit(const QuantityUnit& row);

struct UnitRefusal {
  LabRefusalReason reason = LabRefusalReason::not_a_number;
  std::string message;
};

struct KnownQuantity {
  QuantityDefinition definition;
  std::vector<KnownUnit> units;                                  // the canonical one first
  std::set<std::pair<std::string, std::string>> unstated_units;  // key and substance; empty: all
  double unstated_low = 0.0;
  double unstated_high = 0.0;

  // Nothing when it is not one of the units. A unit that is written for the substance hides the plain one of the same
  // spelling.
  [[nodiscard]] const KnownUnit* find(std::string_view key, std::string_view substance) const;

  // The canonical value of a number without a unit: every unit that makes it one that a patient may have counts, and
  // they must not differ to a clinician (by more than a fiftieth).
  [[nodiscard]] std::variant<double, UnitRefusal> value_without_unit(double number, std::string_view substance) const;
  // The unit that a number without one was `taken` (canonical) in; empty where it is absurd in every other usual unit.
  [[nodiscard]] std::string unit_taken(double number, double taken, std::string_view substance) const;
  // `key` is the normalised form of the unit as it was written.
  [[nodiscard]] std::variant<double, UnitRefusal> value_in_unit(double number, std::string_view written,
                                                                std::string_view key, std::string_view substance) const;

 private:
  [[nodiscard]] bool is_meant(const KnownUnit& unit, std::string_view substance) const;
  [[nodiscard]] bool is_plausible(double canonical) const;
};

// For a message: in quotation marks, cut to 80 bytes.
[[nodiscard]] std::string quoted_words(std::string_view text);

}  // namespace guardian::knowledge
