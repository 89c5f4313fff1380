#include "adapters/cli/ledger_session.hpp"

#include <utility>

#include "adapters/ledger/recorded_review.hpp"

namespace guardian::adapters::cli {

LedgerSettings settings_of(const LedgerUse& use) { return {use.place, use.key, use.deidentified}; }

core::Result<OpenedLedger> open_reader(const LedgerUse& use, bool with_key) {
  auto reader = audit::ledger::Reader::open(use.place);
  if (!reader) return core::fail(reader.error());
  std::optional<audit::ledger::Key> key;
  if (with_key) {
    auto found = ledger_key(settings_of(use), false);
    if (!found) return core::fail(found.error());
    key = std::move(*found);
  }
  return OpenedLedger{std::move(*reader), std::move(key)};
}

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
  return recorded_review([&](const agents::EventSink& to) { return orchestrator.review(std::move(subject), to); },
                         ledger_ ? &*ledger_ : nullptr, input, manner, events, unrecorded);
}

}  // namespace guardian::adapters::cli
