#pragma once
// The ledger of a command that reviews: none, or one that every review goes through. Safe to use from several threads.

#include <optional>
#include <string>

#include "adapters/cli/commands.hpp"
#include "adapters/ledger/review_ledger.hpp"
#include "audit/ledger/key.hpp"
#include "audit/ledger/reader.hpp"
#include "core/case.hpp"
#include "core/result.hpp"
#include "runtime/orchestrator.hpp"

namespace guardian::adapters::cli {

[[nodiscard]] LedgerSettings settings_of(const LedgerUse& use);

// A reader with the key, where there is one.
struct OpenedLedger {
  audit::ledger::Reader reader;
  std::optional<audit::ledger::Key> key;
};
[[nodiscard]] core::Result<OpenedLedger> open_reader(const LedgerUse& use, bool with_key);

class LedgerSession {
 public:
  // Fails only when the call is wrong: a ledger that cannot be written keeps no finding back.
  [[nodiscard]] static core::Result<LedgerSession> open(const LedgerUse& use);

  // Reviews a case, which came as `input`, and records the review. What went wrong with the ledger stands in the review
  // and, for the operator, in `unrecorded`.
  [[nodiscard]] core::Result<core::Review> review(runtime::Orchestrator& orchestrator, core::Case subject,
                                                  const std::string& input, const ReviewManner& manner,
                                                  const agents::EventSink& events, std::string& unrecorded);

 private:
  std::optional<ReviewLedger> ledger_;
};

}  // namespace guardian::adapters::cli
