#include "adapters/sign_in/client_token.hpp"

#include <algorithm>
#include <fstream>
#include <mutex>
#include <utility>

#include "adapters/http_fetch/url.hpp"
#include "adapters/sign_in/bearer.hpp"
#include "adapters/sign_in/replay_store.hpp"
#include "adapters/sign_in/token_text.hpp"

namespace guardian::adapters::sign_in {
namespace {

struct IssuerKeys {
  std::vector<KeySet> sets;  // of the file and of the settings

  [[nodiscard]] const VerificationKey* find(std::string_view id) const noexcept {
    for (const KeySet& set : sets) {
      if (const VerificationKey* key = set.find(id)) return key;
    }
    return nullptr;
  }
};
using AllKeys = std::vector<IssuerKeys>;  // in the order of the issuers

core::Result<std::string> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text;
  if (file) {
    text.resize(most_key_set_bytes + 1);
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(file.gcount()));
  }
  if (!file.is_open() || file.bad()) return core::fail(core::ErrorCode::io_failure, "cannot read " + path);
  return text;
}

core::Result<AllKeys> read_keys(const std::vector<TrustedIssuer>& issuers) {
  AllKeys all;
  for (std::size_t at = 0; at < issuers.size(); ++at) {
    IssuerKeys keys;
    const std::string name = "issuer " + std::to_string(at + 1);
    if (!issuers[at].key_file.empty()) {
      auto text = read_file(issuers[at].key_file);
      if (!text) return core::fail(std::move(text.error()));
      auto set = read_key_set(*text, issuers[at].key_file);
      if (!set) return core::fail(std::move(set.error()));
      keys.sets.push_back(std::move(*set));
    }
    if (!issuers[at].keys.empty()) {
      auto set = read_key_set(issuers[at].keys, name + ", keys");
      if (!set) return core::fail(std::move(set.error()));
      keys.sets.push_back(std::move(*set));
    }
    all.push_back(std::move(keys));
  }
  return all;
}

bool is_secure(const std::string& text) {
  const auto url = http_fetch::parse_url(text);
  return url && (url->encrypted || http_fetch::is_loopback_host(url->host));
}

std::string problem_of(const ClientVerifierSettings& settings, bool can_fetch) {
  const auto base = http_fetch::parse_url(settings.public_base_url);
  if (!base || settings.public_base_url.back() == '/' || base->target.find('?') != std::string::npos) {
    return "the public base URL must be an http or https URL without a slash at the end";
  }
  for (std::size_t at = 0; at < settings.issuers.size(); ++at) {
    const TrustedIssuer& issuer = settings.issuers[at];
    const std::string name = "issuer " + std::to_string(at + 1);
    if (issuer.issuer.empty()) return name + " has no name";
    if (issuer.key_file.empty() && issuer.keys.empty() && issuer.key_url.empty()) return name + " has no keys";
    if (!issuer.key_url.empty() && !is_secure(issuer.key_url)) {
      return name + ": the address of its keys must be an https:// URL (http:// only to this machine)";
    }
    if (!issuer.key_url.empty() && !can_fetch) return name + ": there is nothing to fetch its keys with";
    for (std::size_t other = 0; other < at; ++other) {
      if (settings.issuers[other].issuer == issuer.issuer) return name + " is listed twice";
    }
  }
  return {};
}

TokenRefusal refusal_of(TokenFlaw flaw) noexcept {
  switch (flaw) {
    case TokenFlaw::malformed:
    case TokenFlaw::critical: return TokenRefusal::malformed;
    case TokenFlaw::missing_type: return TokenRefusal::wrong_type;
    case TokenFlaw::missing_key_id: return TokenRefusal::missing_key_id;
    case TokenFlaw::missing_claim: return TokenRefusal::missing_claim;
  }
  return TokenRefusal::malformed;
}

TokenVerdict refused(TokenRefusal refusal) { return {std::nullopt, refusal}; }

bool has(const std::vector<std::string>& list, std::string_view text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

}  // namespace

struct ClientVerifier::Impl {
  ClientVerifierSettings settings;
  std::vector<std::unique_ptr<RemoteKeys>> remote;  // in the order of the issuers; null: none
  ReplayStore accepted;
  mutable std::mutex mutex;
  std::shared_ptr<const AllKeys> local;

  explicit Impl(ClientVerifierSettings given) : settings(std::move(given)), accepted(settings.most_tokens_alive) {}

  [[nodiscard]] std::shared_ptr<const AllKeys> local_keys() const {
    const std::lock_guard lock(mutex);
    return local;
  }

  // What the token says about itself, with a key found for it.
  [[nodiscard]] std::optional<TokenRefusal> check_signature(const TokenText& token, std::size_t issuer) const {
    const auto algorithm = algorithm_named(token.algorithm);
    if (!algorithm) return TokenRefusal::algorithm_refused;
    const auto mine = local_keys();
    const VerificationKey* key = (*mine)[issuer].find(token.key_id);
    std::shared_ptr<const KeySet> fetched;  // keeps `key` alive
    if (key == nullptr && remote[issuer]) {
      fetched = remote[issuer]->keys_for(token.key_id);
      if (!fetched) return TokenRefusal::keys_unavailable;
      key = fetched->find(token.key_id);
    }
    if (key == nullptr) return TokenRefusal::unknown_key;
    if (!key->permits(*algorithm)) return TokenRefusal::algorithm_refused;
    if (!key->verify(*algorithm, token.signed_bytes, token.signature)) return TokenRefusal::bad_signature;
    return std::nullopt;
  }

