#include "knowledge/regimen_search.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>

namespace guardian::knowledge {
namespace {

// What orders solutions, as one number: the cost in ten-thousandths, then changes, stops and ranks. The lower fields
// hold more than the medicines of a case come to; the rest holds their costs.
using Key = std::int64_t;
constexpr int change_shift = 18;
constexpr int stop_shift = 9;
constexpr int cost_shift = 28;
constexpr Key infinite = std::numeric_limits<Key>::max() / 4;
constexpr double units = 1e4;
constexpr double most_cost = 1e3;   // of one option
constexpr double most_total = 5e5;  // still below `infinite`
constexpr std::uint32_t most_rank = 15;

Key cost_key(double cost) { return static_cast<Key>(std::llround(std::min(cost, most_total) * units)) << cost_shift; }
double cost_of(Key key) { return static_cast<double>(key >> cost_shift) / units; }

Key option_key(const RegimenOption& option) {
  Key key = cost_key(std::min(option.cost, most_cost)) + std::min(option.rank, most_rank);
  if (option.changes) key += Key{1} << change_shift;
  if (option.stops) key += Key{1} << stop_shift;
  return key;
}

std::size_t first_of(OptionMask mask) { return static_cast<std::size_t>(__builtin_ctzll(mask)); }

class Search {
 public:
  Search(const RegimenProblem& problem, const RegimenLimits& limits)
      : problem_(problem), limits_(limits), wanted_(limits.any ? 1 : limits.solutions) {
    for (const auto& options : problem.medicines) {
      std::vector<Key> keys;
      for (const RegimenOption& option : options) keys.push_back(option_key(option));
      domains_.push_back(options.size() >= most_options ? ~OptionMask{0} : option_bit(options.size()) - 1);
      keys_.push_back(std::move(keys));
    }
    of_medicine_.resize(domains_.size());
    queued_.assign(domains_.size(), 0);
    weight_.assign(problem.no_goods.size(), 1);
    for (std::uint32_t n = 0; n < problem.no_goods.size(); ++n) {
      for (const RegimenChoice& choice : problem.no_goods[n])
        of_medicine_[choice.medicine].push_back({n, choice.options});
    }
    // A few short combinations first: they raise the bound most for what they use up.
    by_size_.resize(problem.no_goods.size());
    std::iota(by_size_.begin(), by_size_.end(), 0U);
    std::stable_sort(by_size_.begin(), by_size_.end(), [&](std::uint32_t left, std::uint32_t right) {
      return problem.no_goods[left].size() < problem.no_goods[right].size();
    });
    rest_ = keys_;
    cheapest_.resize(domains_.size());
  }

  RegimenAnswer run() {
    most_ = std::isinf(limits_.most) ? infinite : with_all_below(cost_key(limits_.most));
    for (std::uint32_t medicine = 0; medicine < domains_.size(); ++medicine) queue(medicine);
    bool possible =
        std::none_of(problem_.no_goods.begin(), problem_.no_goods.end(), [](const NoGood& n) { return n.empty(); });
    for (const auto& keys : keys_) possible = possible && !keys.empty();
    if (possible) {
      drop_dominated();
      possible = propagate();
    }
    const Key least = possible ? bound() : infinite;
    answer_.lower_bound = least >= infinite ? std::numeric_limits<double>::infinity() : cost_of(least);
    if (least < infinite) descend();
    if (answer_.proven && !answer_.solutions.empty()) answer_.lower_bound = answer_.solutions.front().cost;
    return std::move(answer_);
  }

 private:
  struct Occurrence {
    std::uint32_t no_good = 0;
    OptionMask options = 0;
  };
  struct Undo {
    std::uint32_t medicine = 0;
    OptionMask domain = 0;
  };

