#pragma once
// Who calls a CDS service: checks the JSON Web Token that a CDS client signs for each call (CDS Hooks, "Trusting CDS
// Clients"). A token is accepted once, for the URL that it names, from an issuer on the list, with a key of that
// issuer. Safe to call from several threads. No text that comes from here holds anything of a token.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/sign_in/remote_keys.hpp"
#include "core/result.hpp"

namespace guardian::adapters::sign_in {

// Keys come from any of the three; one is needed.
struct TrustedIssuer {
  std::string issuer;                     // equal to the claim `iss`, to the character
  std::string key_file = {};              // a JSON Web Key Set, read at the start and by `reload`
  std::string keys = {};                  // the same as text
  std::string key_url = {};               // the `jku` that its tokens may name; https, or http to this machine
  std::vector<std::string> tenants = {};  // the claim `tenant` must be one of these; none: any, or no such claim
};

struct ClientVerifierSettings {
  std::string public_base_url;  // as clients know the service, without a slash at the end: never taken from a request
  std::vector<TrustedIssuer> issuers = {};
  std::chrono::seconds clock_skew{60};
  std::chrono::seconds most_lifetime{3'600};  // from `iat` to `exp`
  std::size_t most_tokens_alive = 100'000;    // of one issuer
  RemoteKeySettings remote = {};
};

struct ClientIdentity {
  std::string issuer;
  std::string tenant;  // empty: none
  std::string key_id;

  friend bool operator==(const ClientIdentity&, const ClientIdentity&) = default;
};

enum class TokenRefusal : std::uint8_t {
  missing,            // no Authorization: Bearer
  malformed,          // no token of three parts, not JSON, a member of the wrong kind, `crit`
  wrong_type,         // `typ` is missing or not JWT
  algorithm_refused,  // `alg` is none, symmetric, unknown, or not the one of the key
  missing_key_id,
  missing_claim,  // of iss, aud, exp, iat, jti
  unknown_issuer,
  wrong_tenant,
  key_url_refused,   // `jku` is not the one that is listed
  keys_unavailable,  // the keys of the issuer cannot be had now
  unknown_key,
  bad_signature,
  wrong_audience,
  expired,
  not_yet_valid,      // `iat` or `nbf` lies in the future
  lifetime_too_long,  // also `exp` before `iat`
  replayed,
  too_many_tokens  // more of the issuer's tokens are alive than are kept count of
};

[[nodiscard]] std::string_view to_string(TokenRefusal refusal) noexcept;  // the enumerator, for logs and metrics
[[nodiscard]] std::string_view explain(TokenRefusal refusal) noexcept;    // a sentence for the one who can mend it

// 401; 503 when it is ours to mend and the same call may do later: keys_unavailable, too_many_tokens.
[[nodiscard]] int http_status(TokenRefusal refusal) noexcept;

// The header WWW-Authenticate of a 401 (RFC 6750 section 3).
[[nodiscard]] std::string authenticate_header(TokenRefusal refusal);

struct TokenVerdict {
  std::optional<ClientIdentity> client;          // accepted
  TokenRefusal refusal = TokenRefusal::missing;  // when there is no client
};

class ClientVerifier {
 public:
  // `fetch` is used for `key_url` only, and may be empty when no issuer has one. invalid_input names the issuer (by its
  // place) and the file at fault; io_failure: a key file cannot be read.
  [[nodiscard]] static core::Result<std::unique_ptr<ClientVerifier>> create(
      ClientVerifierSettings settings, const KeyFetch& fetch = {},
      const SteadyClock& clock = &std::chrono::steady_clock::now);
  ~ClientVerifier();

  // `authorization` is the header as it came, empty when there was none; `path` the path of the endpoint that is
  // called, from "/" on, without a query. An accepted token is remembered, so it is the last check of a call, and made
  // once.
  [[nodiscard]] TokenVerdict verify(std::string_view authorization, std::string_view path,
                                    std::chrono::sys_seconds now);

  // Reads the key files again. On an error all keys from before stay.
  [[nodiscard]] core::Result<std::size_t> reload();  // how many keys files and settings have

  // Keys that cannot be used, "issuer 1, key 2: is symmetric"; for the log at the start.
  [[nodiscard]] std::vector<std::string> skipped_keys() const;

 private:
  struct Impl;
  explicit ClientVerifier(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace guardian::adapters::sign_in
