#include "audit/population/groups.hpp"

#include <algorithm>

#include "audit/population/binning.hpp"
#include "audit/population/calibration.hpp"

namespace guardian::audit::population {
namespace {

constexpr double severe_gap = 0.15;
constexpr double moderate_gap = 0.05;

double macro_f1(const Population& population, const std::vector<std::size_t>& places) {
  struct Counts {
    double hits = 0.0, truths = 0.0, predictions = 0.0;
  };
  std::vector<Counts> counts(population.labels.size());
  for (const std::size_t i : places) {
    const auto truth = static_cast<std::size_t>(population.truth[i]);
    const auto predicted = static_cast<std::size_t>(population.predicted[i]);
    counts[truth].truths += 1.0;
    counts[predicted].predictions += 1.0;
    if (truth == predicted) counts[truth].hits += 1.0;
  }
  double sum = 0.0;
  double labels = 0.0;
  for (const Counts& count : counts) {
    const double total = count.truths + count.predictions;
    if (total == 0.0) continue;
    labels += 1.0;
    sum += 2.0 * count.hits / total;
  }
  return labels == 0.0 ? 0.0 : sum / labels;
}

// The first of the largest and of the smallest.
template <class Part, class Value>
std::size_t first_largest(const std::vector<Part>& parts, const Value& value) {
  std::size_t best = 0;
  for (std::size_t i = 1; i < parts.size(); ++i) {
    if (value(parts[i]) > value(parts[best])) best = i;
  }
  return best;
}

double defined(double rate) noexcept { return rate == rate ? rate : 0.0; }

}  // namespace

Proportion right_answers(const Population& population, const std::vector<std::size_t>& places) {
  Proportion right{0, places.size()};
  for (const std::size_t i : places) {
    if (population.truth[i] == population.predicted[i]) ++right.hits;
  }
  return right;
}

Proportion predicted_positive(const Population& population, const std::vector<std::size_t>& places, int truth) {
  Proportion positive;
  for (const std::size_t i : places) {
    if (population.truth[i] != truth) continue;
    ++positive.cases;
    if (population.predicted[i] == 1) ++positive.hits;
  }
  return positive;
}

ClassImbalance class_imbalance(const Population& population) {
  ClassImbalance imbalance;
  for (const int label : natural_order(population)) {
    const auto count = static_cast<std::size_t>(std::count(population.truth.begin(), population.truth.end(), label));
    if (count == 0) continue;
    imbalance.shares.push_back(
        {label, count, round_to(static_cast<double>(count) / static_cast<double>(population.size()), 4)});
  }
  const auto by_count = [](const LabelShare& a, const LabelShare& b) { return a.count < b.count; };
  const auto& shares = imbalance.shares;
  const auto least = std::min_element(shares.begin(), shares.end(), by_count);
  const auto most = std::max_element(shares.begin(), shares.end(), by_count);
  if (least == shares.end()) return imbalance;
  imbalance.minority = least->label;
  imbalance.majority = most->label;
  imbalance.ratio = round_to(static_cast<double>(most->count) / static_cast<double>(least->count), 4);
  return imbalance;
}

SubgroupPerformance subgroup_performance(const Population& population, const Feature& feature) {
  SubgroupPerformance performance;
  for (const std::vector<std::size_t>& places : members(feature)) {
    performance.groups.push_back({places.size(), round_to(right_answers(population, places).value(), 4),
                                  round_to(macro_f1(population, places), 4)});
  }
  const auto& groups = performance.groups;
  if (groups.size() < 2) return performance;
  performance.best = first_largest(groups, [](const GroupPerformance& group) { return group.accuracy; });
  performance.worst = first_largest(groups, [](const GroupPerformance& group) { return -group.accuracy; });
  performance.gap = round_to(groups[performance.best].accuracy - groups[performance.worst].accuracy, 4);
  return performance;
}

EqualizedOdds equalized_odds(const Population& population, const Feature& feature) {
  EqualizedOdds odds;
  for (const std::vector<std::size_t>& places : members(feature)) {
    odds.groups.push_back({places.size(), defined(predicted_positive(population, places, 1).value()),
                           defined(predicted_positive(population, places, 0).value())});
  }
  if (odds.groups.size() < 2) return odds;
  const auto tpr = [](const GroupRates& group) { return group.tpr; };
  const auto [least_fpr, most_fpr] = std::minmax_element(
      odds.groups.begin(), odds.groups.end(), [](const GroupRates& a, const GroupRates& b) { return a.fpr < b.fpr; });
  odds.best_tpr = first_largest(odds.groups, tpr);
  odds.worst_tpr = first_largest(odds.groups, [](const GroupRates& group) { return -group.tpr; });
  odds.tpr_gap = round_to(odds.groups[odds.best_tpr].tpr - odds.groups[odds.worst_tpr].tpr, 4);
  odds.fpr_gap = round_to(most_fpr->fpr - least_fpr->fpr, 4);
  return odds;
}

std::string violation(double gap) {
  if (gap > severe_gap) return "severe";
  return gap >= moderate_gap ? "moderate" : "acceptable";
}

FeatureIntervals group_intervals(const Population& population, const Feature& feature) {
  FeatureIntervals intervals;
  const std::vector<double> correct = correctness(population);
  const std::vector<double> confidence = top_confidence(population);
  std::vector<Proportion> accuracies;
  for (const std::vector<std::size_t>& places : members(feature)) {
    const Proportion right = right_answers(population, places);
    accuracies.push_back(right);
    GroupIntervals group;
    group.cases = places.size();
    group.accuracy = wilson(right, z_95());
    if (!confidence.empty()) {
      const std::vector<double> outcomes = selected(correct, places);
      const std::vector<double> forecasts = selected(confidence, places);
      group.ece = expected_error(binned(outcomes, forecasts, uniform_edges(10)), places.size());
      group.signed_gap = mean(forecasts) - mean(outcomes);
    }
    if (population.is_binary() && !population.labels_are_words) {
      group.positives = predicted_positive(population, places, 1);
      group.negatives = predicted_positive(population, places, 0);
    }
    intervals.groups.push_back(group);
  }
  if (accuracies.size() < 2) return intervals;
  const std::size_t best = first_largest(accuracies, [](const Proportion& right) { return right.value(); });
  const std::size_t worst = first_largest(accuracies, [](const Proportion& right) { return -right.value(); });
  intervals.gap = newcombe(accuracies[best], accuracies[worst], z_95());
  return intervals;
}

}  // namespace guardian::audit::population
