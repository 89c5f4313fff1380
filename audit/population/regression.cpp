#include "audit/population/regression.hpp"

#include <algorithm>
#include <cmath>

#include "audit/population/failure.hpp"

namespace guardian::audit::population {
namespace {

constexpr double tolerance = 0.05;  // between claimed and found coverage
constexpr std::size_t error_bins = 20;

double correlation(std::span<const double> a, std::span<const double> b) {
  if (a.size() < 2) return 0.0;
  const double mean_a = mean(a);
  const double mean_b = mean(b);
  double both = 0.0;
  double alone_a = 0.0;
  double alone_b = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    both += (a[i] - mean_a) * (b[i] - mean_b);
    alone_a += (a[i] - mean_a) * (a[i] - mean_a);
    alone_b += (b[i] - mean_b) * (b[i] - mean_b);
  }
  if (alone_a == 0.0 || alone_b == 0.0) return 0.0;
  return clip(both / std::sqrt(alone_a) / std::sqrt(alone_b), -1.0, 1.0);
}

ErrorDistribution error_distribution(std::span<const double> errors) {
  const std::vector<double> ascending = sorted(errors);
  double squares = 0.0;
  for (const double error : errors) squares += error * error;
  ErrorDistribution part;
  part.median = round_to(quantile(ascending, 0.5), 4);
  part.p90 = round_to(quantile(ascending, 0.9), 4);
  part.largest = round_to(ascending.back(), 4);
  part.mean_absolute = round_to(mean(errors), 4);
  part.rmse = round_to(std::sqrt(squares / static_cast<double>(errors.size())), 4);
  part.edges = even_edges(0.0, ascending.back() > 0.0 ? ascending.back() : 1.0, error_bins);
  part.histogram = histogram(errors, part.edges);
  return part;
}

struct Coverage {
  double share = 0.0;
  double width = 0.0;
};

Coverage coverage_of(const std::vector<double>& truth, const IntervalLevel& level) {
  Coverage coverage;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    if (truth[i] >= level.lower[i] && truth[i] <= level.upper[i]) coverage.share += 1.0;
    coverage.width += level.upper[i] - level.lower[i];
  }
  coverage.share /= static_cast<double>(truth.size());
  coverage.width /= static_cast<double>(truth.size());
  return coverage;
}

IntervalCoverage interval_coverage(const Regression& regression, std::vector<double>& exact) {
  const std::vector<double> ascending = sorted(regression.truth);
  IntervalCoverage part;
  std::vector<double> distances;
  std::vector<double> widths;
  std::vector<double> ratios;
  double worst = 1.0;
  for (const IntervalLevel& level : regression.intervals) {
    const Coverage found = coverage_of(regression.truth, level);
    const double error = found.share - level.level;
    const double reference =
        quantile(ascending, 0.5 + level.level / 2.0) - quantile(ascending, 0.5 - level.level / 2.0);
    const bool is_calibrated = std::abs(error) <= tolerance;
    exact.push_back(found.share);
    distances.push_back(std::abs(error));
    widths.push_back(found.width);
    worst = std::min(worst, error);
    if (is_calibrated && reference > 0.0) ratios.push_back(found.width / reference);
    part.levels.push_back({round_to(level.level, 4), round_to(found.share, 4), round_to(error, 4),
                           round_to(found.width, 4), round_to(reference, 4), is_calibrated});
  }
  const double mean_error = mean(distances);
  part.calibration_error = round_to(mean_error, 4);
  if (!ratios.empty()) part.sharpness = round_to(1.0 - mean(ratios), 4);
  part.calibrated_levels = ratios.size();
  part.worst_error = round_to(worst, 4);
  part.mean_width = round_to(mean(widths), 4);
  part.verdict = mean_error <= tolerance ? "well-calibrated"
                 : worst < -tolerance    ? "over-confident"
                                         : "under-confident";
  return part;
}

// Quantiles of each case at ascending levels; crossed ones put in order.
struct QuantileGrid {
  std::vector<double> levels;
  std::vector<std::vector<double>> cases;
};

QuantileGrid quantile_grid(const Regression& regression) {
  struct Source {
    double level;
    const std::vector<double>* bounds;
  };
  std::vector<Source> sources;
  for (const IntervalLevel& level : regression.intervals) {
    sources.push_back({round_to((1.0 - level.level) / 2.0, 10), &level.lower});
    sources.push_back({round_to((1.0 + level.level) / 2.0, 10), &level.upper});
  }
  std::sort(sources.begin(), sources.end(), [](const Source& a, const Source& b) { return a.level < b.level; });
  QuantileGrid grid;
  for (const Source& source : sources) grid.levels.push_back(source.level);
  for (std::size_t i = 0; i < regression.truth.size(); ++i) {
    std::vector<double> quantiles;
    for (const Source& source : sources) quantiles.push_back((*source.bounds)[i]);
    std::sort(quantiles.begin(), quantiles.end());
    grid.cases.push_back(std::move(quantiles));
  }
  return grid;
}

struct Hersbach {
  double reliability = 0.0;
  double potential = 0.0;
  double total = 0.0;
};

