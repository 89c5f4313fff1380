#include "audit/population/failure.hpp"

#include <algorithm>

#include "audit/population/binning.hpp"

namespace guardian::audit::population {
namespace {

constexpr std::size_t most_listed = 5;

}  // namespace

std::vector<double> even_edges(double first, double last, std::size_t count) {
  const double step = (last - first) / static_cast<double>(count);
  std::vector<double> edges(count + 1);
  for (std::size_t i = 0; i <= count; ++i) edges[i] = first + static_cast<double>(i) * step;
  edges.back() = last;
  return edges;
}

std::vector<std::size_t> histogram(std::span<const double> values, std::span<const double> edges) {
  std::vector<std::size_t> counts(edges.size() - 1);
  for (const std::size_t bin : assign_bins(values, edges)) {
    if (bin != no_bin) ++counts[bin];
  }
  return counts;
}

ConfidenceGap confidence_gap(std::span<const double> correct, std::span<const double> confidence) {
  std::vector<double> right;
  std::vector<double> wrong;
  for (std::size_t i = 0; i < correct.size(); ++i) (correct[i] != 0.0 ? right : wrong).push_back(confidence[i]);
  ConfidenceGap gap;
  gap.edges = even_edges(0.0, 1.0, histogram_bins);
  gap.correct_histogram = histogram(right, gap.edges);
  gap.incorrect_histogram = histogram(wrong, gap.edges);
  gap.correct = right.size();
  gap.incorrect = wrong.size();
  if (!right.empty()) gap.correct_mean = mean(right);
  if (!wrong.empty()) gap.incorrect_mean = mean(wrong);
  if (!right.empty() && !wrong.empty()) gap.gap = round_to(gap.correct_mean - gap.incorrect_mean, 4);
  return gap;
}

Misclassification misclassification(const Population& population) {
  Misclassification summary;
  for (std::size_t i = 0; i < population.size(); ++i) {
    if (population.truth[i] != population.predicted[i]) ++summary.errors;
  }
  summary.error_rate = round_to(static_cast<double>(summary.errors) / static_cast<double>(population.size()), 4);
  if (population.probabilities.empty()) return summary;

  const std::vector<double> confidence = top_confidence(population);
  for (const int label : natural_order(population)) {
    LabelErrors part;
    part.label = label;
    std::vector<double> doubt;  // negated confidence, so that the stable order is that of the cases
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < population.size(); ++i) {
      if (population.truth[i] != label) continue;
      ++part.support;
      if (population.predicted[i] == label) continue;
      places.push_back(i);
      doubt.push_back(-confidence[i]);
    }
    if (part.support == 0) continue;
    part.errors = places.size();
    part.error_rate = round_to(static_cast<double>(part.errors) / static_cast<double>(part.support), 4);
    if (!places.empty()) part.mean_confidence = round_to(-mean(doubt), 4);
    for (const std::size_t place : ascending_order(doubt)) {
      if (part.most_confident.size() == most_listed) break;
      part.most_confident.push_back(places[place]);
    }
    summary.labels.push_back(std::move(part));
  }
  return summary;
}

}  // namespace guardian::audit::population
