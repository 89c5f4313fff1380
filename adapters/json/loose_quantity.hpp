#pragma once
// Reads quantities as people type them into hand-written files: 70, "70 kg", "5 ft 9 in", "98.6 F",
// {"value": 70, "unit": "kg"}. Pure.

#include <optional>
#include <string>
#include <string_view>

#include "adapters/json/json_value.hpp"

namespace guardian::adapters {

struct LooseQuantity {
  double number = 0.0;
  std::string unit;  // as written; empty when there was none

  friend bool operator==(const LooseQuantity&, const LooseQuantity&) = default;
};

// Text counts as a quantity when it is a number, alone or followed by a unit; "<0.2" and "120/80" do not.
[[nodiscard]] std::optional<LooseQuantity> loose_quantity(std::string_view text);
[[nodiscard]] std::optional<LooseQuantity> loose_quantity(const JsonValue& value);

// The quantity in the unit wanted, or nothing when its own unit is not one of that kind. Without a unit it is taken
// as already in it, save for a height of less than 3 (metres) and a temperature from 90 to 115 (Fahrenheit).
[[nodiscard]] std::optional<double> kilograms(const LooseQuantity& quantity);
[[nodiscard]] std::optional<double> centimetres(const LooseQuantity& quantity);
[[nodiscard]] std::optional<double> celsius(const LooseQuantity& quantity);

}  // namespace guardian::adapters
