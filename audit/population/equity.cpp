#include "audit/population/equity.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "audit/population/groups.hpp"

namespace guardian::audit::population {
namespace {

constexpr double level = 0.95;
constexpr std::size_t cells_of_confidence = 10;
constexpr std::size_t most_compared = 100;

// The quantile of a two-sided interval when `count` of them are to hold together.
double z_for(std::size_t count) {
  return normal_quantile(1.0 - (1.0 - level) / 2.0 / static_cast<double>(std::max<std::size_t>(count, 1)));
}

std::string literal(const Feature& feature, std::size_t group) { return feature.name + '=' + feature.groups[group]; }

std::size_t cell_of(double confidence) {
  return std::min(static_cast<std::size_t>(clip(confidence, 0.0, 1.0) * cells_of_confidence), cells_of_confidence - 1);
}

struct Cell {
  std::string group;
  std::size_t place = 0;  // among the tenths
  Proportion right;
  double confidence = 0.0;  // sum
};

void add_cells(const std::string& group, const std::vector<std::size_t>& cases, const std::vector<double>& correct,
               const std::vector<double>& confidence, std::vector<Cell>& cells) {
  std::vector<Cell> tenths(cells_of_confidence);
  for (const std::size_t i : cases) {
    Cell& cell = tenths[cell_of(confidence[i])];
    ++cell.right.cases;
    if (correct[i] != 0.0) ++cell.right.hits;
    cell.confidence += confidence[i];
  }
  for (std::size_t place = 0; place < tenths.size(); ++place) {
    if (tenths[place].right.cases == 0) continue;
    tenths[place].group = group;
    tenths[place].place = place;
    cells.push_back(std::move(tenths[place]));
  }
}

}  // namespace

std::vector<PairGap> pair_gaps(const std::vector<Proportion>& groups, double level_of_all, std::size_t compared) {
  std::vector<PairGap> gaps;
  if (groups.size() < 2) return gaps;
  const auto all = static_cast<double>(std::max(compared, groups.size()));
  const double z = normal_quantile(1.0 - (1.0 - level_of_all) / (all * (all - 1.0)));
  for (std::size_t i = 0; i < groups.size(); ++i) {
    for (std::size_t j = i + 1; j < groups.size(); ++j) {
      const bool in_order = groups[i].value() >= groups[j].value();
      const std::size_t larger = in_order ? i : j;
      const std::size_t smaller = in_order ? j : i;
      gaps.push_back({larger, smaller, groups[larger].value() - groups[smaller].value(),
                      newcombe(groups[larger], groups[smaller], z)});
    }
  }
  return gaps;
}

Intersections intersections(const Population& population, const TrustPolicy& policy) {
  Intersections found;
  for (std::size_t a = 0; a < population.features.size(); ++a) {
    for (std::size_t b = a + 1; b < population.features.size(); ++b) {
      const Feature& first = population.features[a];
      const Feature& second = population.features[b];
      // A feature may have as many groups as there are cases: only places where they do meet are kept.
      std::map<std::pair<std::size_t, std::size_t>, Proportion> meeting;
      for (std::size_t i = 0; i < population.size(); ++i) {
        Proportion& cell = meeting[{first.of[i], second.of[i]}];
        ++cell.cases;
        if (population.truth[i] == population.predicted[i]) ++cell.hits;
      }
      for (const auto& [groups, right] : meeting) {
        if (right.cases < policy.min_group) {
          ++found.too_small;
          continue;
        }
        found.tested.push_back(
            {literal(first, groups.first), literal(second, groups.second), right, wilson(right, z_95())});
      }
    }
  }
  std::stable_sort(found.tested.begin(), found.tested.end(),
                   [](const Intersection& x, const Intersection& y) { return x.right.value() < y.right.value(); });
  // Of very many the least and the most accurate are compared; the level still counts all pairs.
  const std::size_t count = found.tested.size();
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < count; ++i) {
    if (i < most_compared || i + most_compared >= count) places.push_back(i);
  }
  std::vector<Proportion> groups;
  for (const std::size_t place : places) groups.push_back(found.tested[place].right);
  for (PairGap gap : pair_gaps(groups, level, count)) {
    if (found.gap && gap.interval.lower <= found.gap->interval.lower) continue;
    gap.larger = places[gap.larger];
    gap.smaller = places[gap.smaller];
    found.gap = gap;
  }
  return found;
}

Multicalibration multicalibration(const Population& population, const TrustPolicy& policy) {
  Multicalibration found;
  found.largest = not_a_number();
  if (!population.has_confidence()) return found;
  const std::vector<double> correct = correctness(population);
  const std::vector<double> confidence = top_confidence(population);
  std::vector<Cell> cells;
  std::vector<std::size_t> all(population.size());
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
  add_cells("", all, correct, confidence, cells);
  for (const Feature& feature : population.features) {
    const auto groups = members(feature);
    for (std::size_t group = 0; group < groups.size(); ++group)
      add_cells(literal(feature, group), groups[group], correct, confidence, cells);
  }
  const auto is_small = [&](const Cell& cell) { return cell.right.cases < policy.min_group; };
  found.too_small = static_cast<std::size_t>(std::count_if(cells.begin(), cells.end(), is_small));
  cells.erase(std::remove_if(cells.begin(), cells.end(), is_small), cells.end());
  const double z = z_for(cells.size());
  for (const Cell& cell : cells) {
    const double claimed = cell.confidence / static_cast<double>(cell.right.cases);
    const Interval share = wilson(cell.right, z);
    const double width = 1.0 / static_cast<double>(cells_of_confidence);
    found.cells.push_back({cell.group,
                           static_cast<double>(cell.place) * width,
                           static_cast<double>(cell.place + 1) * width,
                           cell.right.cases,
                           claimed - cell.right.value(),
                           {claimed - share.upper, claimed - share.lower}});
    const Interval& interval = found.cells.back().interval;
    found.proven = std::max({found.proven, interval.lower, -interval.upper});
  }
  std::stable_sort(found.cells.begin(), found.cells.end(), [](const CellError& a, const CellError& b) {
    return std::abs(a.difference) > std::abs(b.difference);
  });
  if (!found.cells.empty()) found.largest = std::abs(found.cells.front().difference);
  return found;
}

}  // namespace guardian::audit::population
