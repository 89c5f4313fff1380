#include "adapters/postgres/ledger_store.hpp"

#include <algorithm>
#include <cstring>
#include <random>

#include "adapters/postgres/connection.hpp"
#include "adapters/postgres/embedded_sql.hpp"

namespace guardian::adapters::postgres {
namespace {

namespace ledger = audit::ledger;
using std::chrono::milliseconds;

constexpr std::int64_t schema_version = 1;
// "GLG1": whose turn it is to write. The server forgets it with the transaction, however that ends.
constexpr const char* take_turn = "SELECT pg_advisory_xact_lock(1196181297, 1)";

template <std::size_t Size>
std::array<std::uint8_t, Size> array_of(std::string_view bytes) {
  std::array<std::uint8_t, Size> array{};
  // Of another size it was tampered with: zeros break the chain.
  if (bytes.size() == Size) std::memcpy(array.data(), bytes.data(), Size);
  return array;
}

std::int64_t number(std::uint64_t value) { return static_cast<std::int64_t>(value); }

constexpr const char* columns = "sequence, kind, at_ms, about, patient_key, hash, open, sealed";

ledger::RowView view_of(const Rows& rows, int at) {
  ledger::RowView row;
  row.sequence = static_cast<std::uint64_t>(rows.number(at, 0));
  const std::int64_t kind = rows.number(at, 1);
  // A number that does not fit was tampered with; cut to a byte it could look like the one that was recorded.
  row.kind = static_cast<ledger::RowKind>(kind > 0 && kind < 256 ? kind : 0);
  row.at_ms = rows.number(at, 2);
  row.about = static_cast<std::uint64_t>(rows.number(at, 3));
  row.key = array_of<16>(rows.bytes(at, 4));
  row.hash = array_of<32>(rows.bytes(at, 5));
  row.open = rows.bytes(at, 6);
  row.sealed = rows.bytes(at, 7);
  return row;
}

ledger::StoredRow stored(const ledger::RowView& row) {
  return {row.sequence, row.kind, row.at_ms, row.about, row.key, std::string(row.open), std::string(row.sealed),
          row.hash};
}

ledger::LedgerId new_id() {
  std::random_device entropy;  // of the operating system
  ledger::LedgerId id{};
  std::generate(id.begin(), id.end(), [&] { return static_cast<std::uint8_t>(entropy()); });
  return id;
}

}  // namespace

struct LedgerStore::Impl {
  std::string conninfo;
  std::string name;
  bool to_append = false;
  milliseconds wait{0};
  std::optional<Connection> connection;
  std::optional<ledger::LedgerId> id;
  bool in_transaction = false;
  bool away = false;  // the server, when it was last asked for

  [[nodiscard]] core::Error named(const core::Error& error) const { return {error.code, name + ": " + error.message}; }

  core::Result<void> connect() {
    connection.reset();
    in_transaction = false;
    // A server that was waited for in vain is asked once at a time: reviews are not to wait for it again and again.
    auto opened = Connection::open(conninfo, away ? milliseconds(0) : wait);
    away = !opened.has_value();
    if (!opened) return core::fail(named(opened.error()));
    connection.emplace(std::move(*opened));
    auto settled = settle();
    if (!settled) connection.reset();
    return settled;
  }

  core::Result<void> settle() {
    // A program that stands still in the middle of its turn does not keep the others waiting for long.
    // Names without a schema are those of the server itself, whatever the user has set.
    if (auto set =
            connection->script("SET search_path = pg_catalog; SET lock_timeout = " + std::to_string(wait.count()) +
                               "; SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 10000");
        !set)
      return core::fail(named(set.error()));
    if (!to_append) return read_id();
    const auto flushes = connection->run(
        "SELECT (current_setting('fsync') = 'on' AND set_config('synchronous_commit', CASE "
        "current_setting('synchronous_commit') WHEN 'remote_apply' THEN 'remote_apply' ELSE 'on' END, false) <> '')"
        "::int::bigint");
    if (!flushes) return core::fail(named(flushes.error()));
    if (flushes->number(0, 0) != 1) {
      return core::fail(core::ErrorCode::io_failure,
                        name + ": the server does not flush what it writes (fsync is off): a ledger would lose rows");
    }
    if (auto made = make_tables(); !made) return made;
    return read_id();
  }

  core::Result<bool> is_there() {
    const auto found = connection->run("SELECT (to_regclass('guardian.ledger') IS NOT NULL)::int::bigint");
    if (!found) return core::fail(named(found.error()));
    return found->number(0, 0) == 1;
  }

