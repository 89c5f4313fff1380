#include "audit/ledger/row_scan.hpp"

#include <cstring>
#include <memory>

#include <sqlite3.h>

namespace guardian::audit::ledger {
namespace {

template <std::size_t Size>
std::array<std::uint8_t, Size> bytes_at(sqlite3_stmt* row, int column) {
  std::array<std::uint8_t, Size> bytes{};
  const void* blob = sqlite3_column_blob(row, column);
  // Of another size it was tampered with: zeros break the chain.
  if (blob != nullptr && sqlite3_column_bytes(row, column) == static_cast<int>(Size))
    std::memcpy(bytes.data(), blob, Size);
  return bytes;
}

std::string_view text_at(sqlite3_stmt* row, int column) {
  const void* blob = sqlite3_column_blob(row, column);
  return blob == nullptr ? std::string_view()
                         : std::string_view(static_cast<const char*>(blob),
                                            static_cast<std::size_t>(sqlite3_column_bytes(row, column)));
}

RowView view_of(sqlite3_stmt* from) {
  RowView row;
  row.sequence = static_cast<std::uint64_t>(sqlite3_column_int64(from, 0));
  const std::int64_t kind = sqlite3_column_int64(from, 1);
  // A number that does not fit was tampered with; cut to a byte it could look like the one that was recorded.
  row.kind = static_cast<RowKind>(kind > 0 && kind < 256 ? kind : 0);
  row.at_ms = sqlite3_column_int64(from, 2);
  row.about = static_cast<std::uint64_t>(sqlite3_column_int64(from, 3));
  row.key = bytes_at<16>(from, 4);
  row.hash = bytes_at<32>(from, 5);
  row.open = text_at(from, 6);
  row.sealed = text_at(from, 7);
  return row;
}

}  // namespace

int scan_rows(sqlite3* connection, std::uint64_t first, std::uint64_t last,
              const std::function<bool(const RowView&)>& use) {
  sqlite3_stmt* prepared = nullptr;
  int result = sqlite3_prepare_v2(connection,
                                  "SELECT sequence, kind, at_ms, about, patient_key, hash, open, sealed FROM entry "
                                  "WHERE sequence BETWEEN ? AND ? ORDER BY sequence",
                                  -1, &prepared, nullptr);
  const std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> statement(prepared, &sqlite3_finalize);
  if (result != SQLITE_OK) return result;
  sqlite3_bind_int64(prepared, 1, static_cast<std::int64_t>(first));
  sqlite3_bind_int64(prepared, 2, static_cast<std::int64_t>(last));
  while ((result = sqlite3_step(prepared)) == SQLITE_ROW && use(view_of(prepared))) {
  }
  return result == SQLITE_ROW || result == SQLITE_DONE ? SQLITE_OK : result;
}

}  // namespace guardian::audit::ledger