Hersbach hersbach(const std::vector<double>& truth, const QuantileGrid& grid) {
  Hersbach parts;
  const auto cases = static_cast<double>(truth.size());
  for (std::size_t j = 0; j + 1 < grid.levels.size(); ++j) {
    double below = 0.0;
    double above = 0.0;
    for (std::size_t i = 0; i < truth.size(); ++i) {
      const double low = grid.cases[i][j];
      const double high = grid.cases[i][j + 1];
      const double cut = clip(truth[i], low, high);
      below += (cut - low) / cases;
      above += (high - cut) / cases;
    }
    const double level = grid.levels[j];
    const double width = below + above;
    const double observed = width > 0.0 ? above / width : 0.0;
    parts.reliability += width * (observed - level) * (observed - level);
    parts.potential += width * observed * (1.0 - observed);
    parts.total += below * level * level + above * (1.0 - level) * (1.0 - level);
  }
  return parts;
}

RankedScore ranked_score(const Regression& regression) {
  const QuantileGrid grid = quantile_grid(regression);
  std::vector<double> scores;
  for (std::size_t i = 0; i < regression.truth.size(); ++i) {
    const auto loss = [&](std::size_t j) {
      const double off = regression.truth[i] - grid.cases[i][j];
      return off * (grid.levels[j] - (off < 0.0 ? 1.0 : 0.0));
    };
    double area = 0.0;
    for (std::size_t j = 0; j + 1 < grid.levels.size(); ++j) {
      area += (grid.levels[j + 1] - grid.levels[j]) * 0.5 * (loss(j) + loss(j + 1));
    }
    scores.push_back(2.0 * area);
  }
  const std::vector<double> ascending = sorted(regression.truth);
  QuantileGrid climate{grid.levels, {}};
  std::vector<double> constant;
  for (const double level : grid.levels) constant.push_back(quantile(ascending, level));
  climate.cases.assign(regression.truth.size(), constant);
  const Hersbach parts = hersbach(regression.truth, grid);
  // What a forecast that never varies can reach at best.
  const double uncertainty = hersbach(regression.truth, climate).potential;
  return {round_to(mean(scores), 4),
          round_to(median(scores), 4),
          round_to(grid.levels.front(), 4),
          round_to(grid.levels.back(), 4),
          grid.levels.size(),
          round_to(parts.reliability, 4),
          round_to(uncertainty - parts.potential, 4),
          round_to(uncertainty, 4),
          round_to(parts.total, 4),
          round_to(parts.potential, 4)};
}

}  // namespace

core::Result<Regression> checked(Regression regression) {
  const auto wrong = [](const std::string& element, const char* problem) {
    return core::fail(core::ErrorCode::invalid_input, element + ": " + problem);
  };
  const std::size_t cases = regression.truth.size();
  const auto finite = [](const std::vector<double>& values) {
    return std::all_of(values.begin(), values.end(), [](double value) { return std::isfinite(value); });
  };
  constexpr const char* length = "must have as many entries as y_true";
  if (cases == 0) return wrong("/y_true", "must have at least one entry");
  if (regression.predicted.size() != cases) return wrong("/y_pred", length);
  if (!regression.variance.empty() && regression.variance.size() != cases) return wrong("/variance", length);
  if (!finite(regression.truth)) return wrong("/y_true", "must hold finite numbers");
  if (!finite(regression.predicted)) return wrong("/y_pred", "must hold finite numbers");
  if (!finite(regression.variance)) return wrong("/variance", "must hold finite numbers");
  for (const IntervalLevel& level : regression.intervals) {
    if (!(level.level > 0.0 && level.level < 1.0)) return wrong("/intervals", "levels must lie between 0 and 1");
    if (level.lower.size() != cases || level.upper.size() != cases) return wrong("/intervals", length);
    for (std::size_t i = 0; i < cases; ++i) {
      if (!(level.lower[i] <= level.upper[i])) return wrong("/intervals", "a lower bound is above its upper bound");
    }
  }
  std::sort(regression.intervals.begin(), regression.intervals.end(),
            [](const IntervalLevel& a, const IntervalLevel& b) { return a.level < b.level; });
  return regression;
}

RegressionResults regression_results(const Regression& regression) {
  RegressionResults results;
  std::vector<double> errors;
  double squares = 0.0;
  for (std::size_t i = 0; i < regression.truth.size(); ++i) {
    errors.push_back(std::abs(regression.truth[i] - regression.predicted[i]));
    squares += errors.back() * errors.back();
  }
  results.errors = error_distribution(errors);
  results.target_variance = variance(regression.truth, 0);
  const double mean_square = squares / static_cast<double>(errors.size());
  results.exact_rmse = std::sqrt(mean_square);
  results.exact_skill = results.target_variance > 0.0 ? 1.0 - mean_square / results.target_variance : not_a_number();
  if (!regression.intervals.empty()) {
    results.coverage = interval_coverage(regression, results.exact_coverage);
    results.ranked = ranked_score(regression);
  }
  if (!regression.variance.empty()) {
    results.exact_pearson = correlation(regression.variance, errors);
    results.exact_spearman = correlation(average_ranks(regression.variance), average_ranks(errors));
    const double strongest = std::max(results.exact_pearson, results.exact_spearman);
    results.correlation = VarianceCorrelation{round_to(results.exact_pearson, 4), round_to(results.exact_spearman, 4),
                                              strongest >= 0.5   ? "informative"
                                              : strongest >= 0.2 ? "weak"
                                                                 : "uninformative"};
  }
  return results;
}

}  // namespace guardian::audit::population
