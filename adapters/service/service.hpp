#pragma once
// The hospital endpoint as one function from request to reply: sign-in, limits, CORS and log around the endpoints
// (docs/operations.md). `start` puts it behind sockets. Safe to call from several threads.

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "adapters/http/exchange.hpp"
#include "adapters/service/self_test.hpp"
#include "adapters/service/service_settings.hpp"
#include "core/result.hpp"
#include "knowledge/knowledge_base.hpp"
#include "runtime/orchestrator.hpp"

namespace guardian::adapters::service {

// What the service takes from outside. All may be called from several threads.
struct ServicePorts {
  std::function<void(const std::string& line)> log;  // a JSON object on a line, without patient data
  std::function<std::string()> now;                  // ISO 8601, UTC
  // Opens the knowledge base again; for a reload.
  std::function<core::Result<std::shared_ptr<const knowledge::KnowledgeBase>>()> open_knowledge;
  // The population audit of a ledger as JSON, or as a page that needs nothing from elsewhere; empty: there is none.
  std::function<core::Result<std::string>(const LedgerSettings& ledger, bool as_page)> audit;
  SelfTestPort self_test;  // of the knowledge base, at the start and after a reload; empty: none
};

class Service {
 public:
  // `invalid_input` when a setting cannot be: also a host that others reach without anybody signing in.
  [[nodiscard]] static core::Result<std::unique_ptr<Service>> create(
      ServiceSettings settings, std::shared_ptr<const knowledge::KnowledgeBase> base, runtime::ModelUse model,
      ServicePorts ports);
  ~Service();

  [[nodiscard]] http::Reply handle(const http::Request& request);

  // Serves from now on. `io_failure` when the port cannot be had.
  [[nodiscard]] core::Result<void> start();
  [[nodiscard]] std::string url() const;  // where it listens; after `start`
  // Answers what is under way, at most so long, and ends.
  void stop(std::chrono::milliseconds grace);

  // Knowledge base, API keys and keys of clients, read again. What cannot be read stays as it was, and is the error.
  [[nodiscard]] core::Result<void> reload();

 private:
  struct Impl;
  explicit Service(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace guardian::adapters::service