  core::Result<void> make_tables() {
    const auto before = is_there();
    if (!before) return core::fail(before.error());
    if (*before) return {};
    const auto make = [&]() -> core::Result<void> {
      if (auto begun = connection->script(std::string("BEGIN; ") + take_turn); !begun) return begun;
      const auto there = is_there();  // another process may have been quicker
      if (!there) return core::fail(there.error());
      if (*there) return {};
      if (auto made = connection->script(std::string(ledger_sql())); !made) return made;
      const ledger::LedgerId made_id = new_id();
      const auto row = connection->run("INSERT INTO guardian.ledger VALUES ($1, 'guardian', $2)",
                                       {Value::array(made_id), Value::number(schema_version)});
      return row ? core::Result<void>() : core::Result<void>(core::fail(row.error()));
    };
    auto made = make();
    if (made) made = connection->script("COMMIT");
    if (made) return {};
    if (connection->in_transaction()) (void)connection->script("ROLLBACK");
    return core::fail(named(made.error()));
  }

  core::Result<void> read_id() {
    const auto there = is_there();
    if (!there) return core::fail(there.error());
    if (!*there) return core::fail(core::ErrorCode::invalid_input, name + ": the database holds no ledger");
    const auto rows = connection->run("SELECT id, version FROM guardian.ledger");
    if (!rows) return core::fail(named(rows.error()));
    if (rows->count() != 1) return core::fail(core::ErrorCode::io_failure, name + ": the ledger has no name");
    if (rows->number(0, 1) > schema_version) {
      return core::fail(core::ErrorCode::io_failure,
                        name + ": the ledger was written by a newer version of the program");
    }
    const auto found = array_of<16>(rows->bytes(0, 0));
    if (id && *id != found)
      return core::fail(core::ErrorCode::io_failure, name + ": the server now holds another ledger");
    id = found;
    return {};
  }

  // A statement within the transaction, or by itself: then it may be asked again on a new connection.
  core::Result<Rows> run(const std::string& sql, const std::vector<Value>& values = {}) {
    for (bool again = false;; again = true) {
      if (!connection || connection->lost()) {
        if (in_transaction) return core::fail(core::ErrorCode::io_failure, name + ": the connection was lost");
        if (auto opened = connect(); !opened) return core::fail(opened.error());
      }
      auto rows = connection->run(sql, values);
      if (rows) return rows;
      if (in_transaction || again || !connection->lost()) return core::fail(named(rows.error()));
    }
  }

