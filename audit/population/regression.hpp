#pragma once
// Predictions of numbers: their errors, whether intervals cover what they claim, whether a predicted variance says
// where the errors are. As TrustLens 0.5.0 reports it, rounded to 4 decimals before its score. Pure.

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "audit/population/compat_score.hpp"
#include "core/result.hpp"

namespace guardian::audit::population {

struct IntervalLevel {
  double level = 0.0;  // claimed central coverage, between 0 and 1
  std::vector<double> lower;
  std::vector<double> upper;
};
struct Regression {
  std::vector<double> truth;
  std::vector<double> predicted;
  std::vector<double> variance;          // empty: none
  std::vector<IntervalLevel> intervals;  // by level; empty: none
};
// Fails with the element where lengths differ, a number is not finite or a bound is the wrong way round.
[[nodiscard]] core::Result<Regression> checked(Regression regression);

struct ErrorDistribution {
  double median = 0.0;
  double p90 = 0.0;
  double largest = 0.0;
  double mean_absolute = 0.0;
  double rmse = 0.0;
  std::vector<double> edges;  // 20 bins from 0 to the largest
  std::vector<std::size_t> histogram;
};
struct LevelCoverage {
  double level = 0.0;
  double coverage = 0.0;
  double error = 0.0;
  double width = 0.0;
  double reference_width = 0.0;  // of the central interval of the truth itself
  bool is_calibrated = false;    // within 0.05
};
struct IntervalCoverage {
  double calibration_error = 0.0;   // mean over levels
  std::optional<double> sharpness;  // 1 less the mean relative width of calibrated levels; none without such
  std::size_t calibrated_levels = 0;
  double worst_error = 0.0;  // the most negative
  double mean_width = 0.0;
  std::vector<LevelCoverage> levels;
  std::string verdict;
};
struct VarianceCorrelation {
  double pearson = 0.0;  // 0 where a side does not vary
  double spearman = 0.0;
  std::string verdict;
};
// The continuous ranked probability score by the quantiles of all levels, and its parts (Hersbach 2000).
struct RankedScore {
  double mean = 0.0;
  double median = 0.0;
  double first_level = 0.0;
  double last_level = 0.0;
  std::size_t quantiles = 0;
  double reliability = 0.0;
  double resolution = 0.0;
  double uncertainty = 0.0;
  double total = 0.0;
  double potential = 0.0;
};
struct RegressionResults {
  ErrorDistribution errors;
  std::optional<IntervalCoverage> coverage;
  std::optional<VarianceCorrelation> correlation;
  std::optional<RankedScore> ranked;
  double target_variance = 0.0;
  // not rounded
  double exact_rmse = 0.0;
  double exact_skill = 0.0;            // 1 - MSE / variance; NaN for a constant truth
  std::vector<double> exact_coverage;  // by level
  double exact_pearson = 0.0;
  double exact_spearman = 0.0;
};
[[nodiscard]] RegressionResults regression_results(const Regression& regression);
[[nodiscard]] CompatScore regression_score(const RegressionResults& results);

}  // namespace guardian::audit::population
