#include "audit/calibration.hpp"

#include <algorithm>
#include <cmath>

#include "audit/population/numbers.hpp"

namespace guardian::audit {
namespace {

constexpr std::size_t resamples = 200;

double value_of(const std::optional<double>& signal) { return signal.value_or(0.0); }
double logistic(double x) { return 1.0 / (1.0 + std::exp(-x)); }

}  // namespace

double LogisticModel::score(const SignalValues& signals) const {
  double sum = intercept;
  for (std::size_t i = 0; i < signal_count; ++i) sum += weights[i] * value_of(signals[i]);
  return sum;
}

// Newton steps of one weight after the other, held at zero; the penalty speaks of weights, not of the intercept.
LogisticModel fit_logistic(const std::vector<LabelledReview>& labelled, double ridge) {
  LogisticModel model;
  if (labelled.empty()) return model;
  std::vector<double> odds(labelled.size(), 0.0);
  constexpr int rounds = 100;
  constexpr double small = 1e-9;
  const auto step = [&](double& weight, bool penalised, const auto& feature) {
    double gradient = penalised ? ridge * weight : 0.0;
    double curve = penalised ? ridge : 1e-9;
    for (std::size_t i = 0; i < labelled.size(); ++i) {
      const double x = feature(labelled[i]);
      const double p = logistic(odds[i]);
      gradient += labelled[i].weight * (p - (labelled[i].right ? 1.0 : 0.0)) * x;
      curve += labelled[i].weight * p * (1.0 - p) * x * x;
    }
    constexpr double longest = 4.0;
    const double wanted = weight - std::clamp(gradient / curve, -longest, longest);
    const double next = penalised ? std::max(0.0, wanted) : wanted;
    const double change = next - weight;
    weight = next;
    for (std::size_t i = 0; i < labelled.size(); ++i) odds[i] += change * feature(labelled[i]);
    return std::abs(change);
  };
  for (int round = 0; round < rounds; ++round) {
    double moved = step(model.intercept, false, [](const LabelledReview&) { return 1.0; });
    for (std::size_t s = 0; s < signal_count; ++s)
      moved = std::max(
          moved, step(model.weights[s], true, [s](const LabelledReview& one) { return value_of(one.signals[s]); }));
    if (moved < small) break;
  }
  return model;
}

std::size_t band_of(const SignalValues& signals) {
  constexpr double medium = 0.4;
  constexpr double high = 0.6;
  double sum = 0.0;
  for (const auto& signal : signals) sum += value_of(signal);
  const double mean = sum / static_cast<double>(signal_count);
  return mean < medium ? 0 : mean < high ? 1 : 2;
}

void fit_narratives(const std::vector<LabelledReview>& labelled, Calibration& calibration) {
  calibration.narratives = labelled.size();
  calibration.model = {};
  calibration.resampled.clear();
  calibration.scores.clear();
  calibration.outcomes.clear();
  calibration.bands = {};
  for (const LabelledReview& one : labelled) {
    RuleLabels& band = calibration.bands[band_of(one.signals)];
    (one.right ? band.accepted : band.rejected) += one.weight;
    ++band.labels;
  }
  if (labelled.size() < logistic_from) return;
  calibration.model = fit_logistic(labelled);
  if (labelled.size() >= venn_abers_from) {
    for (const LabelledReview& one : labelled) {
      calibration.scores.push_back(calibration.model.score(one.signals));
      calibration.outcomes.push_back(one.right ? 1.0 : 0.0);
    }
    return;
  }
  population::SplitMix64 random(1);
  std::vector<LabelledReview> drawn(labelled.size());
  for (std::size_t r = 0; r < resamples; ++r) {
    for (LabelledReview& one : drawn) one = labelled[random.below(labelled.size())];
    calibration.resampled.push_back(fit_logistic(drawn));
  }
}

}  // namespace guardian::audit