  core::Result<void> change(const std::string& sql, const std::vector<Value>& values = {}) {
    const auto rows = run(sql, values);
    if (!rows) return core::fail(rows.error());
    return {};
  }
};

LedgerStore::LedgerStore(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
LedgerStore::~LedgerStore() = default;

core::Result<std::unique_ptr<ledger::Store>> LedgerStore::open(const Server& server, bool to_append,
                                                               milliseconds wait) {
  auto impl = std::make_unique<Impl>();
  // Of several hosts rows go to the one that takes them.
  impl->conninfo = server.conninfo() + (to_append ? "target_session_attrs='read-write'" : "");
  impl->name = server.name();
  impl->to_append = to_append;
  impl->wait = wait;
  if (auto opened = impl->connect(); !opened) return core::fail(opened.error());
  return std::unique_ptr<ledger::Store>(new LedgerStore(std::move(impl)));
}

const ledger::LedgerId& LedgerStore::id() const { return *impl_->id; }

core::Result<bool> LedgerStore::has_own_tables() {
  const auto shape = impl_->run(std::string(shape_sql()));
  if (!shape) return core::fail(shape.error());
  std::string_view expected = shape_of_ledger();
  while (!expected.empty() && expected.back() == '\n') expected.remove_suffix(1);
  return shape->bytes(0, 0) == expected;
}

core::Result<void> LedgerStore::begin() {
  impl_->in_transaction = false;
  const std::string begin = std::string("BEGIN; ") + take_turn;
  for (bool again = false;; again = true) {
    if (!impl_->connection || impl_->connection->lost()) {
      if (auto opened = impl_->connect(); !opened) return opened;
    }
    const auto begun = impl_->connection->script(begin);
    if (begun) break;
    if (impl_->connection->in_transaction()) (void)impl_->connection->script("ROLLBACK");
    // The server may have been started anew since the last row.
    if (again || !impl_->connection->lost()) return core::fail(impl_->named(begun.error()));
  }
  impl_->in_transaction = true;
  return {};
}

core::Result<void> LedgerStore::commit() {
  // PostgreSQL answers the COMMIT of a transaction in which something failed with a rollback, and no error.
  if (impl_->connection && impl_->connection->transaction_failed())
    return core::fail(core::ErrorCode::io_failure, impl_->name + ": the transaction failed");
  const auto done = impl_->run("COMMIT");
  if (!done) return core::fail(done.error());
  impl_->in_transaction = false;
  return {};
}

void LedgerStore::rollback() noexcept {
  impl_->in_transaction = false;
  if (impl_->connection && impl_->connection->in_transaction()) (void)impl_->connection->script("ROLLBACK");
}

bool LedgerStore::lost() const noexcept { return !impl_->connection || impl_->connection->lost(); }

core::Result<ledger::Tail> LedgerStore::tail() {
  const auto rows = impl_->run("SELECT sequence, hash FROM guardian.entry ORDER BY sequence DESC LIMIT 1");
  if (!rows) return core::fail(rows.error());
  if (rows->count() == 0) return ledger::Tail{};
  return ledger::Tail{static_cast<std::uint64_t>(rows->number(0, 0)), array_of<32>(rows->bytes(0, 1))};
}

core::Result<std::optional<ledger::Hash>> LedgerStore::hash_at(std::uint64_t sequence) {
  if (sequence == 0) return std::optional<ledger::Hash>(ledger::Hash{});
  const auto rows =
      impl_->run("SELECT hash FROM guardian.entry WHERE sequence = $1", {Value::number(number(sequence))});
  if (!rows) return core::fail(rows.error());
  return rows->count() == 0 ? std::nullopt : std::optional<ledger::Hash>(array_of<32>(rows->bytes(0, 0)));
}

core::Result<std::optional<ledger::StoredRow>> LedgerStore::row(std::uint64_t sequence) {
  std::optional<ledger::StoredRow> found;
  auto scanned = scan(sequence, sequence, [&](const ledger::RowView& row) {
    found = stored(row);
    return true;
  });
  if (!scanned) return core::fail(scanned.error());
  return found;
}

core::Result<void> LedgerStore::scan(std::uint64_t first, std::uint64_t last,
                                     const std::function<bool(const ledger::RowView&)>& use) {
  // Page by page: memory stays bounded, and the connection is free for what `use` asks. Rows only come behind others,
  // so pages fit together.
  constexpr std::size_t page_bytes = std::size_t{4} << 20U;
  const std::string page = std::string("SELECT ") + columns +
                           " FROM guardian.entry WHERE sequence BETWEEN $1 AND $2 ORDER BY sequence LIMIT $3";
  std::int64_t next = number(first);
  const std::int64_t end = number(last);
  std::int64_t most = 32;
  while (next <= end) {
    const auto rows = impl_->run(page, {Value::number(next), Value::number(end), Value::number(most)});
    if (!rows) return core::fail(rows.error());
    std::size_t bytes = 1;
    for (int i = 0; i < rows->count(); ++i) {
      const ledger::RowView row = view_of(*rows, i);
      bytes += row.open.size() + row.sealed.size();
      if (!use(row)) return {};
    }
    if (rows->count() < most) return {};
    next = rows->number(rows->count() - 1, 0) + 1;
    const auto fit = page_bytes * static_cast<std::size_t>(rows->count()) / bytes;
    most = static_cast<std::int64_t>(std::clamp<std::size_t>(fit, 1, 2'000));
  }
  return {};
}

core::Result<std::vector<std::uint64_t>> LedgerStore::about(std::uint64_t sequence) {
  const auto rows = impl_->run("SELECT sequence FROM guardian.entry WHERE about = $1 AND about > 0 ORDER BY sequence",
                               {Value::number(number(sequence))});
  if (!rows) return core::fail(rows.error());
  std::vector<std::uint64_t> found;
  for (int i = 0; i < rows->count(); ++i) found.push_back(static_cast<std::uint64_t>(rows->number(i, 0)));
  return found;
}

core::Result<std::vector<ledger::StoredRow>> LedgerStore::overrides_of(const ledger::PatientTag& patient) {
  const auto rows =
      impl_->run(std::string("SELECT ") + columns +
                     " FROM guardian.entry WHERE kind = 3 AND patient_key IN (SELECT id FROM guardian.patient_key "
                     "WHERE patient = $1) ORDER BY sequence",
                 {Value::array(patient)});
  if (!rows) return core::fail(rows.error());
  std::vector<ledger::StoredRow> found;
  for (int i = 0; i < rows->count(); ++i) found.push_back(stored(view_of(*rows, i)));
  return found;
}

core::Result<void> LedgerStore::add(const ledger::RowView& row) {
  return impl_->change("INSERT INTO guardian.entry VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                       {Value::number(number(row.sequence)), Value::number(static_cast<std::int64_t>(row.kind)),
                        Value::number(row.at_ms), Value::number(number(row.about)),
                        ledger::is_set(row.key) ? Value::array(row.key) : Value::nothing(), Value::array(row.hash),
                        Value::bytes(row.open), row.sealed.empty() ? Value::nothing() : Value::bytes(row.sealed)});
}

core::Result<std::vector<ledger::Checkpoint>> LedgerStore::checkpoints() {
  const auto rows =
      impl_->run("SELECT sequence, at_ms, hash, public_key, signature FROM guardian.checkpoint ORDER BY sequence");
  if (!rows) return core::fail(rows.error());
  std::vector<ledger::Checkpoint> found;
  for (int i = 0; i < rows->count(); ++i) {
    found.push_back({*impl_->id, static_cast<std::uint64_t>(rows->number(i, 0)), rows->number(i, 1),
                     array_of<32>(rows->bytes(i, 2)), array_of<32>(rows->bytes(i, 3)),
                     array_of<64>(rows->bytes(i, 4))});
  }
  return found;
}

core::Result<std::uint64_t> LedgerStore::last_checkpoint() {
  const auto rows = impl_->run("SELECT coalesce(max(sequence), 0) FROM guardian.checkpoint");
  if (!rows) return core::fail(rows.error());
  return static_cast<std::uint64_t>(rows->number(0, 0));
}

core::Result<void> LedgerStore::add(const ledger::Checkpoint& checkpoint) {
  return impl_->change(
      "INSERT INTO guardian.checkpoint VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
      {Value::number(number(checkpoint.sequence)), Value::number(checkpoint.at_ms), Value::array(checkpoint.hash),
       Value::array(checkpoint.key), Value::array(checkpoint.signature)});
}

core::Result<std::optional<ledger::PublicKey>> LedgerStore::signer() {
  const auto rows = impl_->run("SELECT public_key FROM guardian.signer");
  if (!rows) return core::fail(rows.error());
  return rows->count() == 0 ? std::nullopt : std::optional<ledger::PublicKey>(array_of<32>(rows->bytes(0, 0)));
}

core::Result<void> LedgerStore::set_signer(const ledger::PublicKey& key) {
  return impl_->change("INSERT INTO guardian.signer VALUES ($1)", {Value::array(key)});
}

core::Result<std::optional<std::string>> LedgerStore::wrapped_key(const ledger::KeyId& id) {
  const auto rows = impl_->run("SELECT wrapped FROM guardian.patient_key WHERE id = $1", {Value::array(id)});
  if (!rows) return core::fail(rows.error());
  return rows->count() == 0 ? std::nullopt : std::optional<std::string>(rows->bytes(0, 0));
}

core::Result<std::vector<ledger::KeyId>> LedgerStore::keys_of(const ledger::PatientTag& patient) {
  const auto rows =
      impl_->run("SELECT id FROM guardian.patient_key WHERE patient = $1 ORDER BY id", {Value::array(patient)});
  if (!rows) return core::fail(rows.error());
  std::vector<ledger::KeyId> found;
  for (int i = 0; i < rows->count(); ++i) found.push_back(array_of<16>(rows->bytes(i, 0)));
  return found;
}

core::Result<void> LedgerStore::add_key(const ledger::KeyId& id, const ledger::PatientTag& patient,
                                        const std::string& wrapped) {
  return impl_->change("INSERT INTO guardian.patient_key VALUES ($1, $2, $3)",
                       {Value::array(id), Value::array(patient), Value::bytes(wrapped)});
}

core::Result<void> LedgerStore::destroy_key(const ledger::KeyId& id) {
  return impl_->change("DELETE FROM guardian.patient_key WHERE id = $1", {Value::array(id)});
}

core::Result<void> LedgerStore::fold_log(Fold how) {
  if (how != Fold::clearing) return {};
  return impl_->change("VACUUM guardian.patient_key");
}

}  // namespace guardian::adapters::postgres
