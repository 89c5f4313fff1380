#pragma once
// Does a forecast of p come true in a share p of the cases? Pure. Outcomes are 0 or 1, forecasts probabilities, both of
// the same length; an empty input gives NaN unless said otherwise.

#include <span>
#include <vector>

#include "audit/population/binning.hpp"
#include "audit/population/numbers.hpp"

namespace guardian::audit::population {

// Brier (1950).
[[nodiscard]] double brier(std::span<const double> outcomes, std::span<const double> forecasts) noexcept;
// Over all classes, in [0, 2]; `truth` are columns.
[[nodiscard]] double brier_multiclass(std::span<const int> truth, const Matrix& probabilities) noexcept;
// Mean negative log likelihood; probabilities below 1e-12 count as that.
[[nodiscard]] double log_loss(std::span<const int> truth, const Matrix& probabilities) noexcept;

// Expected and maximum calibration error (Naeini and others 2015) of bins out of `cases`: a bin's share times the
// distance of its means, and the largest distance.
[[nodiscard]] double expected_error(std::span<const Bin> bins, std::size_t cases) noexcept;  // 0 of none
[[nodiscard]] double maximum_error(std::span<const Bin> bins) noexcept;                      // NaN of none

// Root of the squared error over equal-mass bins, less what chance alone adds (Kumar, Liang and Ma 2019); 0 where
// chance explains all. Bins of one case tell nothing and are left out.
[[nodiscard]] double debiased_error(std::span<const Bin> bins, std::size_t cases) noexcept;

// The largest cumulated difference over cases in the order of their forecast (Gupta and others 2021); equal forecasts
// count together, so that their order does not matter.
[[nodiscard]] double ks_error(std::span<const double> outcomes, std::span<const double> forecasts);

// Spiegelhalter (1986): standard normal when calibrated. NaN when every forecast is 0, 1/2 or 1.
[[nodiscard]] double spiegelhalter_z(std::span<const double> outcomes, std::span<const double> forecasts) noexcept;

// Murphy (1973) with the two terms within bins (Stephenson and others 2008):
// Brier = reliability - resolution + uncertainty + within-bin variance - 2 within-bin covariance.
struct Murphy {
  double reliability = 0.0;
  double resolution = 0.0;
  double uncertainty = 0.0;
  double within_variance = 0.0;
  double within_covariance = 0.0;
};
[[nodiscard]] Murphy murphy(std::span<const double> outcomes, std::span<const double> forecasts, std::size_t bins);

// Points of the reliability diagram as TrustLens draws them: what lies outside [0, 1], or is no number, goes to the
// first or last bin.
[[nodiscard]] std::vector<Bin> reliability_curve(std::span<const double> outcomes, std::span<const double> forecasts,
                                                 std::span<const double> edges);

}  // namespace guardian::audit::population
