#pragma once
// Reviews of before a restart, from the ledger: what a card's link leads to, and what feedback on a card speaks of.
// Each call reads the file by itself; safe from several threads.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/ledger/review_ledger.hpp"
#include "adapters/ledger/row_codec.hpp"
#include "core/result.hpp"
#include "core/review.hpp"
#include "knowledge/knowledge_base.hpp"

namespace guardian::adapters::service {

// A review that was made here, as it was handed out.
struct KeptReview {
  std::string input;  // the case, in the project's own format
  std::shared_ptr<const core::Review> review;
};

enum class PastState : std::uint8_t {
  found,
  unknown,  // neither here nor in the ledger
  erased,   // the case was erased from the ledger
  no_case   // the ledger keeps no cases, or its key is not at hand: only findings and decision are known
};

struct PastReview {
  PastState state = PastState::unknown;
  // When found. Without the review itself where it was made with another knowledge base or version of the program, and
  // does not come out the same any more: then `text` is what was handed out.
  KeptReview kept;
  std::string text;  // JSON
  // Of a review that is in the ledger, in any state but unknown.
  std::uint64_t sequence = 0;
  RecordedReview said;
};

// The review of a row. `unknown` for a row that is none.
[[nodiscard]] core::Result<PastReview> past_review(const LedgerSettings& ledger, std::uint64_t sequence,
                                                   const std::shared_ptr<const knowledge::KnowledgeBase>& base);

// Whether the case of a row was erased; false also when the ledger cannot be read.
[[nodiscard]] bool is_erased(const LedgerSettings& ledger, std::uint64_t sequence);

// What a row keeps of a hook: which review its cards lead to, and what findings each card speaks of.
struct HookCards {
  std::string review;                                                   // id
  std::string service;                                                  // of CDS Hooks
  std::vector<std::pair<std::string, std::vector<std::string>>> cards;  // UUID; ids of findings
  std::vector<std::string> offered;                                     // ingredients, instead of orders

  friend bool operator==(const HookCards&, const HookCards&) = default;
};
[[nodiscard]] std::string encode_hook(const HookCards& hook);

struct HookRow {
  std::uint64_t sequence = 0;
  HookCards hook;
};
// Those among the last `most` rows, the oldest first. Empty for a ledger that is not there yet.
[[nodiscard]] core::Result<std::vector<HookRow>> read_hooks(const LedgerSettings& ledger, std::size_t most);

}  // namespace guardian::adapters::service
