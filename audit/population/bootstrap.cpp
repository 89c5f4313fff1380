#include "audit/population/bootstrap.hpp"

#include <algorithm>

#include "audit/population/calibration.hpp"

namespace guardian::audit::population {

std::vector<double> bootstrap(std::size_t cases, std::size_t resamples, std::uint64_t seed,
                              const std::function<double(std::span<const std::size_t>)>& statistic) {
  SplitMix64 random(seed);
  std::vector<double> values;
  values.reserve(resamples);
  std::vector<std::size_t> places(cases);
  for (std::size_t b = 0; b < resamples; ++b) {
    for (std::size_t& place : places) place = random.below(cases);
    values.push_back(statistic(places));
  }
  return values;
}

Interval percentile_interval(std::span<const double> values, double level) {
  if (values.empty()) return {not_a_number(), not_a_number()};
  const std::vector<double> ascending = sorted(values);
  const double tail = (1.0 - level) / 2.0;
  return {quantile(ascending, tail), quantile(ascending, 1.0 - tail)};
}

std::vector<double> bootstrap_debiased_error(std::span<const double> outcomes, std::span<const double> forecasts,
                                             std::size_t bins, std::size_t resamples, std::uint64_t seed) {
  const std::size_t cases = outcomes.size();
  // Equal forecasts share a rank and keep the order in which they are drawn, as a stable sort of the resample would.
  const std::vector<std::size_t> order = ascending_order(forecasts);
  std::vector<std::uint32_t> rank(cases);
  std::uint32_t ranks = 0;
  for (std::size_t i = 0; i < cases; ++i) {
    if (i > 0 && forecasts[order[i]] != forecasts[order[i - 1]]) ++ranks;
    rank[order[i]] = ranks;
  }
  std::vector<std::size_t> starts(static_cast<std::size_t>(ranks) + 2);
  std::vector<std::uint32_t> in_order(cases);
  return bootstrap(cases, resamples, seed, [&](std::span<const std::size_t> places) {
    std::fill(starts.begin(), starts.end(), std::size_t{0});
    for (const std::size_t place : places) ++starts[rank[place] + 1];
    for (std::size_t i = 1; i < starts.size(); ++i) starts[i] += starts[i - 1];
    for (const std::size_t place : places) in_order[starts[rank[place]]++] = static_cast<std::uint32_t>(place);
    const std::size_t size = cases / bins;
    const std::size_t larger = cases % bins;
    std::vector<Bin> means;
    std::size_t next = 0;
    for (std::size_t b = 0; b < bins && next < cases; ++b) {
      Bin bin{size + (b < larger ? 1 : 0), 0.0, 0.0};
      for (const std::size_t end = next + bin.count; next < end; ++next) {
        bin.outcome += outcomes[in_order[next]];
        bin.forecast += forecasts[in_order[next]];
      }
      bin.outcome /= static_cast<double>(bin.count);
      bin.forecast /= static_cast<double>(bin.count);
      means.push_back(bin);
    }
    return debiased_error(means, cases);
  });
}

}  // namespace guardian::audit::population
