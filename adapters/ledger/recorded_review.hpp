#pragma once
// A review that goes through a ledger, where there is one.

#include <functional>
#include <string>

#include "adapters/ledger/review_ledger.hpp"
#include "agents/event.hpp"
#include "core/result.hpp"
#include "core/review.hpp"

namespace guardian::adapters {

// Makes a review, given where to send its events.
using MakeReview = std::function<core::Result<core::Review>(const agents::EventSink&)>;
// Told of a review before it is recorded; what it gives is part of the row (ReviewRecord::hook).
using Annotate = std::function<std::string(const core::Review&)>;

// Makes a review of a case, which came as `input`, and records it. What went wrong with the ledger stands in the review
// and, for the operator, in `unrecorded`. `ledger` may be null.
[[nodiscard]] core::Result<core::Review> recorded_review(const MakeReview& make, ReviewLedger* ledger,
                                                         const std::string& input, const ReviewManner& manner,
                                                         const agents::EventSink& events, std::string& unrecorded,
                                                         const Annotate& annotate = {});

}  // namespace guardian::adapters
