#pragma once
// The isotonic fit of outcomes on forecasts, and what rests on it. Pure; outcomes 0 or 1, both inputs of the same
// length.

#include <span>
#include <vector>

#include "audit/population/numbers.hpp"

namespace guardian::audit::population {

// The non-decreasing fit with the least squared error, by pooling adjacent violators (Ayer and others 1955); equal
// forecasts get equal values. In the order of the input.
[[nodiscard]] std::vector<double> isotonic_fit(std::span<const double> outcomes, std::span<const double> forecasts);

// CORP (Dimitriadis, Gneiting and Jordan 2021): Brier = miscalibration - discrimination + uncertainty, all of them at
// least 0.
struct Corp {
  double miscalibration = 0.0;
  double discrimination = 0.0;
  double uncertainty = 0.0;
};
[[nodiscard]] Corp corp(std::span<const double> outcomes, std::span<const double> forecasts);

// The step curve of the diagram: one point for each distinct forecast, ascending.
struct FitPoint {
  double forecast = 0.0;
  double fitted = 0.0;
};
[[nodiscard]] std::vector<FitPoint> isotonic_curve(std::span<const double> outcomes, std::span<const double> forecasts);

// Inductive Venn-Abers (Vovk, Petej and Fedorova 2015): the fit at `score` when it is added to the calibration cases
// as a failure (p0) and as a success (p1). `merged` is the one probability with the least regret in log loss.
struct VennAbers {
  double p0 = 0.0;
  double p1 = 0.0;
  double merged = 0.0;
};
[[nodiscard]] VennAbers venn_abers(std::span<const double> outcomes, std::span<const double> scores, double score);

// Logits divided by one number (Guo and others 2017): the one with the least log loss on these cases.
struct Temperature {
  double value = 1.0;
  double loss_before = 0.0;
  double loss_after = 0.0;
};
[[nodiscard]] Temperature fit_temperature(const Matrix& logits, std::span<const int> truth);

}  // namespace guardian::audit::population
