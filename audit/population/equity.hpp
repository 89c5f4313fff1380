#pragma once
// Groups against each other, where two features meet, and confidence within groups. Pure. Intervals at 95 %, Bonferroni
// over all that is compared at once; what is too small is not compared.

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "audit/population/policy.hpp"
#include "audit/population/population.hpp"
#include "audit/population/proportions.hpp"

namespace guardian::audit::population {

// The larger rate less the smaller one of each pair, by Newcombe's interval. `compared`: groups of which these are
// some.
struct PairGap {
  std::size_t larger = 0;  // places in the groups
  std::size_t smaller = 0;
  double value = 0.0;
  Interval interval;
};
[[nodiscard]] std::vector<PairGap> pair_gaps(const std::vector<Proportion>& groups, double level,
                                             std::size_t compared = 0);

// Accuracy where a group of one feature meets a group of another (Kearns and others 2018): fair in each is not fair in
// both. `gap` is the one with the largest lower end among those of TrustPolicy::min_group cases or more.
struct Intersection {
  std::string first;  // "sex=F"
  std::string second;
  Proportion right;
  Interval interval;  // Wilson
};
struct Intersections {
  std::vector<Intersection> tested;  // the least accurate first
  std::size_t too_small = 0;         // with cases, but fewer
  std::optional<PairGap> gap;        // places in `tested`
};
[[nodiscard]] Intersections intersections(const Population& population, const TrustPolicy& policy);

// Confidence less the share that is right within a group and a tenth of the confidences (Hebert-Johnson and others
// 2018). The
// interval is that of Wilson of the share, so that a cell without an error has one too.
struct CellError {
  std::string group;  // "sex=F"; of all cases: empty
  double from = 0.0;  // confidences of the cell
  double to = 0.0;
  std::size_t cases = 0;
  double difference = 0.0;
  Interval interval;
};
struct Multicalibration {
  std::vector<CellError> cells;  // of min_group cases or more, the largest difference first
  std::size_t too_small = 0;
  double largest = 0.0;  // NaN without a cell
  double proven = 0.0;   // the largest that an interval proves, in either direction; 0: none
};
[[nodiscard]] Multicalibration multicalibration(const Population& population, const TrustPolicy& policy);

}  // namespace guardian::audit::population
