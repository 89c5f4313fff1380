#pragma once
// Kidney function and the body measures that doses hang on, each from its published equation, or the reason why it
// cannot be computed. Pure and thread-safe.
//
// The creatinine must be in a steady state: in acute kidney injury every estimate here is too high. None is valid in
// pregnancy or on dialysis. The numbers are not rounded; a report rounds them, a threshold does not.

#include <cstdint>
#include <optional>
#include <string>

#include <tl/expected.hpp>

#include "core/case.hpp"

namespace guardian::core {

enum class MeasureGap : std::uint8_t {
  age_missing,
  sex_missing,
  sex_other,  // stated, but the equation has no term for it
  weight_missing,
  height_missing,
  creatinine_missing,
  calcium_missing,
  albumin_missing,
  child,       // under 18 years: the equation was made for adults
  implausible  // a number that no patient has, or two that do not go together
};

// `message` is in plain words and names all that is missing; it holds no value.
struct NotComputed {
  MeasureGap gap = MeasureGap::implausible;  // the first one
  std::string message;

  friend bool operator==(const NotComputed&, const NotComputed&) = default;
};

template <class T>
using Measured = tl::expected<T, NotComputed>;

struct KidneyInputs {
  std::optional<double> age_years;
  std::optional<Sex> sex;
  std::optional<double> weight_kg;
  std::optional<double> height_cm;
  std::optional<double> creatinine_mg_dl;
};

enum class WeightKind : std::uint8_t { actual, ideal, adjusted };

// Creatinine clearance in mL/min, by the weight that is used by default and by each weight there is.
struct CreatinineClearance {
  double ml_min = 0.0;
  WeightKind weight = WeightKind::actual;
  double weight_kg = 0.0;
  double by_actual = 0.0;
  std::optional<double> by_ideal;     // nothing when there is no ideal weight
  std::optional<double> by_adjusted;  // likewise

  friend bool operator==(const CreatinineClearance&, const CreatinineClearance&) = default;
};

// Cockcroft DW, Gault MH. Nephron 1976;16:31-41: (140 - age) x weight / (72 x creatinine), x 0.85 for a woman.
// The weight is the actual one, as in the trials behind most labels; when the body mass index is 30 or more it is the
// adjusted one, ideal + 0.4 x (actual - ideal) (Winter MA et al. Pharmacotherapy 2012;32:604-12). Who weighs less than
// ideal, or whose height is not known, is taken by the actual weight.
[[nodiscard]] Measured<CreatinineClearance> cockcroft_gault(const KidneyInputs& inputs);

// mL/min/1.73m2. CKD-EPI 2021, without race: Inker LA et al. N Engl J Med 2021;385:1737-49: 142 x
// min(Scr/k, 1)^a x max(Scr/k, 1)^-1.200 x 0.9938^age, x 1.012 for a woman; k 0.7 and a -0.241 (woman), 0.9 and -0.302.
[[nodiscard]] Measured<double> ckd_epi_2021(const KidneyInputs& inputs);

// kg. Devine BJ. Drug Intell Clin Pharm 1974;8:650-5: 50 (man) or 45.5 (woman) + 2.3 for each inch over 60. Under 60
// inches the same step is taken off, down to 140 cm; below that no ideal weight is given.
[[nodiscard]] Measured<double> ideal_body_weight(const std::optional<Sex>& sex, const std::optional<double>& height_cm);

// kg/m2; of children too, whose limits are others than those of adults.
[[nodiscard]] Measured<double> body_mass_index(const std::optional<double>& weight_kg,
                                               const std::optional<double>& height_cm);

// m2. Mosteller RD. N Engl J Med 1987;317:1098: sqrt(height x weight / 3600).
[[nodiscard]] Measured<double> body_surface_area(const std::optional<double>& weight_kg,
                                                 const std::optional<double>& height_cm);

// mg/dL. Payne RB et al. BMJ 1973;4:643-6: calcium + 0.8 x (4 - albumin in g/dL).
[[nodiscard]] Measured<double> corrected_calcium(const std::optional<double>& calcium_mg_dl,
                                                 const std::optional<double>& albumin_g_dl);

}  // namespace guardian::core
