#pragma once
// Where do errors gather? Groups of one feature and pairs of groups of two features. Pure.

#include <cstddef>
#include <string>
#include <vector>

#include "audit/population/population.hpp"

namespace guardian::audit::population {

// `p_value` is the exact hypergeometric chance of that many errors or more, `q_value` adjusted for the number of slices
// (Benjamini and Hochberg 1995), `effect` the difference of error rates inside and outside in units of their pooled
// spread (Chung and others 2019) - NaN where there is no spread or nothing outside.
struct Slice {
  std::vector<std::string> literals;  // "age=65+"
  std::size_t cases = 0;
  std::size_t errors = 0;
  double effect = 0.0;
  double p_value = 0.0;
  double q_value = 0.0;

  [[nodiscard]] double error_rate() const noexcept { return static_cast<double>(errors) / static_cast<double>(cases); }
};

// Those with at least max(10, 2 %) of the cases, the least p-value first, equal ones in the order of the features.
// `errors` is 1 for an error of a case, else 0.
[[nodiscard]] std::vector<Slice> find_slices(const std::vector<Feature>& features, const std::vector<double>& errors);

}  // namespace guardian::audit::population
