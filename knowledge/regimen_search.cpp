#include "knowledge/regimen_search.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <tuple>

namespace guardian::knowledge {
namespace {

// Costs are sums of a few policy numbers: differences below this are of rounding.
constexpr double rounding = 1e-9;

bool better(const RegimenSolution& left, const RegimenSolution& right) {
  if (left.cost < right.cost - rounding) return true;
  if (right.cost < left.cost - rounding) return false;
  return std::tie(left.changes, left.stops, left.options) < std::tie(right.changes, right.stops, right.options);
}

class Search {
 public:
  Search(const RegimenProblem& problem, const RegimenLimits& limits)
      : problem_(problem),
        limits_(limits),
        made_(problem.no_goods.size(), 0),
        chosen_(problem.medicines.size(), unchosen) {
    for (const auto& options : problem.medicines) {
      forbidden_.emplace_back(options.size(), 0);
      of_option_.emplace_back(options.size());
      std::vector<std::uint32_t> order(options.size());
      std::iota(order.begin(), order.end(), 0U);
      std::stable_sort(order.begin(), order.end(),
                       [&](std::uint32_t a, std::uint32_t b) { return options[a].cost < options[b].cost; });
      by_cost_.push_back(std::move(order));
    }
    for (std::size_t n = 0; n < problem.no_goods.size(); ++n) {
      for (const RegimenChoice& choice : problem.no_goods[n]) of_option_[choice.medicine][choice.option].push_back(n);
    }
    // The medicine that most forbidden combinations speak of is decided first: dead ends show early.
    order_.resize(problem.medicines.size());
    std::iota(order_.begin(), order_.end(), 0U);
    const auto conflicts = [&](std::uint32_t medicine) {
      std::size_t count = 0;
      for (const auto& list : of_option_[medicine]) count += list.size();
      return count;
    };
    std::stable_sort(order_.begin(), order_.end(),
                     [&](std::uint32_t a, std::uint32_t b) { return conflicts(a) > conflicts(b); });
  }

  RegimenAnswer run() {
    bool possible = true;
    for (std::size_t n = 0; n < problem_.no_goods.size(); ++n) {
      const NoGood& no_good = problem_.no_goods[n];
      if (no_good.empty()) possible = false;
      if (no_good.size() == 1) ++forbidden_[no_good[0].medicine][no_good[0].option];
    }
    answer_.lower_bound = possible ? remaining(0) : infinite;
    if (possible && answer_.lower_bound < infinite) descend(0, 0.0);
    if (answer_.proven && !answer_.solutions.empty()) answer_.lower_bound = answer_.solutions.front().cost;
    return std::move(answer_);
  }

 private:
  static constexpr std::uint32_t unchosen = 0xFFFFFFFFU;
  static constexpr double infinite = std::numeric_limits<double>::infinity();

  // The least that the medicines from `depth` on can cost; infinite when one of them has no option left.
  [[nodiscard]] double remaining(std::size_t depth) const {
    double total = 0.0;
    for (std::size_t i = depth; i < order_.size(); ++i) {
      const std::uint32_t medicine = order_[i];
      double least = infinite;
      for (const std::uint32_t option : by_cost_[medicine]) {
        if (forbidden_[medicine][option] > 0) continue;
        least = problem_.medicines[medicine][option].cost;
        break;
      }
      total += least;
    }
    return total;
  }

  // What a solution may cost and still be among those asked for.
  [[nodiscard]] double limit() const {
    if (answer_.solutions.empty()) return infinite;
    const double slack = answer_.solutions.front().cost + limits_.slack;
    const bool full = answer_.solutions.size() >= limits_.solutions;
    return full ? std::min(slack, answer_.solutions.back().cost) : slack;
  }

  void descend(std::size_t depth, double cost) {
    if (answer_.nodes >= limits_.nodes) {
      answer_.proven = false;
      return;
    }
    ++answer_.nodes;
    if (depth == order_.size()) return record(cost);
    const std::uint32_t medicine = order_[depth];
    for (const std::uint32_t option : by_cost_[medicine]) {
      if (forbidden_[medicine][option] > 0) continue;
      choose(medicine, option);
      const double with = cost + problem_.medicines[medicine][option].cost;
      if (with + remaining(depth + 1) <= limit() + rounding) descend(depth + 1, with);
      undo(medicine, option);
    }
  }

  // A combination of which all but one choice are made forbids the last one.
  void choose(std::uint32_t medicine, std::uint32_t option) {
    chosen_[medicine] = option;
    for (const std::size_t n : of_option_[medicine][option]) {
      if (++made_[n] + 1 == problem_.no_goods[n].size()) forbid_last(n, 1);
    }
  }
  void undo(std::uint32_t medicine, std::uint32_t option) {
    for (const std::size_t n : of_option_[medicine][option]) {
      if (made_[n]-- + 1 == problem_.no_goods[n].size()) forbid_last(n, -1);
    }
    chosen_[medicine] = unchosen;
  }
  void forbid_last(std::size_t n, int by) {
    for (const RegimenChoice& choice : problem_.no_goods[n]) {
      if (chosen_[choice.medicine] != choice.option) forbidden_[choice.medicine][choice.option] += by;
    }
  }

  void record(double cost) {
    RegimenSolution solution{cost, 0, 0, chosen_};
    for (std::uint32_t medicine = 0; medicine < chosen_.size(); ++medicine) {
      const RegimenOption& option = problem_.medicines[medicine][chosen_[medicine]];
      solution.changes += option.changes ? 1 : 0;
      solution.stops += option.stops ? 1 : 0;
    }
    auto& list = answer_.solutions;
    list.insert(std::upper_bound(list.begin(), list.end(), solution, better), solution);
    if (list.size() > limits_.solutions) list.pop_back();
    const double most = list.front().cost + limits_.slack + rounding;
    while (list.back().cost > most) list.pop_back();
  }

  const RegimenProblem& problem_;
  const RegimenLimits& limits_;
  std::vector<std::uint32_t> order_;
  std::vector<std::vector<std::uint32_t>> by_cost_;
  std::vector<std::vector<std::vector<std::size_t>>> of_option_;  // no-goods that a choice is part of
  std::vector<std::vector<int>> forbidden_;                       // by how many no-goods
  std::vector<std::size_t> made_;                                 // choices of a no-good that are made
  std::vector<std::uint32_t> chosen_;
  RegimenAnswer answer_;
};

}  // namespace

RegimenAnswer search_regimen(const RegimenProblem& problem, const RegimenLimits& limits) {
  return Search(problem, limits).run();
}

}  // namespace guardian::knowledge
