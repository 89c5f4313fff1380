#include "audit/population/proportions.hpp"

#include <algorithm>
#include <boost/math/distributions/binomial.hpp>
#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>

#include "audit/population/numbers.hpp"

namespace guardian::audit::population {
namespace {

double real(std::size_t count) noexcept { return static_cast<double>(count); }

double log_choose(std::size_t n, std::size_t k) {
  return boost::math::lgamma(real(n) + 1.0) - boost::math::lgamma(real(k) + 1.0) -
         boost::math::lgamma(real(n - k) + 1.0);
}

}  // namespace

double Proportion::value() const noexcept { return cases == 0 ? not_a_number() : real(hits) / real(cases); }

double z_95() {
  static const double z = normal_quantile(0.975);
  return z;
}

Interval wilson(Proportion proportion, double z) {
  if (proportion.cases == 0) return {0.0, 1.0};
  const double n = real(proportion.cases);
  const double p = proportion.value();
  const double scale = 1.0 + z * z / n;
  const double centre = (p + z * z / (2.0 * n)) / scale;
  const double half = z * std::sqrt(p * (1.0 - p) / n + z * z / (4.0 * n * n)) / scale;
  return {std::max(0.0, centre - half), std::min(1.0, centre + half)};
}

Interval clopper_pearson(Proportion proportion, double alpha) {
  if (proportion.cases == 0) return {0.0, 1.0};
  const double k = real(proportion.hits);
  const double misses = real(proportion.cases - proportion.hits);
  const double lower = proportion.hits == 0 ? 0.0 : boost::math::ibeta_inv(k, misses + 1.0, alpha / 2.0);
  return {lower, upper_bound(proportion, alpha / 2.0)};
}

double upper_bound(Proportion proportion, double alpha) {
  if (proportion.hits == proportion.cases) return 1.0;
  const double misses = real(proportion.cases - proportion.hits);
  return boost::math::ibetac_inv(real(proportion.hits) + 1.0, misses, alpha);
}

Interval newcombe(Proportion a, Proportion b, double z) {
  const double pa = a.value();
  const double pb = b.value();
  const Interval ia = wilson(a, z);
  const Interval ib = wilson(b, z);
  const double difference = pa - pb;
  return {difference - std::hypot(pa - ia.lower, ib.upper - pb), difference + std::hypot(ia.upper - pa, pb - ib.lower)};
}

double beta_quantile(double a, double b, double probability) { return boost::math::ibeta_inv(a, b, probability); }

double binomial_cdf(std::size_t hits, std::size_t trials, double probability) {
  if (hits >= trials) return 1.0;
  return boost::math::cdf(boost::math::binomial_distribution<double>(real(trials), probability), real(hits));
}

double hypergeometric_tail(std::size_t hits, std::size_t draws, std::size_t marked, std::size_t population) {
  // Boost's distribution cannot hold more than some ten thousand; the sum over the tail can.
  const std::size_t least = draws + marked > population ? draws + marked - population : 0;
  const std::size_t most = std::min(draws, marked);
  if (hits <= least) return 1.0;
  if (hits > most) return 0.0;
  const auto chance = [&](std::size_t k) {
    return std::exp(log_choose(marked, k) + log_choose(population - marked, draws - k) - log_choose(population, draws));
  };
  const std::size_t others = population - marked;
  constexpr double negligible = 1e-18;
  const double expected = real(draws) * real(marked) / real(population);
  // From the near end outwards, each term from the one before, until the rest is nothing.
  double sum = 0.0;
  if (real(hits) > expected) {
    double term = chance(hits);
    for (std::size_t k = hits; k <= most && (term > sum * negligible || k == hits); ++k) {
      sum += term;
      term *= real(marked - k) * real(draws - k) / (real(k + 1) * real(others + k + 1 - draws));
    }
    return std::min(1.0, sum);
  }
  double term = chance(hits - 1);
  for (std::size_t k = hits - 1;; --k) {
    sum += term;
    if (k == least || term < sum * negligible) break;
    term *= real(k) * real(others + k - draws) / (real(marked - k + 1) * real(draws - k + 1));
  }
  return std::min(1.0, std::max(0.0, 1.0 - sum));
}

std::optional<std::size_t> cases_to_decide(Proportion proportion, double limit, double alpha) {
  constexpr double most = 1e9;
  if (proportion.cases == 0) return std::nullopt;
  const double rate = proportion.value();
  if (rate == limit) return std::nullopt;
  // With counts that need not be whole, so that more cases never decide less.
  const auto is_decided = [&](double cases) {
    const double hits = rate * cases;
    if (rate < limit) return hits < cases && boost::math::ibetac_inv(hits + 1.0, cases - hits, alpha / 2.0) <= limit;
    return hits > 0.0 && boost::math::ibeta_inv(hits, cases - hits + 1.0, alpha / 2.0) > limit;
  };
  double high = real(proportion.cases);
  while (!is_decided(high)) {
    high *= 2.0;
    if (high > most) return std::nullopt;
  }
  double low = high / 2.0;
  while (high - low > 1.0) {
    const double middle = std::floor(0.5 * (low + high));
    (is_decided(middle) ? high : low) = middle;
  }
  return static_cast<std::size_t>(std::ceil(high));
}

std::optional<std::size_t> cases_by_width(double value, const Interval& interval, double limit, std::size_t cases) {
  constexpr double most = 1e9;
  const double half = value < limit ? interval.upper - value : value - interval.lower;
  const double ratio = half / std::abs(limit - value);
  const double needed = std::ceil(real(cases) * ratio * ratio);
  if (!(needed <= most)) return std::nullopt;  // NaN and infinity too
  return static_cast<std::size_t>(std::max(needed, real(cases) + 1.0));
}

std::size_t error_free_cases(double alpha, double delta) noexcept {
  return static_cast<std::size_t>(std::ceil(std::log(delta) / std::log1p(-alpha)));
}

}  // namespace guardian::audit::population
