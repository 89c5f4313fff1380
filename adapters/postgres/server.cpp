#include "adapters/postgres/server.hpp"

#include <cstdlib>
#include <map>

#include <libpq-fe.h>

#include "adapters/postgres/ledger_store.hpp"

namespace guardian::adapters::postgres {
namespace {

// As libpq reads keyword = value: in quotes, with backslashes in front of quotes.
std::string quoted(const std::string& value) {
  std::string text = "'";
  for (const char letter : value) {
    if (letter == '\'' || letter == '\\') text += '\\';
    text += letter;
  }
  return text + "'";
}

// A socket of this machine, or its loopback.
bool is_here(const std::string& host) {
  return host.empty() || host.front() == '/' || host == "localhost" || host == "::1" || host.rfind("127.", 0) == 0;
}

bool all_here(const std::string& hosts) {
  for (std::size_t at = 0; at <= hosts.size();) {
    const std::size_t end = std::min(hosts.find(',', at), hosts.size());
    if (!is_here(hosts.substr(at, end - at))) return false;
    at = end + 1;
  }
  return true;
}

}  // namespace

bool Server::is_named_by(std::string_view text) noexcept {
  return text.rfind("postgresql://", 0) == 0 || text.rfind("postgres://", 0) == 0;
}

core::Result<std::shared_ptr<const Server>> Server::parse(const std::string& text) {
  char* message = nullptr;
  const std::unique_ptr<PQconninfoOption, void (*)(PQconninfoOption*)> options(PQconninfoParse(text.c_str(), &message),
                                                                               &PQconninfoFree);
  PQfreemem(message);  // it quotes the text
  if (!is_named_by(text) || !options) {
    return core::fail(core::ErrorCode::invalid_input,
                      "cannot be read as the name of a server: postgresql://USER@HOST:PORT/DATABASE");
  }
  std::map<std::string, std::string> values;
  for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option) {
    if (option->val != nullptr && *option->val != '\0') values[option->keyword] = option->val;
  }
  const std::shared_ptr<Server> server(new Server);
  server->has_password_ = values.count("password") > 0 || values.count("sslpassword") > 0;
  // The host decides what is protected, also where it is given as an address or by the environment.
  std::string host = values["hostaddr"].empty() ? values["host"] : values["hostaddr"];
  const char* outer_host = std::getenv("PGHOST");  // NOLINT(concurrency-mt-unsafe): nothing here sets the environment
  if (host.empty() && outer_host != nullptr) host = outer_host;
  const char* outer_mode = std::getenv("PGSSLMODE");  // NOLINT(concurrency-mt-unsafe): as above
  if (values["sslmode"].empty() && outer_mode == nullptr && !all_here(host)) {
    values["sslmode"] = "verify-full";
    if (values["sslrootcert"].empty()) values["sslrootcert"] = "/etc/ssl/certs/ca-certificates.crt";
  }
  // A server that has gone away without a word is noticed.
  const std::map<std::string, std::string> ours = {{"connect_timeout", "2"},      {"keepalives_idle", "5"},
                                                   {"keepalives_interval", "2"},  {"keepalives_count", "3"},
                                                   {"tcp_user_timeout", "10000"}, {"application_name", "guardian"}};
  for (const auto& [keyword, value] : ours) {
    if (values[keyword].empty()) values[keyword] = value;
  }
  for (const auto& [keyword, value] : values) {
    if (!value.empty()) server->conninfo_ += keyword + "=" + quoted(value) + " ";
  }
  server->name_ = "postgresql://" + (values["host"].empty() ? values["hostaddr"] : values["host"]) +
                  (values["port"].empty() ? "" : ":" + values["port"]) + "/" + values["dbname"];
  return std::shared_ptr<const Server>(server);
}

core::Result<std::unique_ptr<audit::ledger::Store>> Server::open_to_append(std::chrono::milliseconds busy_wait) const {
  return LedgerStore::open(*this, true, busy_wait);
}

core::Result<std::unique_ptr<audit::ledger::Store>> Server::open_to_read() const {
  return LedgerStore::open(*this, false, std::chrono::milliseconds(5'000));
}

}  // namespace guardian::adapters::postgres
