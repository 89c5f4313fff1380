#pragma once
// A signed JSON Web Token in its compact form (RFC 7515, 7519), read without believing it: the parts, and what header
// and claims say. Each JSON object must name its members once. Pure.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace guardian::adapters::sign_in {

struct TokenText {
  std::string_view signed_bytes;  // header and claims as they came, of the text that was read
  std::string signature;          // bytes

  std::string type;       // header `typ`
  std::string algorithm;  // `alg`
  std::string key_id;     // `kid`
  std::string key_url;    // `jku`; empty: none

  std::string issuer;                 // claim `iss`
  std::vector<std::string> audience;  // `aud`, one or several
  std::string id;                     // `jti`
  std::string tenant;                 // empty: none
  std::int64_t expires = 0;           // `exp`, seconds since 1970; a fraction is cut off
  std::int64_t issued = 0;            // `iat`; a fraction counts as a whole second
  std::optional<std::int64_t> not_before;
};

enum class TokenFlaw : std::uint8_t {
  malformed,       // no token of three parts, or a member of the wrong kind
  critical,        // `crit`: it demands an understanding that is not there
  missing_type,    // `typ` is missing or not JWT
  missing_key_id,  // no `kid`
  missing_claim    // of iss, aud, exp, iat, jti
};

[[nodiscard]] std::variant<TokenText, TokenFlaw> read_token(std::string_view token);

}  // namespace guardian::adapters::sign_in
