#pragma once
// Forecasts put into bins. Pure. A forecast is a probability, an outcome 0 or 1 (other numbers are averaged as they
// are). Bins are half-open [low, high), the last one closed.

#include <cstddef>
#include <span>
#include <vector>

namespace guardian::audit::population {

// i * (1 / bins) in binary64, so that 0.3, 0.6 and 0.7 fall one bin low as in TrustLens and numpy.
[[nodiscard]] std::vector<double> uniform_edges(std::size_t bins);
// Quantiles of the forecasts without repetition; a single edge when all are equal.
[[nodiscard]] std::vector<double> quantile_edges(std::span<const double> forecasts, std::size_t bins);

inline constexpr std::size_t no_bin = static_cast<std::size_t>(-1);
// The bin of each forecast; no_bin for one outside the edges or not a number.
[[nodiscard]] std::vector<std::size_t> assign_bins(std::span<const double> forecasts, std::span<const double> edges);

struct Bin {
  std::size_t count = 0;
  double outcome = 0.0;   // mean
  double forecast = 0.0;  // mean
};

// Those of assign_bins that are not empty. Fewer than two edges: one bin with everything.
[[nodiscard]] std::vector<Bin> binned(std::span<const double> outcomes, std::span<const double> forecasts,
                                      std::span<const double> edges);

// Bins of equal size by ascending forecast; the first ones take what is left over. Equal forecasts stay in the order
// given. Places of the cases, bin by bin, without empty ones.
[[nodiscard]] std::vector<std::vector<std::size_t>> equal_mass_bins(std::span<const double> forecasts,
                                                                    std::size_t bins);
[[nodiscard]] std::vector<Bin> equal_mass(std::span<const double> outcomes, std::span<const double> forecasts,
                                          std::size_t bins);

}  // namespace guardian::audit::population
