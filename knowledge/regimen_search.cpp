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
        missed_(problem.no_goods.size(), 0),
        chosen_(problem.medicines.size(), unchosen),
        cheapest_(problem.medicines.size()),
        in_bound_(problem.medicines.size(), 0) {
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
  }

  RegimenAnswer run() {
    bool possible = true;
    for (std::size_t n = 0; n < problem_.no_goods.size(); ++n) {
      const NoGood& no_good = problem_.no_goods[n];
      if (no_good.empty()) possible = false;
      if (no_good.size() == 1) ++forbidden_[no_good[0].medicine][no_good[0].option];
    }
    answer_.lower_bound = possible ? remaining() : infinite;
    if (possible && answer_.lower_bound < infinite) descend(0, 0.0);
    if (answer_.proven && !answer_.solutions.empty()) answer_.lower_bound = answer_.solutions.front().cost;
    return std::move(answer_);
  }

 private:
  static constexpr std::uint32_t unchosen = 0xFFFFFFFFU;
  static constexpr double infinite = std::numeric_limits<double>::infinity();

  // Of a medicine that is not decided yet: its cheapest allowed option, and how much more the next one costs.
  struct Cheapest {
    std::uint32_t option = 0;
    std::uint32_t allowed = 0;
    double cost = infinite;
    double next = infinite;
  };

  // The least that the undecided medicines can cost; infinite when one of them has no option left. To the sum of the
  // cheapest options comes, for forbidden combinations of cheapest options that share no medicine, what the cheapest
  // way out of each costs more.
  [[nodiscard]] double remaining() {
    double total = 0.0;
    for (std::uint32_t medicine = 0; medicine < chosen_.size(); ++medicine) {
      if (chosen_[medicine] != unchosen) continue;
      Cheapest& cheapest = cheapest_[medicine] = {};
      for (const std::uint32_t option : by_cost_[medicine]) {
        if (forbidden_[medicine][option] > 0) continue;
        const double cost = problem_.medicines[medicine][option].cost;
        if (cheapest.allowed == 0) {
          cheapest.option = option;
          cheapest.cost = cost;
        } else if (cheapest.allowed == 1) {
          cheapest.next = cost;
        }
        ++cheapest.allowed;
      }
      if (cheapest.allowed == 0) return infinite;
      total += cheapest.cost;
    }
    std::fill(in_bound_.begin(), in_bound_.end(), 0);
    for (std::size_t n = 0; n < problem_.no_goods.size(); ++n) {
      if (missed_[n] == 0) total += way_out(problem_.no_goods[n]);
    }
    return total;
  }

  // What it costs more to avoid a combination of cheapest options; 0 when it is none, or shares a medicine with one
  // that was counted.
  [[nodiscard]] double way_out(const NoGood& no_good) {
    double least = infinite;
    for (const RegimenChoice& choice : no_good) {
      if (chosen_[choice.medicine] != unchosen) continue;
      const Cheapest& cheapest = cheapest_[choice.medicine];
      if (in_bound_[choice.medicine] != 0 || cheapest.option != choice.option) return 0.0;
      least = std::min(least, cheapest.next - cheapest.cost);
    }
    if (least <= 0.0) return 0.0;
    for (const RegimenChoice& choice : no_good) in_bound_[choice.medicine] = 1;
    return least;
  }

  // The medicine to decide on next: few options left and much that they can spoil, so that dead ends show early. A
  // fixed order among equals keeps the count of nodes the same from run to run.
  [[nodiscard]] std::uint32_t next_medicine() const {
    std::uint32_t best = unchosen;
    std::size_t best_allowed = 0;
    std::size_t best_open = 0;
    for (std::uint32_t medicine = 0; medicine < chosen_.size(); ++medicine) {
      if (chosen_[medicine] != unchosen) continue;
      std::size_t open = 1;
      for (std::uint32_t option = 0; option < of_option_[medicine].size(); ++option) {
        if (forbidden_[medicine][option] > 0) continue;
        for (const std::size_t n : of_option_[medicine][option]) open += missed_[n] == 0 ? 1 : 0;
      }
      const std::size_t allowed = cheapest_[medicine].allowed;
      if (best == unchosen || allowed * best_open < best_allowed * open) {
        best = medicine;
        best_allowed = allowed;
        best_open = open;
      }
    }
    return best;
  }

  // What a solution may cost and still be among those asked for.
  [[nodiscard]] double limit() const {
    if (answer_.solutions.empty()) return limits_.most;
    if (limits_.any) return answer_.solutions.front().cost - 2 * rounding;
    const double slack = std::min(limits_.most, answer_.solutions.front().cost + limits_.slack);
    const bool full = answer_.solutions.size() >= limits_.solutions;
    return full ? std::min(slack, answer_.solutions.back().cost) : slack;
  }

  // `remaining` was called for what is decided so far.
  void descend(std::size_t decided, double cost) {
    if (answer_.nodes >= limits_.nodes) {
      answer_.proven = false;
      return;
    }
    ++answer_.nodes;
    if (decided == chosen_.size()) return record(cost);
    const std::uint32_t medicine = next_medicine();
    for (const std::uint32_t option : by_cost_[medicine]) {
      if (forbidden_[medicine][option] > 0) continue;
      choose(medicine, option);
      const double with = cost + problem_.medicines[medicine][option].cost;
      const double least = remaining();
      if (least < infinite && with + least <= limit() + rounding) descend(decided + 1, with);
      undo(medicine, option);
    }
  }

  // A combination of which all but one choice are made forbids the last one.
  void choose(std::uint32_t medicine, std::uint32_t option) {
    chosen_[medicine] = option;
    for (const std::size_t n : of_option_[medicine][option]) {
      if (++made_[n] + 1 == problem_.no_goods[n].size()) forbid_last(n, 1);
    }
    miss_others(medicine, option, 1);
  }
  void undo(std::uint32_t medicine, std::uint32_t option) {
    miss_others(medicine, option, -1);
    for (const std::size_t n : of_option_[medicine][option]) {
      if (made_[n]-- + 1 == problem_.no_goods[n].size()) forbid_last(n, -1);
    }
    chosen_[medicine] = unchosen;
  }
  void miss_others(std::uint32_t medicine, std::uint32_t option, int by) {
    for (std::uint32_t other = 0; other < of_option_[medicine].size(); ++other) {
      if (other == option) continue;
      for (const std::size_t n : of_option_[medicine][other]) missed_[n] += by;
    }
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
  std::vector<std::vector<std::uint32_t>> by_cost_;
  std::vector<std::vector<std::vector<std::size_t>>> of_option_;  // no-goods that a choice is part of
  std::vector<std::vector<int>> forbidden_;                       // by how many no-goods
  std::vector<std::size_t> made_;                                 // choices of a no-good that are made
  std::vector<int> missed_;  // by no-good: medicines decided otherwise, so that it cannot be made any more
  std::vector<std::uint32_t> chosen_;
  std::vector<Cheapest> cheapest_;  // by medicine, of the last call of `remaining`
  std::vector<std::uint8_t> in_bound_;
  RegimenAnswer answer_;
};

}  // namespace

RegimenAnswer search_regimen(const RegimenProblem& problem, const RegimenLimits& limits) {
  return Search(problem, limits).run();
}

}  // namespace guardian::knowledge
