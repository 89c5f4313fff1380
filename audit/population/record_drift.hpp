#pragma once
// Has what comes in moved away from earlier? Feature by feature: numbers, and words (groups). Pure.

#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "audit/population/drift.hpp"

namespace guardian::audit::population {

// One feature of the cases in their order; what is not known has no value.
struct NumberFeature {
  std::string name;
  std::vector<std::optional<double>> values;
};
struct WordFeature {
  std::string name;
  std::vector<std::string> values;  // empty: not known
};
struct CaseFeatures {
  std::size_t cases = 0;
  std::vector<NumberFeature> numbers;
  std::vector<WordFeature> words;
};

// `p_value`: of numbers by Kolmogorov and Smirnov, of words by the chi-square that the stability index follows without
// drift. `q_value` is adjusted for all features (Benjamini and Hochberg 1995). NaN where there is too little to say.
struct FeatureDrift {
  std::string name;
  std::size_t reference = 0;  // cases in which it is known
  std::size_t current = 0;
  double missing_reference = 0.0;  // share of cases in which it is not
  double missing_current = 0.0;
  Stability stability;
  double window_z = 0.0;        // of numbers: of the mean
  double new_categories = 0.0;  // of words: share of cases with a word that the reference never had
  double p_value = 0.0;
  double q_value = 0.0;
  bool is_drifted = false;  // q below drift_rate
};

inline constexpr double drift_rate = 0.01;            // of false alarms among the features that are called drifted
inline constexpr std::size_t least_drift_cases = 50;  // known on each side, below which nothing is said

[[nodiscard]] std::vector<FeatureDrift> feature_drift(const CaseFeatures& reference, const CaseFeatures& current);

// The last `window` cases against those before; none where fewer than least_drift_cases come before.
[[nodiscard]] std::vector<FeatureDrift> window_drift(const CaseFeatures& cases, std::size_t window);

}  // namespace guardian::audit::population
