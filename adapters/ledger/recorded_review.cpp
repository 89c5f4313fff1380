#include "adapters/ledger/recorded_review.hpp"

#include <utility>

#include "runtime/clock.hpp"

namespace guardian::adapters {

core::Result<core::Review> recorded_review(runtime::Orchestrator& orchestrator, ReviewLedger* ledger,
                                           core::Case subject, const std::string& input, const ReviewManner& manner,
                                           const agents::EventSink& events, std::string& unrecorded,
                                           const std::stop_token& stop, const Annotate& annotate) {
  if (ledger == nullptr) {
    auto review = orchestrator.review(std::move(subject), events, stop);
    if (review && annotate) static_cast<void>(annotate(*review));
    return review;
  }
  ReviewRecord record;
  auto review = orchestrator.review(
      std::move(subject),
      [&](const agents::Event& event) {
        record.events.push_back(event);
        if (events) events(event);
      },
      stop);
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
