#pragma once
// Reads rows straight from SQLite: for the millions of a scan a wrapper would cost as much as their hashes.

#include <cstdint>
#include <functional>

#include "audit/ledger/row.hpp"

struct sqlite3;

namespace guardian::audit::ledger {

// The rows from `first` to `last` in their order, until `use` says false; gives SQLite's result code, 0 when all went
// well. A view holds during the call only.
[[nodiscard]] int scan_rows(sqlite3* connection, std::uint64_t first, std::uint64_t last,
                            const std::function<bool(const RowView&)>& use);

}  // namespace guardian::audit::ledger
