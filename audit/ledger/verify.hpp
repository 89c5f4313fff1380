#pragma once
// Verifies a ledger: every row against the hash of the row before, every signed checkpoint against the rows, and every
// sealed row against the keys and erasures. Reads with several connections at once; changes nothing. Fails only when
// the file cannot be read at all; what is wrong with it is listed.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/ledger/checkpoint.hpp"
#include "audit/ledger/place.hpp"
#include "audit/ledger/row.hpp"
#include "core/result.hpp"

namespace guardian::audit::ledger {

enum class DamageKind : std::uint8_t {
  unreadable,    // a page of the file
  tables,        // tables or triggers are not those of a ledger
  missing,       // rows are gone from within
  changed,       // a row is not what was recorded, or not in its place
  cut,           // rows are gone from the end: a checkpoint covers more
  rewritten,     // the rows agree with each other, and not with a checkpoint
  signature,     // a checkpoint was not signed by the key it names
  other_signer,  // a checkpoint was signed by a key that is not the ledger's
  key_missing    // the key of a sealed row is gone and no erasure says so
};
[[nodiscard]] std::string_view to_string(DamageKind kind) noexcept;

struct Damage {
  DamageKind kind = DamageKind::changed;
  std::uint64_t sequence = 0;  // the row, or the first of several; 0: the file
  std::string text;            // in words; nothing of what a row says

  friend bool operator==(const Damage&, const Damage&) = default;
};

struct VerifyOptions {
  // Whose signatures count; none: the one that the file names, which who writes it anew can change.
  std::optional<PublicKey> signer;
  // A checkpoint that was kept elsewhere: rows before it are taken as read, and it must be on this chain.
  std::optional<Checkpoint> from;
  // The same with one that stands in the file; 0: from the first row.
  std::uint64_t from_sequence = 0;
  unsigned threads = 2;
};

struct Verification {
  std::uint64_t first = 1;    // row that was looked at
  std::uint64_t rows = 0;     // in the ledger
  std::uint64_t checked = 0;  // of them
  std::uint64_t checkpoints = 0;
  std::uint64_t signed_rows = 0;    // the last that a sound checkpoint covers: what is behind could be cut unseen
  Hash head{};                      // of the last row
  std::optional<PublicKey> signer;  // whose signatures were taken as the ledger's
  std::vector<Damage> damage;       // in the order of the rows

  [[nodiscard]] bool sound() const { return damage.empty(); }
};

[[nodiscard]] core::Result<Verification> verify(const Place& place, const VerifyOptions& options = {});

}  // namespace guardian::audit::ledger