  // An option is of no use when enough others are no worse and stand in no combination that it does not stand in: with
  // any of them in its place a solution stays one and becomes better.
  void drop_dominated() {
    for (std::uint32_t medicine = 0; medicine < domains_.size(); ++medicine) {
      const auto& keys = keys_[medicine];
      OptionMask kept = domains_[medicine];
      for (std::size_t option = 0; option < keys.size(); ++option) {
        OptionMask better = 0;
        for (std::size_t other = 0; other < keys.size(); ++other) {
          if (keys[other] < keys[option] || (keys[other] == keys[option] && other < option))
            better |= option_bit(other);
        }
        for (const Occurrence& in : of_medicine_[medicine]) {
          if ((in.options & option_bit(option)) == 0) better &= ~in.options;
        }
        if (static_cast<std::size_t>(__builtin_popcountll(better)) >= wanted_) kept &= ~option_bit(option);
      }
      domains_[medicine] = kept;
    }
  }

  void queue(std::uint32_t medicine) {
    if (queued_[medicine] != 0) return;
    queued_[medicine] = 1;
    queue_.push_back(medicine);
  }

  // False when the medicine has no option left.
  bool restrict_to(std::uint32_t medicine, OptionMask mask) {
    const OptionMask domain = domains_[medicine];
    if ((domain & mask) == domain) return true;
    trail_.push_back({medicine, domain});
    domains_[medicine] = domain & mask;
    queue(medicine);
    return (domain & mask) != 0;
  }

  void undo_to(std::size_t mark) {
    while (trail_.size() > mark) {
      domains_[trail_.back().medicine] = trail_.back().domain;
      trail_.pop_back();
    }
  }

  // A combination of which all choices but one cannot be avoided any more forbids the last one.
  bool propagate() {
    bool possible = true;
    while (!queue_.empty()) {
      const std::uint32_t medicine = queue_.back();
      queue_.pop_back();
      queued_[medicine] = 0;
      if (!possible) continue;
      for (const Occurrence& in : of_medicine_[medicine]) {
        // Only where this medicine cannot avoid its choice.
        if ((domains_[medicine] & ~in.options) != 0) {
          if ((domains_[medicine] & in.options) == 0 || problem_.no_goods[in.no_good].size() > 1) continue;
        }
        if (!look_at(in.no_good)) {
          ++weight_[in.no_good];
          possible = false;
          break;
        }
      }
    }
    return possible;
  }
  bool look_at(std::uint32_t number) {
    const RegimenChoice* open = nullptr;
    for (const RegimenChoice& choice : problem_.no_goods[number]) {
      const OptionMask domain = domains_[choice.medicine];
      if ((domain & choice.options) == 0) return true;
      if ((domain & ~choice.options) == 0) continue;
      if (open != nullptr) return true;
      open = &choice;
    }
    return open != nullptr && restrict_to(open->medicine, ~open->options);
  }

  // The least that a choice within the domains costs; `rest_` is what an option costs beyond its part in it.
  [[nodiscard]] Key bound() {
    Key total = 0;
    for (std::uint32_t medicine = 0; medicine < domains_.size(); ++medicine) {
      Key least = infinite;
      auto& rest = rest_[medicine];
      for (OptionMask left = domains_[medicine]; left != 0; left &= left - 1)
        least = std::min(least, keys_[medicine][first_of(left)]);
      if (least >= infinite) return infinite;
      OptionMask cheapest = 0;
      for (OptionMask left = domains_[medicine]; left != 0; left &= left - 1) {
        const std::size_t option = first_of(left);
        rest[option] = keys_[medicine][option] - least;
        if (rest[option] == 0) cheapest |= option_bit(option);
      }
      cheapest_[medicine] = cheapest;
      total += least;
    }
    for (const std::uint32_t number : by_size_) {
      const NoGood& no_good = problem_.no_goods[number];
      const bool avoided = std::any_of(no_good.begin(), no_good.end(), [&](const RegimenChoice& choice) {
        return (cheapest_[choice.medicine] & ~choice.options) != 0;
      });
      if (!avoided) total += raise(no_good);
    }
    return total;
  }

