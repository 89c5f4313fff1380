#include "adapters/cli/ledger_session.hpp"

#include <utility>

#include "runtime/clock.hpp"

namespace guardian::adapters::cli {

LedgerSettings settings_of(const LedgerUse& use) { return {use.file, use.key, use.deidentified}; }

core::Result<LedgerSession> LedgerSession::open(const LedgerUse& use) {
  LedgerSession session;
  if (use.file.empty()) return session;
  auto ledger = ReviewLedger::open(settings_of(use));
  if (!ledger) return core::fail(ledger.error());
  session.ledger_.emplace(std::move(*ledger));
  return session;
}

core::Result<core::Review> LedgerSession::review(runtime::Orchestrator& orchestrator, core::Case subject,
                                                 const std::string& input, const ReviewManner& manner,
                                                 const agents::EventSink& events, std::string& unrecorded) {
  if (!ledger_) return orchestrator.review(std::move(subject), events);
  ReviewRecord record;
  auto review = orchestrator.review(std::move(subject), [&](const agents::Event& event) {
    record.events.push_back(event);
    if (events) events(event);
  });
  if (!review) return review;
  record.input = input;
  record.manner = manner;
  record.review = std::move(*review);
  if (const auto recorded = ledger_->record(record, runtime::now_ms()); !recorded)
    unrecorded = recorded.error().message;
  return std::move(record.review);
}

}  // namespace guardian::adapters::cli
