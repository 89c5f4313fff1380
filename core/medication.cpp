#include "core/medication.hpp"

#include <array>

namespace guardian::core {
namespace {

constexpr std::array<std::string_view, 3> status_names{"active", "stopped", "on-hold"};
constexpr std::array<std::string_view, 19> unit_names{
    "",     "mg",   "mcg",   "g",     "units", "mL",       "mEq",      "mmol",   "%",      "tablet",
    "drop", "puff", "patch", "mg/kg", "mg/m2", "units/kg", "units/m2", "mEq/kg", "mmol/kg"};
constexpr std::array<std::string_view, 3> exposure_names{"none", "local", "systemic"};

}  // namespace

std::string_view to_string(MedicationStatus status) noexcept { return status_names[static_cast<std::size_t>(status)]; }
std::string_view to_string(DoseUnit unit) noexcept { return unit_names[static_cast<std::size_t>(unit)]; }
std::string_view to_string(Exposure exposure) noexcept { return exposure_names[static_cast<std::size_t>(exposure)]; }

bool is_by_body_size(DoseUnit unit) noexcept { return to_string(unit).find('/') != std::string_view::npos; }

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

// Milligrams of one of the unit for this body.
std::optional<double> milligrams_in(DoseUnit unit, const BodySize& body) {
  if (unit == DoseUnit::mg_per_kg) return body.weight_kg;
  return unit == DoseUnit::mg_per_m2 ? body.surface_m2 : milligrams_in(unit);
}

// Units, milliequivalents or millimoles of one of the unit for this body.
std::optional<double> units_in(DoseUnit unit, const BodySize& body) {
  switch (unit) {
    case DoseUnit::units:
    case DoseUnit::meq:
    case DoseUnit::mmol: return 1.0;
    case DoseUnit::units_per_kg:
    case DoseUnit::meq_per_kg:
    case DoseUnit::mmol_per_kg: return body.weight_kg;
    case DoseUnit::units_per_m2: return body.surface_m2;
    default: return std::nullopt;
  }
}

std::optional<double> product(std::optional<double> one, std::optional<double> other) {
  if (!one || !other) return std::nullopt;
  return *one * *other;
}

std::optional<double> hourly(const Dose& dose) {
  constexpr double minutes = 60.0;
  if (!dose.rate) return std::nullopt;
  return dose.rate->strength * (dose.rate->by_minute ? minutes : 1.0);
}

}  // namespace

std::optional<double> single_mg(const Dose& dose, std::size_t position, const BodySize& body) {
  return product(amount_of(dose, position), milligrams_in(dose.strength_unit, body));
}

std::optional<double> single_units(const Dose& dose, std::size_t position, const BodySize& body) {
  return product(amount_of(dose, position), units_in(dose.strength_unit, body));
}

std::optional<double> rate_mg(const Dose& dose, const BodySize& body) {
  return dose.rate ? product(hourly(dose), milligrams_in(dose.rate->unit, body)) : std::nullopt;
}

std::optional<double> rate_units(const Dose& dose, const BodySize& body) {
  return dose.rate ? product(hourly(dose), units_in(dose.rate->unit, body)) : std::nullopt;
}

std::optional<double> daily_mg(const Dose& dose, std::size_t position) {
  const auto single = single_mg(dose, position, {});
  if (!single || !dose.times_per_day) return std::nullopt;
  return *single * *dose.times_per_day;
}

}  // namespace guardian::core
