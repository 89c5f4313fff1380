#include "audit/population/drift.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <boost/math/distributions/chi_squared.hpp>
#include <cmath>
#include <numeric>
#include <set>

#include "audit/population/numbers.hpp"
#include "audit/population/representation.hpp"

namespace guardian::audit::population {
namespace {

double real(std::size_t count) noexcept { return static_cast<double>(count); }

std::vector<std::size_t> cell_counts(std::span<const double> values, std::span<const double> edges) {
  std::vector<std::size_t> counts(edges.size() + 1);
  for (const double value : values) {
    ++counts[static_cast<std::size_t>(std::upper_bound(edges.begin(), edges.end(), value) - edges.begin())];
  }
  return counts;
}

// Index and critical value from the counts of the cells.
void set_index(Stability& stability, std::size_t reference, std::size_t current) {
  const double count = real(stability.reference.size());
  for (std::size_t i = 0; i < stability.reference.size(); ++i) {
    const double before = (real(stability.reference[i]) + 0.5) / (real(reference) + 0.5 * count);
    const double now = (real(stability.current[i]) + 0.5) / (real(current) + 0.5 * count);
    stability.index += (now - before) * std::log(now / before);
  }
  if (stability.reference.size() < 2) {
    stability.critical = not_a_number();
  } else {
    const boost::math::chi_squared_distribution<double> spread(count - 1.0);
    stability.critical = boost::math::quantile(spread, 0.999) * (1.0 / real(reference) + 1.0 / real(current));
  }
}

// P(sqrt(n) D > lambda) as n grows.
double kolmogorov_tail(double lambda) {
  if (lambda < 0.2) return 1.0;  // the series converges slowly there, and is 1 to 11 digits
  double sum = 0.0;
  for (int k = 1; k <= 100; ++k) {
    const double term = std::exp(-2.0 * k * k * lambda * lambda);
    sum += k % 2 == 1 ? term : -term;
    if (term < 1e-18) break;
  }
  return std::min(1.0, std::max(0.0, 2.0 * sum));
}

// P(D_n < d), by the matrix of Marsaglia, Tsang and Wang (2003); powers scaled so that they stay in range.
double kolmogorov_exact(std::size_t n, double d) {
  if (d <= 0.0) return 0.0;
  if (d >= 1.0) return 1.0;
  const double nd = real(n) * d;
  const int k = static_cast<int>(nd) + 1;
  const int m = 2 * k - 1;
  const double h = k - nd;
  Eigen::MatrixXd step = Eigen::MatrixXd::Zero(m, m);
  for (int i = 0; i < m; ++i) {
    for (int j = 0; j < m; ++j) step(i, j) = i - j + 1 < 0 ? 0.0 : 1.0;
  }
  for (int i = 0; i < m; ++i) {
    step(i, 0) -= std::pow(h, i + 1);
    step(m - 1, i) -= std::pow(h, m - i);
  }
  step(m - 1, 0) += 2.0 * h - 1.0 > 0.0 ? std::pow(2.0 * h - 1.0, m) : 0.0;
  for (int i = 0; i < m; ++i) {
    for (int j = 0; j < m; ++j) {
      for (int g = 1; g <= i - j + 1; ++g) step(i, j) /= g;
    }
  }
  Eigen::MatrixXd power = Eigen::MatrixXd::Identity(m, m);
  double exponent = 0.0;  // of e, taken out of `power`
  double step_exponent = 0.0;
  const auto rescale = [](Eigen::MatrixXd& matrix, double& out) {
    const double largest = matrix.cwiseAbs().maxCoeff();
    if (largest < 1e100 && largest > 1e-100) return;
    matrix /= largest;
    out += std::log(largest);
  };
  for (std::size_t left = n; left > 0; left /= 2) {
    if (left % 2 == 1) {
      power = (power * step).eval();
      exponent += step_exponent;
      rescale(power, exponent);
    }
    step = (step * step).eval();
    step_exponent *= 2.0;
    rescale(step, step_exponent);
  }
  const double log_factorial = std::lgamma(real(n) + 1.0);
  return clip(power(k - 1, k - 1) * std::exp(exponent + log_factorial - real(n) * std::log(real(n))), 0.0, 1.0);
}

}  // namespace

Stability population_stability(std::span<const double> reference, std::span<const double> current, std::size_t cells) {
  Stability stability;
  const std::vector<double> ascending = sorted(reference);
  const double width = 1.0 / real(cells);
  for (std::size_t i = 1; i < cells; ++i) {
    const double edge = quantile(ascending, real(i) * width);
    if (stability.edges.empty() || edge > stability.edges.back()) stability.edges.push_back(edge);
  }
  stability.reference = cell_counts(reference, stability.edges);
  stability.current = cell_counts(current, stability.edges);
  set_index(stability, reference.size(), current.size());
  return stability;
}

Stability category_stability(std::span<const std::size_t> reference, std::span<const std::size_t> current,
                             std::size_t categories) {
  Stability stability;
  stability.reference.resize(categories);
  stability.current.resize(categories);
  for (const std::size_t category : reference) ++stability.reference[category];
  for (const std::size_t category : current) ++stability.current[category];
  set_index(stability, reference.size(), current.size());
  return stability;
}

double stability_p_value(const Stability& stability, std::size_t reference, std::size_t current) {
  if (stability.reference.size() < 2) return not_a_number();
  const boost::math::chi_squared_distribution<double> spread(real(stability.reference.size()) - 1.0);
  return boost::math::cdf(
      boost::math::complement(spread, stability.index / (1.0 / real(reference) + 1.0 / real(current))));
}

KolmogorovSmirnov kolmogorov_smirnov(std::span<const double> reference, std::span<const double> current) {
  const std::vector<double> a = sorted(reference);
  const std::vector<double> b = sorted(current);
  KolmogorovSmirnov test;
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < a.size() && j < b.size()) {
    const double value = std::min(a[i], b[j]);
    while (i < a.size() && a[i] == value) ++i;
    while (j < b.size() && b[j] == value) ++j;
    test.distance = std::max(test.distance, std::abs(real(i) / real(a.size()) - real(j) / real(b.size())));
  }
  const double size = real(a.size()) * real(b.size()) / real(a.size() + b.size());
  const double root = std::sqrt(size);
  test.p_stephens = kolmogorov_tail((root + 0.12 + 0.11 / root) * test.distance);
  // Beyond these the limit is as good (its tail below 1e-15), and the matrix large.
  constexpr double most_exact = 2000.0;
  constexpr double far_tail = 18.0;
  const double rounded = std::nearbyint(size);
  const bool is_near = rounded * test.distance * test.distance < far_tail;
  test.p_asymptotic = rounded >= 1.0 && rounded <= most_exact && is_near
                          ? 1.0 - kolmogorov_exact(static_cast<std::size_t>(rounded), test.distance)
                          : kolmogorov_tail(root * test.distance);
  return test;
}

