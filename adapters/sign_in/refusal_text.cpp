// What is said of a refused token: fixed sentences, so that nothing of the token can be in them.

#include <array>

#include "adapters/sign_in/client_token.hpp"

namespace guardian::adapters::sign_in {
namespace {

struct RefusalFacts {
  TokenRefusal refusal;
  int status;
  std::string_view name;
  std::string_view text;
};

constexpr std::array<RefusalFacts, 18> refusal_table{{
    {TokenRefusal::missing, 401, "missing", "The call needs the header Authorization with a Bearer token."},
    {TokenRefusal::malformed, 401, "malformed", "The token is not a signed JSON Web Token in compact form."},
    {TokenRefusal::wrong_type, 401, "wrong_type", "The token's header typ must be JWT."},
    {TokenRefusal::algorithm_refused, 401, "algorithm_refused",
     "The token's alg is not allowed, or not the one of its key; ES384 and RS384 are recommended."},
    {TokenRefusal::missing_key_id, 401, "missing_key_id", "The token's header needs kid."},
    {TokenRefusal::missing_claim, 401, "missing_claim", "The token needs the claims iss, aud, exp, iat and jti."},
    {TokenRefusal::unknown_issuer, 401, "unknown_issuer", "The token's iss is not on the list of trusted issuers."},
    {TokenRefusal::wrong_tenant, 401, "wrong_tenant", "The token's tenant is not allowed for its issuer."},
    {TokenRefusal::key_url_refused, 401, "key_url_refused", "The token's jku is not the one listed for its issuer."},
    {TokenRefusal::keys_unavailable, 503, "keys_unavailable", "The keys of the token's issuer cannot be had now."},
    {TokenRefusal::unknown_key, 401, "unknown_key", "The token's kid names no usable key of its issuer."},
    {TokenRefusal::bad_signature, 401, "bad_signature", "The token's signature does not fit."},
    {TokenRefusal::wrong_audience, 401, "wrong_audience",
     "The token's aud must be the public URL of the endpoint that is called."},
    {TokenRefusal::expired, 401, "expired", "The token has expired."},
    {TokenRefusal::not_yet_valid, 401, "not_yet_valid", "The token's iat or nbf lies in the future."},
    {TokenRefusal::lifetime_too_long, 401, "lifetime_too_long",
     "The time between the token's iat and exp is too long."},
    {TokenRefusal::replayed, 401, "replayed", "The token's jti has been used before; each call needs a new token."},
    {TokenRefusal::too_many_tokens, 503, "too_many_tokens",
     "The issuer has more live tokens than can be kept count of."},
}};

const RefusalFacts& facts(TokenRefusal refusal) noexcept {
  for (const RefusalFacts& entry : refusal_table) {
    if (entry.refusal == refusal) return entry;
  }
  return refusal_table.front();
}

}  // namespace

std::string_view to_string(TokenRefusal refusal) noexcept { return facts(refusal).name; }
std::string_view explain(TokenRefusal refusal) noexcept { return facts(refusal).text; }
int http_status(TokenRefusal refusal) noexcept { return facts(refusal).status; }

std::string authenticate_header(TokenRefusal refusal) {
  // A call without a token is told the scheme only.
  if (refusal == TokenRefusal::missing) return "Bearer";
  return "Bearer error=\"invalid_token\", error_description=\"" + std::string(explain(refusal)) + "\"";
}

}  // namespace guardian::adapters::sign_in
