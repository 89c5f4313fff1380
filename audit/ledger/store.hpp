#pragma once
// Where the rows of a ledger are kept: a SQLite file (database.hpp), or what an adapter brings (place.hpp). One
// connection, for one thread at a time. Every failure is a value: `io_failure`, with words that hold nothing of a row
// and no secret.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "audit/ledger/checkpoint.hpp"
#include "audit/ledger/key.hpp"
#include "audit/ledger/row.hpp"
#include "core/result.hpp"

namespace guardian::audit::ledger {

// The last row.
struct Tail {
  std::uint64_t sequence = 0;
  Hash hash{};  // zeros of an empty ledger
};

class Store {
 public:
  Store() = default;
  virtual ~Store() = default;
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  [[nodiscard]] virtual const LedgerId& id() const = 0;

  // Whether tables, indexes and triggers are those that the program makes.
  [[nodiscard]] virtual core::Result<bool> has_own_tables() = 0;

  // One writer at a time among all processes; waits for the others as long as it was opened with. What is read from
  // here on is what the writer before has left. What `commit` has said yes to is on the disk.
  [[nodiscard]] virtual core::Result<void> begin() = 0;
  [[nodiscard]] virtual core::Result<void> commit() = 0;
  virtual void rollback() noexcept = 0;
  // Whether the last failure was that of a connection: a commit then may have been done, and a new `begin` may work.
  [[nodiscard]] virtual bool lost() const noexcept { return false; }

  [[nodiscard]] virtual core::Result<Tail> tail() = 0;
  // The hash of the row with this sequence; of 0 zeros; nothing where there is no such row.
  [[nodiscard]] virtual core::Result<std::optional<Hash>> hash_at(std::uint64_t sequence) = 0;
  [[nodiscard]] virtual core::Result<std::optional<StoredRow>> row(std::uint64_t sequence) = 0;
  // The rows in their order, from `first` to `last`, until `use` says false. A view holds during the call only. `use`
  // may ask this store other things meanwhile.
  [[nodiscard]] virtual core::Result<void> scan(std::uint64_t first, std::uint64_t last,
                                                const std::function<bool(const RowView&)>& use) = 0;
  // Sequences of the rows about another one, in their order.
  [[nodiscard]] virtual core::Result<std::vector<std::uint64_t>> about(std::uint64_t sequence) = 0;
  // Overrides in the case of a patient, in their order.
  [[nodiscard]] virtual core::Result<std::vector<StoredRow>> overrides_of(const PatientTag& patient) = 0;
  [[nodiscard]] virtual core::Result<void> add(const RowView& row) = 0;

  [[nodiscard]] virtual core::Result<std::vector<Checkpoint>> checkpoints() = 0;
  [[nodiscard]] virtual core::Result<std::uint64_t> last_checkpoint() = 0;  // 0: none
  [[nodiscard]] virtual core::Result<void> add(const Checkpoint& checkpoint) = 0;

  // Whose key signs this ledger; nothing as long as it is kept without one.
  [[nodiscard]] virtual core::Result<std::optional<PublicKey>> signer() = 0;
  [[nodiscard]] virtual core::Result<void> set_signer(const PublicKey& key) = 0;

  // Keys of patients, wrapped.
  [[nodiscard]] virtual core::Result<std::optional<std::string>> wrapped_key(const KeyId& id) = 0;
  [[nodiscard]] virtual core::Result<std::vector<KeyId>> keys_of(const PatientTag& patient) = 0;
  [[nodiscard]] virtual core::Result<void> add_key(const KeyId& id, const PatientTag& patient,
                                                   const std::string& wrapped) = 0;
  [[nodiscard]] virtual core::Result<void> destroy_key(const KeyId& id) = 0;

  // Pages in the write-ahead log after the last commit of this connection; nothing where that is not ours to fold.
  [[nodiscard]] virtual std::optional<int> pages_in_log() const = 0;
  // Copies the log into the file. Waiting for writers keeps the log from growing without bound under steady load;
  // clearing also removes what was deleted.
  enum class Fold { without_waiting, waiting, clearing };
  [[nodiscard]] virtual core::Result<void> fold_log(Fold how) = 0;
};

}  // namespace guardian::audit::ledger
