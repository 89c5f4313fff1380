#pragma once
// A PostgreSQL server as the place of a ledger (docs/replicas.md), named as libpq takes it: postgresql://USER@HOST/DB.
// One ledger a database, in the schema `guardian`. Values are safe to use from several threads.

#include <memory>
#include <string>
#include <string_view>

#include "audit/ledger/place.hpp"
#include "core/result.hpp"

namespace guardian::adapters::postgres {

class Server final : public audit::ledger::Server {
 public:
  // Whether the text names a server and no file.
  [[nodiscard]] static bool is_named_by(std::string_view text) noexcept;

  // `invalid_input` when it cannot be read as such. No message quotes it: it may hold a password. Off this machine the
  // certificate of the server is checked (sslmode=verify-full), unless the name or PGSSLMODE says otherwise.
  [[nodiscard]] static core::Result<std::shared_ptr<const Server>> parse(const std::string& text);

  // What libpq is given: with the password, where the name has one. For connections only.
  [[nodiscard]] const std::string& conninfo() const { return conninfo_; }
  [[nodiscard]] bool has_password() const { return has_password_; }

  [[nodiscard]] std::string name() const override { return name_; }  // postgresql://HOST:PORT/DB
  [[nodiscard]] core::Result<std::unique_ptr<audit::ledger::Store>> open_to_append(
      std::chrono::milliseconds busy_wait) const override;
  [[nodiscard]] core::Result<std::unique_ptr<audit::ledger::Store>> open_to_read() const override;

 private:
  Server() = default;

  std::string conninfo_;
  std::string name_;
  bool has_password_ = false;
};

}  // namespace guardian::adapters::postgres
