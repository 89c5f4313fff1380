#include "audit/population/record_drift.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "audit/population/numbers.hpp"

namespace guardian::audit::population {
namespace {

constexpr std::size_t cells = 10;

double share_missing(std::size_t known, std::size_t cases) {
  return cases == 0 ? not_a_number() : static_cast<double>(cases - known) / static_cast<double>(cases);
}

bool is_enough(const FeatureDrift& drift) { return std::min(drift.reference, drift.current) >= least_drift_cases; }

std::vector<double> known(const std::vector<std::optional<double>>& values) {
  std::vector<double> numbers;
  for (const auto& value : values) {
    if (value && std::isfinite(*value)) numbers.push_back(*value);
  }
  return numbers;
}

FeatureDrift drift_of(const NumberFeature& reference, const NumberFeature& current) {
  const std::vector<double> before = known(reference.values);
  const std::vector<double> now = known(current.values);
  FeatureDrift drift;
  drift.name = reference.name;
  drift.reference = before.size();
  drift.current = now.size();
  drift.new_categories = not_a_number();
  drift.window_z = drift.p_value = not_a_number();
  if (!is_enough(drift)) return drift;
  drift.stability = population_stability(before, now, cells);
  drift.p_value = kolmogorov_smirnov(before, now).p_stephens;
  drift.window_z = outliers(before, now).window_z;
  return drift;
}

FeatureDrift drift_of(const WordFeature& reference, const WordFeature& current) {
  std::set<std::string> words;
  const auto add = [&](const std::vector<std::string>& values) {
    for (const std::string& value : values) {
      if (!value.empty()) words.insert(value);
    }
  };
  add(reference.values);
  const std::set<std::string> seen = words;
  add(current.values);
  const auto places = [&](const std::vector<std::string>& values) {
    std::vector<std::size_t> list;
    for (const std::string& value : values) {
      if (!value.empty()) list.push_back(static_cast<std::size_t>(std::distance(words.begin(), words.find(value))));
    }
    return list;
  };
  const std::vector<std::size_t> before = places(reference.values);
  const std::vector<std::size_t> now = places(current.values);
  FeatureDrift drift;
  drift.name = reference.name;
  drift.reference = before.size();
  drift.current = now.size();
  drift.window_z = drift.new_categories = drift.p_value = not_a_number();
  if (!is_enough(drift)) return drift;
  drift.new_categories = new_category_rate(before, now);
  drift.stability = category_stability(before, now, words.size());
  drift.p_value = stability_p_value(drift.stability, before.size(), now.size());
  return drift;
}

// Drift of each feature that both sides have.
template <class Feature>
void add_drifts(const std::vector<Feature>& reference, const std::vector<Feature>& current, const CaseFeatures& before,
                const CaseFeatures& now, std::vector<FeatureDrift>& drifts) {
  for (const Feature& feature : reference) {
    const auto found =
        std::find_if(current.begin(), current.end(), [&](const Feature& other) { return other.name == feature.name; });
    if (found == current.end()) continue;
    FeatureDrift drift = drift_of(feature, *found);
    if (drift.reference + drift.current == 0) continue;  // known of no case
    drift.missing_reference = share_missing(drift.reference, before.cases);
    drift.missing_current = share_missing(drift.current, now.cases);
    drifts.push_back(std::move(drift));
  }
}

CaseFeatures part(const CaseFeatures& all, std::size_t first, std::size_t end) {
  CaseFeatures some;
  some.cases = end - first;
  const auto slice = [&](const auto& feature) {
    auto copy = feature;
    copy.values = {feature.values.begin() + static_cast<std::ptrdiff_t>(first),
                   feature.values.begin() + static_cast<std::ptrdiff_t>(end)};
    return copy;
  };
  for (const NumberFeature& feature : all.numbers) some.numbers.push_back(slice(feature));
  for (const WordFeature& feature : all.words) some.words.push_back(slice(feature));
  return some;
}

}  // namespace

std::vector<FeatureDrift> feature_drift(const CaseFeatures& reference, const CaseFeatures& current) {
  std::vector<FeatureDrift> drifts;
  add_drifts(reference.numbers, current.numbers, reference, current, drifts);
  add_drifts(reference.words, current.words, reference, current, drifts);
  std::vector<double> p_values;
  std::vector<std::size_t> tested;
  for (std::size_t i = 0; i < drifts.size(); ++i) {
    drifts[i].q_value = not_a_number();
    if (std::isnan(drifts[i].p_value)) continue;
    p_values.push_back(drifts[i].p_value);
    tested.push_back(i);
  }
  const std::vector<double> adjusted = benjamini_hochberg(p_values);
  for (std::size_t i = 0; i < tested.size(); ++i) {
    drifts[tested[i]].q_value = adjusted[i];
    drifts[tested[i]].is_drifted = adjusted[i] < drift_rate;
  }
  return drifts;
}

std::vector<FeatureDrift> window_drift(const CaseFeatures& cases, std::size_t window) {
  const std::size_t last = std::min(window, cases.cases / 2);
  const std::size_t before = cases.cases - last;
  if (std::min(last, before) < least_drift_cases) return {};
  return feature_drift(part(cases, 0, before), part(cases, before, cases.cases));
}

}  // namespace guardian::audit::population
