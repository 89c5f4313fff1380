#include "adapters/service/gate.hpp"

#include <arpa/inet.h>
#include <strings.h>

#include <array>
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

// The address that a request came from as the limit of failed sign-ins counts it: of IPv6 the network of 64 bits, as a
// client has all of one. Nothing when it is none.
std::optional<std::string> counted_address(std::string_view text) {
  const std::string address(text);
  std::array<unsigned char, 16> bytes{};
  if (inet_pton(AF_INET, address.c_str(), bytes.data()) == 1) return address;
  if (inet_pton(AF_INET6, address.c_str(), bytes.data()) != 1) return std::nullopt;
  return std::string(reinterpret_cast<const char*>(bytes.data()), 8);
}

std::string_view last_of(std::string_view list) {
  if (const auto comma = list.rfind(','); comma != std::string_view::npos) list.remove_prefix(comma + 1);
  while (!list.empty() && list.front() == ' ') list.remove_prefix(1);
  while (!list.empty() && list.back() == ' ') list.remove_suffix(1);
  return list;
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
  bool behind_proxy;
  sign_in::RateLimiter limiter;
  sign_in::RateLimiter failures;  // by address
  std::optional<sign_in::Cors> cors;
  std::unique_ptr<sign_in::ClientVerifier> clients;  // null: nobody has to sign in
  std::unique_ptr<sign_in::ApiKeyFile> keys;         // null: nobody has to

  Impl(const ServiceSettings& settings, Metrics& counted)
      : metrics(counted),
        demo(settings.demo),
        limits(settings.rate_limits && !settings.demo),
        behind_proxy(settings.behind_tls),
        limiter(settings.rate),
        failures(settings.failed_sign_ins) {}

  // Where sign-ins that fail are counted. Behind a proxy that is what the proxy says of its peer, the last of the
  // forwarded addresses: those before it are whatever the client wrote. Where the proxy says nothing all clients look
  // alike, and to hold one up would hold up all: then nobody is.
  [[nodiscard]] std::optional<std::string> origin_of(const http::Request& request) const {
    // Who sends nothing to verify is told so at no cost.
    if (!limits || request.header("Authorization").empty()) return std::nullopt;
    if (!behind_proxy) return counted_address(request.remote);
    std::string_view last;
    for (const auto& [name, value] : request.headers) {
      if (name.size() == 15 && strcasecmp(name.c_str(), "X-Forwarded-For") == 0) last = last_of(value);
    }
    return counted_address(last);
  }

  [[nodiscard]] http::Reply throttled(std::string_view why, std::string_view text, std::uint32_t retry_after_s) const {
    metrics.refused(why);
    http::Reply reply = outcome_reply(429, "throttled", std::string(text));
    reply.headers.emplace_back("Retry-After", std::to_string(retry_after_s));
    return reply;
  }

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
  const auto origin = impl_->origin_of(request);
  if (origin) {
    // Before anything is verified: a signature costs more than a look at a table.
    const auto decision = impl_->failures.look(*origin, std::chrono::steady_clock::now());
    if (!decision.allowed) {
      caller.refusal = impl_->throttled("failed_sign_ins", "Too many sign-ins from this address have failed; wait",
                                        decision.retry_after_s);
      return caller;
    }
  }
  if (route.guard == Guard::cds_client) {
    impl_->sign_in_client(request, caller);
  } else {
    impl_->sign_in_key(route.guard, request, caller);
  }
  if (origin && caller.refusal && caller.refusal->status == 401)
    static_cast<void>(impl_->failures.take(*origin, std::chrono::steady_clock::now()));
  if (caller.refusal || !impl_->limits) return caller;
  const auto decision = impl_->limiter.take(caller.name, std::chrono::steady_clock::now());
  if (!decision.allowed)
    caller.refusal = impl_->throttled("rate", "Too many requests; wait before the next", decision.retry_after_s);
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
