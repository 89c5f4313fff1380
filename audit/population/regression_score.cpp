#include <algorithm>
#include <cstdio>

#include "audit/population/regression.hpp"

namespace guardian::audit::population {
namespace {

// Of errors rounded to 4 decimals, as TrustLens does it: a target of small scale gets a perfect skill.
double skill_of(const RegressionResults& results) {
  const double mean_square = results.errors.rmse * results.errors.rmse;
  if (results.target_variance > 0.0) return 1.0 - mean_square / results.target_variance;
  return mean_square <= 1e-12 ? 1.0 : 0.0;
}

double accuracy_of(const ErrorDistribution& errors, double skill) {
  constexpr double nothing = 1e-12;
  double tail = 1.0;
  if (errors.median > nothing) {
    tail = errors.p90 / errors.median;
  } else if (errors.p90 > nothing) {
    tail = 10.0;
  }
  const double base = 100.0 * clip(skill, 0.0, 1.0);
  return base - base * clip(std::max(0.0, tail - 3.0) / 7.0, 0.0, 0.5);
}

}  // namespace

CompatScore regression_score(const RegressionResults& results) {
  const double skill = skill_of(results);
  std::vector<CompatDimension> dimensions{{"accuracy", 0.30, accuracy_of(results.errors, skill)}};
  if (results.coverage) {
    dimensions.push_back(
        {"interval_calibration", 0.40, 100.0 * (1.0 - clip(results.coverage->calibration_error / 0.20, 0.0, 1.0))});
  }
  std::optional<double> strongest;
  if (results.coverage && results.coverage->sharpness) {
    dimensions.push_back({"uncertainty_informativeness", 0.30, 100.0 * clip(*results.coverage->sharpness, 0.0, 1.0)});
  } else if (results.correlation) {
    strongest = std::max(results.correlation->pearson, results.correlation->spearman);
    dimensions.push_back({"uncertainty_informativeness", 0.30, 100.0 * clip(*strongest, 0.0, 1.0)});
  }

  CompatScore score;
  double raw = add_dimensions(dimensions, score);
  score.base_score = round_even(clip(raw, 0.0, 100.0));
  if (strongest && *strongest < 0.5) {
    const double penalty = 15.0 * clip((0.5 - *strongest) / 0.5, 0.0, 1.0);
    raw -= penalty;
    score.penalties.push_back({"Weak Uncertainty", round_to(penalty, 1)});
  }
  score.score = round_even(clip(raw, 0.0, 100.0));

  if (skill < 0.0) {
    score.is_blocked = true;
    score.verdict = "Low Trust - Blocked by negative skill (worse than predicting the mean; R^2 < 0)";
  } else if (results.coverage && results.coverage->worst_error < -0.10) {
    char words[160];
    std::snprintf(words, sizeof words,
                  "Low Trust - Blocked by severe interval miscoverage (coverage %+.2f below nominal - over-confident "
                  "intervals)",
                  results.coverage->worst_error);
    score.is_blocked = true;
    score.verdict = words;
  }
  if (score.is_blocked) {
    score.grade = "D";
  } else {
    GradeWords words = compat_grade(score.score);
    score.grade = std::move(words.grade);
    score.verdict = std::move(words.verdict);
  }
  return score;
}

}  // namespace guardian::audit::population
