#pragma once
// The ledger over the API: rows as it holds them, and whether it is whole. What is sealed stays sealed here: who may
// see cases has the key and the command line. Safe to call from several threads.

#include <cstdint>
#include <string_view>

#include "adapters/http/exchange.hpp"
#include "adapters/ledger/review_ledger.hpp"

namespace guardian::adapters::service {

// GET: the row of this number, its open part, and the numbers of the rows about it.
[[nodiscard]] http::Reply ledger_row(const LedgerSettings& ledger, std::string_view number);

// GET: the latest rows (parameter `rows`, 1 to 200; 50), or those before a number (`before`); the latest first.
[[nodiscard]] http::Reply ledger_rows(const LedgerSettings& ledger, const http::Request& request);

// POST: reads the whole ledger again and says what it found (200 also when it is damaged). Takes a while: at some
// 200,000 rows a second.
[[nodiscard]] http::Reply ledger_verification(const LedgerSettings& ledger);

}  // namespace guardian::adapters::service
