#pragma once
// What given conformal prediction sets cover: over all cases, by true label and by size of the set. Pure.

#include <cstddef>
#include <map>
#include <optional>
#include <vector>

#include "audit/population/proportions.hpp"
#include "core/result.hpp"

namespace guardian::audit::population {

// Rows of equal length, 1 where the label of that index is in the set.
using MembershipRows = std::vector<std::vector<std::size_t>>;

// `sets` are either such rows or, for each case, the labels in its set. Which of the two: rows of equal length with
// nothing but 0 and 1 are a membership matrix when `labels` is their length. Without `labels` such rows are refused,
// for they could be either.
[[nodiscard]] core::Result<MembershipRows> membership(const std::vector<std::vector<std::size_t>>& sets,
                                                      std::optional<std::size_t> labels);

inline constexpr std::size_t least_stratum = 20;  // sets of one size; fewer say nothing about the worst size

struct Stratum {
  double coverage = 0.0;
  std::size_t count = 0;
};
struct ConformalCoverage {
  std::optional<double> nominal;
  double marginal = 0.0;
  std::map<std::size_t, double> by_label;  // labels that are the truth of some case
  std::size_t worst_label = 0;
  double worst_label_coverage = 0.0;
  std::map<std::size_t, Stratum> by_size;
  std::optional<double> worst_size_coverage;  // of sizes with least_stratum cases or more
  std::optional<std::size_t> worst_size;
  double mean_size = 0.0;
  double singletons = 0.0;
  double empty = 0.0;
  double efficiency = 0.0;  // 1 for single labels, 0 for all labels, clipped
  std::size_t labels = 0;
  std::size_t cases = 0;
};
// A true label that no set can hold is a miss.
[[nodiscard]] ConformalCoverage conformal_coverage(const MembershipRows& sets, const std::vector<int>& truth,
                                                   std::optional<double> nominal);

// Coverage of each true label by itself (Mondrian; Vovk 2003) with Clopper-Pearson intervals, Bonferroni over the
// labels: sets that cover 90 % of all may miss half of the critical ones.
struct LabelCoverage {
  std::size_t label = 0;
  Proportion covered;
  Interval interval;
};
[[nodiscard]] std::vector<LabelCoverage> label_coverage(const MembershipRows& sets, const std::vector<int>& truth);

}  // namespace guardian::audit::population
