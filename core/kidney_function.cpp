#include "core/kidney_function.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>
#include <vector>

namespace guardian::core {
namespace {

constexpr double adult_years = 18.0;
constexpr double centimetres_of_inch = 2.54;
constexpr double devine_height_inches = 60.0;
constexpr double shortest_for_ideal_cm = 140.0;
constexpr double obese_bmi = 30.0;
constexpr double adjusted_share = 0.4;

// The limits of the plausible, as in the table of quantities of the knowledge base.
struct Range {
  double low;
  double high;
};
constexpr Range age_years{0, 130};
constexpr Range weight_kg{0.2, 700};
constexpr Range height_cm{20, 280};
constexpr Range creatinine_mg_dl{0.1, 25};
constexpr Range calcium_mg_dl{2, 25};
constexpr Range albumin_g_dl{0.5, 8};
constexpr Range bmi_kg_m2{5, 150};

bool within(const Range& range, double value) { return value >= range.low && value <= range.high; }

// Collects what stands in the way of a computation.
class Needs {
 public:
  void number(const std::optional<double>& value, const Range& range, MeasureGap gap, std::string_view name) {
    if (!value) {
      add_missing(gap, name);
    } else if (!within(range, *value)) {
      if (!implausible_.empty()) implausible_ += " and ";
      implausible_ += name;
    }
  }
  void sex(const std::optional<Sex>& value) {
    if (!value) add_missing(MeasureGap::sex_missing, "the sex");
    other_ = value == Sex::other;
  }
  void adult(const std::optional<double>& value) {
    number(value, age_years, MeasureGap::age_missing, "the age");
    child_ = value && *value < adult_years;
  }

  // What cannot be mended comes first: no further answer makes an equation for adults hold for a child.
  [[nodiscard]] std::optional<NotComputed> gap() const {
    if (!implausible_.empty()) return NotComputed{MeasureGap::implausible, implausible_ + " cannot be right"};
    if (child_) return NotComputed{MeasureGap::child, "the equation is for adults of 18 years or more"};
    if (!missing_.empty()) return NotComputed{missing_.front().first, listed() + " not stated"};
    if (other_) return NotComputed{MeasureGap::sex_other, "the equation needs the sex female or male"};
    return std::nullopt;
  }

 private:
  void add_missing(MeasureGap gap, std::string_view name) { missing_.emplace_back(gap, name); }
  [[nodiscard]] std::string listed() const {
    std::string text;
    for (std::size_t i = 0; i < missing_.size(); ++i) {
      if (i > 0) text += i + 1 == missing_.size() ? " and " : ", ";
      text += missing_[i].second;
    }
    return text + (missing_.size() == 1 ? " is" : " are");
  }

  std::vector<std::pair<MeasureGap, std::string_view>> missing_;
  std::string implausible_;
  bool other_ = false;
  bool child_ = false;
};

}  // namespace

Measured<double> body_mass_index(const std::optional<double>& weight, const std::optional<double>& height) {
  Needs needs;
  needs.number(weight, weight_kg, MeasureGap::weight_missing, "the weight");
  needs.number(height, height_cm, MeasureGap::height_missing, "the height");
  if (auto gap = needs.gap()) return tl::unexpected(*std::move(gap));
  const double metres = *height / 100.0;
  const double index = *weight / (metres * metres);
  if (!within(bmi_kg_m2, index)) {
    return tl::unexpected(NotComputed{MeasureGap::implausible, "weight and height do not go together"});
  }
  return index;
}

Measured<double> body_surface_area(const std::optional<double>& weight, const std::optional<double>& height) {
  return body_mass_index(weight, height).map([&](double) { return std::sqrt(*height * *weight / 3600.0); });
}

Measured<double> ideal_body_weight(const std::optional<Sex>& sex, const std::optional<double>& height) {
  Needs needs;
  needs.sex(sex);
  needs.number(height, height_cm, MeasureGap::height_missing, "the height");
  if (auto gap = needs.gap()) return tl::unexpected(*std::move(gap));
  if (*height < shortest_for_ideal_cm) {
    return tl::unexpected(NotComputed{MeasureGap::implausible, "there is no ideal weight for so small a height"});
  }
  const double base = sex == Sex::female ? 45.5 : 50.0;
  return base + 2.3 * (*height / centimetres_of_inch - devine_height_inches);
}

Measured<CreatinineClearance> cockcroft_gault(const KidneyInputs& inputs) {
  Needs needs;
  needs.adult(inputs.age_years);
  needs.sex(inputs.sex);
  needs.number(inputs.weight_kg, weight_kg, MeasureGap::weight_missing, "the weight");
  needs.number(inputs.creatinine_mg_dl, creatinine_mg_dl, MeasureGap::creatinine_missing, "the creatinine");
  if (auto gap = needs.gap()) return tl::unexpected(*std::move(gap));
  // A height that cannot be is not passed over in silence: the weight may be as wrong as it is.
  const auto index = body_mass_index(inputs.weight_kg, inputs.height_cm);
  if (!index && index.error().gap == MeasureGap::implausible) return tl::unexpected(index.error());

  const double per_kilogram =
      (140.0 - *inputs.age_years) / (72.0 * *inputs.creatinine_mg_dl) * (inputs.sex == Sex::female ? 0.85 : 1.0);
  CreatinineClearance clearance;
  clearance.weight_kg = *inputs.weight_kg;
  clearance.by_actual = per_kilogram * *inputs.weight_kg;
  if (const auto ideal = ideal_body_weight(inputs.sex, inputs.height_cm)) {
    clearance.by_ideal = per_kilogram * *ideal;
    const double adjusted = *ideal + adjusted_share * (*inputs.weight_kg - *ideal);
    clearance.by_adjusted = per_kilogram * adjusted;
    if (index && *index >= obese_bmi && *inputs.weight_kg > *ideal) {
      clearance.weight = WeightKind::adjusted;
      clearance.weight_kg = adjusted;
    }
  }
  clearance.ml_min = per_kilogram * clearance.weight_kg;
  return clearance;
}

Measured<double> ckd_epi_2021(const KidneyInputs& inputs) {
  Needs needs;
  needs.adult(inputs.age_years);
  needs.sex(inputs.sex);
  needs.number(inputs.creatinine_mg_dl, creatinine_mg_dl, MeasureGap::creatinine_missing, "the creatinine");
  if (auto gap = needs.gap()) return tl::unexpected(*std::move(gap));
  const bool woman = inputs.sex == Sex::female;
  const double ratio = *inputs.creatinine_mg_dl / (woman ? 0.7 : 0.9);
  return 142.0 * std::pow(std::min(ratio, 1.0), woman ? -0.241 : -0.302) * std::pow(std::max(ratio, 1.0), -1.200) *
         std::pow(0.9938, *inputs.age_years) * (woman ? 1.012 : 1.0);
}

Measured<double> corrected_calcium(const std::optional<double>& calcium, const std::optional<double>& albumin) {
  Needs needs;
  needs.number(calcium, calcium_mg_dl, MeasureGap::calcium_missing, "the calcium");
  needs.number(albumin, albumin_g_dl, MeasureGap::albumin_missing, "the albumin");
  if (auto gap = needs.gap()) return tl::unexpected(*std::move(gap));
  return *calcium + 0.8 * (4.0 - *albumin);
}

}  // namespace guardian::core
