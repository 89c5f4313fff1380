#pragma once
// Appends to a ledger: one SQLite file or server, one chain of rows, signed checkpoints (docs/ledger.md). What `append`
// has given a place to is on the disk. Any number of threads may append, and several processes to one place: one thread
// writes what is queued as one transaction (group commit: nobody waits for a clock), another folds the write-ahead log
// into the file. Every wait has a limit. Failures are values: `io_failure` when the row is not recorded for certain.

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "audit/ledger/checkpoint.hpp"
#include "audit/ledger/key.hpp"
#include "audit/ledger/place.hpp"
#include "audit/ledger/row.hpp"
#include "core/result.hpp"
#include "core/review.hpp"

namespace guardian::audit::ledger {

struct LedgerOptions {
  std::optional<Key> key;                         // none: nothing is signed, and what is to be sealed is left out
  std::uint64_t checkpoint_every = 512;           // rows; one more when the ledger is closed
  std::size_t queue_limit = 1024;                 // rows that wait to be written
  std::chrono::milliseconds busy_wait{5'000};     // for another process to end its transaction
  std::chrono::milliseconds append_wait{15'000};  // for a place in the queue, and then for the disk
  int fold_pages = 1'000;                         // of the write-ahead log, until it is folded into the file
  int wait_pages = 16'000;                        // from here on rows wait for it, so that the log stays bounded
};

class Ledger {
 public:
  // Makes it where there is none. The rows since the last checkpoint must be whole. `invalid_input` when the
  // ledger is kept with another key, or with one and none is given; `io_failure` for all else.
  [[nodiscard]] static core::Result<std::unique_ptr<Ledger>> open(const Place& place, LedgerOptions options);
  // Writes what is queued, signs and closes.
  ~Ledger();
  Ledger(const Ledger&) = delete;
  Ledger& operator=(const Ledger&) = delete;

  // Returns when the row is on the disk. `not_found` when it is about a row that is not there.
  [[nodiscard]] core::Result<core::LedgerStamp> append(Row row);

  // Destroys the keys of a patient, after which nobody opens what was sealed with them, and records that, one row a
  // key; gives the last. `not_found` when there is no key. Backups still hold what they hold.
  [[nodiscard]] core::Result<core::LedgerStamp> erase(std::string patient, std::int64_t at_ms, std::string open);

  // Whether content of a case is kept, sealed.
  [[nodiscard]] bool seals() const;

  // The failure of the last transaction; none while the ledger can be written. For readiness.
  [[nodiscard]] core::Result<void> ready() const;

 private:
  struct Impl;
  explicit Ledger(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace guardian::audit::ledger
