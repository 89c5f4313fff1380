#include "audit/ledger/database.hpp"

#include <algorithm>
#include <map>
#include <system_error>
#include <thread>
#include <utility>

#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>

#include "audit/ledger/file_access.hpp"
#include "audit/ledger/row_scan.hpp"

namespace guardian::audit::ledger {

std::string_view schema_sql();  // schema.sql

namespace {

constexpr int application_id = 0x474C4731;  // "GLG1"
constexpr int schema_version = 1;

std::string words_for(const SQLite::Exception& error) {
  switch (error.getErrorCode()) {
    case SQLITE_FULL: return "the disk is full";
    case SQLITE_BUSY: return "another process keeps the ledger locked";
    case SQLITE_READONLY: return "the file is read-only";
    case SQLITE_CANTOPEN: return "the file cannot be opened";
    case SQLITE_CORRUPT: return "a page of the file is damaged";
    case SQLITE_NOTADB: return "the file is no ledger, or is damaged at its start";
    case SQLITE_IOERR: return "reading or writing failed (disk full, or a fault of the disk)";
    default: return error.what();
  }
}

template <std::size_t Size>
std::array<std::uint8_t, Size> bytes_of(const SQLite::Column& column) {
  std::array<std::uint8_t, Size> bytes{};
  const void* blob = column.getBlob();
  // Of another size it was tampered with: zeros break the chain.
  if (blob != nullptr && column.getBytes() == static_cast<int>(Size)) {
    const auto* from = static_cast<const std::uint8_t*>(blob);
    std::copy(from, from + Size, bytes.begin());
  }
  return bytes;
}

std::string_view text_of(const SQLite::Column& column) {
  const void* blob = column.getBlob();
  return blob == nullptr
             ? std::string_view()
             : std::string_view(static_cast<const char*>(blob), static_cast<std::size_t>(column.getBytes()));
}

template <std::size_t Size>
void bind(SQLite::Statement& statement, int index, const std::array<std::uint8_t, Size>& bytes) {
  statement.bindNoCopy(index, bytes.data(), static_cast<int>(Size));
}

void bind(SQLite::Statement& statement, int index, std::string_view bytes) {
  // An empty blob must not become NULL.
  statement.bindNoCopy(index, bytes.empty() ? "" : bytes.data(), static_cast<int>(bytes.size()));
}

std::int64_t number(std::uint64_t value) { return static_cast<std::int64_t>(value); }

StoredRow stored(const RowView& row) {
  return {row.sequence, row.kind, row.at_ms, row.about, row.key, std::string(row.open), std::string(row.sealed),
          row.hash};
}

// "PRAGMA journal_mode" does not wait for others by itself.
void use_write_ahead_log(SQLite::Database& database, std::chrono::milliseconds wait) {
  const auto deadline = std::chrono::steady_clock::now() + wait;
  for (;;) {
    try {
      database.execAndGet("PRAGMA journal_mode = WAL");
      return;
    } catch (const SQLite::Exception& error) {
      if (error.getErrorCode() != SQLITE_BUSY || std::chrono::steady_clock::now() > deadline) throw;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

int note_pages(void* pages, sqlite3*, const char*, int count) {
  *static_cast<int*>(pages) = count;
  return SQLITE_OK;
}

}  // namespace

struct Database::Impl {
  std::filesystem::path file;
  SQLite::Database connection;
  std::map<std::string_view, SQLite::Statement> statements;  // by their SQL, a literal
  LedgerId id{};
  int pages = 0;

  Impl(std::filesystem::path path, const std::string& name, int flags)
      : file(std::move(path)), connection(name, flags) {}

  [[nodiscard]] core::Error failure(const std::string& what) const {
    return {core::ErrorCode::io_failure, file.string() + ": " + what};
  }

  // `sql` is a literal, whose address is as good as its text.
  SQLite::Statement& statement(const char* sql) {
    auto found = statements.find(sql);
    if (found == statements.end()) {
      found = statements
                  .emplace(std::piecewise_construct, std::forward_as_tuple(sql), std::forward_as_tuple(connection, sql))
                  .first;
    }
    return found->second;
  }

  // Runs `work` with the statement and sets it back whatever happens: one that is open holds a lock.
  template <class Work>
  auto with(const char* sql, Work work) -> core::Result<decltype(work(std::declval<SQLite::Statement&>()))> {
    SQLite::Statement* used = nullptr;
    try {
      used = &statement(sql);
      if constexpr (std::is_void_v<decltype(work(*used))>) {
        work(*used);
        used->tryReset();
        return {};
      } else {
        auto result = work(*used);
        used->tryReset();
        return result;
      }
    } catch (const SQLite::Exception& error) {
      if (used != nullptr) used->tryReset();
      return core::fail(failure(words_for(error)));
    }
  }

  core::Result<void> run(const char* sql) {
    return with(sql, [](SQLite::Statement& statement) { statement.exec(); });
  }

  // Whether it is a ledger of ours; false: there is nothing yet. All of it is read as of one moment: another process
  // may be making the ledger.
  core::Result<bool> known() {
    connection.exec("SAVEPOINT one_moment");
    const int application = connection.execAndGet("PRAGMA application_id").getInt();
    const int version = connection.execAndGet("PRAGMA user_version").getInt();
    const int tables = connection.execAndGet("SELECT count(*) FROM sqlite_schema").getInt();
    connection.exec("RELEASE one_moment");
    if (application == 0 && version == 0 && tables == 0) return false;
    if (application != application_id) return core::fail(failure("the file is no ledger"));
    if (version > schema_version)
      return core::fail(failure("the ledger was written by a newer version of the program"));
    return true;
  }

  core::Result<void> create() {
    SQLite::Transaction transaction(connection, SQLite::TransactionBehavior::EXCLUSIVE);
    const auto there = known();  // another process may have been quicker
    if (!there) return core::fail(there.error());
    if (*there) return {};
    connection.exec(std::string(schema_sql()));
    SQLite::Statement add(connection, "INSERT INTO ledger VALUES (randomblob(16), 'guardian')");
    add.exec();
    connection.exec("PRAGMA application_id = " + std::to_string(application_id));
    connection.exec("PRAGMA user_version = " + std::to_string(schema_version));
    transaction.commit();
    keep_folder_entry(file);
    return {};
  }

  core::Result<void> read_id() {
    SQLite::Statement query(connection, "SELECT id FROM ledger");
    if (!query.executeStep()) return core::fail(failure("the file is damaged: the ledger has no name"));
    id = bytes_of<16>(query.getColumn(0));
    return {};
  }
};

Database::Database(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Database::~Database() = default;

core::Result<std::unique_ptr<Store>> Database::open_to_append(const std::filesystem::path& file,
                                                              std::chrono::milliseconds busy_wait) {
  try {
    auto impl = std::make_unique<Impl>(file, file.string(),
                                       SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE | SQLite::OPEN_NOMUTEX);
    SQLite::Database& connection = impl->connection;
    if (sqlite3_db_readonly(connection.getHandle(), "main") == 1)
      return core::fail(impl->failure("the file is read-only"));
    connection.setBusyTimeout(static_cast<int>(busy_wait.count()));
    const auto there = impl->known();
    if (!there) return core::fail(there.error());
    use_write_ahead_log(connection, busy_wait);
    connection.exec(
        "PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA trusted_schema = OFF;"
        "PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY");
    if (!*there) {
      if (auto created = impl->create(); !created) return core::fail(created.error());
    }
    if (auto named = impl->read_id(); !named) return core::fail(named.error());
    // Takes the place of SQLite's own folding of the log, which a commit would have to wait for.
    sqlite3_wal_hook(connection.getHandle(), &note_pages, &impl->pages);
    return std::unique_ptr<Store>(new Database(std::move(impl)));
  } catch (const SQLite::Exception& error) {
    return core::fail(core::ErrorCode::io_failure, file.string() + ": " + words_for(error));
  }
}

core::Result<std::unique_ptr<Store>> Database::open_to_read(const std::filesystem::path& file, int cache_kib) {
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored))
    return core::fail(core::ErrorCode::invalid_input, file.string() + ": there is no such file");
  const auto open = [&](const std::string& name, int flags) -> core::Result<std::unique_ptr<Store>> {
    auto impl = std::make_unique<Impl>(file, name, flags);
    impl->connection.setBusyTimeout(5000);
    const auto there = impl->known();
    if (!there) return core::fail(there.error());
    if (!*there) return core::fail(impl->failure("the file is no ledger: it is empty"));
    impl->connection.exec("PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA cache_size = -" +
                          std::to_string(cache_kib));
    if (auto named = impl->read_id(); !named) return core::fail(named.error());
    return std::unique_ptr<Store>(new Database(std::move(impl)));
  };
  try {
    return open(file.string(), SQLite::OPEN_READONLY | SQLite::OPEN_NOMUTEX);
  } catch (const SQLite::Exception& first) {
    // In a folder that cannot be written SQLite has no place for its shared memory. A ledger without a log needs none.
    const std::filesystem::path log = file.string() + "-wal";
    const int code = first.getErrorCode();
    const bool closed = !std::filesystem::exists(log, ignored) || std::filesystem::file_size(log, ignored) == 0;
    if ((code == SQLITE_CANTOPEN || code == SQLITE_READONLY) && closed) {
      try {
        return open(unchanging_uri(file), SQLite::OPEN_READONLY | SQLite::OPEN_NOMUTEX | SQLite::OPEN_URI);
      } catch (const SQLite::Exception& second) {
        return core::fail(core::ErrorCode::io_failure, file.string() + ": " + words_for(second));
      }
    }
    return core::fail(core::ErrorCode::io_failure, file.string() + ": " + words_for(first));
  }
}

const LedgerId& Database::id() const { return impl_->id; }

core::Result<bool> Database::has_own_tables() {
  try {
    const auto shape = [](SQLite::Database& database) {
      std::string text;
      SQLite::Statement query(database, "SELECT type, name, coalesce(sql, '') FROM sqlite_schema ORDER BY type, name");
      while (query.executeStep()) {
        for (int i = 0; i < 3; ++i) text += query.getColumn(i).getString() + '\n';
      }
      return text;
    };
    SQLite::Database expected(":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    expected.exec(std::string(schema_sql()));
    return shape(expected) == shape(impl_->connection);
  } catch (const SQLite::Exception& error) {
    return core::fail(impl_->failure(words_for(error)));
  }
}

core::Result<void> Database::begin() { return impl_->run("BEGIN IMMEDIATE"); }
core::Result<void> Database::commit() { return impl_->run("COMMIT"); }
void Database::rollback() noexcept {
  // SQLite may have done so by itself, as it does when the disk is full.
  if (sqlite3_get_autocommit(impl_->connection.getHandle()) == 0) (void)impl_->connection.tryExec("ROLLBACK");
}

core::Result<Tail> Database::tail() {
  return impl_->with("SELECT sequence, hash FROM entry ORDER BY sequence DESC LIMIT 1", [](SQLite::Statement& query) {
    Tail tail;
    if (query.executeStep())
      tail = {static_cast<std::uint64_t>(query.getColumn(0).getInt64()), bytes_of<32>(query.getColumn(1))};
    return tail;
  });
}

core::Result<std::optional<Hash>> Database::hash_at(std::uint64_t sequence) {
  if (sequence == 0) return std::optional<Hash>(Hash{});
  return impl_->with("SELECT hash FROM entry WHERE sequence = ?", [&](SQLite::Statement& query) {
    query.bind(1, number(sequence));
    return query.executeStep() ? std::optional<Hash>(bytes_of<32>(query.getColumn(0))) : std::nullopt;
  });
}

core::Result<std::optional<StoredRow>> Database::row(std::uint64_t sequence) {
  std::optional<StoredRow> found;
  auto scanned = scan(sequence, sequence, [&](const RowView& row) {
    found = stored(row);
    return true;
  });
  if (!scanned) return core::fail(scanned.error());
  return found;
}

core::Result<void> Database::scan(std::uint64_t first, std::uint64_t last,
                                  const std::function<bool(const RowView&)>& use) {
  sqlite3* connection = impl_->connection.getHandle();
  const int result = scan_rows(connection, first, last, use);
  if (result == SQLITE_OK) return {};
  return core::fail(impl_->failure(words_for(SQLite::Exception(connection, result))));
}

core::Result<std::vector<std::uint64_t>> Database::about(std::uint64_t sequence) {
  return impl_->with("SELECT sequence FROM entry WHERE about = ? AND about > 0 ORDER BY sequence",
                     [&](SQLite::Statement& query) {
                       std::vector<std::uint64_t> found;
                       query.bind(1, number(sequence));
                       while (query.executeStep())
                         found.push_back(static_cast<std::uint64_t>(query.getColumn(0).getInt64()));
                       return found;
                     });
}

core::Result<std::vector<StoredRow>> Database::overrides_of(const PatientTag& patient) {
  // Kind 3: the index on it is for this question.
  const auto places = impl_->with(
      "SELECT sequence FROM entry WHERE kind = 3 AND patient_key IN (SELECT id FROM patient_key WHERE patient = ?) "
      "ORDER BY sequence",
      [&](SQLite::Statement& query) {
        std::vector<std::uint64_t> found;
        bind(query, 1, patient);
        while (query.executeStep()) found.push_back(static_cast<std::uint64_t>(query.getColumn(0).getInt64()));
        return found;
      });
  if (!places) return core::fail(places.error());
  std::vector<StoredRow> rows;
  for (const std::uint64_t place : *places) {
    auto found = row(place);
    if (!found) return core::fail(found.error());
    if (*found) rows.push_back(std::move(**found));
  }
  return rows;
}

core::Result<void> Database::add(const RowView& row) {
  return impl_->with("INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?)", [&](SQLite::Statement& statement) {
    statement.clearBindings();
    statement.bind(1, number(row.sequence));
    statement.bind(2, static_cast<int>(row.kind));
    statement.bind(3, row.at_ms);
    statement.bind(4, number(row.about));
    if (is_set(row.key)) bind(statement, 5, row.key);
    bind(statement, 6, row.hash);
    bind(statement, 7, row.open);
    if (!row.sealed.empty()) bind(statement, 8, row.sealed);
    statement.exec();
  });
}

core::Result<std::vector<Checkpoint>> Database::checkpoints() {
  return impl_->with("SELECT sequence, at_ms, hash, public_key, signature FROM checkpoint ORDER BY sequence",
                     [&](SQLite::Statement& query) {
                       std::vector<Checkpoint> found;
                       while (query.executeStep()) {
                         found.push_back({impl_->id, static_cast<std::uint64_t>(query.getColumn(0).getInt64()),
                                          query.getColumn(1).getInt64(), bytes_of<32>(query.getColumn(2)),
                                          bytes_of<32>(query.getColumn(3)), bytes_of<64>(query.getColumn(4))});
                       }
                       return found;
                     });
}

core::Result<std::uint64_t> Database::last_checkpoint() {
  return impl_->with("SELECT coalesce(max(sequence), 0) FROM checkpoint", [](SQLite::Statement& query) {
    query.executeStep();
    return static_cast<std::uint64_t>(query.getColumn(0).getInt64());
  });
}

core::Result<void> Database::add(const Checkpoint& checkpoint) {
  return impl_->with("INSERT OR IGNORE INTO checkpoint VALUES (?, ?, ?, ?, ?)", [&](SQLite::Statement& statement) {
    statement.bind(1, number(checkpoint.sequence));
    statement.bind(2, checkpoint.at_ms);
    bind(statement, 3, checkpoint.hash);
    bind(statement, 4, checkpoint.key);
    bind(statement, 5, checkpoint.signature);
    statement.exec();
  });
}

core::Result<std::optional<PublicKey>> Database::signer() {
  return impl_->with("SELECT public_key FROM signer", [](SQLite::Statement& query) {
    return query.executeStep() ? std::optional<PublicKey>(bytes_of<32>(query.getColumn(0))) : std::nullopt;
  });
}

core::Result<void> Database::set_signer(const PublicKey& key) {
  return impl_->with("INSERT INTO signer VALUES (?)", [&](SQLite::Statement& statement) {
    bind(statement, 1, key);
    statement.exec();
  });
}

core::Result<std::optional<std::string>> Database::wrapped_key(const KeyId& id) {
  return impl_->with("SELECT wrapped FROM patient_key WHERE id = ?", [&](SQLite::Statement& query) {
    bind(query, 1, id);
    return query.executeStep() ? std::optional<std::string>(text_of(query.getColumn(0))) : std::nullopt;
  });
}

core::Result<std::vector<KeyId>> Database::keys_of(const PatientTag& patient) {
  return impl_->with("SELECT id FROM patient_key WHERE patient = ? ORDER BY id", [&](SQLite::Statement& query) {
    std::vector<KeyId> found;
    bind(query, 1, patient);
    while (query.executeStep()) found.push_back(bytes_of<16>(query.getColumn(0)));
    return found;
  });
}

core::Result<void> Database::add_key(const KeyId& id, const PatientTag& patient, const std::string& wrapped) {
  return impl_->with("INSERT INTO patient_key VALUES (?, ?, ?)", [&](SQLite::Statement& statement) {
    bind(statement, 1, id);
    bind(statement, 2, patient);
    bind(statement, 3, std::string_view(wrapped));
    statement.exec();
  });
}

core::Result<void> Database::destroy_key(const KeyId& id) {
  return impl_->with("DELETE FROM patient_key WHERE id = ?", [&](SQLite::Statement& statement) {
    bind(statement, 1, id);
    statement.exec();
  });
}

std::optional<int> Database::pages_in_log() const { return impl_->pages; }

core::Result<void> Database::fold_log(Fold how) {
  int mode = SQLITE_CHECKPOINT_PASSIVE;
  if (how == Fold::waiting) mode = SQLITE_CHECKPOINT_RESTART;
  if (how == Fold::clearing) mode = SQLITE_CHECKPOINT_TRUNCATE;
  const int result = sqlite3_wal_checkpoint_v2(impl_->connection.getHandle(), "main", mode, nullptr, nullptr);
  // Busy: somebody reads or writes, and the next one folds it.
  if (result == SQLITE_OK || result == SQLITE_BUSY) return {};
  return core::fail(impl_->failure(words_for(SQLite::Exception(impl_->connection.getHandle(), result))));
}

}  // namespace guardian::audit::ledger
