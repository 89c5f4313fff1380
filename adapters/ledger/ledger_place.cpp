#include "adapters/ledger/ledger_place.hpp"

#include <filesystem>

#include "adapters/postgres/server.hpp"

namespace guardian::adapters {

bool names_server(const std::string& text) noexcept { return postgres::Server::is_named_by(text); }

core::Result<audit::ledger::Place> ledger_place(const std::string& text, NamedBy by) {
  if (!names_server(text)) return audit::ledger::Place(std::filesystem::path(text));
  auto server = postgres::Server::parse(text);
  if (!server) return core::fail(server.error());
  if (by == NamedBy::argument && (*server)->has_password()) {
    return core::fail(core::ErrorCode::invalid_input,
                      "a password is not taken from an argument: others would see it; put it into a file (PGPASSFILE)");
  }
  return audit::ledger::Place(std::move(*server));
}

}  // namespace guardian::adapters
