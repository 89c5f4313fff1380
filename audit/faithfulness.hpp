#pragma once
// Whether what an explanation cites for a finding is what the engine's finding rests on: items are deleted and the
// engine is asked again (comprehensiveness and sufficiency as in ERASER, DeYoung et al. 2020; AOPC as in Samek et al.
// 2017; minimal sufficient sets as abductive explanations, Ignatiev et al. 2019). The engine is handed in and is exact.
// Work is bounded by how often it is asked, never by time. Pure but for that function; equal input gives equal output.
//
// With f(S) the score of the finding (0 to 1) on the items S, all items U and the cited ones C in their order:
//   comprehensiveness = f(U) - f(U \ C), sufficiency = f(U) - f(C),
//   AOPC = mean over k = 1..K of f(U) - f(U \ the first k of C), K = min(5, |C|).

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/audit_report.hpp"

namespace guardian::audit {

// Items that are kept, a bit each.
using ItemSet = std::uint64_t;
inline constexpr std::size_t most_items = 64;

struct DeletionProblem {
  std::string finding;
  std::vector<std::string> items;          // at most most_items
  std::vector<std::size_t> cited;          // positions in items, in the order cited, each once
  std::vector<std::size_t> unknown_items;  // whose removal leaves a value unknown; the score may rise by that
  std::function<double(ItemSet)> score;    // in [0, 1]
  // The same with usual values in place of the unknown_items that are not kept; none where nothing is usual.
  std::function<double(ItemSet)> usual_score;
  std::size_t most_runs = 256;  // of `score`
};

// The score, asked once for each set of items. Nothing once the bound is reached.
class Deletion {
 public:
  explicit Deletion(const DeletionProblem& problem);

  [[nodiscard]] std::optional<double> score(ItemSet kept);
  [[nodiscard]] ItemSet all() const { return all_; }
  [[nodiscard]] std::size_t runs() const { return known_.size(); }

  // Of deleting the first `steps` of an order one after another.
  [[nodiscard]] std::optional<double> aopc(const std::vector<std::size_t>& order, std::size_t steps);
  // Its mean over all orders of the items: exact up to 8 items, else over 200 drawn ones (splitmix64).
  [[nodiscard]] std::optional<double> random_aopc(std::size_t steps);
  // The best order there is, by enumeration of what is deleted.
  [[nodiscard]] std::optional<double> best_aopc(std::size_t steps);
  // The smallest sets that bring the score of all items, sorted; nothing when not all could be found.
  [[nodiscard]] std::optional<std::vector<std::vector<std::size_t>>> minimal_sets();

 private:
  [[nodiscard]] std::optional<ItemSet> minimised(ItemSet kept, double wanted);

  const DeletionProblem& problem_;
  ItemSet all_ = 0;
  std::vector<std::pair<ItemSet, double>> known_;  // sorted
};

// Where not knowing an item raises the score, what usual values give is the answer: a result that nobody has is no
// reason for a graver finding.
[[nodiscard]] core::Faithfulness faithfulness(const DeletionProblem& problem);

}  // namespace guardian::audit
