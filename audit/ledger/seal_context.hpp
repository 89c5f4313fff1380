#pragma once
// What binds sealed bytes to their place: how they were made, the ledger, the key and the kind of row. Pure.

#include <string>
#include <string_view>

#include "audit/ledger/row.hpp"

namespace guardian::audit::ledger {

inline constexpr std::string_view sealed_plain = "guardian-ledger-seal-1";   // in ledgers of before
inline constexpr std::string_view sealed_packed = "guardian-ledger-seal-2";  // as every row is sealed now

[[nodiscard]] inline std::string seal_context(std::string_view manner, const LedgerId& ledger, const KeyId& key,
                                              RowKind kind) {
  return std::string(manner) + " " + to_hex(ledger) + " " + to_hex(key) + " " + std::string(to_string(kind));
}

}  // namespace guardian::audit::ledger
