#pragma once
// The SQLite file of a ledger: the only SQL on it. One connection, for one thread at a time. Every failure is a value:
// `io_failure` with SQLite's own words, which hold nothing of a row.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
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

class Database {
 public:
  // Makes the file where there is none. What is there and is no ledger is left as it is.
  [[nodiscard]] static core::Result<Database> open_to_append(const std::filesystem::path& file,
                                                             std::chrono::milliseconds busy_wait);
  // `cache_kib`: pages that are kept. Who reads from end to end wants few: what a processor's own cache does not hold
  // costs more than it saves.
  [[nodiscard]] static core::Result<Database> open_to_read(const std::filesystem::path& file, int cache_kib = 16'000);
  Database(Database&&) noexcept;
  Database& operator=(Database&&) noexcept;
  ~Database();

  [[nodiscard]] const LedgerId& id() const;

  // Whether tables, indexes and triggers are those that the program makes.
  [[nodiscard]] core::Result<bool> has_own_tables();

  // One writer at a time among all processes; waits for the others as long as it was opened with.
  [[nodiscard]] core::Result<void> begin();
  [[nodiscard]] core::Result<void> commit();
  void rollback() noexcept;

  [[nodiscard]] core::Result<Tail> tail();
  // The hash of the row with this sequence; of 0 zeros; nothing where there is no such row.
  [[nodiscard]] core::Result<std::optional<Hash>> hash_at(std::uint64_t sequence);
  [[nodiscard]] core::Result<std::optional<StoredRow>> row(std::uint64_t sequence);
  // The rows in their order, from `first` to `last`, until `use` says false. A view holds during the call only.
  [[nodiscard]] core::Result<void> scan(std::uint64_t first, std::uint64_t last,
                                        const std::function<bool(const RowView&)>& use);
  // Sequences of the rows about another one, in their order.
  [[nodiscard]] core::Result<std::vector<std::uint64_t>> about(std::uint64_t sequence);
  // Overrides in the case of a patient, in their order.
  [[nodiscard]] core::Result<std::vector<StoredRow>> overrides_of(const PatientTag& patient);
  [[nodiscard]] core::Result<void> add(const RowView& row);

  [[nodiscard]] core::Result<std::vector<Checkpoint>> checkpoints();
  [[nodiscard]] core::Result<std::uint64_t> last_checkpoint();  // 0: none
  [[nodiscard]] core::Result<void> add(const Checkpoint& checkpoint);

  // Whose key signs this ledger; nothing as long as it is kept without one.
  [[nodiscard]] core::Result<std::optional<PublicKey>> signer();
  [[nodiscard]] core::Result<void> set_signer(const PublicKey& key);

  // Keys of patients, wrapped.
  [[nodiscard]] core::Result<std::optional<std::string>> wrapped_key(const KeyId& id);
  [[nodiscard]] core::Result<std::vector<KeyId>> keys_of(const PatientTag& patient);
  [[nodiscard]] core::Result<void> add_key(const KeyId& id, const PatientTag& patient, const std::string& wrapped);
  [[nodiscard]] core::Result<void> destroy_key(const KeyId& id);

  // Pages in the write-ahead log after the last commit of this connection.
  [[nodiscard]] int pages_in_log() const;
  // Copies the log into the file. Waiting for writers keeps the log from growing without bound under steady load;
  // clearing also wipes what the log held.
  enum class Fold { without_waiting, waiting, clearing };
  [[nodiscard]] core::Result<void> fold_log(Fold how);

 private:
  struct Impl;
  explicit Database(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace guardian::audit::ledger
