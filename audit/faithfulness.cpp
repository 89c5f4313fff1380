#include "audit/faithfulness.hpp"

#include <algorithm>
#include <bit>
#include <map>
#include <set>

#include "audit/population/numbers.hpp"

namespace guardian::audit {
namespace {

constexpr std::size_t most_steps = 5;
constexpr std::size_t exact_items = 8;  // up to here every order counts
constexpr std::size_t drawn_orders = 200;
constexpr std::size_t sets_kept = 20;
constexpr double equal = 1e-12;
constexpr double precise_enough = 0.8;

constexpr ItemSet bit(std::size_t item) { return ItemSet{1} << item; }

// Calls `visit` with every set of `size` of the items; stops when it says false.
template <class Visit>
bool each_set(std::size_t items, std::size_t size, Visit visit, std::size_t from = 0, ItemSet chosen = 0) {
  if (size == 0) return visit(chosen);
  for (std::size_t i = from; i + size <= items; ++i) {
    if (!each_set(items, size - 1, visit, i + 1, chosen | bit(i))) return false;
  }
  return true;
}

std::vector<std::size_t> positions(ItemSet set) {
  std::vector<std::size_t> list;
  for (; set != 0; set &= set - 1) list.push_back(static_cast<std::size_t>(std::countr_zero(set)));
  return list;
}

}  // namespace

Deletion::Deletion(const DeletionProblem& problem) : problem_(problem) {
  const std::size_t items = std::min(problem.items.size(), most_items);
  for (std::size_t i = 0; i < items; ++i) all_ |= bit(i);
}

std::optional<double> Deletion::score(ItemSet kept) {
  const auto at = std::lower_bound(known_.begin(), known_.end(), kept,
                                   [](const auto& entry, ItemSet wanted) { return entry.first < wanted; });
  if (at != known_.end() && at->first == kept) return at->second;
  if (known_.size() >= problem_.most_runs) return std::nullopt;
  const double value = std::clamp(problem_.score(kept), 0.0, 1.0);
  known_.insert(at, {kept, value});
  return value;
}

std::optional<double> Deletion::aopc(const std::vector<std::size_t>& order, std::size_t steps) {
  const auto whole = score(all_);
  if (!whole || steps == 0 || order.size() < steps) return std::nullopt;
  double sum = 0.0;
  ItemSet kept = all_;
  for (std::size_t k = 0; k < steps; ++k) {
    kept &= ~bit(order[k]);
    const auto left = score(kept);
    if (!left) return std::nullopt;
    sum += *whole - *left;
  }
  return sum / static_cast<double>(steps);
}

std::optional<double> Deletion::random_aopc(std::size_t steps) {
  const std::size_t items = static_cast<std::size_t>(std::popcount(all_));
  const auto whole = score(all_);
  if (!whole || steps == 0 || steps > items) return std::nullopt;
  if (items <= exact_items) {
    // The first k of all orders are all sets of k, equally often.
    double sum = 0.0;
    for (std::size_t k = 1; k <= steps; ++k) {
      double of_size = 0.0;
      std::size_t count = 0;
      const bool done = each_set(items, k, [&](ItemSet gone) {
        const auto left = score(all_ & ~gone);
        if (!left) return false;
        of_size += *whole - *left;
        ++count;
        return true;
      });
      if (!done) return std::nullopt;
      sum += of_size / static_cast<double>(count);
    }
    return sum / static_cast<double>(steps);
  }
  population::SplitMix64 random(1);
  double sum = 0.0;
  std::vector<std::size_t> order(items);
  for (std::size_t draw = 0; draw < drawn_orders; ++draw) {
    for (std::size_t i = 0; i < items; ++i) order[i] = i;
    for (std::size_t i = 0; i < steps; ++i) {
      std::swap(order[i], order[i + random.below(items - i)]);
    }
    const auto one = aopc(order, steps);
    if (!one) return std::nullopt;
    sum += *one;
  }
  return sum / static_cast<double>(drawn_orders);
}

std::optional<double> Deletion::best_aopc(std::size_t steps) {
  const std::size_t items = static_cast<std::size_t>(std::popcount(all_));
  const auto whole = score(all_);
  if (!whole || steps == 0 || steps > items) return std::nullopt;
  // The best sum for a set that is gone, by what was deleted last.
  std::map<ItemSet, double> best{{0, 0.0}};
  for (std::size_t k = 1; k <= steps; ++k) {
    std::map<ItemSet, double> next;
    const bool done = each_set(items, k, [&](ItemSet gone) {
      const auto left = score(all_ & ~gone);
      if (!left) return false;
      double before = 0.0;
      bool first = true;
      for (const std::size_t last : positions(gone)) {
        const double sum = best.at(gone & ~bit(last));
        before = first ? sum : std::max(before, sum);
        first = false;
      }
      next[gone] = before + *whole - *left;
      return true;
    });
    if (!done) return std::nullopt;
    best = std::move(next);
  }
  double most = 0.0;
  for (const auto& [gone, sum] : best) most = std::max(most, sum);
  return most / static_cast<double>(steps);
}

// Takes away what can go; what is left is minimal when the score never falls by adding an item.
std::optional<ItemSet> Deletion::minimised(ItemSet kept, double wanted) {
  for (const std::size_t item : positions(kept)) {
    const auto without = score(kept & ~bit(item));
    if (!without) return std::nullopt;
    if (*without >= wanted - equal) kept &= ~bit(item);
  }
  return kept;
}

std::optional<std::vector<std::vector<std::size_t>>> Deletion::minimal_sets() {
  const auto wanted = score(all_);
  if (!wanted) return std::nullopt;
  std::set<ItemSet> found;
  if (*wanted > 0.0) {
    // Reiter's tree (1987): what hits every set that is known leaves room for another one only.
    std::vector<ItemSet> excluded{0};
    std::set<ItemSet> seen{0};
    for (std::size_t next = 0; next < excluded.size(); ++next) {
      const ItemSet kept = all_ & ~excluded[next];
      std::optional<ItemSet> set;
      for (const ItemSet known : found) {
        if ((known & ~kept) == 0) set = known;
      }
      if (!set) {
        const auto value = score(kept);
        if (!value) return std::nullopt;
        if (*value < *wanted - equal) continue;
        set = minimised(kept, *wanted);
        if (!set) return std::nullopt;
        found.insert(*set);
        if (found.size() > sets_kept) return std::nullopt;
      }
      for (const std::size_t item : positions(*set)) {
        if (seen.insert(excluded[next] | bit(item)).second) excluded.push_back(excluded[next] | bit(item));
      }
    }
  }
  std::vector<std::vector<std::size_t>> sets;
  for (const ItemSet set : found) sets.push_back(positions(set));
  std::sort(sets.begin(), sets.end());
  return sets;
}

namespace {

core::Faithfulness assessed(const DeletionProblem& problem) {
  core::Faithfulness result;
  result.finding = problem.finding;
  if (problem.items.size() > most_items || !problem.score) return result;
  Deletion deletion(problem);
  ItemSet cited = 0;
  for (const std::size_t item : problem.cited) cited |= bit(item);
  const auto whole = deletion.score(deletion.all());
  const auto without = deletion.score(deletion.all() & ~cited);
  const auto alone = deletion.score(cited);
  if (whole && without) result.comprehensiveness = *whole - *without;
  if (whole && alone) result.sufficiency = *whole - *alone;
  if (whole) {
    for (const std::size_t item : problem.unknown_items) {
      const auto unknown = deletion.score(deletion.all() & ~bit(item));
      result.non_monotone = result.non_monotone || (unknown && *unknown > *whole + equal);
    }
  }
  const auto sets = deletion.minimal_sets();
  if (sets) {
    ItemSet causal = 0;
    for (const auto& set : *sets) {
      std::vector<std::string> names;
      for (const std::size_t item : set) {
        names.push_back(problem.items[item]);
        causal |= bit(item);
      }
      result.minimal_sets.push_back(std::move(names));
    }
    if (cited != 0) {
      result.precision = static_cast<double>(std::popcount(cited & causal)) / static_cast<double>(std::popcount(cited));
    }
  }
  const std::size_t steps = std::min(most_steps, problem.cited.size());
  const auto own = deletion.aopc(problem.cited, steps);
  const auto random = own ? deletion.random_aopc(steps) : std::nullopt;
  const auto best = random ? deletion.best_aopc(steps) : std::nullopt;
  if (best) result.aopc = *best - *random > equal ? (*own - *random) / (*best - *random) : 0.0;
  result.engine_runs = deletion.runs();

  if (!whole || !result.comprehensiveness || !result.sufficiency) return result;
  if (*whole > 0.0 && *result.comprehensiveness <= equal) {
    result.verdict = core::FaithfulnessVerdict::hollow;
  } else if (!result.precision) {
    result.verdict = core::FaithfulnessVerdict::not_assessed;
  } else if (*result.sufficiency <= equal && *result.precision >= precise_enough) {
    result.verdict = core::FaithfulnessVerdict::faithful;
  } else if (*result.comprehensiveness > 0.0) {
    result.verdict = core::FaithfulnessVerdict::partial;
  }
  return result;
}

}  // namespace

core::Faithfulness faithfulness(const DeletionProblem& problem) {
  core::Faithfulness unknown = assessed(problem);
  if (!unknown.non_monotone || !problem.usual_score) return unknown;
  DeletionProblem with_usual = problem;
  with_usual.score = problem.usual_score;
  with_usual.most_runs -= std::min(with_usual.most_runs, unknown.engine_runs);
  core::Faithfulness usual = assessed(with_usual);
  usual.non_monotone = true;
  usual.engine_runs += unknown.engine_runs;
  return usual;
}

}  // namespace guardian::audit
