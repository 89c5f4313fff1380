#include <string>

#include <catch2/catch.hpp>

#include "adapters/sign_in/base64url.hpp"
#include "adapters/sign_in/verification_key.hpp"
#include "tests/adapters/sign_in_keys.hpp"

using namespace guardian;
using namespace guardian::adapters::sign_in;
using guardian::tests::KeyPair;

namespace {

const KeyPair& curve() {
  static const KeyPair pair("P-384");
  return pair;
}

const KeyPair& rsa() {
  static const KeyPair pair("RSA");
  return pair;
}

// Why the one key of a set cannot be used; empty when it can.
std::string problem_of(const std::string& jwk) {
  const auto set = read_key_set(tests::key_set({jwk}), "keys.json");
  return set ? "" : set.error().message;
}

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  const auto at = text.find(what);
  REQUIRE(at != std::string::npos);
  return text.substr(0, at) + by + text.substr(at + what.size());
}

}  // namespace

TEST_CASE("a key of each kind permits its own algorithms only", "[adapters][sign_in]") {
  const KeyPair edwards("Ed25519");
  const auto set = read_key_set(
      tests::key_set({curve().jwk("ec"), rsa().jwk("rsa"), rsa().jwk("one", R"(,"alg":"RS512","use":"sig")"),
                      edwards.jwk("ed", R"(,"key_ops":["verify"])")}),
      "keys.json");
  REQUIRE(set);
  CHECK(set->skipped.empty());
  const auto permitted = [&](const char* id) {
    std::string names;
    for (const Algorithm algorithm : {Algorithm::es256, Algorithm::es384, Algorithm::es512, Algorithm::rs256,
                                      Algorithm::rs384, Algorithm::rs512, Algorithm::eddsa}) {
      if (set->find(id)->permits(algorithm)) names += std::string(to_string(algorithm)) + " ";
    }
    return names;
  };
  CHECK(permitted("ec") == "ES384 ");
  CHECK(permitted("rsa") == "RS256 RS384 RS512 ");
  CHECK(permitted("one") == "RS512 ");
  CHECK(permitted("ed") == "EdDSA ");
  CHECK(set->find("other") == nullptr);
}

