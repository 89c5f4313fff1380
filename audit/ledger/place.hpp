#pragma once
// Where a ledger is: a file, or a server that an adapter reaches. A value; copies speak of the same place. Safe to use
// from several threads.

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>

#include "audit/ledger/store.hpp"
#include "core/result.hpp"

namespace guardian::audit::ledger {

// A server that keeps a ledger.
class Server {
 public:
  Server() = default;
  virtual ~Server() = default;
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  [[nodiscard]] virtual std::string name() const = 0;  // for messages: no secret is in it
  // Makes the tables where there are none. `busy_wait`: for the server to be there, and for other writers.
  [[nodiscard]] virtual core::Result<std::unique_ptr<Store>> open_to_append(
      std::chrono::milliseconds busy_wait) const = 0;
  [[nodiscard]] virtual core::Result<std::unique_ptr<Store>> open_to_read() const = 0;
};

class Place {
 public:
  Place() = default;                                             // nowhere
  Place(std::filesystem::path file) : file_(std::move(file)) {}  // NOLINT(google-explicit-constructor): a file is one
  explicit Place(std::shared_ptr<const Server> server) : server_(std::move(server)) {}

  [[nodiscard]] bool empty() const { return file_.empty() && !server_; }
  [[nodiscard]] const std::filesystem::path& file() const { return file_; }  // empty: it is in no file
  [[nodiscard]] const std::shared_ptr<const Server>& server() const { return server_; }
  [[nodiscard]] std::string name() const { return server_ ? server_->name() : file_.string(); }

  [[nodiscard]] core::Result<std::unique_ptr<Store>> open_to_append(std::chrono::milliseconds busy_wait) const;
  [[nodiscard]] core::Result<std::unique_ptr<Store>> open_to_read(int cache_kib = 16'000) const;

 private:
  std::filesystem::path file_;
  std::shared_ptr<const Server> server_;
};

}  // namespace guardian::audit::ledger
