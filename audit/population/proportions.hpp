#pragma once
// Intervals for proportions and for their difference. Pure. Counts are cases; `hits` never exceeds `cases`.

#include <cstddef>
#include <optional>

namespace guardian::audit::population {

struct Interval {
  double lower = 0.0;
  double upper = 0.0;

  friend bool operator==(const Interval&, const Interval&) = default;
};

struct Proportion {
  std::size_t hits = 0;
  std::size_t cases = 0;

  [[nodiscard]] double value() const noexcept;  // NaN of no cases

  friend bool operator==(const Proportion&, const Proportion&) = default;
};

// The normal quantile of a two-sided 95 % interval.
[[nodiscard]] double z_95();

// Wilson (1927), by the score test. [0, 1] where there are no cases.
[[nodiscard]] Interval wilson(Proportion proportion, double z);
// Clopper and Pearson (1934): covers at least 1 - alpha. [0, 1] where there are no cases.
[[nodiscard]] Interval clopper_pearson(Proportion proportion, double alpha);
// The upper end of the one-sided interval.
[[nodiscard]] double upper_bound(Proportion proportion, double alpha);

// Of a - b, from the Wilson intervals of both: Newcombe (1998), method 10.
[[nodiscard]] Interval newcombe(Proportion a, Proportion b, double z);

[[nodiscard]] double beta_quantile(double a, double b, double probability);

// P(X <= hits) of a binomial variable with that many trials.
[[nodiscard]] double binomial_cdf(std::size_t hits, std::size_t trials, double probability);
// P(X >= hits) when `draws` are taken from `population` of which `marked` are marked.
[[nodiscard]] double hypergeometric_tail(std::size_t hits, std::size_t draws, std::size_t marked,
                                         std::size_t population);

// Cases from which the Clopper-Pearson interval leaves `limit` on one side, were the share to stay what it is. Nothing
// where it is the limit, or more than a billion would be needed.
[[nodiscard]] std::optional<std::size_t> cases_to_decide(Proportion proportion, double limit, double alpha);
// The same for any estimate whose interval shrinks with the root of the number of cases.
[[nodiscard]] std::optional<std::size_t> cases_by_width(double value, const Interval& interval, double limit,
                                                        std::size_t cases);

// Cases without one error from which a risk of at most alpha is certified at confidence 1 - delta.
[[nodiscard]] std::size_t error_free_cases(double alpha, double delta) noexcept;

}  // namespace guardian::audit::population
