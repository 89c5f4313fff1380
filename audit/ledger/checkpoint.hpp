#pragma once
// A signed checkpoint: "at this time this ledger had so many rows, and the last had this hash". Kept elsewhere, one
// line of text, it shows that a ledger was cut or written anew. Pure.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "audit/ledger/key.hpp"
#include "audit/ledger/row.hpp"

namespace guardian::audit::ledger {

struct Checkpoint {
  LedgerId ledger{};
  std::uint64_t sequence = 0;  // of the last row it covers
  std::int64_t at_ms = 0;
  Hash hash{};  // of that row
  PublicKey key{};
  Signature signature{};

  friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};

[[nodiscard]] Checkpoint sign_checkpoint(const Key& key, const LedgerId& ledger, std::uint64_t sequence,
                                         std::int64_t at_ms, const Hash& hash);

// Whether the holder of `checkpoint.key` made it. Whose key that is, is another question.
[[nodiscard]] bool signature_holds(const Checkpoint& checkpoint);

// "guardian-checkpoint-1" and the members in their order, hex or decimal, with blanks between; no line end.
[[nodiscard]] std::string to_text(const Checkpoint& checkpoint);
[[nodiscard]] std::optional<Checkpoint> parse_checkpoint(std::string_view text);

}  // namespace guardian::audit::ledger
