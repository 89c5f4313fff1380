#pragma once
// The place of a ledger as people name it: a file, or postgresql://USER@HOST/DATABASE (docs/replicas.md). Pure.

#include <string>

#include "audit/ledger/place.hpp"
#include "core/result.hpp"

namespace guardian::adapters {

// Whether the text names a server.
[[nodiscard]] bool names_server(const std::string& text) noexcept;

// `invalid_input` when it can be none; the message does not quote it. Arguments are seen by every user of a machine, so
// there a password is refused: it belongs into a file (PGPASSFILE).
enum class NamedBy { argument, settings };
[[nodiscard]] core::Result<audit::ledger::Place> ledger_place(const std::string& text, NamedBy by);

}  // namespace guardian::adapters
