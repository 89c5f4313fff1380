#pragma once
// Bounds that a number about a patient must keep to be read at all. Outside them it is a slip of unit or of typing
// (98.6 as a Celsius temperature, 1.75 as a height in centimetres), not an abnormal value.

#include "adapters/json/member_reader.hpp"

namespace guardian::adapters::plausible {

inline constexpr NumberRange age_years{0, 130};
inline constexpr NumberRange age_months{0, 1560};
inline constexpr NumberRange age_days{0, 47'483};
inline constexpr NumberRange weight_kg{0, 700, true};  // heaviest recorded: 635 kg
inline constexpr NumberRange height_cm{15, 280};       // tallest recorded: 272 cm
inline constexpr NumberRange gestation_weeks{0, 45};

inline constexpr NumberRange respiratory_rate{0, 150};
inline constexpr NumberRange spo2{20, 100};  // per cent, so that a fraction is caught
inline constexpr NumberRange systolic_bp{0, 350};
inline constexpr NumberRange diastolic_bp{0, 250};
inline constexpr NumberRange heart_rate{0, 400};
inline constexpr NumberRange temperature_c{12, 46};  // the deepest survived hypothermia was 13.7

}  // namespace guardian::adapters::plausible
