#include "core/medication.hpp"

#include <array>

namespace guardian::core {
namespace {

constexpr std::array<std::string_view, 3> status_names{"active", "stopped", "on-hold"};
constexpr std::array<std::string_view, 15> unit_names{"",  "mg",     "mcg",  "g",    "units", "mL",    "mEq",  "mmol",
                                                      "%", "tablet", "drop", "puff", "patch", "mg/kg", "mg/m2"};
constexpr std::array<std::string_view, 3> exposure_names{"none", "local", "systemic"};

}  // namespace

std::string_view to_string(MedicationStatus status) noexcept { return status_names[static_cast<std::size_t>(status)]; }
std::string_view to_string(DoseUnit unit) noexcept { return unit_names[static_cast<std::size_t>(unit)]; }
std::string_view to_string(Exposure exposure) noexcept { return exposure_names[static_cast<std::size_t>(exposure)]; }

std::optional<Exposure> parse_exposure(std::string_view text) noexcept {
  for (std::size_t i = 0; i < exposure_names.size(); ++i) {
    if (exposure_names[i] == text) return static_cast<Exposure>(i);
  }
  return std::nullopt;
}

namespace {

// Milligrams in the unit of a strength; nothing for a unit that is not one of mass.
std::optional<double> milligrams_in(DoseUnit unit) {
  switch (unit) {
    case DoseUnit::mg: return 1.0;
    case DoseUnit::mcg: return 0.001;
    case DoseUnit::g: return 1000.0;
    default: return std::nullopt;
  }
}

std::optional<double> amount_of(const Dose& dose, std::size_t position) {
  if (position >= dose.strengths.size()) return std::nullopt;
  return dose.strengths[position] * dose.amount.value_or(1.0);
}

}  // namespace

std::optional<double> single_mg(const Dose& dose, std::size_t position, const BodySize& body) {
  const auto amount = amount_of(dose, position);
  const auto factor = dose.strength_unit == DoseUnit::mg_per_kg   ? body.weight_kg
                      : dose.strength_unit == DoseUnit::mg_per_m2 ? body.surface_m2
                                                                  : milligrams_in(dose.strength_unit);
  if (!amount || !factor) return std::nullopt;
  return *amount * *factor;
}

std::optional<double> single_units(const Dose& dose, std::size_t position) {
  const bool counted = dose.strength_unit == DoseUnit::units || dose.strength_unit == DoseUnit::meq ||
                       dose.strength_unit == DoseUnit::mmol;
  return counted ? amount_of(dose, position) : std::nullopt;
}

std::optional<double> daily_mg(const Dose& dose, std::size_t position) {
  const auto single = single_mg(dose, position, {});
  if (!single || !dose.times_per_day) return std::nullopt;
  return *single * *dose.times_per_day;
}

}  // namespace guardian::core