  // By what the cheapest way out of a combination of cheapest options costs more.
  [[nodiscard]] Key raise(const NoGood& no_good) {
    Key way_out = infinite;
    for (const RegimenChoice& choice : no_good) {
      for (OptionMask left = domains_[choice.medicine] & ~choice.options; left != 0; left &= left - 1)
        way_out = std::min(way_out, rest_[choice.medicine][first_of(left)]);
    }
    if (way_out >= infinite) return infinite;
    for (const RegimenChoice& choice : no_good) {
      for (OptionMask left = domains_[choice.medicine] & ~choice.options; left != 0; left &= left - 1) {
        Key& rest = rest_[choice.medicine][first_of(left)];
        rest -= way_out;
        if (rest == 0) cheapest_[choice.medicine] |= option_bit(first_of(left));
      }
    }
    return way_out;
  }

  // What a solution may have and still be among those asked for.
  [[nodiscard]] Key limit() const {
    if (found_.empty()) return most_;
    const Key dearest = std::min(most_, with_all_below(found_.front()) + cost_key(limits_.slack));
    if (found_.size() < wanted_) return dearest;
    // Of equal ones any is as good, or the first in order is wanted.
    return std::min(dearest, limits_.any ? found_.back() - 1 : found_.back());
  }
  // The last key of the same cost.
  [[nodiscard]] static Key with_all_below(Key key) { return key | ((Key{1} << cost_shift) - 1); }

  // Drops the options that are too dear to be part of an answer, and what follows from that; false at a dead end.
  bool tighten() {
    for (;;) {
      const Key least = bound();
      const Key most = limit();
      if (least > most || (least == most && comes_after_all())) return false;
      bool changed = false;
      for (std::uint32_t medicine = 0; medicine < domains_.size(); ++medicine) {
        OptionMask kept = domains_[medicine];
        if ((kept & (kept - 1)) == 0) continue;
        for (OptionMask left = kept; left != 0; left &= left - 1) {
          if (least + rest_[medicine][first_of(left)] > most) kept &= ~option_bit(first_of(left));
        }
        if (kept == domains_[medicine]) continue;
        changed = true;
        if (!restrict_to(medicine, kept)) return false;
      }
      if (!changed) return true;
      if (!propagate()) return false;
    }
  }

  void descend() {
    if (answer_.nodes >= limits_.nodes) {
      answer_.proven = false;
      return;
    }
    ++answer_.nodes;
    const std::size_t mark = trail_.size();
    if (!tighten()) {
      clear_queue();
      undo_to(mark);
      return;
    }
    const auto medicine = next_medicine();
    if (!medicine) {
      record();
      undo_to(mark);
      return;
    }
    // The cheapest option first, of equal ones the first.
    OptionMask left = domains_[*medicine];
    while (left != 0) {
      std::size_t option = first_of(left);
      for (OptionMask others = left; others != 0; others &= others - 1) {
        if (keys_[*medicine][first_of(others)] < keys_[*medicine][option]) option = first_of(others);
      }
      left &= ~option_bit(option);
      const std::size_t before = trail_.size();
      if (restrict_to(*medicine, option_bit(option)) && propagate()) descend();
      clear_queue();
      undo_to(before);
      if (!answer_.proven) break;
    }
    undo_to(mark);
  }

  // Whether the first choice in the domains is not before the last one found.
  [[nodiscard]] bool comes_after_all() const {
    if (limits_.any || found_.size() < wanted_) return false;
    const auto& last = answer_.solutions.back().options;
    for (std::uint32_t medicine = 0; medicine < domains_.size(); ++medicine) {
      const std::size_t first = first_of(domains_[medicine]);
      if (first != last[medicine]) return first > last[medicine];
    }
    return true;
  }

  void clear_queue() {
    for (const std::uint32_t medicine : queue_) queued_[medicine] = 0;
    queue_.clear();
  }