TEST_CASE("a key that must not verify tokens is left out with its reason", "[adapters][sign_in]") {
  const std::string good = curve().jwk("k");
  CHECK(problem_of(good).empty());
  CHECK(problem_of(R"({"kty":"oct","k":"c2VjcmV0","kid":"k"})") ==
        "keys.json: has no key that can be used (key 1: is symmetric)");
  CHECK(problem_of(curve().jwk("k", R"(,"d":"c2VjcmV0")")).find("is a private key") != std::string::npos);
  CHECK(problem_of(curve().jwk("k", R"(,"use":"enc")")).find("is not for signatures") != std::string::npos);
  CHECK(problem_of(curve().jwk("k", R"(,"key_ops":["sign"])")).find("is not for verifying") != std::string::npos);
  CHECK(problem_of(curve().jwk("k", R"(,"alg":"ES256")")).find("alg that is not allowed") != std::string::npos);
  CHECK(problem_of(rsa().jwk("k", R"(,"alg":"RSA-OAEP")")).find("alg that is not allowed") != std::string::npos);
  CHECK(problem_of(rsa().jwk("k", R"(,"alg":"HS256")")).find("alg that is not allowed") != std::string::npos);
  CHECK(problem_of(curve().jwk("k", R"(,"kty":"EC")")).find("names a member twice") != std::string::npos);
  CHECK(problem_of(replaced(good, R"("kid":"k")", R"("kid":"")")).find("has no kid") != std::string::npos);
  CHECK(problem_of(replaced(good, "\"EC\"", "\"XX\"")).find("unknown kind") != std::string::npos);
  CHECK(problem_of(replaced(good, "P-384", "P-192")).find("unknown curve") != std::string::npos);
  CHECK(problem_of(replaced(good, "P-384", "P-256")).find("no coordinates of its curve") != std::string::npos);
  CHECK(problem_of(KeyPair("RSA", 1'024).jwk("k")).find("shorter than 2,048 bits") != std::string::npos);
}

TEST_CASE("a point that is not on its curve is no key", "[adapters][sign_in]") {
  const std::string other = KeyPair("P-384").jwk("k");
  const auto y_of = [](const std::string& jwk) {
    const auto at = jwk.find(R"("y":")") + 5;
    return jwk.substr(at, jwk.find('"', at) - at);
  };
  const std::string mixed = replaced(curve().jwk("k"), y_of(curve().jwk("k")), y_of(other));
  CHECK(problem_of(mixed).find("is no valid key") != std::string::npos);
  const std::string zeros(64, 'A');
  CHECK(problem_of(replaced(curve().jwk("k"), y_of(curve().jwk("k")), zeros)).find("is no valid key") !=
        std::string::npos);
}

TEST_CASE("an RSA key with an odd exponent of 1, an even one or a huge one is left out", "[adapters][sign_in]") {
  const std::string good = rsa().jwk("k");
  for (const std::string& exponent : {std::string("AQ"), std::string("Ag"), std::string("AQAAAAAB")}) {
    INFO(exponent);
    CHECK(problem_of(replaced(good, R"("e":"AQAB")", R"("e":")" + exponent + "\"")).find("exponent") !=
          std::string::npos);
  }
}

TEST_CASE("of two keys with one kid neither is used", "[adapters][sign_in]") {
  const auto set =
      read_key_set(tests::key_set({curve().jwk("a"), KeyPair("P-384").jwk("a"), rsa().jwk("b")}), "keys.json");
  REQUIRE(set);
  CHECK(set->find("a") == nullptr);
  CHECK(set->find("b") != nullptr);
  CHECK(set->skipped.size() == 2);
  // Also when one of the two could not be used anyhow.
  CHECK_FALSE(read_key_set(tests::key_set({curve().jwk("a"), R"({"kty":"oct","kid":"a"})"}), "keys.json"));
}

TEST_CASE("unusable keys do not keep the others from being used", "[adapters][sign_in]") {
  const auto set = read_key_set(tests::key_set({R"({"kty":"PQC","kid":"x"})", "7", curve().jwk("k")}), "keys.json");
  REQUIRE(set);
  CHECK(set->keys.size() == 1);
  CHECK(set->skipped == std::vector<std::string>{"key 1: is of an unknown kind", "key 2: is no object"});
}

TEST_CASE("what is no key set is an error that names its file", "[adapters][sign_in]") {
  for (const std::string& text : {std::string(), std::string("{"), std::string("[]"), std::string("{}"),
                                  std::string(R"({"keys":{}})"), std::string(R"({"keys":[]})"), curve().jwk("k")}) {
    INFO(text);
    const auto set = read_key_set(text, "keys.json");
    REQUIRE_FALSE(set);
    CHECK(set.error().code == core::ErrorCode::invalid_input);
    CHECK(set.error().message.rfind("keys.json: ", 0) == 0);
  }
  CHECK_FALSE(read_key_set(std::string(most_key_set_bytes + 1, ' '), "keys.json"));
}

TEST_CASE("base64url has one spelling for every value", "[adapters][sign_in]") {
  for (const std::string& bytes : {std::string(), std::string("\0", 1), std::string("\xff\xfe"), std::string("abc"),
                                   std::string("\xfb\xff\xbf\x00", 4)}) {
    CHECK(from_base64url(to_base64url(bytes)) == bytes);
  }
  for (const char* text : {"A", "AB", "AAB", "AA=", "AA==", "A A", "+A", "/A", "AAAAA", "AA\n"}) {
    INFO(text);
    CHECK_FALSE(from_base64url(text));
  }
  CHECK(from_base64url("AA") == std::string("\0", 1));
  CHECK(from_base64url("-_8") == std::string("\xfb\xff"));
}
