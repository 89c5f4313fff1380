#pragma once
// A ledger in PostgreSQL: the same rows and bytes as in a file. Who has begun a transaction has an advisory lock that
// the server keeps for it: one writer at a time among all programs. A commit is on the disk of the server before it is
// acknowledged; a server that does not do so (fsync = off) is refused. A connection that is lost is opened again.

#include <chrono>
#include <memory>

#include "adapters/postgres/server.hpp"
#include "audit/ledger/store.hpp"

namespace guardian::adapters::postgres {

class LedgerStore final : public audit::ledger::Store {
 public:
  [[nodiscard]] static core::Result<std::unique_ptr<audit::ledger::Store>> open(const Server& server, bool to_append,
                                                                                std::chrono::milliseconds wait);
  ~LedgerStore() override;

  [[nodiscard]] const audit::ledger::LedgerId& id() const override;
  [[nodiscard]] core::Result<bool> has_own_tables() override;
  [[nodiscard]] core::Result<void> begin() override;
  [[nodiscard]] core::Result<void> commit() override;
  void rollback() noexcept override;
  [[nodiscard]] bool lost() const noexcept override;
  [[nodiscard]] core::Result<audit::ledger::Tail> tail() override;
  [[nodiscard]] core::Result<std::optional<audit::ledger::Hash>> hash_at(std::uint64_t sequence) override;
  [[nodiscard]] core::Result<std::optional<audit::ledger::StoredRow>> row(std::uint64_t sequence) override;
  [[nodiscard]] core::Result<void> scan(std::uint64_t first, std::uint64_t last,
                                        const std::function<bool(const audit::ledger::RowView&)>& use) override;
  [[nodiscard]] core::Result<std::vector<std::uint64_t>> about(std::uint64_t sequence) override;
  [[nodiscard]] core::Result<std::vector<audit::ledger::StoredRow>> overrides_of(
      const audit::ledger::PatientTag& patient) override;
  [[nodiscard]] core::Result<void> add(const audit::ledger::RowView& row) override;
  [[nodiscard]] core::Result<std::vector<audit::ledger::Checkpoint>> checkpoints() override;
  [[nodiscard]] core::Result<std::uint64_t> last_checkpoint() override;
  [[nodiscard]] core::Result<void> add(const audit::ledger::Checkpoint& checkpoint) override;
  [[nodiscard]] core::Result<std::optional<audit::ledger::PublicKey>> signer() override;
  [[nodiscard]] core::Result<void> set_signer(const audit::ledger::PublicKey& key) override;
  [[nodiscard]] core::Result<std::optional<std::string>> wrapped_key(const audit::ledger::KeyId& id) override;
  [[nodiscard]] core::Result<std::vector<audit::ledger::KeyId>> keys_of(
      const audit::ledger::PatientTag& patient) override;
  [[nodiscard]] core::Result<void> add_key(const audit::ledger::KeyId& id, const audit::ledger::PatientTag& patient,
                                           const std::string& wrapped) override;
  [[nodiscard]] core::Result<void> destroy_key(const audit::ledger::KeyId& id) override;
  [[nodiscard]] std::optional<int> pages_in_log() const override { return std::nullopt; }  // the server's to fold
  [[nodiscard]] core::Result<void> fold_log(Fold how) override;

 private:
  struct Impl;
  explicit LedgerStore(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace guardian::adapters::postgres
