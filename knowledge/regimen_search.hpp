#pragma once
// The cheapest choice of one option for each medicine such that no forbidden combination is chosen: exact, by branch
// and bound. It knows nothing of medicine; the planner says what the options cost and what is forbidden. Pure;
// deterministic: equal problems give equal answers and equal counts of nodes.
//
// The bound is that of the linear program "of each combination something must be chosen otherwise", by dual ascent: a
// combination that all cheapest options are part of raises it by the cheapest way out, which is then paid for. What an
// option costs beyond that decides whether it can still be part of an answer.

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace guardian::knowledge {

// Costs count in ten-thousandths; beyond 1000 they are 1000.
struct RegimenOption {
  double cost = 0.0;     // from 0
  bool changes = false;  // anything but keeping the medicine as it is
  bool stops = false;
  std::uint32_t rank =
      0;  // up to 15: what of equal costs, changes and stops is wanted less; sums up over the medicines
};

// Options of one medicine as bits; a medicine has at most 64.
using OptionMask = std::uint64_t;
inline constexpr std::size_t most_options = 64;
[[nodiscard]] constexpr OptionMask option_bit(std::size_t option) noexcept { return OptionMask{1} << option; }

// That one of these options of a medicine is chosen.
struct RegimenChoice {
  std::uint32_t medicine = 0;
  OptionMask options = 0;

  friend bool operator==(const RegimenChoice&, const RegimenChoice&) = default;
};

// Choices that must not all be made; a single one forbids its options. A medicine stands in it at most once.
using NoGood = std::vector<RegimenChoice>;

struct RegimenProblem {
  std::vector<std::vector<RegimenOption>> medicines;
  std::vector<NoGood> no_goods;
};

struct RegimenSolution {
  double cost = 0.0;
  std::uint32_t changes = 0;
  std::uint32_t stops = 0;
  std::vector<std::uint32_t> options;  // by medicine

  friend bool operator==(const RegimenSolution&, const RegimenSolution&) = default;
};

struct RegimenLimits {
  std::size_t solutions = 3;                              // at most so many
  double slack = 0.5;                                     // and none that costs so much more than the best
  std::size_t nodes = 200'000;                            // then the answer is the best so far, not proven
  double most = std::numeric_limits<double>::infinity();  // and none that costs more than this
  bool any = false;  // one of the best but for the order of options: much less work than the first of them
};

struct RegimenAnswer {
  // Best first: by cost, then fewer changes, fewer stops, lower ranks, then the options in the order of the medicines.
  std::vector<RegimenSolution> solutions;
  bool proven = true;        // false when the limit of nodes was reached
  double lower_bound = 0.0;  // no solution costs less
  std::size_t nodes = 0;
};

[[nodiscard]] RegimenAnswer search_regimen(const RegimenProblem& problem, const RegimenLimits& limits = {});

}  // namespace guardian::knowledge
