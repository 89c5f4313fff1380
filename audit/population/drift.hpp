#pragma once
// Has what comes in moved away from the reference? Pure. Both samples hold numbers of one feature.

#include <cstddef>
#include <span>
#include <vector>

namespace guardian::audit::population {

// Population stability index over cells of equal mass in the reference, half a case added to each cell. `critical` is
// the 0.999 quantile of its distribution without drift (Yurdakul 2018): chi-square times (1/n + 1/m). The usual limit
// of 0.1 is wrong for small samples.
struct Stability {
  double index = 0.0;
  std::vector<double> edges;  // between the cells, which are [low, high)
  std::vector<std::size_t> reference;
  std::vector<std::size_t> current;
  double critical = 0.0;
};
[[nodiscard]] Stability population_stability(std::span<const double> reference, std::span<const double> current,
                                             std::size_t cells);

// The same over categories 0, 1, ... instead of cells.
[[nodiscard]] Stability category_stability(std::span<const std::size_t> reference, std::span<const std::size_t> current,
                                           std::size_t categories);
// The chance of such an index or a larger one without drift. NaN with fewer than two cells.
[[nodiscard]] double stability_p_value(const Stability& stability, std::size_t reference, std::size_t current);

// Two-sample Kolmogorov and Smirnov.
struct KolmogorovSmirnov {
  double distance = 0.0;
  double p_stephens = 0.0;    // asymptotic with the correction of Stephens (1970)
  double p_asymptotic = 0.0;  // exact one-sample distribution at the rounded effective size, as SciPy's "asymp"
};
[[nodiscard]] KolmogorovSmirnov kolmogorov_smirnov(std::span<const double> reference, std::span<const double> current);

// Unbiased squared maximum mean discrepancy with a Gaussian kernel whose width is the median distance of the pooled
// pairs (Gretton and others 2012). Time grows with the square of the sizes, so of more than 1,000 values a fixed sample
// is taken.
struct Discrepancy {
  double gamma = 0.0;
  double squared = 0.0;
};
[[nodiscard]] Discrepancy maximum_mean_discrepancy(std::span<const double> reference, std::span<const double> current);

// How far each new value lies from the reference: an outlier, not drift. By mean and standard deviation, and by median
// and 1.4826 times the median deviation.
enum class OutlierState { healthy, warning, critical };  // |z| up to 2, up to 3, above
struct Outliers {
  std::vector<double> z;
  std::vector<double> robust_z;
  std::vector<OutlierState> states;  // by z
  double window_z = 0.0;             // of the mean of all new values
};
[[nodiscard]] Outliers outliers(std::span<const double> reference, std::span<const double> current);

// Values of `current` that the reference never had; shares. For features that are words.
[[nodiscard]] double new_category_rate(std::span<const std::size_t> reference, std::span<const std::size_t> current);

// Places whose false discovery rate stays under `rate` (Benjamini and Hochberg 1995): the adjusted p-values.
[[nodiscard]] std::vector<double> benjamini_hochberg(std::span<const double> p_values);

}  // namespace guardian::audit::population
