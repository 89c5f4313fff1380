#pragma once
// Reads a ledger, also while it is written. Belongs to one thread. It checks nothing: that is verify's task
// (verify.hpp). Failures are `io_failure`, and `invalid_input` for a file that is not there.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "audit/ledger/checkpoint.hpp"
#include "audit/ledger/key.hpp"
#include "audit/ledger/place.hpp"
#include "audit/ledger/row.hpp"
#include "core/result.hpp"

namespace guardian::audit::ledger {

enum class SealState : std::uint8_t {
  nothing_sealed,  // recorded without a key, or nothing to seal
  opened,
  erased,  // the key of the patient was destroyed
  no_key,  // the ledger's key was not given
  damaged  // the key does not open it
};

struct Opened {
  SealState state = SealState::nothing_sealed;
  std::string text;  // when opened
};

class Reader {
 public:
  [[nodiscard]] static core::Result<Reader> open(const Place& place);
  Reader(Reader&&) noexcept;
  Reader& operator=(Reader&&) noexcept;
  ~Reader();

  [[nodiscard]] const LedgerId& id() const;
  [[nodiscard]] core::Result<std::uint64_t> size();
  [[nodiscard]] core::Result<std::optional<StoredRow>> row(std::uint64_t sequence);
  // Rows from `first` to `last` in their order, until `use` says false.
  [[nodiscard]] core::Result<void> scan(std::uint64_t first, std::uint64_t last,
                                        const std::function<bool(const RowView&)>& use);
  // Sequences of the rows about another one, in their order.
  [[nodiscard]] core::Result<std::vector<std::uint64_t>> about(std::uint64_t sequence);
  // Overrides in the case of a patient, in their order.
  [[nodiscard]] core::Result<std::vector<StoredRow>> overrides_of(const std::string& patient, const Key& key);
  [[nodiscard]] core::Result<std::optional<Checkpoint>> last_checkpoint();
  [[nodiscard]] core::Result<std::optional<PublicKey>> signer();

  // The sealed part of a row as it was recorded.
  [[nodiscard]] core::Result<Opened> unseal(const RowView& row, const std::optional<Key>& key);

 private:
  struct Impl;
  explicit Reader(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace guardian::audit::ledger
