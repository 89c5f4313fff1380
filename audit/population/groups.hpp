#pragma once
// Does the model serve every group? First as TrustLens 0.5.0 reports it (undefined rates are 0, rounding to 4
// decimals), then with intervals. Pure.

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "audit/population/population.hpp"
#include "audit/population/proportions.hpp"

namespace guardian::audit::population {

struct LabelShare {
  int label = 0;
  std::size_t count = 0;
  double frequency = 0.0;
};
struct ClassImbalance {
  std::vector<LabelShare> shares;  // labels that occur, in their natural order
  double ratio = 1.0;              // largest by smallest count
  int minority = 0;
  int majority = 0;
};
[[nodiscard]] ClassImbalance class_imbalance(const Population& population);

struct GroupPerformance {
  std::size_t cases = 0;
  double accuracy = 0.0;
  double f1 = 0.0;  // mean over the labels that occur as truth or prediction
};
struct SubgroupPerformance {
  std::vector<GroupPerformance> groups;  // as in the feature
  std::optional<double> gap;             // of accuracy; none with one group
  std::size_t best = 0;
  std::size_t worst = 0;
};
[[nodiscard]] SubgroupPerformance subgroup_performance(const Population& population, const Feature& feature);

struct GroupRates {
  std::size_t cases = 0;
  double tpr = 0.0;
  double fpr = 0.0;
};
struct EqualizedOdds {
  std::vector<GroupRates> groups;
  double tpr_gap = 0.0;
  double fpr_gap = 0.0;
  std::size_t best_tpr = 0;
  std::size_t worst_tpr = 0;
};
// Labels must be 0 and 1.
[[nodiscard]] EqualizedOdds equalized_odds(const Population& population, const Feature& feature);
// "severe" over 0.15, "moderate" from 0.05, else "acceptable".
[[nodiscard]] std::string violation(double gap);

// With intervals at 95 %.
struct GroupIntervals {
  std::size_t cases = 0;
  Interval accuracy;                    // Wilson
  std::optional<double> ece;            // of the top label, 10 uniform bins; with probabilities
  std::optional<double> signed_gap;     // mean confidence less accuracy
  std::optional<Proportion> positives;  // true positives of the positives; binary labels that are numbers
  std::optional<Proportion> negatives;  // false positives of the negatives
};
struct FeatureIntervals {
  std::vector<GroupIntervals> groups;
  std::optional<Interval> gap;  // Newcombe, of the best less the worst accuracy; none with one group
};
[[nodiscard]] FeatureIntervals group_intervals(const Population& population, const Feature& feature);

// Right answers, true positives and false positives in a group.
[[nodiscard]] Proportion right_answers(const Population& population, const std::vector<std::size_t>& places);
[[nodiscard]] Proportion predicted_positive(const Population& population, const std::vector<std::size_t>& places,
                                            int truth);

}  // namespace guardian::audit::population
