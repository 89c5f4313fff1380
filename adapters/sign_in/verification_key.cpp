#include "adapters/sign_in/verification_key.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "adapters/json/json_value.hpp"
#include "adapters/sign_in/base64url.hpp"
#include "adapters/sign_in/key_handle.hpp"

namespace guardian::adapters::sign_in {
namespace {

constexpr std::array<std::pair<Algorithm, std::string_view>, 7> algorithm_names{{{Algorithm::es256, "ES256"},
                                                                                 {Algorithm::es384, "ES384"},
                                                                                 {Algorithm::es512, "ES512"},
                                                                                 {Algorithm::rs256, "RS256"},
                                                                                 {Algorithm::rs384, "RS384"},
                                                                                 {Algorithm::rs512, "RS512"},
                                                                                 {Algorithm::eddsa, "EdDSA"}}};
constexpr std::size_t least_modulus_bytes = 256;   // 2,048 bits: RFC 7518 section 3.3
constexpr std::size_t most_modulus_bytes = 1'024;  // beyond this a verification costs milliseconds
constexpr std::size_t most_exponent_bytes = 4;
constexpr std::size_t edwards_bytes = 32;
constexpr std::size_t most_keys = 256;
constexpr std::size_t most_id_characters = 256;

// A member that must be text; empty where it is not.
std::string_view text_of(const JsonObject& object, std::string_view name) {
  const JsonValue* value = find_member(object, name);
  if (value == nullptr || value->text() == nullptr) return {};
  return *value->text();
}

std::optional<std::string> bytes_of(const JsonObject& object, std::string_view name) {
  const std::string_view text = text_of(object, name);
  if (text.empty()) return std::nullopt;
  return from_base64url(text);
}

bool has_operation(const JsonValue& operations, std::string_view name) {
  const JsonList* list = operations.list();
  return list != nullptr && std::any_of(list->begin(), list->end(), [&](const JsonValue& entry) {
           return entry.text() != nullptr && *entry.text() == name;
         });
}

}  // namespace

std::string_view to_string(Algorithm algorithm) noexcept {
  for (const auto& [value, name] : algorithm_names) {
    if (value == algorithm) return name;
  }
  return {};
}

std::optional<Algorithm> algorithm_named(std::string_view name) noexcept {
  for (const auto& [value, known] : algorithm_names) {
    if (known == name) return value;
  }
  return std::nullopt;
}

bool VerificationKey::permits(Algorithm algorithm) const noexcept {
  return std::find(algorithms_.begin(), algorithms_.end(), algorithm) != algorithms_.end();
}

bool VerificationKey::verify(Algorithm algorithm, std::string_view signed_bytes, std::string_view signature) const {
  return permits(algorithm) && verify_signature(key_.get(), algorithm, signed_bytes, signature);
}

const VerificationKey* KeySet::find(std::string_view id) const noexcept {
  const auto at = std::find_if(keys.begin(), keys.end(), [&](const VerificationKey& key) { return key.id() == id; });
  return at == keys.end() ? nullptr : &*at;
}

struct KeyMaker {
  // Fills `key`; what comes back says why it cannot be used, and is empty when it can.
  static std::string_view fill(VerificationKey& key, const JsonObject& jwk) {
    for (auto at = jwk.begin(); at != jwk.end(); ++at) {
      if (std::any_of(jwk.begin(), at, [&](const JsonMember& other) { return other.name == at->name; })) {
        return "names a member twice";
      }
    }
    key.id_ = text_of(jwk, "kid");
    if (key.id_.empty() || key.id_.size() > most_id_characters) return "has no kid";
    const std::string_view kind = text_of(jwk, "kty");
    if (kind == "oct") return "is symmetric";
    if (find_member(jwk, "d") != nullptr) return "is a private key";
    if (const JsonValue* use = find_member(jwk, "use"); use != nullptr && text_of(jwk, "use") != "sig") {
      return "is not for signatures";
    }
    if (const JsonValue* operations = find_member(jwk, "key_ops");
        operations != nullptr && !has_operation(*operations, "verify")) {
      return "is not for verifying";
    }
    std::string_view problem = "is of an unknown kind";
    if (kind == "EC") problem = fill_curve(key, jwk);
    if (kind == "RSA") problem = fill_rsa(key, jwk);
    if (kind == "OKP") problem = fill_edwards(key, jwk);
    if (!problem.empty()) return problem;
    if (!key.key_) return "is no valid key";
    if (find_member(jwk, "alg") != nullptr) {
      const auto algorithm = algorithm_named(text_of(jwk, "alg"));
      if (!algorithm || !key.permits(*algorithm)) return "has an alg that is not allowed for it";
      key.algorithms_ = {*algorithm};
    }
    return {};
  }

