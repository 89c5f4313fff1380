#include "knowledge/regimen_solver.hpp"

#include <algorithm>
#include <limits>
#include <set>
#include <tuple>
#include <utility>

namespace guardian::knowledge {
namespace {

constexpr double rounding = 1e-9;           // costs are sums of a few policy numbers
constexpr std::size_t enumerated_core = 3;  // up to this size a core is looked for among all sets of medicines

// Whether the no-goods among these medicines leave no choice of their options.
bool is_core(const RegimenProblem& all, const std::vector<std::uint32_t>& medicines, std::size_t nodes) {
  RegimenProblem part;
  std::vector<std::int64_t> place(all.medicines.size(), -1);
  for (const std::uint32_t medicine : medicines) {
    place[medicine] = static_cast<std::int64_t>(part.medicines.size());
    part.medicines.push_back(all.medicines[medicine]);
  }
  for (const NoGood& no_good : all.no_goods) {
    NoGood moved;
    for (const RegimenChoice& choice : no_good) {
      if (place[choice.medicine] >= 0)
        moved.push_back({static_cast<std::uint32_t>(place[choice.medicine]), choice.options});
    }
    if (moved.size() == no_good.size()) part.no_goods.push_back(std::move(moved));
  }
  const RegimenAnswer answer = search_regimen(part, {1, 0.0, nodes, std::numeric_limits<double>::infinity(), true});
  return answer.solutions.empty() && answer.proven;
}

// The first set of `size` of the medicines, in their order, that is a core; empty when none is. `groups`: of each
// no-good its medicines. One that has no no-good within the set adds nothing to it: then a smaller set is a core.
std::vector<std::uint32_t> core_of_size(const RegimenProblem& all, const std::vector<std::uint32_t>& medicines,
                                        const std::set<std::vector<std::uint32_t>>& groups, std::size_t size,
                                        std::size_t nodes) {
  std::vector<bool> pick(medicines.size(), false);
  std::fill_n(pick.begin(), size, true);
  std::vector<std::uint32_t> chosen;
  std::vector<bool> named(size);
  do {
    chosen.clear();
    for (std::size_t i = 0; i < pick.size(); ++i) {
      if (pick[i]) chosen.push_back(medicines[i]);
    }
    named.assign(size, false);
    for (const auto& group : groups) {
      if (group.size() > size || !std::includes(chosen.begin(), chosen.end(), group.begin(), group.end())) continue;
      for (std::size_t i = 0; i < size; ++i)
        named[i] = named[i] || std::binary_search(group.begin(), group.end(), chosen[i]);
    }
    const bool all_named = std::all_of(named.begin(), named.end(), [](bool one) { return one; });
    if (all_named && is_core(all, chosen, nodes)) return chosen;
  } while (std::prev_permutation(pick.begin(), pick.end()));
  return {};
}

// Any order.
bool goes_before(const NoGood& left, const NoGood& right) {
  return std::lexicographical_compare(
      left.begin(), left.end(), right.begin(), right.end(), [](const RegimenChoice& one, const RegimenChoice& other) {
        return std::tie(one.medicine, one.options) < std::tie(other.medicine, other.options);
      });
}

}  // namespace

RegimenOutcome solve(const Regimen& regimen, RegimenCheck& check, Demand demand, const PlanPolicy& policy) {
  RegimenOutcome outcome;
  RegimenProblem problem = search_problem(regimen);
  std::set<NoGood, decltype(&goes_before)> known(problem.no_goods.begin(), problem.no_goods.end(), &goes_before);
  const auto add = [&](NoGood no_good) {
    const bool is_new = known.insert(no_good).second;
    if (is_new) problem.no_goods.push_back(std::move(no_good));
    return is_new;
  };
  for (NoGood& no_good : check.known_no_goods(demand)) static_cast<void>(add(std::move(no_good)));
  std::set<std::vector<std::uint32_t>> good;
  // First any cheapest choice that stands, which says what the best one costs; then the best ones at that cost.
  RegimenLimits limits{1, 0.0, policy.nodes, std::numeric_limits<double>::infinity(), true};
  for (;;) {
    limits.nodes = policy.nodes - std::min(policy.nodes, outcome.nodes);
    const RegimenAnswer answer = search_regimen(problem, limits);
    outcome.nodes += answer.nodes;
    outcome.proven = answer.proven;
    outcome.lower_bound = std::max(outcome.lower_bound, answer.lower_bound);
    bool all_good = true;
    bool learned = false;
    std::vector<RegimenSolution> stood;
    for (const RegimenSolution& solution : answer.solutions) {
      if (good.count(solution.options) == 0) {
        if (check.runs() >= policy.engine_runs) {
          outcome.proven = false;
          break;
        }
        auto objections = check.no_goods(solution.options, demand);
        if (!objections.empty()) {
          all_good = false;
          for (NoGood& objection : objections) learned = add(std::move(objection)) || learned;
          continue;
        }
        good.insert(solution.options);
      }
      stood.push_back(solution);
    }
    if (!stood.empty()) outcome.solutions = stood;
    // To be told what it knew and to choose it all the same is what the search never does; it would go on for ever.
    if (!all_good && !learned) outcome.proven = false;
    const bool out_of_work = !outcome.proven;
    if (!out_of_work && limits.any && all_good && !stood.empty()) {
      limits = {policy.options, policy.slack, 0, stood.front().cost + policy.slack, false};
    } else if (all_good || out_of_work) {
      // A choice that stands at the lower bound is proven best, though those beside it may not all be known.
      outcome.proven =
          outcome.solutions.empty() ? !out_of_work : outcome.solutions.front().cost <= outcome.lower_bound + rounding;
      outcome.no_goods = std::move(problem.no_goods);
      return outcome;
    }
  }
}

std::vector<std::uint32_t> conflict_core(const Regimen& regimen, const std::vector<NoGood>& no_goods,
                                         std::size_t nodes) {
  RegimenProblem all = search_problem(regimen);
  all.no_goods = no_goods;
  std::vector<std::uint32_t> core;
  for (std::uint32_t m = 0; m < regimen.medicines.size(); ++m) {
    const bool named = std::any_of(no_goods.begin(), no_goods.end(), [&](const NoGood& no_good) {
      return std::any_of(no_good.begin(), no_good.end(),
                         [&](const RegimenChoice& choice) { return choice.medicine == m; });
    });
    if (named) core.push_back(m);
  }
  if (!is_core(all, core, nodes)) return {};
  const std::vector<std::uint32_t> named = core;
  for (const std::uint32_t medicine : named) {
    std::vector<std::uint32_t> rest = core;
    rest.erase(std::find(rest.begin(), rest.end(), medicine));
    if (is_core(all, rest, nodes)) core = std::move(rest);
  }
  std::set<std::vector<std::uint32_t>> groups;
  for (const NoGood& no_good : no_goods) {
    std::vector<std::uint32_t> group;
    for (const RegimenChoice& choice : no_good) group.push_back(choice.medicine);
    std::sort(group.begin(), group.end());
    if (group.size() <= enumerated_core) groups.insert(std::move(group));
  }
  for (std::size_t size = 1; size < core.size() && size <= enumerated_core; ++size) {
    if (auto smaller = core_of_size(all, named, groups, size, nodes); !smaller.empty()) return smaller;
  }
  return core;
}

}  // namespace guardian::knowledge
