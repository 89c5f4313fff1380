#pragma once
// A review that goes through a ledger, where there is one.

#include <functional>
#include <string>

#include "adapters/ledger/review_ledger.hpp"
#include "core/case.hpp"
#include "core/result.hpp"
#include "runtime/orchestrator.hpp"

namespace guardian::adapters {

// Told of a review before it is recorded; what it gives is part of the row (ReviewRecord::hook).
using Annotate = std::function<std::string(const core::Review&)>;

// Reviews a case, which came as `input`, and records the review. What went wrong with the ledger stands in the review
// and, for the operator, in `unrecorded`. `ledger` may be null. One orchestrator belongs to one thread.
[[nodiscard]] core::Result<core::Review> recorded_review(runtime::Orchestrator& orchestrator, ReviewLedger* ledger,
                                                         core::Case subject, const std::string& input,
                                                         const ReviewManner& manner, const agents::EventSink& events,
                                                         std::string& unrecorded, const std::stop_token& stop = {},
                                                         const Annotate& annotate = {});

}  // namespace guardian::adapters
