#pragma once
// The ledger of a program that reviews: records each review and writes into it where it stands. A ledger that cannot be
// written keeps no finding back (runtime/recording.hpp); it is tried again with the next review. Safe to use from
// several threads.

#include <filesystem>
#include <memory>
#include <optional>

#include "adapters/ledger/review_record.hpp"
#include "audit/ledger/ledger.hpp"
#include "core/result.hpp"

namespace guardian::adapters {

struct LedgerSettings {
  audit::ledger::Place place;
  std::filesystem::path key;  // empty: FILE.key, which is made together with a new ledger; of a server it is named
  bool deidentified = false;  // keep no case at all, and use no key
};

// The key that these settings mean: none for a de-identified ledger, or one that was begun without. With `may_make` the
// key of a ledger that is not there yet is made.
[[nodiscard]] core::Result<std::optional<audit::ledger::Key>> ledger_key(const LedgerSettings& settings, bool may_make);

class ReviewLedger {
 public:
  // Fails only when the call is wrong (`invalid_input`: a wrong key). A ledger that cannot be opened shows in `ready`.
  [[nodiscard]] static core::Result<ReviewLedger> open(LedgerSettings settings);
  ReviewLedger(ReviewLedger&&) noexcept;
  ReviewLedger& operator=(ReviewLedger&&) noexcept;
  ~ReviewLedger();

  // Returns when the review is on the disk, or known not to be: `record.review` says which, and the error is for an
  // operator. `at_ms` is now.
  [[nodiscard]] core::Result<void> record(ReviewRecord& record, std::int64_t at_ms);

  // Adds a row that somebody says about a recorded review. Returns when it is on the disk.
  [[nodiscard]] core::Result<core::LedgerStamp> add(audit::ledger::Row row);
  // Whether words of people can be kept: sealed, with a key.
  [[nodiscard]] bool seals() const;

  // Why reviews cannot be recorded now. For readiness.
  [[nodiscard]] core::Result<void> ready() const;

 private:
  struct Impl;
  explicit ReviewLedger(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace guardian::adapters
