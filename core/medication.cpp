#include "core/medication.hpp"

#include <array>

namespace guardian::core {
namespace {

constexpr std::array<std::string_view, 3> status_names{"active", "stopped", "on-hold"};
constexpr std::array<std::string_view, 14> unit_names{"",     "mg", "mcg",    "g",    "units", "mL",    "mEq",
                                                      "mmol", "%",  "tablet", "drop", "puff",  "patch", "mg/kg"};
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

std::optional<double> daily_mg(const Dose& dose, std::size_t position) {
  if (!dose.times_per_day || position >= dose.strengths.size()) return std::nullopt;
  double factor = 0.0;
  switch (dose.strength_unit) {
    case DoseUnit::mg: factor = 1.0; break;
    case DoseUnit::mcg: factor = 0.001; break;
    case DoseUnit::g: factor = 1000.0; break;
    case DoseUnit::none:
    case DoseUnit::units:
    case DoseUnit::ml:
    case DoseUnit::meq:
    case DoseUnit::mmol:
    case DoseUnit::percent:
    case DoseUnit::tablet:
    case DoseUnit::drop:
    case DoseUnit::puff:
    case DoseUnit::patch:
    case DoseUnit::mg_per_kg: return std::nullopt;
  }
  return dose.strengths[position] * factor * dose.amount.value_or(1.0) * *dose.times_per_day;
}

}  // namespace guardian::core
