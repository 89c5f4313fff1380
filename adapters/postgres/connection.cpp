#include "adapters/postgres/connection.hpp"

#include <cerrno>
#include <thread>

#include <libpq-fe.h>
#include <poll.h>

namespace guardian::adapters::postgres {
namespace {

using Clock = std::chrono::steady_clock;

// Of pg_type: they never change.
constexpr Oid type_bytes = 17;
constexpr Oid type_number = 20;
constexpr Oid type_text = 25;

core::Error failure(const std::string& what) { return {core::ErrorCode::io_failure, what}; }

std::string words_for(std::string_view state) {
  if (state == "53100") return "the disk of the server is full";
  if (state == "55P03") return "another process keeps the ledger locked";
  if (state == "25006") return "the server takes no writes: it is a standby, or read-only";
  if (state == "57P03") return "the server is starting or ending";
  if (state == "53300") return "the server has no connection free";
  if (state == "42501") return "the user of the server may not do this";
  if (state.substr(0, 2) == "28") return "the server does not let this user in";
  if (state == "3D000") return "the server has no such database";
  if (state.substr(0, 3) == "57P") return "the connection was ended by the server";
  return "the server refused a statement (SQLSTATE " + std::string(state) + ")";
}

std::string big_endian(std::int64_t value) {
  std::string bytes(8, '\0');
  auto bits = static_cast<std::uint64_t>(value);
  for (std::size_t i = 8; i-- > 0; bits >>= 8U) bytes[i] = static_cast<char>(bits & 255U);
  return bytes;
}

// True when there is something to read, or to write where that is asked for.
bool wait_on(int descriptor, bool to_write, Clock::time_point deadline) {
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    if (left <= 0) return false;
    pollfd entry{descriptor, static_cast<short>(to_write ? POLLIN | POLLOUT : POLLIN), 0};
    const int ready = ::poll(&entry, 1, static_cast<int>(left) + 1);
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return false;
  }
}

// libpq has the SQLSTATE of a refused connection in its text only. Of that text nothing is passed on.
std::string why_not_open(const PGconn* connection) {
  const std::string_view text = PQerrorMessage(connection);
  const auto says = [&](std::string_view words) { return text.find(words) != std::string_view::npos; };
  if (says("starting up") || says("shutting down") || says("recovery")) return words_for("57P03");
  if (PQconnectionNeedsPassword(connection) != 0 || says("authentication failed") || says("pg_hba.conf"))
    return words_for("28000");
  if (says("database \"") && says("does not exist")) return words_for("3D000");
  if (says("too many") || says("remaining connection slots")) return words_for("53300");
  if (says("SSL") || says("certificate")) return "no protected connection: TLS or the certificate of the server failed";
  return "the server cannot be reached";
}

bool may_pass(const std::string& why) { return why == words_for("57P03") || why == "the server cannot be reached"; }

}  // namespace

struct Rows::Impl {
  std::unique_ptr<PGresult, void (*)(PGresult*)> result{nullptr, &PQclear};
};

int Rows::count() const { return PQntuples(impl_->result.get()); }
int Rows::changed() const {
  const std::string text = PQcmdTuples(impl_->result.get());
  return text.empty() ? 0 : std::stoi(text);
}
bool Rows::is_null(int row, int column) const { return PQgetisnull(impl_->result.get(), row, column) != 0; }
std::int64_t Rows::number(int row, int column) const {
  const std::string_view raw = bytes(row, column);
  std::uint64_t value = 0;
  if (raw.size() != 8) return 0;
  for (const char byte : raw) value = (value << 8U) | static_cast<unsigned char>(byte);
  return static_cast<std::int64_t>(value);
}
std::string_view Rows::bytes(int row, int column) const {
  return {PQgetvalue(impl_->result.get(), row, column),
          static_cast<std::size_t>(PQgetlength(impl_->result.get(), row, column))};
}

struct Connection::Impl {
  std::unique_ptr<PGconn, void (*)(PGconn*)> handle{nullptr, &PQfinish};
  bool dead = false;

  core::Error lose(const std::string& why) {
    dead = true;
    handle.reset();
    return failure(why);
  }

  // Gives what was asked to the server.
  bool send_all(Clock::time_point deadline) {
    for (;;) {
      const int left = PQflush(handle.get());
      if (left == 0) return true;
      if (left < 0 || !wait_on(PQsocket(handle.get()), true, deadline)) return false;
      if (PQconsumeInput(handle.get()) == 0) return false;
    }
  }

