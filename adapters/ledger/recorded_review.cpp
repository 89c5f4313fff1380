#include "adapters/ledger/recorded_review.hpp"

#include <utility>

#include "runtime/clock.hpp"

namespace guardian::adapters {

core::Result<core::Review> recorded_review(const MakeReview& make, ReviewLedger* ledger, const std::string& input,
                                           const ReviewManner& manner, const agents::EventSink& events,
                                           std::string& unrecorded, const Annotate& annotate) {
  if (ledger == nullptr) {
    auto review = make(events);
    if (review && annotate) static_cast<void>(annotate(*review));
    return review;
  }
  ReviewRecord record;
  auto review = make([&](const agents::Event& event) {
    record.events.push_back(event);
    if (events) events(event);
  });
  if (!review) return review;
  record.input = input;
  record.manner = manner;
  record.review = std::move(*review);
  if (annotate) record.hook = annotate(record.review);
  if (const auto recorded = ledger->record(record, runtime::now_ms()); !recorded) {
    unrecorded = recorded.error().message;
  }
  return std::move(record.review);
}

}  // namespace guardian::adapters
