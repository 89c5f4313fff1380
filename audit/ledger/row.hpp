#pragma once
// The rows of the ledger and the hash that chains them (docs/ledger.md). What a row says is bytes to this folder: the
// canonical JSON of the adapters. A row has an open part, which anyone with the file may read, and a sealed part, which
// only the key of the patient opens. Times are milliseconds since 1970, UTC. Pure, safe to call from any thread.

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace guardian::audit::ledger {

using Hash = std::array<std::uint8_t, 32>;
using LedgerId = std::array<std::uint8_t, 16>;  // random, made with the file: rows of two ledgers cannot be mixed
using KeyId = std::array<std::uint8_t, 16>;     // of a patient's key; all zeros: none

enum class RowKind : std::uint8_t {
  review = 1,
  intervention = 2,  // what was stopped or changed because of a review
  override = 3,      // a clinician goes on in spite of a finding
  outcome = 4,       // what turned out to be right: a label
  erasure = 5        // a patient's key was destroyed
};
[[nodiscard]] std::string_view to_string(RowKind kind) noexcept;
[[nodiscard]] std::optional<RowKind> parse_row_kind(std::string_view name) noexcept;

// What is to be recorded.
struct Row {
  RowKind kind = RowKind::review;
  std::int64_t at_ms = 0;
  std::uint64_t about = 0;  // sequence of the row that this one speaks of; 0: none
  std::string patient;      // whose key seals it; empty: that of the row it is about. Never written.
  std::string open;
  std::string sealed;  // as plain bytes; empty: nothing to seal
};

// As it stands in the file: `sealed` is encrypted.
struct RowView {
  std::uint64_t sequence = 0;  // from 1, without gaps
  RowKind kind = RowKind::review;
  std::int64_t at_ms = 0;
  std::uint64_t about = 0;
  KeyId key{};
  std::string_view open;
  std::string_view sealed;
  Hash hash{};
};

struct StoredRow {
  std::uint64_t sequence = 0;
  RowKind kind = RowKind::review;
  std::int64_t at_ms = 0;
  std::uint64_t about = 0;
  KeyId key{};
  std::string open;
  std::string sealed;
  Hash hash{};

  [[nodiscard]] RowView view() const { return {sequence, kind, at_ms, about, key, open, sealed, hash}; }
};

[[nodiscard]] bool is_set(const KeyId& key) noexcept;

// Computes hashes of rows. Belongs to one thread.
class RowHasher {
 public:
  explicit RowHasher(const LedgerId& ledger);
  ~RowHasher();
  RowHasher(const RowHasher&) = delete;
  RowHasher& operator=(const RowHasher&) = delete;

  // SHA-256 over the ledger, the hash of the row before (zeros for the first) and all of `row` but its hash.
  [[nodiscard]] Hash hash(const Hash& previous, const RowView& row);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

[[nodiscard]] std::string to_hex(std::span<const std::uint8_t> bytes);
// Nothing unless `text` is exactly the hex digits of `into`.
[[nodiscard]] bool from_hex(std::string_view text, std::span<std::uint8_t> into) noexcept;
// "sha256:" and the hex digits: how reviews name a row's hash.
[[nodiscard]] std::string hash_text(const Hash& hash);

}  // namespace guardian::audit::ledger
