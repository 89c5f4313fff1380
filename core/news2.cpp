#include "core/news2.hpp"

#include <array>
#include <cmath>

namespace guardian::core {
namespace {

constexpr int no_points_known = -1;

// The number in steps of the chart (1 or 0.1), a half upwards; the small term makes a typed "38.05", which has no exact
// binary form, a half.
std::optional<int> steps(const std::optional<double>& value, double steps_per_unit) {
  if (!value || !std::isfinite(*value) || *value < 0.0 || *value > 10'000.0) return std::nullopt;
  return static_cast<int>(std::floor(*value * steps_per_unit + 0.5 + 1e-6));
}

std::optional<int> respiration_points(std::optional<int> rate) {
  if (!rate) return std::nullopt;
  if (*rate <= 8) return 3;
  if (*rate <= 11) return 1;
  if (*rate <= 20) return 0;
  if (*rate <= 24) return 2;
  return 3;
}

int spo2_points_on_scale_1(int spo2) {
  if (spo2 <= 91) return 3;
  if (spo2 <= 93) return 2;
  if (spo2 <= 95) return 1;
  return 0;
}

int spo2_points_on_scale_2(int spo2, const std::optional<bool>& oxygen) {
  if (spo2 <= 83) return 3;
  if (spo2 <= 85) return 2;
  if (spo2 <= 87) return 1;
  if (spo2 <= 92) return 0;
  if (!oxygen) return no_points_known;
  if (!*oxygen) return 0;
  if (spo2 <= 94) return 1;
  if (spo2 <= 96) return 2;
  return 3;
}

std::optional<int> spo2_points(const Vitals& vitals) {
  const auto spo2 = steps(vitals.spo2, 1.0);
  if (!spo2 || *vitals.spo2 > 100.0) return std::nullopt;
  if (vitals.spo2_scale != 2) return spo2_points_on_scale_1(*spo2);
  const int points = spo2_points_on_scale_2(*spo2, vitals.supplemental_oxygen);
  return points == no_points_known ? std::nullopt : std::optional<int>(points);
}

std::optional<int> oxygen_points(const std::optional<bool>& oxygen) {
  if (!oxygen) return std::nullopt;
  return *oxygen ? 2 : 0;
}

std::optional<int> systolic_points(std::optional<int> pressure) {
  if (!pressure) return std::nullopt;
  if (*pressure <= 90) return 3;
  if (*pressure <= 100) return 2;
  if (*pressure <= 110) return 1;
  if (*pressure <= 219) return 0;
  return 3;
}

std::optional<int> pulse_points(std::optional<int> pulse) {
  if (!pulse) return std::nullopt;
  if (*pulse <= 40) return 3;
  if (*pulse <= 50) return 1;
  if (*pulse <= 90) return 0;
  if (*pulse <= 110) return 1;
  if (*pulse <= 130) return 2;
  return 3;
}

// A alert; C new confusion, V voice, P pain, U unresponsive.
std::optional<int> consciousness_points(std::string_view level) {
  if (level == "A") return 0;
  if (level == "C" || level == "V" || level == "P" || level == "U") return 3;
  return std::nullopt;
}

std::optional<int> temperature_points(std::optional<int> tenths) {
  if (!tenths) return std::nullopt;
  if (*tenths <= 350) return 3;
  if (*tenths <= 360) return 1;
  if (*tenths <= 380) return 0;
  if (*tenths <= 390) return 1;
  return 2;
}

News2Band band_of(int score, bool single_three) {
  if (score >= 7) return News2Band::high;
  if (score >= 5) return News2Band::medium;
  if (single_three) return News2Band::low_medium;
  return score >= 1 ? News2Band::low : News2Band::none;
}

struct Parameter {
  std::string_view name;
  std::optional<int> News2Points::*points;
  int most;
};

constexpr std::array<Parameter, 7> parameters{{{"respiration", &News2Points::respiration, 3},
                                               {"spo2", &News2Points::spo2, 3},
                                               {"oxygen", &News2Points::oxygen, 2},
                                               {"systolic_bp", &News2Points::systolic_bp, 3},
                                               {"pulse", &News2Points::pulse, 3},
                                               {"consciousness", &News2Points::consciousness, 3},
                                               {"temperature", &News2Points::temperature, 3}}};

}  // namespace

std::string_view to_string(News2Band band) noexcept {
  switch (band) {
    case News2Band::none: return "none";
    case News2Band::low: return "low";
    case News2Band::low_medium: return "low_medium";
    case News2Band::medium: return "medium";
    case News2Band::high: return "high";
  }
  return "none";
}

News2 news2(const Vitals& vitals, std::optional<double> age_years, std::optional<bool> pregnant) {
  News2 result;
  if (age_years && *age_years < news2_youngest_years) {
    result.reason_not_applicable = "NEWS2 is not valid under 16 years";
    return result;
  }
  if (pregnant == true) {
    result.reason_not_applicable = "NEWS2 is not valid in pregnancy";
    return result;
  }
  result.applicable = true;
  if (!age_years) result.note = "the age is not stated; NEWS2 is not valid under 16 years";

  result.points.respiration = respiration_points(steps(vitals.respiratory_rate, 1.0));
  result.points.spo2 = spo2_points(vitals);
  result.points.oxygen = oxygen_points(vitals.supplemental_oxygen);
  result.points.systolic_bp = systolic_points(steps(vitals.systolic_bp, 1.0));
  result.points.pulse = pulse_points(steps(vitals.heart_rate, 1.0));
  result.points.consciousness = consciousness_points(vitals.consciousness);
  result.points.temperature = temperature_points(steps(vitals.temperature_c, 10.0));

  bool single_three = false;
  for (const Parameter& parameter : parameters) {
    const std::optional<int>& points = result.points.*parameter.points;
    if (!points) result.missing.emplace_back(parameter.name);
    result.score += points.value_or(0);
    result.highest_score += points.value_or(parameter.most);
    single_three = single_three || points == 3;
  }
  result.complete = result.missing.empty();
  result.band = band_of(result.score, single_three);
  return result;
}

}  // namespace guardian::core