  [[nodiscard]] std::optional<TokenRefusal> check_claims(const TokenText& token, std::string_view path,
                                                         std::int64_t now) const {
    const std::int64_t skew = settings.clock_skew.count();
    if (!has(token.audience, settings.public_base_url + std::string(path))) return TokenRefusal::wrong_audience;
    if (now >= token.expires + skew) return TokenRefusal::expired;
    if (token.issued > now + skew || token.not_before.value_or(0) > now + skew) return TokenRefusal::not_yet_valid;
    const std::int64_t lifetime = token.expires - token.issued;
    if (lifetime <= 0 || lifetime > settings.most_lifetime.count()) return TokenRefusal::lifetime_too_long;
    return std::nullopt;
  }
};

core::Result<std::unique_ptr<ClientVerifier>> ClientVerifier::create(ClientVerifierSettings settings,
                                                                     const KeyFetch& fetch, const SteadyClock& clock) {
  if (std::string problem = problem_of(settings, static_cast<bool>(fetch)); !problem.empty()) {
    return core::fail(core::ErrorCode::invalid_input, std::move(problem));
  }
  auto impl = std::make_unique<Impl>(std::move(settings));
  for (const TrustedIssuer& issuer : impl->settings.issuers) {
    impl->remote.push_back(issuer.key_url.empty()
                               ? nullptr
                               : std::make_unique<RemoteKeys>(issuer.key_url, fetch, impl->settings.remote, clock));
  }
  std::unique_ptr<ClientVerifier> verifier(new ClientVerifier(std::move(impl)));
  auto loaded = verifier->reload();
  if (!loaded) return core::fail(std::move(loaded.error()));
  return verifier;
}

ClientVerifier::ClientVerifier(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ClientVerifier::~ClientVerifier() = default;

TokenVerdict ClientVerifier::verify(std::string_view authorization, std::string_view path,
                                    std::chrono::sys_seconds now) {
  if (authorization.empty()) return refused(TokenRefusal::missing);
  const auto bearer = bearer_of(authorization);
  if (!bearer) return refused(TokenRefusal::missing);
  auto reading = read_token(*bearer);
  if (const auto* flaw = std::get_if<TokenFlaw>(&reading)) return refused(refusal_of(*flaw));
  TokenText& token = std::get<TokenText>(reading);

  const auto& issuers = impl_->settings.issuers;
  const auto at = std::find_if(issuers.begin(), issuers.end(),
                               [&](const TrustedIssuer& issuer) { return issuer.issuer == token.issuer; });
  if (at == issuers.end()) return refused(TokenRefusal::unknown_issuer);
  if (!at->key_url.empty() && !token.key_url.empty() && token.key_url != at->key_url) {
    return refused(TokenRefusal::key_url_refused);
  }
  const auto place = static_cast<std::size_t>(at - issuers.begin());
  if (const auto refusal = impl_->check_signature(token, place)) return refused(*refusal);
  if (!at->tenants.empty() && !has(at->tenants, token.tenant)) return refused(TokenRefusal::wrong_tenant);
  const std::int64_t seconds = now.time_since_epoch().count();
  if (const auto refusal = impl_->check_claims(token, path, seconds)) return refused(*refusal);

  const std::int64_t until = token.expires + impl_->settings.clock_skew.count();
  switch (impl_->accepted.admit(token.issuer, token.id, until, seconds)) {
    case Admission::fresh: break;
    case Admission::replayed: return refused(TokenRefusal::replayed);
    case Admission::full: return refused(TokenRefusal::too_many_tokens);
  }
  return {ClientIdentity{std::move(token.issuer), std::move(token.tenant), std::move(token.key_id)},
          TokenRefusal::missing};
}

core::Result<std::size_t> ClientVerifier::reload() {
  auto keys = read_keys(impl_->settings.issuers);
  if (!keys) return core::fail(std::move(keys.error()));
  std::size_t count = 0;
  for (const IssuerKeys& issuer : *keys) {
    for (const KeySet& set : issuer.sets) count += set.keys.size();
  }
  auto fresh = std::make_shared<const AllKeys>(std::move(*keys));
  const std::lock_guard lock(impl_->mutex);
  impl_->local = std::move(fresh);
  return count;
}

std::vector<std::string> ClientVerifier::skipped_keys() const {
  std::vector<std::string> all;
  const auto local = impl_->local_keys();
  for (std::size_t at = 0; at < local->size(); ++at) {
    for (const KeySet& set : (*local)[at].sets) {
      for (const std::string& reason : set.skipped) all.push_back("issuer " + std::to_string(at + 1) + ", " + reason);
    }
  }
  return all;
}

}  // namespace guardian::adapters::sign_in
