#pragma once
// Key pairs made by OpenSSL, their JSON Web Keys, and tokens signed with them.

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <catch2/catch.hpp>

#include "adapters/sign_in/base64url.hpp"

namespace guardian::tests {

using adapters::sign_in::to_base64url;

inline constexpr std::int64_t token_time = 1'800'000'000;  // when the tokens of the tests are issued

class KeyPair {
 public:
  // "P-256", "P-384", "P-521", "RSA" (of `bits`), "Ed25519"
  explicit KeyPair(const std::string& kind, unsigned bits = 2'048) : kind_(kind) {
    EVP_PKEY* made = nullptr;
    if (kind == "RSA") {
      made = EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", static_cast<std::size_t>(bits));
    } else if (kind == "Ed25519") {
      made = EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
    } else {
      made = EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", kind.c_str());
    }
    if (made == nullptr) FAIL("no key");
    key_.reset(made, &EVP_PKEY_free);
  }

  [[nodiscard]] std::string jwk(const std::string& kid, const std::string& more = "") const {
    std::string numbers;
    if (kind_ == "RSA") {
      numbers = R"("kty":"RSA","n":")" + number(OSSL_PKEY_PARAM_RSA_N, 0) + R"(","e":")" +
                number(OSSL_PKEY_PARAM_RSA_E, 0) + "\"";
    } else if (kind_ == "Ed25519") {
      std::size_t size = 32;
      std::string point(size, '\0');
      EVP_PKEY_get_raw_public_key(key_.get(), reinterpret_cast<unsigned char*>(point.data()), &size);
      numbers = R"("kty":"OKP","crv":"Ed25519","x":")" + to_base64url(point) + "\"";
    } else {
      numbers = R"("kty":"EC","crv":")" + kind_ + R"(","x":")" + number(OSSL_PKEY_PARAM_EC_PUB_X, coordinate()) +
                R"(","y":")" + number(OSSL_PKEY_PARAM_EC_PUB_Y, coordinate()) + "\"";
    }
    return "{" + numbers + R"(,"kid":")" + kid + "\"" + more + "}";
  }

  // ECDSA as r and s side by side, or as the DER of OpenSSL.
  [[nodiscard]] std::string sign(const std::string& bytes, const char* digest, bool der = false) const {
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
    const bool edwards = kind_ == "Ed25519";
    REQUIRE(EVP_DigestSignInit_ex(context.get(), nullptr, edwards ? nullptr : digest, nullptr, nullptr, key_.get(),
                                  nullptr) == 1);
    std::string signature(1'024, '\0');
    std::size_t size = signature.size();
    REQUIRE(EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                           reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()) == 1);
    signature.resize(size);
    if (der || edwards || kind_ == "RSA") return signature;
    const auto* at = reinterpret_cast<const unsigned char*>(signature.data());
    ECDSA_SIG* parsed = d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(size));
    REQUIRE(parsed != nullptr);
    std::string raw(2 * static_cast<std::size_t>(coordinate()), '\0');
    auto* out = reinterpret_cast<unsigned char*>(raw.data());
    BN_bn2binpad(ECDSA_SIG_get0_r(parsed), out, coordinate());
    BN_bn2binpad(ECDSA_SIG_get0_s(parsed), out + coordinate(), coordinate());
    ECDSA_SIG_free(parsed);
    return raw;
  }

 private:
  [[nodiscard]] int coordinate() const { return kind_ == "P-256" ? 32 : kind_ == "P-384" ? 48 : 66; }

  [[nodiscard]] std::string number(const char* name, int size) const {
    BIGNUM* value = nullptr;
    REQUIRE(EVP_PKEY_get_bn_param(key_.get(), name, &value) == 1);
    const int bytes = size == 0 ? BN_num_bytes(value) : size;
    std::string text(static_cast<std::size_t>(bytes), '\0');
    BN_bn2binpad(value, reinterpret_cast<unsigned char*>(text.data()), bytes);
    BN_free(value);
    return to_base64url(text);
  }

  std::string kind_;
  std::shared_ptr<EVP_PKEY> key_;
};

inline const char* digest_name(const std::string& algorithm) {
  const std::string size = algorithm.size() == 5 ? algorithm.substr(2) : "256";
  return size == "256" ? "SHA256" : size == "384" ? "SHA384" : "SHA512";
}

// A token in parts that a test changes one of. Members are JSON text.
struct TokenDraft {
  std::vector<std::pair<std::string, std::string>> header{
      {"alg", R"("ES384")"}, {"typ", R"("JWT")"}, {"kid", R"("key-1")"}};
  std::vector<std::pair<std::string, std::string>> claims{{"iss", R"("https://ehr.example.org")"},
                                                          {"aud", R"("https://cds.example.org/cds-services/a")"},
                                                          {"iat", std::to_string(token_time)},
                                                          {"exp", std::to_string(token_time + 300)},
                                                          {"jti", R"("id-1")"}};

  static void set(std::vector<std::pair<std::string, std::string>>& members, const std::string& name,
                  const std::string& value) {
    for (auto at = members.begin(); at != members.end(); ++at) {
      if (at->first != name) continue;
      if (value.empty()) {
        members.erase(at);
      } else {
        at->second = value;
      }
      return;
    }
    if (!value.empty()) members.emplace_back(name, value);
  }

  // An empty value takes the member away.
  TokenDraft& head(const std::string& name, const std::string& value) {
    set(header, name, value);
    return *this;
  }
  TokenDraft& claim(const std::string& name, const std::string& value) {
    set(claims, name, value);
    return *this;
  }

  static std::string json(const std::vector<std::pair<std::string, std::string>>& members) {
    std::string text = "{";
    for (const auto& [name, value] : members) text += (text.size() > 1 ? ",\"" : "\"") + name + "\":" + value;
    return text + "}";
  }

  [[nodiscard]] std::string signed_bytes() const {
    return to_base64url(json(header)) + "." + to_base64url(json(claims));
  }

  // Signed as `algorithm` says, whatever the header says.
  [[nodiscard]] std::string token(const KeyPair& key, const std::string& algorithm = "ES384", bool der = false) const {
    return signed_bytes() + "." + to_base64url(key.sign(signed_bytes(), digest_name(algorithm), der));
  }
};

inline std::string key_set(const std::vector<std::string>& keys) {
  std::string text = R"({"keys":[)";
  for (const std::string& key : keys) text += (text.back() == '[' ? "" : ",") + key;
  return text + "]}";
}

}  // namespace guardian::tests
