#pragma once
// The analysis and the trust score of TrustLens 0.5.0 (commit a58d175), kept for comparison with reports made by it.
// What is doubtful about them is listed in docs/population-audit.md; trust_score.hpp is what this project stands for.
// Pure.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "audit/population/binning.hpp"
#include "audit/population/conformal.hpp"
#include "audit/population/failure.hpp"
#include "audit/population/groups.hpp"
#include "audit/population/representation.hpp"

namespace guardian::audit::population {

struct CompatCalibration {
  double brier = 0.0;
  double ece = 0.0;  // of P(label 1) for two labels, else of the top label
  double mce = 0.0;
  std::vector<Bin> curve;
};
struct CompatRepresentation {
  double silhouette = 0.0;  // NaN with one class
  PairDistances distances;  // exact, where TrustLens draws some pairs at random
  std::size_t rows = 0;
  std::size_t dimensions = 0;
};
struct CompatFeature {
  SubgroupPerformance performance;
  std::optional<EqualizedOdds> odds;
};
struct CompatResults {
  std::optional<CompatCalibration> calibration;  // none without probabilities
  std::optional<ConformalCoverage> conformal;
  std::string conformal_problem;  // why there is none although there are sets
  Misclassification misclassification;
  std::optional<ConfidenceGap> gap;  // none without probabilities
  ClassImbalance imbalance;
  std::vector<CompatFeature> features;  // as in the population
  bool has_odds = false;                // two labels that are 0 and 1, and a feature with two groups
  std::optional<CompatRepresentation> representation;
};
[[nodiscard]] CompatResults compat_results(const Population& population);

// In the order of TrustLens: calibration, failure, bias, representation.
struct Part {
  std::string name;
  double value = 0.0;
};
struct CompatScore {
  int score = 0;
  int base_score = 0;
  std::string grade;
  std::string verdict;
  bool is_blocked = false;
  std::vector<Part> sub_scores;    // 1 decimal
  std::vector<Part> weights_used;  // 3 decimals
  std::vector<Part> breakdown;     // 2 decimals
  std::vector<Part> penalties;     // 1 decimal
};
[[nodiscard]] CompatScore compat_score(const CompatResults& results);

// Writes the parts of each dimension into the score; returns their mean by weight, of those that are there.
struct CompatDimension {
  const char* name;
  double weight;
  double score;
};
double add_dimensions(const std::vector<CompatDimension>& dimensions, CompatScore& score);

// The grade and the words of TrustLens for a score that nothing blocks.
struct GradeWords {
  std::string grade;
  std::string verdict;
};
[[nodiscard]] GradeWords compat_grade(int score);

}  // namespace guardian::audit::population