Discrepancy maximum_mean_discrepancy(std::span<const double> all_reference, std::span<const double> all_current) {
  const auto some = [](std::span<const double> values) {
    constexpr std::size_t most = 1000;
    std::vector<double> part;
    for (const std::size_t place : sample_rows(values.size(), most, 1)) part.push_back(values[place]);
    return part;
  };
  const std::vector<double> reference = some(all_reference);
  const std::vector<double> current = some(all_current);
  std::vector<double> pooled(reference.begin(), reference.end());
  pooled.insert(pooled.end(), current.begin(), current.end());
  std::vector<double> distances;
  for (std::size_t i = 0; i < pooled.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) distances.push_back(std::abs(pooled[i] - pooled[j]));
  }
  const double width = median(distances);
  if (!(width > 0.0) || reference.size() < 2 || current.size() < 2) return {not_a_number(), not_a_number()};
  Discrepancy discrepancy{1.0 / (2.0 * width * width), 0.0};
  const auto kernel_sum = [&](std::span<const double> a, std::span<const double> b) {
    double sum = 0.0;
    for (const double x : a) {
      for (const double y : b) sum += std::exp(-discrepancy.gamma * (x - y) * (x - y));
    }
    return sum;
  };
  const double n = real(reference.size());
  const double m = real(current.size());
  discrepancy.squared = (kernel_sum(reference, reference) - n) / (n * (n - 1.0)) +
                        (kernel_sum(current, current) - m) / (m * (m - 1.0)) -
                        2.0 * kernel_sum(reference, current) / (n * m);
  return discrepancy;
}

Outliers outliers(std::span<const double> reference, std::span<const double> current) {
  const double centre = mean(reference);
  const double spread = std::sqrt(variance(reference, 1));
  const double middle = median(reference);
  std::vector<double> deviations;
  for (const double value : reference) deviations.push_back(std::abs(value - middle));
  const double robust_spread = 1.4826 * median(deviations);
  Outliers found;
  for (const double value : current) {
    const double z = (value - centre) / spread;
    found.z.push_back(z);
    found.robust_z.push_back((value - middle) / robust_spread);
    found.states.push_back(std::abs(z) > 3.0   ? OutlierState::critical
                           : std::abs(z) > 2.0 ? OutlierState::warning
                                               : OutlierState::healthy);
  }
  found.window_z = (mean(current) - centre) / (spread / std::sqrt(real(current.size())));
  return found;
}

double new_category_rate(std::span<const std::size_t> reference, std::span<const std::size_t> current) {
  if (current.empty()) return not_a_number();
  const std::set<std::size_t> known(reference.begin(), reference.end());
  const auto is_new = [&](std::size_t value) { return known.count(value) == 0; };
  return real(static_cast<std::size_t>(std::count_if(current.begin(), current.end(), is_new))) / real(current.size());
}

std::vector<double> benjamini_hochberg(std::span<const double> p_values) {
  const std::vector<std::size_t> order = ascending_order(p_values);
  std::vector<double> adjusted(p_values.size());
  double least = 1.0;
  for (std::size_t rank = order.size(); rank > 0; --rank) {
    const std::size_t place = order[rank - 1];
    least = std::min(least, p_values[place] * real(order.size()) / real(rank));
    adjusted[place] = least;
  }
  return adjusted;
}

}  // namespace guardian::audit::population
