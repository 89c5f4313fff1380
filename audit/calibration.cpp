#include "audit/calibration.hpp"

#include <algorithm>
#include <cmath>

#include <boost/math/distributions/beta.hpp>
#include <boost/math/distributions/binomial.hpp>

namespace guardian::audit {
namespace {

constexpr std::size_t resamples = 200;
constexpr std::size_t logistic_from = 200;
constexpr std::size_t venn_abers_from = 1000;

double value_of(const std::optional<double>& signal) { return signal.value_or(0.0); }
double logistic(double x) { return 1.0 / (1.0 + std::exp(-x)); }

std::uint64_t splitmix64(std::uint64_t& state) {
  std::uint64_t z = (state += 0x9E3779B97F4A7C15U);
  z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
  z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
  return z ^ (z >> 31U);
}

// Pool adjacent violators over (score, label) sorted by score; ties are one block. Gives the value at `score`.
double isotonic_at(const std::vector<std::pair<double, bool>>& sorted, double score, bool label) {
  struct Block {
    double score = 0.0;  // the last one in it
    double sum = 0.0;
    double count = 0.0;
  };
  std::vector<Block> blocks;
  const auto add = [&](double at, double sum, double count) {
    if (!blocks.empty() && blocks.back().score == at && blocks.back().count > 0.0) {
      blocks.back().sum += sum;
      blocks.back().count += count;
    } else {
      blocks.push_back({at, sum, count});
    }
    while (blocks.size() > 1) {
      const Block& last = blocks.back();
      Block& before = blocks[blocks.size() - 2];
      if (before.sum * last.count < last.sum * before.count) break;
      before = {last.score, before.sum + last.sum, before.count + last.count};
      blocks.pop_back();
    }
  };
  bool added = false;
  for (std::size_t i = 0; i <= sorted.size();) {
    if (!added && (i == sorted.size() || sorted[i].first >= score)) {
      double sum = label ? 1.0 : 0.0;
      double count = 1.0;
      for (; i < sorted.size() && sorted[i].first == score; ++i) {
        sum += sorted[i].second ? 1.0 : 0.0;
        count += 1.0;
      }
      add(score, sum, count);
      added = true;
      if (i == sorted.size()) break;
      continue;
    }
    if (i == sorted.size()) break;
    const double at = sorted[i].first;
    double sum = 0.0;
    double count = 0.0;
    for (; i < sorted.size() && sorted[i].first == at; ++i) {
      sum += sorted[i].second ? 1.0 : 0.0;
      count += 1.0;
    }
    add(at, sum, count);
  }
  for (const Block& block : blocks) {
    if (block.score >= score) return block.sum / block.count;
  }
  return 0.0;
}

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

void fit_narratives(const std::vector<LabelledReview>& labelled, Calibration& calibration) {
  calibration.narratives = labelled.size();
  calibration.model = {};
  calibration.resampled.clear();
  calibration.scores.clear();
  calibration.bands = {};
  for (const LabelledReview& one : labelled) {
    double sum = 0.0;
    for (const auto& signal : one.signals) sum += value_of(signal);
    const double mean = sum / static_cast<double>(signal_count);
    RuleLabels& band = calibration.bands[mean < 0.4 ? 0 : mean < 0.6 ? 1 : 2];
    (one.right ? band.accepted : band.rejected) += one.weight;
    ++band.labels;
  }
  if (labelled.size() < logistic_from) return;
  calibration.model = fit_logistic(labelled);
  if (labelled.size() >= venn_abers_from) {
    for (const LabelledReview& one : labelled)
      calibration.scores.emplace_back(calibration.model.score(one.signals), one.right);
    std::sort(calibration.scores.begin(), calibration.scores.end());
    return;
  }
  std::uint64_t state = 1;
  std::vector<LabelledReview> drawn(labelled.size());
  for (std::size_t r = 0; r < resamples; ++r) {
    for (LabelledReview& one : drawn) one = labelled[splitmix64(state) % labelled.size()];
    calibration.resampled.push_back(fit_logistic(drawn));
  }
}

VennAbers venn_abers(const std::vector<std::pair<double, bool>>& sorted_scores, double score) {
  return {isotonic_at(sorted_scores, score, false), isotonic_at(sorted_scores, score, true)};
}

std::optional<double> learn_then_test(const std::vector<std::pair<double, bool>>& log, double alpha, double delta) {
  // Fewer error-free texts than this can show nothing.
  const auto least = static_cast<std::size_t>(std::ceil(std::log(delta) / std::log(1.0 - alpha)));
  constexpr int highest = 99;
  constexpr int lowest = 50;
  std::optional<double> threshold;
  for (int step = highest; step >= lowest; --step) {
    const double at = step / 100.0;
    std::size_t released = 0;
    std::size_t wrong = 0;
    for (const auto& [confidence, right] : log) {
      if (confidence < at) continue;
      ++released;
      wrong += right ? 0U : 1U;
    }
    if (released < least) continue;  // the sequence starts where there are enough
    const boost::math::binomial_distribution<double> errors(static_cast<double>(released), alpha);
    if (boost::math::cdf(errors, static_cast<double>(wrong)) > delta) break;
    threshold = at;
  }
  return threshold;
}

double beta_quantile(double a, double b, double p) {
  return boost::math::quantile(boost::math::beta_distribution<double>(a, b), p);
}

double clopper_pearson_upper(std::size_t events, std::size_t trials, double confidence) {
  if (events >= trials) return 1.0;
  return beta_quantile(static_cast<double>(events) + 1.0, static_cast<double>(trials - events), confidence);
}

}  // namespace guardian::audit
