#include "adapters/records/patient_records.hpp"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <mutex>
#include <type_traits>
#include <utility>

#include <SQLiteCpp/SQLiteCpp.h>

namespace guardian::adapters::records {
namespace {

constexpr int application_id = 0x47505254;  // "GPRT"
constexpr int schema_version = 1;
constexpr int busy_ms = 5'000;

constexpr const char* schema = R"sql(
  CREATE TABLE patient (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    version INTEGER NOT NULL,
    label TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    subject TEXT NOT NULL,
    medicines INTEGER NOT NULL) STRICT;
  CREATE TABLE note (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    patient INTEGER NOT NULL REFERENCES patient (number) ON DELETE CASCADE,
    at TEXT NOT NULL,
    by TEXT NOT NULL,
    words TEXT NOT NULL) STRICT;
  CREATE INDEX note_of_patient ON note (patient);
)sql";

core::Error failure(const std::string& what) { return {core::ErrorCode::io_failure, "the patient records: " + what}; }

// Words of our own: those of SQLite may quote a statement with what was bound to it.
core::Error failure(const SQLite::Exception& error) {
  switch (error.getErrorCode()) {
    case SQLITE_BUSY: return failure("another program keeps them locked");
    case SQLITE_FULL: return failure("the disk is full");
    case SQLITE_READONLY: return failure("the file is read-only");
    case SQLITE_CANTOPEN: return failure("the file cannot be opened");
    case SQLITE_NOTADB: return failure("the file is no list of patients");
    case SQLITE_CORRUPT: return failure("the file is damaged");
    default: return failure("reading or writing failed");
  }
}

PatientNote note_of(SQLite::Statement& row) {
  return {row.getColumn(0).getInt64(), row.getColumn(1).getString(), row.getColumn(2).getString(),
          row.getColumn(3).getString()};
}

// As parameters 1 to 4: label, time, case, number of medicines. The record must outlive the statement.
void bind(SQLite::Statement& statement, const RecordToSave& record) {
  statement.bindNoCopy(1, record.label);
  statement.bindNoCopy(2, record.at);
  statement.bindNoCopy(3, record.subject);
  statement.bind(4, static_cast<std::int64_t>(record.medicines));
}

}  // namespace

struct PatientRecords::Impl {
  mutable std::mutex mutex;
  mutable SQLite::Database database;

  explicit Impl(const std::string& file)
      : database(file, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE | SQLite::OPEN_NOMUTEX, busy_ms) {}

  core::Result<void> prepare() {
    database.exec("PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON; PRAGMA trusted_schema = OFF");
    // Immediate: of two programs that start at once, the second sees what the first has made.
    SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
    const int application = database.execAndGet("PRAGMA application_id").getInt();
    const int version = database.execAndGet("PRAGMA user_version").getInt();
    const bool empty = database.execAndGet("SELECT count(*) FROM sqlite_schema").getInt() == 0;
    if (application == 0 && version == 0 && empty) {
      database.exec(schema);
      database.exec("PRAGMA application_id = " + std::to_string(application_id));
      database.exec("PRAGMA user_version = " + std::to_string(schema_version));
    } else if (application != application_id) {
      return core::fail(failure("the file is no list of patients"));
    } else if (version > schema_version) {
      return core::fail(failure("the file was written by a newer version of the program"));
    }
    transaction.commit();
    return {};
  }

  template <class Work>
  auto with(Work work) const -> core::Result<std::invoke_result_t<Work, SQLite::Database&>> {
    const std::lock_guard lock(mutex);
    try {
      return work(database);
    } catch (const SQLite::Exception& error) {
      return core::fail(failure(error));
    }
  }
};

