#pragma once
// The SQLite file of a ledger: the only SQL on it. Failures say SQLite's own words, which hold nothing of a row.

#include <chrono>
#include <filesystem>
#include <memory>

#include "audit/ledger/store.hpp"

namespace guardian::audit::ledger {

class Database final : public Store {
 public:
  // Makes the file where there is none. What is there and is no ledger is left as it is.
  [[nodiscard]] static core::Result<std::unique_ptr<Store>> open_to_append(const std::filesystem::path& file,
                                                                           std::chrono::milliseconds busy_wait);
  // `cache_kib`: pages that are kept. Who reads from end to end wants few: what a processor's own cache does not hold
  // costs more than it saves.
  [[nodiscard]] static core::Result<std::unique_ptr<Store>> open_to_read(const std::filesystem::path& file,
                                                                         int cache_kib);
  ~Database() override;

  [[nodiscard]] const LedgerId& id() const override;
  [[nodiscard]] core::Result<bool> has_own_tables() override;
  [[nodiscard]] core::Result<void> begin() override;
  [[nodiscard]] core::Result<void> commit() override;
  void rollback() noexcept override;
  [[nodiscard]] core::Result<Tail> tail() override;
  [[nodiscard]] core::Result<std::optional<Hash>> hash_at(std::uint64_t sequence) override;
  [[nodiscard]] core::Result<std::optional<StoredRow>> row(std::uint64_t sequence) override;
  [[nodiscard]] core::Result<void> scan(std::uint64_t first, std::uint64_t last,
                                        const std::function<bool(const RowView&)>& use) override;
  [[nodiscard]] core::Result<std::vector<std::uint64_t>> about(std::uint64_t sequence) override;
  [[nodiscard]] core::Result<std::vector<StoredRow>> overrides_of(const PatientTag& patient) override;
  [[nodiscard]] core::Result<void> add(const RowView& row) override;
  [[nodiscard]] core::Result<std::vector<Checkpoint>> checkpoints() override;
  [[nodiscard]] core::Result<std::uint64_t> last_checkpoint() override;
  [[nodiscard]] core::Result<void> add(const Checkpoint& checkpoint) override;
  [[nodiscard]] core::Result<std::optional<PublicKey>> signer() override;
  [[nodiscard]] core::Result<void> set_signer(const PublicKey& key) override;
  [[nodiscard]] core::Result<std::optional<std::string>> wrapped_key(const KeyId& id) override;
  [[nodiscard]] core::Result<std::vector<KeyId>> keys_of(const PatientTag& patient) override;
  [[nodiscard]] core::Result<void> add_key(const KeyId& id, const PatientTag& patient,
                                           const std::string& wrapped) override;
  [[nodiscard]] core::Result<void> destroy_key(const KeyId& id) override;
  [[nodiscard]] std::optional<int> pages_in_log() const override;
  [[nodiscard]] core::Result<void> fold_log(Fold how) override;

 private:
  struct Impl;
  explicit Database(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace guardian::audit::ledger
