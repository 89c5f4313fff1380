#include "audit/population/conformal.hpp"

#include <algorithm>
#include <string>

#include "audit/population/numbers.hpp"

namespace guardian::audit::population {
namespace {

double share(std::size_t hits, std::size_t cases) noexcept {
  return static_cast<double>(hits) / static_cast<double>(cases);
}

// The least value, and of equal ones the least key.
template <class Key>
Key worst_of(const std::map<Key, double>& coverage) {
  return std::min_element(coverage.begin(), coverage.end(),
                          [](const auto& a, const auto& b) { return a.second < b.second; })
      ->first;
}

}  // namespace

core::Result<MembershipRows> membership(const std::vector<std::vector<std::size_t>>& sets,
                                        std::optional<std::size_t> labels) {
  using core::ErrorCode;
  if (sets.empty()) return core::fail(ErrorCode::invalid_input, "there are no prediction sets");
  const std::size_t width = sets.front().size();
  bool even = width > 0;
  std::size_t largest = 0;
  bool any = false;
  for (const auto& set : sets) {
    even = even && set.size() == width;
    for (const std::size_t entry : set) {
      even = even && entry <= 1;
      largest = std::max(largest, entry);
      any = true;
    }
  }
  if (even && labels && width == *labels) return MembershipRows(sets);
  if (even && !labels) {
    return core::fail(ErrorCode::invalid_input,
                      "rows of equal length with nothing but 0 and 1 are a membership matrix or lists of labels; "
                      "n_classes says which");
  }
  if (!labels && !any) return core::fail(ErrorCode::invalid_input, "all sets are empty; n_classes is needed");
  const std::size_t columns = labels.value_or(largest + 1);
  if (any && largest >= columns) {
    return core::fail(ErrorCode::invalid_input,
                      "label " + std::to_string(largest) + " is out of range for n_classes=" + std::to_string(columns));
  }
  MembershipRows rows(sets.size(), std::vector<std::size_t>(columns));
  for (std::size_t i = 0; i < sets.size(); ++i) {
    for (const std::size_t label : sets[i]) rows[i][label] = 1;
  }
  return rows;
}

ConformalCoverage conformal_coverage(const MembershipRows& sets, const std::vector<int>& truth,
                                     std::optional<double> nominal) {
  struct Count {
    std::size_t hits = 0;
    std::size_t cases = 0;
  };
  std::map<std::size_t, Count> labels;
  std::map<std::size_t, Count> sizes;
  Count all;
  std::size_t entries = 0;
  for (std::size_t i = 0; i < sets.size(); ++i) {
    const auto label = static_cast<std::size_t>(truth[i]);
    const std::size_t hit = label < sets[i].size() ? sets[i][label] : 0;
    std::size_t size = 0;
    for (const std::size_t entry : sets[i]) size += entry;
    entries += size;
    for (Count* count : {&all, &labels[label], &sizes[size]}) {
      count->hits += hit;
      ++count->cases;
    }
  }
  ConformalCoverage coverage;
  coverage.nominal = nominal;
  coverage.cases = sets.size();
  coverage.labels = sets.front().size();
  coverage.marginal = share(all.hits, all.cases);
  for (const auto& [label, count] : labels) coverage.by_label[label] = share(count.hits, count.cases);
  coverage.worst_label = worst_of(coverage.by_label);
  coverage.worst_label_coverage = coverage.by_label[coverage.worst_label];
  std::map<std::size_t, double> eligible;
  for (const auto& [size, count] : sizes) {
    coverage.by_size[size] = {share(count.hits, count.cases), count.cases};
    if (count.cases >= least_stratum) eligible[size] = share(count.hits, count.cases);
  }
  if (!eligible.empty()) {
    coverage.worst_size = worst_of(eligible);
    coverage.worst_size_coverage = eligible[*coverage.worst_size];
  }
  const auto of_size = [&](std::size_t size) {
    const auto found = sizes.find(size);
    return found == sizes.end() ? 0.0 : share(found->second.cases, sets.size());
  };
  coverage.singletons = of_size(1);
  coverage.empty = of_size(0);
  coverage.mean_size = share(entries, sets.size());
  coverage.efficiency =
      coverage.labels <= 1
          ? 1.0
          : clip(1.0 - (coverage.mean_size - 1.0) / (static_cast<double>(coverage.labels) - 1.0), 0.0, 1.0);
  return coverage;
}

std::vector<LabelCoverage> label_coverage(const MembershipRows& sets, const std::vector<int>& truth) {
  std::map<std::size_t, Proportion> counts;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    const auto label = static_cast<std::size_t>(truth[i]);
    Proportion& count = counts[label];
    ++count.cases;
    if (label < sets[i].size()) count.hits += sets[i][label];
  }
  std::vector<LabelCoverage> found;
  for (const auto& [label, count] : counts)
    found.push_back({label, count, clopper_pearson(count, 0.05 / static_cast<double>(counts.size()))});
  return found;
}

}  // namespace guardian::audit::population