  core::Result<Rows> answer(Clock::time_point deadline) {
    if (!send_all(deadline)) return core::fail(lose("the connection to the server was lost"));
    auto rows = std::make_shared<Rows::Impl>();
    std::optional<core::Error> refused;
    bool ended = false;
    for (;;) {
      while (PQisBusy(handle.get()) != 0) {
        if (!wait_on(PQsocket(handle.get()), false, deadline))
          return core::fail(lose("the server did not answer in time"));
        if (PQconsumeInput(handle.get()) == 0) return core::fail(lose("the connection to the server was lost"));
      }
      PGresult* next = PQgetResult(handle.get());
      if (next == nullptr) break;
      rows->result.reset(next);
      const ExecStatusType status = PQresultStatus(next);
      if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) continue;
      const char* state = PQresultErrorField(next, PG_DIAG_SQLSTATE);
      // Ended by the server, or it has become a standby: another connection may do.
      ended = state == nullptr || std::string_view(state).substr(0, 3) == "57P" || std::string_view(state) == "25006";
      refused = failure(state == nullptr ? "the connection to the server was lost" : words_for(state));
    }
    if (PQstatus(handle.get()) != CONNECTION_OK || ended) {
      return core::fail(lose(refused ? refused->message : "the connection to the server was lost"));
    }
    if (refused) return core::fail(*refused);
    return Rows(std::move(rows));
  }
};

Connection::Connection(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Connection::Connection(Connection&&) noexcept = default;
Connection& Connection::operator=(Connection&&) noexcept = default;
Connection::~Connection() = default;

core::Result<Connection> Connection::open(const std::string& conninfo, std::chrono::milliseconds wait) {
  const auto deadline = Clock::now() + wait;
  for (;;) {
    auto impl = std::make_unique<Impl>();
    // Waits `connect_timeout` for each host that the name has (server.cpp).
    impl->handle.reset(PQconnectdb(conninfo.c_str()));
    if (impl->handle && PQstatus(impl->handle.get()) == CONNECTION_OK) {
      PQsetNoticeProcessor(
          impl->handle.get(), [](void*, const char*) {}, nullptr);
      PQsetnonblocking(impl->handle.get(), 1);
      return Connection(std::move(impl));
    }
    const std::string why = impl->handle ? why_not_open(impl->handle.get()) : "there is no memory";
    if (!may_pass(why) || Clock::now() + std::chrono::milliseconds(100) > deadline) return core::fail(failure(why));
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
}

core::Result<Rows> Connection::run(const std::string& sql, const std::vector<Value>& values,
                                   std::chrono::milliseconds wait) {
  if (lost()) return core::fail(failure("the connection to the server was lost"));
  std::vector<Oid> types;
  std::vector<std::string> numbers;
  std::vector<const char*> data;
  std::vector<int> lengths;
  numbers.reserve(values.size());  // their bytes must stay where they are
  for (const Value& value : values) {
    switch (value.kind()) {
      case Value::Kind::nothing:
        types.push_back(0);
        data.push_back(nullptr);
        lengths.push_back(0);
        break;
      case Value::Kind::number:
        types.push_back(type_number);
        numbers.push_back(big_endian(value.as_number()));
        data.push_back(numbers.back().data());
        lengths.push_back(8);
        break;
      case Value::Kind::bytes:
      case Value::Kind::text:
        types.push_back(value.kind() == Value::Kind::bytes ? type_bytes : type_text);
        data.push_back(value.as_bytes().empty() ? "" : value.as_bytes().data());  // null would be NULL
        lengths.push_back(static_cast<int>(value.as_bytes().size()));
        break;
    }
  }
  const std::vector<int> formats(values.size(), 1);
  if (PQsendQueryParams(impl_->handle.get(), sql.c_str(), static_cast<int>(values.size()), types.data(), data.data(),
                        lengths.data(), formats.data(), 1) == 0) {
    return core::fail(impl_->lose("the connection to the server was lost"));
  }
  return impl_->answer(Clock::now() + wait);
}

core::Result<void> Connection::script(const std::string& sql) {
  if (lost()) return core::fail(failure("the connection to the server was lost"));
  if (PQsendQuery(impl_->handle.get(), sql.c_str()) == 0)
    return core::fail(impl_->lose("the connection to the server was lost"));
  auto done = impl_->answer(Clock::now() + std::chrono::milliseconds(10'000));
  if (!done) return core::fail(done.error());
  return {};
}

bool Connection::lost() const { return impl_->dead || !impl_->handle; }

bool Connection::in_transaction() const { return !lost() && PQtransactionStatus(impl_->handle.get()) != PQTRANS_IDLE; }

bool Connection::transaction_failed() const {
  return !lost() && PQtransactionStatus(impl_->handle.get()) == PQTRANS_INERROR;
}

}  // namespace guardian::adapters::postgres
