#include "adapters/postgres/work_board.hpp"

#include <cstring>
#include <functional>
#include <mutex>

#include "adapters/postgres/connection.hpp"
#include "adapters/postgres/embedded_sql.hpp"

namespace guardian::adapters::postgres {
namespace {

using std::chrono::milliseconds;

// A server that is away is asked for once in so long, so that no client waits behind others for it.
constexpr milliseconds ask_again{1'000};
// Tables are made, and jobs counted, by one program at a time.
constexpr const char* take_turn = "BEGIN; SELECT pg_advisory_xact_lock(1196181297, 2)";

std::int64_t number(std::uint64_t value) { return static_cast<std::int64_t>(value); }

WrappedKey key_at(const Rows& rows, int row, int column) {
  WrappedKey key;
  const std::string_view id = rows.bytes(row, column);
  if (id.size() == key.id.size()) std::memcpy(key.id.data(), id.data(), id.size());
  key.wrapped = rows.bytes(row, column + 1);
  return key;
}

core::Result<void> nothing_of(const core::Result<Rows>& rows) {
  if (!rows) return core::fail(rows.error());
  return {};
}

}  // namespace

struct WorkBoard::Impl {
  std::shared_ptr<const Server> server;
  milliseconds lease;
  Limits limits;
  std::mutex mutex;
  std::optional<Connection> connection;
  std::optional<core::Error> failed;  // why it could not be opened, and when
  std::chrono::steady_clock::time_point failed_at;

  [[nodiscard]] Value lease_ms() const { return Value::number(lease.count()); }

  core::Result<void> connect() {
    connection.reset();
    auto opened = Connection::open(server->conninfo() + "target_session_attrs='read-write'", milliseconds(0));
    if (!opened) {
      failed = opened.error();
      failed_at = std::chrono::steady_clock::now();
      return core::fail(*failed);
    }
    failed.reset();
    connection.emplace(std::move(*opened));
    auto settled = settle();
    if (!settled) connection.reset();
    return settled;
  }

  core::Result<void> settle() {
    if (auto set = connection->script("SET search_path = pg_catalog; SET lock_timeout = 2000; "
                                      "SET idle_in_transaction_session_timeout = 10000");
        !set)
      return set;
    if (auto turn = connection->script(take_turn); !turn) return turn;
    const auto there = connection->run("SELECT (to_regclass('guardian_work.answer') IS NOT NULL)::int::bigint");
    if (!there) return core::fail(there.error());
    if (there->number(0, 0) != 1) {
      if (auto made = connection->script(std::string(work_sql())); !made) return made;
    }
    return connection->script("COMMIT");
  }

  // Several statements as one transaction, once more when the connection was lost: each can be done twice.
  core::Result<void> together(const std::function<core::Result<void>(Connection&)>& work) {
    const std::lock_guard lock(mutex);
    for (bool again = false;; again = true) {
      if (!connection || connection->lost()) {
        if (failed && std::chrono::steady_clock::now() - failed_at < ask_again) return core::fail(*failed);
        if (auto opened = connect(); !opened) return opened;
      }
      auto done = work(*connection);
      if (done) return done;
      if (connection->in_transaction()) (void)connection->script("ROLLBACK");
      if (again || !connection->lost()) return done;
    }
  }

