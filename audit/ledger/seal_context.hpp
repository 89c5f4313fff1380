#pragma once
// What binds sealed bytes to their place: the ledger, the key and the kind of row. Pure.

#include <string>

#include "audit/ledger/row.hpp"

namespace guardian::audit::ledger {

[[nodiscard]] inline std::string seal_context(const LedgerId& ledger, const KeyId& key, RowKind kind) {
  return "guardian-ledger-seal-1 " + to_hex(ledger) + " " + to_hex(key) + " " + std::string(to_string(kind));
}

}  // namespace guardian::audit::ledger
