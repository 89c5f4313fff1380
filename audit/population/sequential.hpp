#pragma once
// Outcomes watched one after the other: an alarm as soon as errors are more frequent than agreed. Pure. Losses are 1
// for an error, 0 for none, in the order in which they came.

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace guardian::audit::population {

// Log-likelihood CUSUM against odds `odds_ratio` times those of p0 (Page 1954; Steiner and others 2000), and the mean
// over lambda of prod(1 + lambda (loss - p0)), an e-process: under p0 it reaches 1/delta with probability at most
// delta, whenever one looks (Ville 1939).
struct SequentialPolicy {
  double p0 = 0.02;
  double odds_ratio = 2.0;
  double limit = 4.5;  // of the CUSUM
  std::vector<double> lambdas = {1.0, 2.5, 5.0, 10.0};
  double evidence_limit = 100.0;
};
struct Sequential {
  double p1 = 0.0;  // the error rate that the odds ratio means
  std::vector<double> cusum;
  std::optional<std::size_t> cusum_alarm;  // place of the first value at or above the limit
  std::vector<double> evidence;
  std::optional<std::size_t> evidence_alarm;
};
[[nodiscard]] Sequential watch(std::span<const double> losses, const SequentialPolicy& policy);

}  // namespace guardian::audit::population