  core::Result<Rows> run(const std::string& sql, const std::vector<Value>& values) {
    std::optional<Rows> rows;
    auto done = together([&](Connection& on) -> core::Result<void> {
      auto found = on.run(sql, values);
      if (!found) return core::fail(found.error());
      rows.emplace(std::move(*found));
      return {};
    });
    if (!done) return core::fail(done.error());
    return std::move(*rows);
  }
};

WorkBoard::WorkBoard(std::shared_ptr<const Server> server, milliseconds lease)
    : WorkBoard(std::move(server), lease, Limits()) {}
WorkBoard::WorkBoard(std::shared_ptr<const Server> server, milliseconds lease, Limits limits)
    : impl_(std::make_unique<Impl>()) {
  impl_->server = std::move(server);
  impl_->lease = lease;
  impl_->limits = limits;
}
WorkBoard::~WorkBoard() = default;

core::Result<bool> WorkBoard::add(const NewJob& job) {
  bool room = true;
  auto done = impl_->together([&](Connection& on) -> core::Result<void> {
    if (auto turn = on.script(take_turn); !turn) return turn;
    const auto open = on.run(
        "SELECT count(*), count(*) FILTER (WHERE owner = $1), count(*) FILTER (WHERE id = $2) FROM guardian_work.job "
        "WHERE ended IS NULL",
        {Value::bytes(job.owner), Value::text(job.id)});
    if (!open) return core::fail(open.error());
    if (open->number(0, 2) > 0) return on.script("COMMIT");  // it was added, and the answer lost
    room = number(impl_->limits.open) > open->number(0, 0) && number(impl_->limits.open_each) > open->number(0, 1);
    if (!room) return on.script("ROLLBACK");
    auto added = on.run(
        "INSERT INTO guardian_work.job (id, owner, work, key_id, wrapped, total) VALUES ($1, $2, $3, $4, $5, $6)",
        {Value::text(job.id), Value::bytes(job.owner), Value::bytes(job.work), Value::array(job.key.id),
         Value::bytes(job.key.wrapped), Value::number(number(job.inputs.size()))});
    constexpr std::size_t at_once = 200;
    for (std::size_t first = 0; added && first < job.inputs.size(); first += at_once) {
      std::string sql = "INSERT INTO guardian_work.piece (job, place, input) VALUES ";
      std::vector<Value> values = {Value::text(job.id)};
      for (std::size_t i = first; i < std::min(first + at_once, job.inputs.size()); ++i) {
        values.push_back(Value::number(number(i)));
        values.push_back(Value::bytes(job.inputs[i]));
        sql += (i == first ? "($1, $" : ", ($1, $") + std::to_string(values.size() - 1) + ", $" +
               std::to_string(values.size()) + ")";
      }
      added = on.run(sql, values);
    }
    if (!added) return core::fail(added.error());
    return on.script("COMMIT");
  });
  if (!done) return core::fail(done.error());
  return room;
}

core::Result<std::optional<JobRow>> WorkBoard::job(const Bytes& owner, const std::string& id) {
  const auto rows = impl_->run(
      "SELECT j.state, j.problem, j.work, j.key_id, j.wrapped, j.total, count(p.reply), "
      "coalesce(max(p.attempts), 0)::bigint, "
      "coalesce(extract(epoch FROM clock_timestamp() - j.ended), -1)::bigint "
      "FROM guardian_work.job j LEFT JOIN guardian_work.piece p ON p.job = j.id WHERE j.id = $1 AND j.owner = $2 "
      "GROUP BY j.id",
      {Value::text(id), Value::bytes(owner)});
  if (!rows) return core::fail(rows.error());
  if (rows->count() == 0) return std::optional<JobRow>();
  JobRow row;
  row.state = rows->bytes(0, 0);
  row.problem = rows->bytes(0, 1);
  row.work = rows->bytes(0, 2);
  row.key = key_at(*rows, 0, 3);
  row.total = static_cast<std::uint64_t>(rows->number(0, 5));
  row.done = static_cast<std::uint64_t>(rows->number(0, 6));
  if (row.state == "waiting" && rows->number(0, 7) > 0) row.state = "running";
  if (rows->number(0, 8) >= 0) row.ended = std::chrono::seconds(rows->number(0, 8));
  return std::optional<JobRow>(std::move(row));
}

core::Result<std::vector<Bytes>> WorkBoard::replies(const std::string& id) {
  const auto rows =
      impl_->run("SELECT reply FROM guardian_work.piece WHERE job = $1 ORDER BY place", {Value::text(id)});
  if (!rows) return core::fail(rows.error());
  std::vector<Bytes> found;
  for (int i = 0; i < rows->count(); ++i) found.emplace_back(rows->bytes(i, 0));
  return found;
}

core::Result<void> WorkBoard::cancel(const Bytes& owner, const std::string& id) {
  return impl_->together([&](Connection& on) -> core::Result<void> {
    if (auto begun = on.script("BEGIN"); !begun) return begun;
    const auto ended = on.run(
        "UPDATE guardian_work.job SET state = 'cancelled', ended = coalesce(ended, clock_timestamp()) WHERE id = $1 "
        "AND owner = $2",
        {Value::text(id), Value::bytes(owner)});
    if (!ended) return core::fail(ended.error());
    if (ended->changed() > 0) {
      const auto gone = on.run("DELETE FROM guardian_work.piece WHERE job = $1", {Value::text(id)});
      if (!gone) return core::fail(gone.error());
    }
    return on.script("COMMIT");
  });
}

core::Result<std::optional<TakenPiece>> WorkBoard::take(const std::string& worker) {
  const auto rows = impl_->run(
      "WITH taken AS (UPDATE guardian_work.piece SET worker = $1, attempts = attempts + 1, "
      "lease = clock_timestamp() + $2 * interval '1 millisecond' WHERE (job, place) = ("
      "SELECT p.job, p.place FROM guardian_work.piece p JOIN guardian_work.job j ON j.id = p.job "
      "WHERE j.ended IS NULL AND p.reply IS NULL AND (p.lease IS NULL OR p.lease < clock_timestamp()) "
      "ORDER BY p.place, j.begun LIMIT 1 FOR UPDATE OF p SKIP LOCKED) RETURNING job, place, attempts, input) "
      "SELECT t.job, t.place, t.attempts, t.input, j.work, j.key_id, j.wrapped FROM taken t "
      "JOIN guardian_work.job j ON j.id = t.job",
      {Value::text(worker), impl_->lease_ms()});
  if (!rows) return core::fail(rows.error());
  if (rows->count() == 0) return std::optional<TakenPiece>();
  TakenPiece piece;
  piece.job = rows->bytes(0, 0);
  piece.place = static_cast<std::uint64_t>(rows->number(0, 1));
  piece.attempts = static_cast<std::uint64_t>(rows->number(0, 2));
  piece.input = rows->bytes(0, 3);
  piece.work = rows->bytes(0, 4);
  piece.key = key_at(*rows, 0, 5);
  return std::optional<TakenPiece>(std::move(piece));
}

core::Result<void> WorkBoard::finish(const std::string& worker, const std::string& job, std::uint64_t place,
                                     const Bytes& reply) {
  if (auto taken = nothing_of(impl_->run(
          "UPDATE guardian_work.piece p SET reply = $4, lease = NULL FROM guardian_work.job j WHERE p.job = $2 "
          "AND p.place = $3 AND p.worker = $1 AND p.reply IS NULL AND j.id = p.job AND j.ended IS NULL",
          {Value::text(worker), Value::text(job), Value::number(number(place)), Value::bytes(reply)}));
      !taken)
    return taken;
  // After the reply is there for all: of the last two, one sees both.
  const auto ended = impl_->run(
      "WITH sums AS (SELECT count(*) = count(reply) AS whole, coalesce(sum(octet_length(reply)), 0) > $2 AS large "
      "FROM guardian_work.piece WHERE job = $1) "
      "UPDATE guardian_work.job SET ended = clock_timestamp(), "
      "state = CASE WHEN large THEN 'failed' ELSE 'done' END, problem = CASE WHEN large THEN $3 ELSE '' END "
      "FROM sums WHERE id = $1 AND ended IS NULL AND (whole OR large) RETURNING (state = 'failed')::int::bigint",
      {Value::text(job), Value::number(number(impl_->limits.result_bytes)),
       Value::text("The results are too large: ask for fewer cases at a time, or for findings only")});
  if (!ended) return core::fail(ended.error());
  if (ended->count() == 0 || ended->number(0, 0) == 0) return {};
  return nothing_of(impl_->run("DELETE FROM guardian_work.piece WHERE job = $1", {Value::text(job)}));
}

core::Result<void> WorkBoard::give_back(const std::string& worker, const std::string& job, std::uint64_t place) {
  return nothing_of(
      impl_->run("UPDATE guardian_work.piece SET worker = NULL, lease = NULL, attempts = greatest(attempts - 1, 0) "
                 "WHERE worker = $1 AND job = $2 AND place = $3 AND reply IS NULL",
                 {Value::text(worker), Value::text(job), Value::number(number(place))}));
}

core::Result<void> WorkBoard::renew(const std::string& worker, const std::string& job, std::uint64_t place) {
  return nothing_of(impl_->run(
      "UPDATE guardian_work.piece SET lease = clock_timestamp() + $4 * interval '1 millisecond' WHERE worker = $1 "
      "AND job = $2 AND place = $3 AND reply IS NULL",
      {Value::text(worker), Value::text(job), Value::number(number(place)), impl_->lease_ms()}));
}

core::Result<std::optional<KnownAnswer>> WorkBoard::claim(const Bytes& id, const Bytes& fingerprint,
                                                          const std::string& worker) {
  for (int attempt = 0; attempt < 3; ++attempt) {
    const auto claimed = impl_->run(
        "INSERT INTO guardian_work.answer AS a (id, fingerprint, worker, lease) VALUES ($1, $2, $3, "
        "clock_timestamp() + $4 * interval '1 millisecond') ON CONFLICT (id) DO UPDATE SET fingerprint = "
        "excluded.fingerprint, worker = excluded.worker, lease = excluded.lease, begun = excluded.begun "
        "WHERE a.reply IS NULL AND (a.lease < clock_timestamp() OR a.worker = excluded.worker)",
        {Value::bytes(id), Value::bytes(fingerprint), Value::text(worker), impl_->lease_ms()});
    if (!claimed) return core::fail(claimed.error());
    if (claimed->changed() > 0) return std::optional<KnownAnswer>();
    const auto rows = impl_->run("SELECT fingerprint, key_id, wrapped, reply FROM guardian_work.answer WHERE id = $1",
                                 {Value::bytes(id)});
    if (!rows) return core::fail(rows.error());
    if (rows->count() == 0) continue;  // forgotten meanwhile
    return std::optional<KnownAnswer>(
        KnownAnswer{Bytes(rows->bytes(0, 0)), key_at(*rows, 0, 1), Bytes(rows->bytes(0, 3))});
  }
  return core::fail(core::ErrorCode::io_failure, "the answer could not be claimed");
}

core::Result<void> WorkBoard::answer(const Bytes& id, const std::string& worker, const WrappedKey& key,
                                     const Bytes& reply) {
  return nothing_of(impl_->run(
      "UPDATE guardian_work.answer SET key_id = $3, wrapped = $4, reply = $5 WHERE id = $1 AND worker = $2 "
      "AND reply IS NULL",
      {Value::bytes(id), Value::text(worker), Value::array(key.id), Value::bytes(key.wrapped), Value::bytes(reply)}));
}

core::Result<void> WorkBoard::forget(const Bytes& id, const std::string& worker) {
  return nothing_of(impl_->run("DELETE FROM guardian_work.answer WHERE id = $1 AND worker = $2 AND reply IS NULL",
                               {Value::bytes(id), Value::text(worker)}));
}

core::Result<void> WorkBoard::renew(const Bytes& id, const std::string& worker) {
  return nothing_of(impl_->run(
      "UPDATE guardian_work.answer SET lease = clock_timestamp() + $3 * interval '1 millisecond' WHERE id = $1 AND "
      "worker = $2 AND reply IS NULL",
      {Value::bytes(id), Value::text(worker), impl_->lease_ms()}));
}

core::Result<void> WorkBoard::expire() {
  auto jobs =
      nothing_of(impl_->run("DELETE FROM guardian_work.job WHERE ended < clock_timestamp() - $1 * interval '1 minute'",
                            {Value::number(impl_->limits.job_life.count())}));
  if (!jobs) return jobs;
  return nothing_of(
      impl_->run("DELETE FROM guardian_work.answer WHERE begun < clock_timestamp() - $1 * interval '1 hour'",
                 {Value::number(impl_->limits.answer_life.count())}));
}

}  // namespace guardian::adapters::postgres
