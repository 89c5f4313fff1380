#pragma once
// An age in years, whatever unit the case states it in. Pure.

#include <optional>

#include "core/case.hpp"

namespace guardian::core {

inline constexpr double months_of_year = 12.0;
inline constexpr double days_of_year = 365.25;

// Nothing when the age is not stated.
[[nodiscard]] inline std::optional<double> age_in_years(const Patient& patient) {
  if (!patient.age) return std::nullopt;
  switch (patient.age_unit) {
    case AgeUnit::years: return *patient.age;
    case AgeUnit::months: return *patient.age / months_of_year;
    case AgeUnit::days: return *patient.age / days_of_year;
  }
  return std::nullopt;
}

}  // namespace guardian::core
