#pragma once
// Where and how confidently the model is wrong, as TrustLens 0.5.0 reports it: rounded to 4 decimals. Pure.

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "audit/population/population.hpp"

namespace guardian::audit::population {

inline constexpr std::size_t histogram_bins = 20;

// The mean confidence of right answers less that of wrong ones; 0 where there are none of either.
struct ConfidenceGap {
  double correct_mean = 0.0;
  double incorrect_mean = 0.0;
  double gap = 0.0;
  std::vector<double> edges;  // of 20 bins on [0, 1]
  std::vector<std::size_t> correct_histogram;
  std::vector<std::size_t> incorrect_histogram;
  std::size_t correct = 0;
  std::size_t incorrect = 0;
};
[[nodiscard]] ConfidenceGap confidence_gap(std::span<const double> correct, std::span<const double> confidence);

struct LabelErrors {
  int label = 0;
  std::size_t support = 0;
  std::size_t errors = 0;
  double error_rate = 0.0;
  double mean_confidence = 0.0;             // of the errors; 0 of none
  std::vector<std::size_t> most_confident;  // up to five errors; equal ones in the order of the cases
};
struct Misclassification {
  std::vector<LabelErrors> labels;  // those that are the truth of some case, in their natural order
  std::size_t errors = 0;
  double error_rate = 0.0;
};
// Without probabilities `labels` stays empty.
[[nodiscard]] Misclassification misclassification(const Population& population);

[[nodiscard]] std::vector<std::size_t> histogram(std::span<const double> values, std::span<const double> edges);
// numpy.linspace: `count` steps from `first` to `last`.
[[nodiscard]] std::vector<double> even_edges(double first, double last, std::size_t count);

}  // namespace guardian::audit::population
