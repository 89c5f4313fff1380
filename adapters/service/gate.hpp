#pragma once
// What stands before the endpoints: who calls, whether they may, and how often. Every address asks for what its route
// says (routes.hpp, docs/sign-in.md). Safe to call from several threads.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "adapters/http/exchange.hpp"
#include "adapters/service/metrics.hpp"
#include "adapters/service/routes.hpp"
#include "adapters/service/service_settings.hpp"
#include "core/result.hpp"

namespace guardian::adapters::service {

// Who called, as sign-in found out.
struct Caller {
  std::string name;  // of limits and log: an issuer, the name of a key, an address
  std::optional<http::Reply> refusal;
};

// `invalid_input` for settings by which others could call without signing in, or without TLS.
[[nodiscard]] core::Result<void> check_access(const ServiceSettings& settings);

class Gate {
 public:
  // Refusals are counted in `metrics`, which must outlive the gate.
  [[nodiscard]] static core::Result<std::unique_ptr<Gate>> open(const ServiceSettings& settings, Metrics& metrics);
  ~Gate();

  // Signs in, then takes a request from what the caller may call.
  [[nodiscard]] Caller admit(const Route& route, const http::Request& request);

  struct Sharing {
    bool preflight = false;  // answer with 204 and nothing else
    http::Fields headers;    // of every reply, errors included
  };
  [[nodiscard]] Sharing sharing(const http::Request& request) const;

  [[nodiscard]] bool has_api_keys() const noexcept;
  [[nodiscard]] std::vector<std::string> skipped_keys() const;  // keys of clients that are not read, and why

  // Keys, read again; what cannot be read stays as it was, and is the error.
  [[nodiscard]] core::Result<void> reload();

 private:
  struct Impl;
  explicit Gate(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace guardian::adapters::service