PatientRecords::PatientRecords(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
PatientRecords::~PatientRecords() = default;

core::Result<std::unique_ptr<PatientRecords>> PatientRecords::open(const std::filesystem::path& file) {
  if (file != ":memory:") {
    // SQLite would make it with the rights that the umask leaves to others.
    const int made = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (made < 0) return core::fail(failure("the file cannot be opened"));
    ::close(made);
  }
  try {
    auto impl = std::make_unique<Impl>(file.string());
    if (const auto ready = impl->prepare(); !ready) return core::fail(ready.error());
    return std::unique_ptr<PatientRecords>(new PatientRecords(std::move(impl)));
  } catch (const SQLite::Exception& error) {
    return core::fail(failure(error));
  }
}

core::Result<std::vector<PatientRecord>> PatientRecords::list() const {
  return impl_->with([](SQLite::Database& database) {
    SQLite::Statement query(database,
                            "SELECT number, version, label, changed_at, medicines,"
                            " (SELECT count(*) FROM note WHERE note.patient = patient.number)"
                            " FROM patient ORDER BY label, number");
    std::vector<PatientRecord> records;
    while (query.executeStep()) {
      PatientRecord& record = records.emplace_back();
      record.number = query.getColumn(0).getInt64();
      record.version = query.getColumn(1).getInt64();
      record.label = query.getColumn(2).getString();
      record.changed_at = query.getColumn(3).getString();
      record.medicines = static_cast<std::size_t>(query.getColumn(4).getInt64());
      record.notes_count = static_cast<std::size_t>(query.getColumn(5).getInt64());
    }
    return records;
  });
}

core::Result<std::optional<PatientRecord>> PatientRecords::find(std::int64_t number) const {
  return impl_->with([number](SQLite::Database& database) {
    const SQLite::Transaction one_moment(database);
    std::optional<PatientRecord> found;
    SQLite::Statement query(
        database, "SELECT number, version, label, changed_at, subject, medicines FROM patient WHERE number = ?");
    query.bind(1, number);
    if (!query.executeStep()) return found;
    found.emplace();
    found->number = query.getColumn(0).getInt64();
    found->version = query.getColumn(1).getInt64();
    found->label = query.getColumn(2).getString();
    found->changed_at = query.getColumn(3).getString();
    found->subject = query.getColumn(4).getString();
    found->medicines = static_cast<std::size_t>(query.getColumn(5).getInt64());
    SQLite::Statement notes(database, "SELECT number, at, by, words FROM note WHERE patient = ? ORDER BY number DESC");
    notes.bind(1, number);
    while (notes.executeStep()) found->notes.push_back(note_of(notes));
    found->notes_count = found->notes.size();
    return found;
  });
}

core::Result<std::int64_t> PatientRecords::add(const RecordToSave& record) {
  return impl_->with([&](SQLite::Database& database) {
    SQLite::Statement insert(
        database, "INSERT INTO patient (version, label, changed_at, subject, medicines) VALUES (1, ?, ?, ?, ?)");
    bind(insert, record);
    insert.exec();
    return static_cast<std::int64_t>(database.getLastInsertRowid());
  });
}

core::Result<Saved> PatientRecords::save(std::int64_t number, std::int64_t over_version, const RecordToSave& record) {
  return impl_->with([&](SQLite::Database& database) {
    SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
    SQLite::Statement there(database, "SELECT version FROM patient WHERE number = ?");
    there.bind(1, number);
    if (!there.executeStep()) return Saved{SaveState::not_there, 0};
    const std::int64_t version = there.getColumn(0).getInt64();
    there.reset();
    if (version != over_version) return Saved{SaveState::changed_since, version};
    SQLite::Statement update(database,
                             "UPDATE patient SET version = version + 1, label = ?, changed_at = ?, subject = ?,"
                             " medicines = ? WHERE number = ?");
    bind(update, record);
    update.bind(5, number);
    update.exec();
    transaction.commit();
    return Saved{SaveState::saved, version + 1};
  });
}

core::Result<std::optional<PatientNote>> PatientRecords::add_note(std::int64_t number, PatientNote note) {
  return impl_->with([&](SQLite::Database& database) -> std::optional<PatientNote> {
    SQLite::Statement insert(database,
                             "INSERT INTO note (patient, at, by, words)"
                             " SELECT number, ?, ?, ? FROM patient WHERE number = ?");
    insert.bindNoCopy(1, note.at);
    insert.bindNoCopy(2, note.by);
    insert.bindNoCopy(3, note.text);
    insert.bind(4, number);
    if (insert.exec() == 0) return std::nullopt;
    note.number = static_cast<std::int64_t>(database.getLastInsertRowid());
    return std::move(note);
  });
}

core::Result<bool> PatientRecords::erase(std::int64_t number) {
  return impl_->with([&](SQLite::Database& database) {
    SQLite::Statement erasing(database, "DELETE FROM patient WHERE number = ?");
    erasing.bind(1, number);
    return erasing.exec() > 0;
  });
}

}  // namespace guardian::adapters::records
