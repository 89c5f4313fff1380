#include "adapters/service/gate.hpp"

#include <chrono>
#include <utility>

#include "adapters/http_fetch/http_getter.hpp"
#include "adapters/service/replies.hpp"
#include "adapters/sign_in/api_keys.hpp"
#include "adapters/sign_in/cors.hpp"

namespace guardian::adapters::service {
namespace {

constexpr std::string_view sandbox_origin = "https://sandbox.cds-hooks.org";
constexpr std::chrono::milliseconds key_fetch_time{3'000};
constexpr std::size_t key_fetch_bytes = std::size_t{256} << 10;

// The role that a route of the API asks for.
sign_in::ApiRole role_of(Guard guard) {
  switch (guard) {
    case Guard::admin: return sign_in::ApiRole::admin;
    case Guard::reviewer: return sign_in::ApiRole::reviewer;
    case Guard::reader:
    case Guard::open:
    case Guard::cds_client: return sign_in::ApiRole::reader;
  }
  return sign_in::ApiRole::admin;
}

}  // namespace

core::Result<void> check_access(const ServiceSettings& settings) {
  const bool loopback = is_loopback_host(settings.host);
  if (settings.demo && !loopback) {
    return core::fail(core::ErrorCode::invalid_input,
                      "--demo has no sign-in and so serves this machine only: --host must be a loopback address");
  }
  const bool signed_in = !settings.cds_clients.empty() || !settings.api_keys.empty();
  if (!loopback && !signed_in) {
    return core::fail(core::ErrorCode::invalid_input,
                      "host: " + settings.host +
                          " can be reached by others, and nobody has to sign in: name cds_clients or api_keys");
  }
  if (!loopback && settings.public_url.empty()) {
    return core::fail(core::ErrorCode::invalid_input, "public_url: is required where others can reach the service");
  }
  if (!loopback && !settings.behind_tls) {
    return core::fail(core::ErrorCode::invalid_input,
                      "behind_tls: must be true: a proxy in front has to end TLS (docs/operations.md)");
  }
  return {};
}

struct Gate::Impl {
  Metrics& metrics;
  bool demo;
  bool limits;
  sign_in::RateLimiter limiter;
  std::optional<sign_in::Cors> cors;
  std::unique_ptr<sign_in::ClientVerifier> clients;  // null: nobody has to sign in
  std::unique_ptr<sign_in::ApiKeyFile> keys;         // null: nobody has to

  Impl(const ServiceSettings& settings, Metrics& counted)
      : metrics(counted), demo(settings.demo), limits(settings.rate_limits && !settings.demo), limiter(settings.rate) {}

  [[nodiscard]] http::Reply unauthorized(std::string_view why, std::string_view text, std::string challenge,
                                         int status = 401) const {
    metrics.refused(why);
    http::Reply reply = outcome_reply(status, "login", std::string(text));
    if (status == 401) reply.headers.emplace_back("WWW-Authenticate", std::move(challenge));
    return reply;
  }

  void sign_in_client(const http::Request& request, Caller& caller) const {
    if (!clients) {
      if (!keys) return;
      caller.refusal = unauthorized("no_cds_clients", "No CDS client may call: none is named", "Bearer");
      return;
    }
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    const auto verdict = clients->verify(request.header("Authorization"), request.path, now);
    if (verdict.client) {
      caller.name = verdict.client->issuer;
      return;
    }
    const auto refusal = verdict.refusal;
    caller.refusal = unauthorized(sign_in::to_string(refusal), sign_in::explain(refusal),
                                  sign_in::authenticate_header(refusal), sign_in::http_status(refusal));
  }

  void sign_in_key(Guard guard, const http::Request& request, Caller& caller) const {
    if (!keys) {
      if (!clients) return;
      caller.refusal = unauthorized("no_api_keys", "Nobody may call the API: no keys are named", "Bearer");
      return;
    }
    const auto client = keys->find(request.header("Authorization"));
    if (!client) {
      caller.refusal = unauthorized("api_key", "A key of the API is needed: Authorization: Bearer KEY", "Bearer");
      return;
    }
    caller.name = client->name;
    const sign_in::ApiRole needed = role_of(guard);
    if (sign_in::may_act_as(client->role, needed)) return;
    metrics.refused("role");
    caller.refusal =
        outcome_reply(403, "forbidden", "This needs a key with the role " + std::string(sign_in::to_string(needed)));
  }
};

Gate::Gate(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Gate::~Gate() = default;

core::Result<std::unique_ptr<Gate>> Gate::open(const ServiceSettings& settings, Metrics& metrics) {
  auto impl = std::make_unique<Impl>(settings, metrics);
  std::vector<std::string> origins = settings.origins;
  if (settings.demo) origins.emplace_back(sandbox_origin);
  auto sharing = sign_in::Cors::create(std::move(origins));
  if (!sharing) return core::fail(sharing.error());
  impl->cors.emplace(std::move(*sharing));
  if (!settings.demo && !settings.cds_clients.empty()) {
    sign_in::ClientVerifierSettings verifying;
    verifying.public_base_url = settings.public_url;
    verifying.issuers = settings.cds_clients;
    auto made = sign_in::ClientVerifier::create(std::move(verifying),
                                                http_fetch::listed_document_fetch(key_fetch_time, key_fetch_bytes));
    if (!made) return core::fail(made.error());
    impl->clients = std::move(*made);
  }
  if (!settings.demo && !settings.api_keys.empty()) {
    auto made = sign_in::ApiKeyFile::open(settings.api_keys.string());
    if (!made) return core::fail(made.error());
    impl->keys = std::move(*made);
  }
  return std::unique_ptr<Gate>(new Gate(std::move(impl)));
}

Caller Gate::admit(const Route& route, const http::Request& request) {
  Caller caller{request.remote, std::nullopt};
  if (impl_->demo || route.guard == Guard::open) return caller;
  if (route.guard == Guard::cds_client) {
    impl_->sign_in_client(request, caller);
  } else {
    impl_->sign_in_key(route.guard, request, caller);
  }
  if (caller.refusal || !impl_->limits) return caller;
  const auto decision = impl_->limiter.take(caller.name, std::chrono::steady_clock::now());
  if (decision.allowed) return caller;
  impl_->metrics.refused("rate");
  caller.refusal = outcome_reply(429, "throttled", "Too many requests; wait before the next");
  caller.refusal->headers.emplace_back("Retry-After", std::to_string(decision.retry_after_s));
  return caller;
}

Gate::Sharing Gate::sharing(const http::Request& request) const {
  auto reply =
      impl_->cors->reply({request.method, request.header("Origin"), request.header("Access-Control-Request-Method"),
                          request.header("Access-Control-Request-Private-Network") == "true"});
  return {reply.preflight, std::move(reply.headers)};
}

bool Gate::has_api_keys() const noexcept { return impl_->keys != nullptr; }

std::vector<std::string> Gate::skipped_keys() const {
  return impl_->clients ? impl_->clients->skipped_keys() : std::vector<std::string>{};
}

core::Result<void> Gate::reload() {
  if (impl_->keys) {
    if (const auto read = impl_->keys->reload(); !read) return core::fail(read.error());
  }
  if (impl_->clients) {
    if (const auto read = impl_->clients->reload(); !read) return core::fail(read.error());
  }
  return {};
}

}  // namespace guardian::adapters::service