  // The medicine to decide on next; none when the cheapest options of the domains are a solution (where any best one is
  // asked for), or all are decided.
  [[nodiscard]] std::optional<std::uint32_t> next_medicine() {
    std::optional<std::uint32_t> best;
    // Few options left and part of much trouble, now and so far.
    trouble_.assign(domains_.size(), 0);
    for (std::uint32_t number = 0; number < problem_.no_goods.size(); ++number) {
      const NoGood& no_good = problem_.no_goods[number];
      const bool made = std::all_of(no_good.begin(), no_good.end(), [&](const RegimenChoice& choice) {
        return (option_bit(cheapest_option(choice.medicine)) & choice.options) != 0;
      });
      if (!made) continue;
      for (const RegimenChoice& choice : no_good) trouble_[choice.medicine] += weight_[number];
    }
    double best_score = 0.0;
    for (std::uint32_t medicine = 0; medicine < domains_.size(); ++medicine) {
      const OptionMask domain = domains_[medicine];
      if ((domain & (domain - 1)) == 0) continue;
      const double score = static_cast<double>(trouble_[medicine]) / __builtin_popcountll(domain);
      if (score <= best_score) continue;
      best = medicine;
      best_score = score;
    }
    if (best || limits_.any) return best;
    for (std::uint32_t medicine = 0; medicine < domains_.size(); ++medicine) {
      if ((domains_[medicine] & (domains_[medicine] - 1)) != 0) return medicine;
    }
    return best;
  }
  [[nodiscard]] std::size_t cheapest_option(std::uint32_t medicine) const {
    std::size_t chosen = first_of(domains_[medicine]);
    for (OptionMask left = domains_[medicine]; left != 0; left &= left - 1) {
      if (keys_[medicine][first_of(left)] < keys_[medicine][chosen]) chosen = first_of(left);
    }
    return chosen;
  }

  // The cheapest options of the domains.
  void record() {
    Key key = 0;
    RegimenSolution solution;
    for (std::uint32_t medicine = 0; medicine < domains_.size(); ++medicine) {
      const std::size_t chosen = cheapest_option(medicine);
      const RegimenOption& option = problem_.medicines[medicine][chosen];
      solution.changes += option.changes ? 1 : 0;
      solution.stops += option.stops ? 1 : 0;
      solution.options.push_back(static_cast<std::uint32_t>(chosen));
      key += keys_[medicine][chosen];
    }
    if (key > limit()) return;
    solution.cost = cost_of(key);
    std::ptrdiff_t place = 0;
    for (const RegimenSolution& other : answer_.solutions) {
      const auto at = static_cast<std::size_t>(place);
      if (found_[at] > key || (found_[at] == key && other.options > solution.options)) break;
      ++place;
    }
    found_.insert(found_.begin() + place, key);
    answer_.solutions.insert(answer_.solutions.begin() + place, std::move(solution));
    const auto drop_last = [&] {
      found_.pop_back();
      answer_.solutions.pop_back();
    };
    if (found_.size() > wanted_) drop_last();
    while (found_.back() > with_all_below(found_.front()) + cost_key(limits_.slack)) drop_last();
  }

  const RegimenProblem& problem_;
  const RegimenLimits& limits_;
  std::size_t wanted_;
  Key most_ = infinite;
  std::vector<std::vector<Key>> keys_;
  std::vector<std::vector<Key>> rest_;  // of the last bound
  std::vector<OptionMask> cheapest_;    // likewise: where it is 0
  std::vector<OptionMask> domains_;
  std::vector<std::vector<Occurrence>> of_medicine_;
  std::vector<std::uint32_t> by_size_;  // combinations
  std::vector<std::uint64_t> trouble_;  // of a medicine, for the choice of the next one
  std::vector<std::uint64_t> weight_;   // of a combination: how often it was a dead end
  std::vector<Undo> trail_;
  std::vector<std::uint32_t> queue_;
  std::vector<std::uint8_t> queued_;
  std::vector<Key> found_;
  RegimenAnswer answer_;
};

}  // namespace

RegimenAnswer search_regimen(const RegimenProblem& problem, const RegimenLimits& limits) {
  return Search(problem, limits).run();
}

}  // namespace guardian::knowledge
