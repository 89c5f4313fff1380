#pragma once
// A medicine as somebody wrote it, and what was read out of the words.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace guardian::core {

enum class MedicationStatus : std::uint8_t { active, stopped, on_hold };
[[nodiscard]] std::string_view to_string(MedicationStatus status) noexcept;

// One entry of a medication list or one order. `element` is its JSON pointer in the case ("/medications/2").
struct MedicationEntry {
  std::string element;
  std::string text;
  std::string code;         // as given; empty when none was
  std::string code_system;  // "rxnorm" or as given
  MedicationStatus status = MedicationStatus::active;
  std::optional<double> stopped_days_ago;  // from 0; on-hold counts as stopped today
  bool is_order = false;

  friend bool operator==(const MedicationEntry&, const MedicationEntry&) = default;
};

enum class DoseUnit : std::uint8_t {
  none,
  mg,
  mcg,
  g,
  units,
  ml,
  meq,
  mmol,
  percent,
  tablet,
  drop,
  puff,
  patch,
  mg_per_kg,
  mg_per_m2,
  units_per_kg,
  units_per_m2,
  meq_per_kg,
  mmol_per_kg
};
[[nodiscard]] std::string_view to_string(DoseUnit unit) noexcept;

// "mg/kg", "units/m2": an amount that needs the weight or the body surface.
[[nodiscard]] bool is_by_body_size(DoseUnit unit) noexcept;

// How fast an infusion runs: "18 units/kg/h", "0.1 mcg/kg/min". How much is given in all depends on when it is stopped.
struct DoseRate {
  double strength = 0.0;
  DoseUnit unit = DoseUnit::none;
  bool by_minute = false;  // else by the hour

  friend bool operator==(const DoseRate&, const DoseRate&) = default;
};

// What one administration is and how often it is given. Every part that was not stated stays empty: unknown, not zero.
struct Dose {
  std::vector<double> strengths;  // per unit of the product, one for each ingredient ("20-12.5")
  DoseUnit strength_unit = DoseUnit::none;
  std::optional<double> amount;  // number of units taken at a time ("2 tablets"; default 1 once a strength is known)
  std::optional<double> times_per_day;  // 0.142857 for weekly
  std::optional<double> duration_days;
  bool as_needed = false;
  std::optional<DoseRate> rate;

  friend bool operator==(const Dose&, const Dose&) = default;
};

// Milligrams a day of the ingredient at `position` in the product, when strength and frequency are both known and in a
// unit of mass; as-needed doses count at their maximum.
[[nodiscard]] std::optional<double> daily_mg(const Dose& dose, std::size_t position);

// What a dose by body size is counted with.
struct BodySize {
  std::optional<double> weight_kg;
  std::optional<double> surface_m2;
};

// One administration of the ingredient at `position`: milligrams, when its strength is in a unit of mass, or in mg/kg
// or mg/m2 and the body size is known; units, milliequivalents or millimoles when it is counted so, by body size too.
[[nodiscard]] std::optional<double> single_mg(const Dose& dose, std::size_t position, const BodySize& body);
[[nodiscard]] std::optional<double> single_units(const Dose& dose, std::size_t position, const BodySize& body);

// What an infusion gives in an hour: milligrams, or units, milliequivalents or millimoles.
[[nodiscard]] std::optional<double> rate_mg(const Dose& dose, const BodySize& body);
[[nodiscard]] std::optional<double> rate_units(const Dose& dose, const BodySize& body);

// How much of a dose reaches the blood by a route.
enum class Exposure : std::uint8_t { none, local, systemic };
[[nodiscard]] std::string_view to_string(Exposure exposure) noexcept;
[[nodiscard]] std::optional<Exposure> parse_exposure(std::string_view text) noexcept;

}  // namespace guardian::core
