#pragma once
// Feedback on a card as rows of the ledger: an override of each finding of the card, or what was done because of it.

#include <cstdint>

#include "adapters/service/cds_endpoint.hpp"
#include "adapters/service/review_desk.hpp"
#include "core/result.hpp"

namespace guardian::adapters::service {

// Returns when all rows are on the disk; without a ledger there is nothing to do. `not_found` when the review is not
// kept any more.
[[nodiscard]] core::Result<void> record_feedback(ReviewDesk& desk, const CardFeedback& feedback, std::int64_t at_ms);

}  // namespace guardian::adapters::service
