#pragma once
// Resampling with replacement, the same on every machine. Pure.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "audit/population/numbers.hpp"
#include "audit/population/proportions.hpp"

namespace guardian::audit::population {

// Calls `statistic` with the places of each resample; what it returns, resample by resample.
[[nodiscard]] std::vector<double> bootstrap(std::size_t cases, std::size_t resamples, std::uint64_t seed,
                                            const std::function<double(std::span<const std::size_t>)>& statistic);

// The middle share `level` of the values (percentile interval). NaN of none.
[[nodiscard]] Interval percentile_interval(std::span<const double> values, double level);

// The debiased calibration error of equal-mass bins, resampled. As fast as sorting once: each resample is ordered by
// counting.
[[nodiscard]] std::vector<double> bootstrap_debiased_error(std::span<const double> outcomes,
                                                           std::span<const double> forecasts, std::size_t bins,
                                                           std::size_t resamples, std::uint64_t seed);

}  // namespace guardian::audit::population
