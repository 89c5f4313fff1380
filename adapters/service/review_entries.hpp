#pragma once
// What people say about a review, as rows of the ledger: overrides, outcomes, and what was done because of a card. Each
// returns when all of it is on the disk. `not_found`: the review is not kept here any more, is not recorded, or has no
// such finding; `invalid_input`: a code that is none.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "adapters/http/exchange.hpp"
#include "adapters/service/cds_endpoint.hpp"
#include "adapters/service/review_desk.hpp"
#include "core/result.hpp"

namespace guardian::adapters::service {

struct ReviewEntry {
  std::string review;   // id
  std::string finding;  // id; of an outcome empty: the whole review
  std::string code;     // of audit/ledger/vocabulary.hpp
  std::string comment;
  std::string by;  // who says it; empty: not known
};
[[nodiscard]] core::Result<core::LedgerStamp> record_override(ReviewDesk& desk, const ReviewEntry& entry,
                                                              std::int64_t at_ms);
[[nodiscard]] core::Result<core::LedgerStamp> record_outcome(ReviewDesk& desk, const ReviewEntry& entry,
                                                             std::int64_t at_ms);

// 410 for a review whose case was erased from the ledger; nothing otherwise.
[[nodiscard]] std::optional<http::Reply> erased_reply(ReviewDesk& desk, std::string_view review);
[[nodiscard]] http::Reply gone_reply();

// Feedback on a card: an override of each of its findings, or what was done because of it. Without a ledger there is
// nothing to do.
[[nodiscard]] core::Result<void> record_feedback(ReviewDesk& desk, const CardFeedback& feedback, std::int64_t at_ms);

}  // namespace guardian::adapters::service