  static std::string_view fill_curve(VerificationKey& key, const JsonObject& jwk) {
    const std::string_view curve = text_of(jwk, "crv");
    if (curve == "P-256") key.algorithms_ = {Algorithm::es256};
    if (curve == "P-384") key.algorithms_ = {Algorithm::es384};
    if (curve == "P-521") key.algorithms_ = {Algorithm::es512};
    if (key.algorithms_.empty()) return "is on an unknown curve";
    const std::size_t size = coordinate_bytes(key.algorithms_.front());
    const auto x = bytes_of(jwk, "x");
    const auto y = bytes_of(jwk, "y");
    if (!x || !y || x->size() != size || y->size() != size) return "has no coordinates of its curve";
    key.key_ = curve_key(key.algorithms_.front(), *x, *y);
    return {};
  }

  static std::string_view fill_rsa(VerificationKey& key, const JsonObject& jwk) {
    const auto modulus = bytes_of(jwk, "n");
    const auto exponent = bytes_of(jwk, "e");
    if (!modulus || !exponent) return "has no modulus or exponent";
    const bool strong = modulus->size() > least_modulus_bytes || (modulus->size() == least_modulus_bytes &&
                                                                  static_cast<unsigned char>(modulus->front()) >= 0x80);
    if (!strong || modulus->front() == '\0') return "is shorter than 2,048 bits";
    if (modulus->size() > most_modulus_bytes) return "is longer than 8,192 bits";
    const bool odd = (static_cast<unsigned char>(exponent->back()) & 1U) != 0;
    if (exponent->size() > most_exponent_bytes || !odd || *exponent == "\x01") return "has an exponent that is no good";
    key.algorithms_ = {Algorithm::rs256, Algorithm::rs384, Algorithm::rs512};
    key.key_ = rsa_key(*modulus, *exponent);
    return {};
  }

  static std::string_view fill_edwards(VerificationKey& key, const JsonObject& jwk) {
    const auto point = bytes_of(jwk, "x");
    if (text_of(jwk, "crv") != "Ed25519") return "is on an unknown curve";
    if (!point || point->size() != edwards_bytes) return "has no point of its curve";
    key.algorithms_ = {Algorithm::eddsa};
    key.key_ = edwards_key(*point);
    return {};
  }
};

core::Result<KeySet> read_key_set(std::string_view json, const std::string& name) {
  const auto wrong = [&](const std::string& what) {
    return core::fail(core::ErrorCode::invalid_input, name + ": " + what);
  };
  const JsonParsing parsing = parse_json(json, {most_key_set_bytes, 64 * most_keys});
  if (!parsing.value) return wrong(parsing.problem.message);
  const JsonObject* set = parsing.value->object();
  const JsonValue* member = set == nullptr ? nullptr : find_member(*set, "keys");
  const JsonList* list = member == nullptr ? nullptr : member->list();
  if (list == nullptr) return wrong("must be a JSON Web Key Set: an object with a list `keys`");
  if (list->size() > most_keys) return wrong("must have at most 256 keys");

  KeySet result;
  std::vector<std::string> ids;  // also of keys that are skipped: which of two was meant cannot be told
  for (std::size_t at = 0; at < list->size(); ++at) {
    VerificationKey key;
    const JsonObject* jwk = (*list)[at].object();
    const std::string_view problem = jwk == nullptr ? "is no object" : KeyMaker::fill(key, *jwk);
    ids.push_back(key.id());
    if (problem.empty()) {
      result.keys.push_back(std::move(key));
    } else {
      result.skipped.push_back("key " + std::to_string(at + 1) + ": " + std::string(problem));
    }
  }
  std::erase_if(result.keys, [&](const VerificationKey& key) {
    if (std::count(ids.begin(), ids.end(), key.id()) == 1) return false;
    result.skipped.emplace_back("a key shares its kid with another");
    return true;
  });
  if (result.keys.empty()) {
    return wrong("has no key that can be used" + (result.skipped.empty() ? "" : " (" + result.skipped.front() + ")"));
  }
  return result;
}

}  // namespace guardian::adapters::sign_in
