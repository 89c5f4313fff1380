#include "adapters/cli/ledger_session.hpp"

#include <utility>

#include "adapters/ledger/recorded_review.hpp"

namespace guardian::adapters::cli {

LedgerSettings settings_of(const LedgerUse& use) { return {use.place, use.key, use.deidentified}; }

core::Result<LedgerSession> LedgerSession::open(const LedgerUse& use) {
  LedgerSession session;
  if (use.place.empty()) return session;
  auto ledger = ReviewLedger::open(settings_of(use));
  if (!ledger) return core::fail(ledger.error());
  session.ledger_.emplace(std::move(*ledger));
  return session;
}

core::Result<core::Review> LedgerSession::review(runtime::Orchestrator& orchestrator, core::Case subject,
                                                 const std::string& input, const ReviewManner& manner,
                                                 const agents::EventSink& events, std::string& unrecorded) {
  return recorded_review(orchestrator, ledger_ ? &*ledger_ : nullptr, std::move(subject), input, manner, events,
                         unrecorded);
}

}  // namespace guardian::adapters::cli
