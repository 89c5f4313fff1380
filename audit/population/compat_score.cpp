#include "audit/population/compat_score.hpp"

#include <algorithm>
#include <cmath>

#include "audit/population/binning.hpp"
#include "audit/population/calibration.hpp"

namespace guardian::audit::population {
namespace {

constexpr std::size_t bins = 10;
constexpr double severe = 0.15;
constexpr std::size_t most_rows = 5000;  // of the embeddings, as in TrustLens; by another random sequence

CompatCalibration calibration_of(const Population& population) {
  CompatCalibration calibration;
  std::vector<double> outcomes;
  std::vector<double> forecasts;
  if (population.probabilities.columns > 2) {
    outcomes = correctness(population);
    forecasts = top_confidence(population);
    calibration.brier = brier_multiclass(population.truth, population.probabilities);
  } else {
    outcomes = indicator(population.truth, 1);
    forecasts = column(population.probabilities, population.probabilities.columns - 1);
    calibration.brier = brier(outcomes, forecasts);
  }
  const std::vector<double> edges = uniform_edges(bins);
  const std::vector<Bin> filled = binned(outcomes, forecasts, edges);
  calibration.ece = expected_error(filled, outcomes.size());
  calibration.mce = maximum_error(filled);
  calibration.curve = reliability_curve(outcomes, forecasts, edges);
  return calibration;
}

CompatRepresentation representation_of(const Population& population) {
  const std::vector<std::size_t> places = sample_rows(population.embeddings.rows, most_rows, 42);
  Matrix rows{places.size(), population.embeddings.columns, {}};
  std::vector<int> labels;
  for (const std::size_t place : places) {
    const auto row = population.embeddings.row(place);
    rows.cells.insert(rows.cells.end(), row.begin(), row.end());
    labels.push_back(population.truth[place]);
  }
  return {silhouette(rows, labels), pair_distances(rows, labels), places.size(), rows.columns};
}

}  // namespace

CompatResults compat_results(const Population& population) {
  CompatResults results;
  if (!population.probabilities.empty()) {
    results.calibration = calibration_of(population);
    results.gap = confidence_gap(correctness(population), top_confidence(population));
  }
  if (!population.pred_sets.empty()) {
    if (population.labels_are_words) {
      results.conformal_problem = "y_true must contain integer class labels.";
    } else if (auto rows = membership(population.pred_sets, population.labels.size())) {
      constexpr double nominal_of_trustlens = 0.95;  // claimed for a caller who claimed nothing
      results.conformal =
          conformal_coverage(*rows, population.truth, population.nominal_coverage.value_or(nominal_of_trustlens));
    } else {
      results.conformal_problem = rows.error().message;
    }
  }
  results.misclassification = misclassification(population);
  results.imbalance = class_imbalance(population);
  const auto is_zero_or_one = [](int label) { return label <= 1; };
  const bool binary =
      !population.labels_are_words && std::all_of(population.truth.begin(), population.truth.end(), is_zero_or_one);
  for (const Feature& feature : population.features) {
    CompatFeature part{subgroup_performance(population, feature), std::nullopt};
    if (binary && feature.groups.size() > 1) {
      part.odds = equalized_odds(population, feature);
      results.has_odds = true;
    }
    results.features.push_back(std::move(part));
  }
  if (!population.embeddings.empty()) results.representation = representation_of(population);
  return results;
}

double add_dimensions(const std::vector<CompatDimension>& dimensions, CompatScore& score) {
  double total_weight = 0.0;
  for (const CompatDimension& dimension : dimensions) total_weight += dimension.weight;
  double raw = 0.0;
  for (const CompatDimension& dimension : dimensions) {
    const double weight = dimension.weight / total_weight;
    raw += dimension.score * weight;
    score.sub_scores.push_back({dimension.name, round_to(dimension.score, 1)});
    score.weights_used.push_back({dimension.name, round_to(weight, 3)});
    score.breakdown.push_back({dimension.name, round_to(dimension.score * weight, 2)});
  }
  return raw;
}

GradeWords compat_grade(int score) {
  if (score >= 80) return {"A", "High Trust - production-ready"};
  if (score >= 60) return {"B", "Good Trust - minor issues to address"};
  if (score >= 40) return {"C", "Moderate Trust - investigate flagged dimensions"};
  return {"D", "Low Trust - serious issues, do not deploy"};
}

CompatScore compat_score(const CompatResults& results) {
  const double gap = results.gap ? results.gap->gap : 0.0;
  const double brier_score = results.calibration ? results.calibration->brier : 0.5;
  const double ece = results.calibration ? results.calibration->ece : 0.5;
  double accuracy_gap = 0.0;
  bool is_severe = false;
  for (const CompatFeature& feature : results.features) {
    const double of_feature = feature.performance.gap.value_or(0.0);
    accuracy_gap = std::max(accuracy_gap, of_feature);
    is_severe = is_severe || of_feature > severe;
    if (feature.odds) is_severe = is_severe || feature.odds->tpr_gap > severe || feature.odds->fpr_gap > severe;
  }

  const double failure =
      100.0 *
      clip(0.8 * clip(gap, 0.0, 1.0) + 0.2 * (1.0 - clip(results.misclassification.error_rate, 0.0, 1.0)), 0.0, 1.0);
  const double imbalance = clip((results.imbalance.ratio - 1.0) / 19.0, 0.0, 1.0);
  std::vector<CompatDimension> dimensions{
      {"calibration", 0.35, 100.0 * (1.0 - clip(brier_score + 1.5 * ece, 0.0, 1.0))},
      {"failure", 0.30, failure},
      {"bias", 0.25, 100.0 * (1.0 - clip(0.5 * imbalance + 0.5 * clip(accuracy_gap, 0.0, 1.0), 0.0, 1.0))}};
  if (results.representation) {
    const double rounded = round_to(results.representation->silhouette, 4);
    const double separation = std::isnan(rounded) ? 0.0 : rounded;
    dimensions.push_back({"representation", 0.10, 100.0 * clip(0.5 + 0.5 * separation, 0.0, 1.0)});
  }

  CompatScore score;
  const double raw = add_dimensions(dimensions, score);

  constexpr double most_penalty = 35.0;
  double penalty = 0.0;
  const auto penalise = [&](const char* name, double points, double most) {
    const double applied = clip(points, 0.0, most);
    penalty += applied;
    score.penalties.push_back({name, round_to(applied, 1)});
  };
  if (failure < 60.0) penalise("Failure", 20.0 * ((60.0 - failure) / 60.0), 20.0);
  if (results.calibration && ece > 0.05) penalise("Calibration", 15.0 * ((ece - 0.05) / 0.10), 15.0);
  if (is_severe) {
    penalise("Fairness", 15.0, 15.0);
  } else if (accuracy_gap > 0.05) {
    penalise("Fairness", 15.0 * ((accuracy_gap - 0.05) / 0.10), 15.0);
  }
  if (penalty > most_penalty) {
    for (Part& part : score.penalties) part.value = round_to(part.value * (most_penalty / penalty), 1);
    penalty = most_penalty;
  }
  score.base_score = round_even(clip(raw, 0.0, 100.0));
  score.score = round_even(clip(raw - penalty, 0.0, 100.0));

  const double blocking_ece = results.calibration ? ece : 0.0;
  const char* reason = nullptr;
  if (failure < 50.0 && blocking_ece > 0.15 && gap < 0.05) {
    reason = "'confidently wrong' behavior (mismatched confidence-weighted errors)";
  } else if (failure < 40.0) {
    reason = "high diagnostic risk (misaligned confidence-weighted error distribution)";
  } else if (is_severe) {
    reason = "severe fairness violations";
  }
  score.is_blocked = reason != nullptr || blocking_ece > 0.1;
  if (reason != nullptr) {
    score.grade = "D";
    score.verdict = std::string("Low Trust - Blocked by ") + reason;
  } else if (score.is_blocked) {
    score.grade = "D";
    score.verdict = "Low Trust - Blocked due to poor calibration (ECE > 0.1)";
  } else {
    GradeWords words = compat_grade(score.score);
    score.grade = std::move(words.grade);
    score.verdict = std::move(words.verdict);
  }
  return score;
}

}  // namespace guardian::audit::population
