#include "audit/population/isotonic.hpp"

#include <algorithm>
#include <boost/math/tools/roots.hpp>
#include <cmath>
#include <cstdint>

#include "audit/population/calibration.hpp"

namespace guardian::audit::population {
namespace {

struct Block {
  double sum = 0.0;
  double count = 0.0;
  std::size_t end = 0;  // behind its last case, in ascending order

  [[nodiscard]] double value() const noexcept { return sum / count; }
};

std::vector<Block> pooled(std::span<const double> outcomes, std::span<const double> forecasts,
                          std::span<const std::size_t> order) {
  std::vector<Block> blocks;
  for (std::size_t i = 0; i < order.size();) {
    Block block;
    const double forecast = forecasts[order[i]];
    for (; i < order.size() && forecasts[order[i]] == forecast; ++i) {
      block.sum += outcomes[order[i]];
      block.count += 1.0;
    }
    block.end = i;
    while (!blocks.empty() && blocks.back().value() >= block.value()) {
      block.sum += blocks.back().sum;
      block.count += blocks.back().count;
      blocks.pop_back();
    }
    blocks.push_back(block);
  }
  return blocks;
}

double mean_loss(const Matrix& logits, std::span<const int> truth, double inverse) {
  double sum = 0.0;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    const auto row = logits.row(i);
    const double largest = *std::max_element(row.begin(), row.end()) * inverse;
    double partition = 0.0;
    for (const double logit : row) partition += std::exp(logit * inverse - largest);
    sum += largest + std::log(partition) - row[static_cast<std::size_t>(truth[i])] * inverse;
  }
  return sum / static_cast<double>(truth.size());
}

// Of mean_loss by `inverse`; it grows with `inverse`, for the loss is convex in it.
double slope(const Matrix& logits, std::span<const int> truth, double inverse) {
  double sum = 0.0;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    const auto row = logits.row(i);
    const double largest = *std::max_element(row.begin(), row.end()) * inverse;
    double partition = 0.0;
    double weighted = 0.0;
    for (const double logit : row) {
      const double part = std::exp(logit * inverse - largest);
      partition += part;
      weighted += part * logit;
    }
    sum += weighted / partition - row[static_cast<std::size_t>(truth[i])];
  }
  return sum / static_cast<double>(truth.size());
}

}  // namespace

std::vector<double> isotonic_fit(std::span<const double> outcomes, std::span<const double> forecasts) {
  const std::vector<std::size_t> order = ascending_order(forecasts);
  std::vector<double> fitted(outcomes.size());
  std::size_t next = 0;
  for (const Block& block : pooled(outcomes, forecasts, order)) {
    for (; next < block.end; ++next) fitted[order[next]] = block.value();
  }
  return fitted;
}

std::vector<FitPoint> isotonic_curve(std::span<const double> outcomes, std::span<const double> forecasts) {
  const std::vector<std::size_t> order = ascending_order(forecasts);
  std::vector<FitPoint> points;
  std::size_t next = 0;
  for (const Block& block : pooled(outcomes, forecasts, order)) {
    for (; next < block.end; ++next) {
      const double forecast = forecasts[order[next]];
      if (points.empty() || points.back().forecast != forecast) points.push_back({forecast, block.value()});
    }
  }
  return points;
}

Corp corp(std::span<const double> outcomes, std::span<const double> forecasts) {
  const std::vector<double> fitted = isotonic_fit(outcomes, forecasts);
  const std::vector<double> constant(outcomes.size(), mean(outcomes));
  const double uncertainty = brier(outcomes, constant);
  const double recalibrated = brier(outcomes, fitted);
  return {brier(outcomes, forecasts) - recalibrated, uncertainty - recalibrated, uncertainty};
}

VennAbers venn_abers(std::span<const double> outcomes, std::span<const double> scores, double score) {
  std::vector<double> all_outcomes(outcomes.begin(), outcomes.end());
  std::vector<double> all_scores(scores.begin(), scores.end());
  all_outcomes.push_back(0.0);
  all_scores.push_back(score);
  const std::vector<std::size_t> order = ascending_order(all_scores);
  const auto place = static_cast<std::size_t>(std::find(order.begin(), order.end(), scores.size()) - order.begin());
  const auto fit_as = [&](double outcome) {
    all_outcomes.back() = outcome;
    const std::vector<Block> blocks = pooled(all_outcomes, all_scores, order);
    return std::find_if(blocks.begin(), blocks.end(), [&](const Block& block) { return place < block.end; })->value();
  };
  const double p0 = fit_as(0.0);
  const double p1 = fit_as(1.0);
  return {p0, p1, p1 / (1.0 - p0 + p1)};
}

Temperature fit_temperature(const Matrix& logits, std::span<const int> truth) {
  constexpr double hottest = 100.0;  // temperatures looked at: 0.01 to 100
  const double least = 1.0 / hottest;
  const auto at = [&](double inverse) { return slope(logits, truth, inverse); };
  double inverse = 1.0;
  if (at(least) >= 0.0) {
    inverse = least;
  } else if (at(hottest) <= 0.0) {
    inverse = hottest;
  } else {
    std::uintmax_t steps = 200;
    const auto bracket =
        boost::math::tools::toms748_solve(at, least, hottest, boost::math::tools::eps_tolerance<double>(50), steps);
    inverse = 0.5 * (bracket.first + bracket.second);
  }
  return {1.0 / inverse, mean_loss(logits, truth, 1.0), mean_loss(logits, truth, inverse)};
}

}  // namespace guardian::audit::population
