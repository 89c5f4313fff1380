#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include <rapidcheck.h>
#include <catch2/catch.hpp>

#include "adapters/sign_in/client_token.hpp"
#include "tests/adapters/sign_in_keys.hpp"

using namespace guardian;
using namespace guardian::adapters::sign_in;
using guardian::tests::KeyPair;
using guardian::tests::token_time;
using guardian::tests::TokenDraft;

namespace {

constexpr const char* path = "/cds-services/a";

const KeyPair& pair_of(const std::string& kind) {
  static const KeyPair p256("P-256");
  static const KeyPair p384("P-384");
  static const KeyPair p521("P-521");
  static const KeyPair rsa("RSA");
  static const KeyPair edwards("Ed25519");
  if (kind == "P-256") return p256;
  if (kind == "P-384") return p384;
  if (kind == "P-521") return p521;
  return kind == "RSA" ? rsa : edwards;
}

std::chrono::sys_seconds at(std::int64_t offset = 0) {
  return std::chrono::sys_seconds(std::chrono::seconds(token_time + offset));
}

ClientVerifierSettings settings_with(const std::string& keys) {
  ClientVerifierSettings settings;
  settings.public_base_url = "https://cds.example.org";
  settings.issuers = {{"https://ehr.example.org", "", keys, "", {}}};
  return settings;
}

std::unique_ptr<ClientVerifier> verifier_of(ClientVerifierSettings settings) {
  auto made = ClientVerifier::create(std::move(settings));
  if (!made) FAIL(made.error().message);
  return std::move(*made);
}

std::unique_ptr<ClientVerifier> verifier() {
  return verifier_of(settings_with(tests::key_set({pair_of("P-384").jwk("key-1")})));
}

TokenVerdict verdict_of(const std::string& token, std::int64_t offset = 0) {
  return verifier()->verify("Bearer " + token, path, at(offset));
}

std::string refusal_of(const TokenDraft& draft, std::int64_t offset = 0) {
  const TokenVerdict verdict = verdict_of(draft.token(pair_of("P-384")), offset);
  return verdict.client ? "accepted" : std::string(to_string(verdict.refusal));
}

}  // namespace

TEST_CASE("a token of a trusted issuer for the endpoint that is called is accepted", "[adapters][sign_in]") {
  TokenDraft draft;
  draft.claim("tenant", R"("ward")");
  const TokenVerdict verdict = verdict_of(draft.token(pair_of("P-384")));
  REQUIRE(verdict.client);
  CHECK(*verdict.client == ClientIdentity{"https://ehr.example.org", "ward", "key-1"});
}

TEST_CASE("every algorithm that is allowed verifies with a key of its kind", "[adapters][sign_in]") {
  const std::vector<std::pair<std::string, std::string>> kinds{
      {"ES256", "P-256"}, {"ES384", "P-384"}, {"ES512", "P-521"},  {"RS256", "RSA"},
      {"RS384", "RSA"},   {"RS512", "RSA"},   {"EdDSA", "Ed25519"}};
  for (const auto& [algorithm, kind] : kinds) {
    INFO(algorithm);
    const auto checked = verifier_of(settings_with(tests::key_set({pair_of(kind).jwk("key-1")})));
    TokenDraft draft;
    draft.head("alg", "\"" + algorithm + "\"");
    CHECK(checked->verify("Bearer " + draft.token(pair_of(kind), algorithm), path, at()).client.has_value());
  }
}

TEST_CASE("the example token of the CDS Hooks text verifies with its example key", "[adapters][sign_in]") {
  // cds-hooks.hl7.org, "Trusting CDS Clients": issued in 2011, good until 2015.
  const std::string key = R"({"kty":"EC","use":"sig","crv":"P-384","kid":"example-kid","alg":"ES384",)"
                          R"("x":"46SDH7Znh821wblCBglA61sNE9ZrHYKKt3qRtRTmSXyOI_FIGBLWrWa0GPUkDCEk",)"
                          R"("y":"XMcRuuoGW7CXjQdy-F5i3FeBE0x9hPLdeFdSoDd3ELmx404tLX0VRRcqzAsPhXcI"})";
  const std::string token =
      "eyJhbGciOiJFUzM4NCIsInR5cCI6IkpXVCIsImtpZCI6ImV4YW1wbGUta2lkIiwiamt1IjoiaHR0cHM6Ly9maGlyLWVoci5leGFtcGxlLmNvbS9q"
      "d2tfdXJpIn0.eyJpc3MiOiJodHRwczovL2ZoaXItZWhyLmV4YW1wbGUuY29tLyIsImF1ZCI6Imh0dHBzOi8vY2RzLmV4YW1wbGUub3JnL2Nkcy1z"
      "ZXJ2aWNlcy9zb21lLXNlcnZpY2UiLCJleHAiOjE0MjI1Njg4NjAsImlhdCI6MTMxMTI4MDk3MCwianRpIjoiZWUyMmIwMjEtZTFiNy00NjExLWJh"
      "NWItOGVlYzZhMzNhYzFlIiwidGVuYW50IjoiMmRkZDZjM2EtOGU5YS00NGM2LWEzMDUtNTIxMTFhZDMwMmEyIn0.d1WfLjGRKlcWB94l9do4cM8R"
      "EXeYJLL6SGUBO8VHZhfM8mwKYP70EMxJ67War4TQblEpaQrp11wx5p7oPFm2ETYgCicS84vXWEIYTdjooZdooCSDf2L8-i4awdoUwiEb";
  ClientVerifierSettings settings = settings_with(tests::key_set({key}));
  settings.issuers.front().issuer = "https://fhir-ehr.example.com/";
  const auto now = std::chrono::sys_seconds(std::chrono::seconds(1'311'281'000));

  SECTION("as it stands, where a life of years is allowed") {
    settings.most_lifetime = std::chrono::hours(24 * 365 * 10);
    const auto verdict = verifier_of(settings)->verify("Bearer " + token, "/cds-services/some-service", now);
    REQUIRE(verdict.client);
    CHECK(verdict.client->tenant == "2ddd6c3a-8e9a-44c6-a305-52111ad302a2");
  }
  SECTION("but its life is too long for the usual settings") {
    const auto verdict = verifier_of(settings)->verify("Bearer " + token, "/cds-services/some-service", now);
    CHECK(verdict.refusal == TokenRefusal::lifetime_too_long);
  }
}

TEST_CASE("a call without a bearer token is told that it needs one", "[adapters][sign_in]") {
  for (const std::string& header : {std::string(), std::string("Bearer"), std::string("Bearer "),
                                    std::string("Basic dXNlcjpwYXNz"), std::string("Bearer a b")}) {
    INFO(header);
    const auto verdict = verifier()->verify(header, path, at());
    CHECK_FALSE(verdict.client);
    CHECK(verdict.refusal == TokenRefusal::missing);
  }
  CHECK(authenticate_header(TokenRefusal::missing) == "Bearer");
  CHECK(verifier()->verify("bearer " + TokenDraft().token(pair_of("P-384")), path, at()).client.has_value());
}

TEST_CASE("what is no token of three parts with JSON in two is malformed", "[adapters][sign_in]") {
  const std::string good = TokenDraft().token(pair_of("P-384"));
  const auto rest = good.substr(good.find('.'));
  for (const std::string& token :
       {std::string("abc"), std::string(".."), good + ".", good + "=", good.substr(0, good.rfind('.')),
        "." + rest.substr(1), tests::to_base64url("[]") + rest, tests::to_base64url("{\"alg\":") + rest,
        tests::to_base64url(R"({"alg":"ES384","typ":"JWT","kid":1})") + rest}) {
    INFO(token);
    CHECK(verdict_of(token).refusal == TokenRefusal::malformed);
  }
}

TEST_CASE("a member that stands twice makes a token malformed", "[adapters][sign_in]") {
  TokenDraft draft;
  draft.claims.emplace_back("jti", R"("id-2")");
  CHECK(refusal_of(draft) == "malformed");
  TokenDraft other;
  other.header.emplace_back("alg", R"("ES384")");
  CHECK(refusal_of(other) == "malformed");
}

TEST_CASE("header and claims are each refused for their own reason", "[adapters][sign_in]") {
  struct Row {
    bool header;
    std::string name;
    std::string value;
    std::string expected;
  };
  const std::string past = std::to_string(token_time - 61);
  const std::vector<Row> rows{
      {true, "typ", "", "wrong_type"},
      {true, "typ", R"("JOSE")", "wrong_type"},
      {true, "kid", "", "missing_key_id"},
      {true, "kid", R"("")", "missing_key_id"},
      {true, "kid", R"("key-2")", "unknown_key"},
      {true, "alg", "", "malformed"},
      {true, "alg", R"("none")", "algorithm_refused"},
      {true, "alg", R"("None")", "algorithm_refused"},
      {true, "alg", R"("HS256")", "algorithm_refused"},
      {true, "alg", R"("HS384")", "algorithm_refused"},
      {true, "alg", R"("es384")", "algorithm_refused"},
      {true, "alg", R"("ES256")", "algorithm_refused"},
      {true, "alg", R"("RS384")", "algorithm_refused"},
      {true, "crit", R"(["exp"])", "malformed"},
      {false, "iss", "", "missing_claim"},
      {false, "aud", "", "missing_claim"},
      {false, "aud", "[]", "missing_claim"},
      {false, "exp", "", "missing_claim"},
      {false, "iat", "", "missing_claim"},
      {false, "jti", "", "missing_claim"},
      {false, "jti", R"("")", "missing_claim"},
      {false, "jti", "7", "malformed"},
      {false, "exp", R"("1800000300")", "malformed"},
      {false, "exp", "-1", "malformed"},
      {false, "exp", "1e300", "malformed"},
      {false, "iss", R"("https://other.example.org")", "unknown_issuer"},
      {false, "iss", R"("https://ehr.example.org/")", "unknown_issuer"},
      {false, "aud", R"("https://cds.example.org/cds-services/b")", "wrong_audience"},
      {false, "aud", R"("https://cds.example.org/cds-services")", "wrong_audience"},
      {false, "aud", R"("https://cds.example.org/cds-services/a/")", "wrong_audience"},
      {false, "aud", R"("http://cds.example.org/cds-services/a")", "wrong_audience"},
      {false, "aud", R"(["https://other.example.org/cds-services/a"])", "wrong_audience"},
      {false, "exp", past, "expired"},
      {false, "iat", std::to_string(token_time + 61), "not_yet_valid"},
      {false, "nbf", std::to_string(token_time + 61), "not_yet_valid"},
      {false, "exp", std::to_string(token_time + 3'601), "lifetime_too_long"},
      {false, "exp", std::to_string(token_time), "lifetime_too_long"},
  };
  for (const Row& row : rows) {
    INFO(row.name << " = " << row.value);
    TokenDraft draft;
    if (row.header) {
      draft.head(row.name, row.value);
    } else {
      draft.claim(row.name, row.value);
    }
    CHECK(refusal_of(draft) == row.expected);
  }
}

TEST_CASE("the limits of time are met to the second", "[adapters][sign_in]") {
  const TokenDraft draft;
  CHECK(refusal_of(draft, 300 + 59) == "accepted");
  CHECK(refusal_of(draft, 300 + 60) == "expired");
  CHECK(refusal_of(draft, -60) == "accepted");
  CHECK(refusal_of(draft, -61) == "not_yet_valid");
  TokenDraft hour;
  hour.claim("exp", std::to_string(token_time + 3'600));
  CHECK(refusal_of(hour) == "accepted");
}

TEST_CASE("an audience may be a list that holds the endpoint", "[adapters][sign_in]") {
  TokenDraft draft;
  draft.claim("aud", R"(["https://other.example.org","https://cds.example.org/cds-services/a"])");
  CHECK(refusal_of(draft) == "accepted");
}

TEST_CASE("a signature by another key, of another form, or over other bytes does not fit", "[adapters][sign_in]") {
  const TokenDraft draft;
  const KeyPair stranger("P-384");
  CHECK(verdict_of(draft.token(stranger)).refusal == TokenRefusal::bad_signature);
  CHECK(verdict_of(draft.token(pair_of("P-384"), "ES256")).refusal == TokenRefusal::bad_signature);
  // DER in place of the 96 bytes r and s
  CHECK(verdict_of(draft.token(pair_of("P-384"), "ES384", true)).refusal == TokenRefusal::bad_signature);
  CHECK(verdict_of(draft.signed_bytes() + ".").refusal == TokenRefusal::bad_signature);
  const std::string zeros = tests::to_base64url(std::string(96, '\0'));
  CHECK(verdict_of(draft.signed_bytes() + "." + zeros).refusal == TokenRefusal::bad_signature);

  TokenDraft other;
  other.claim("jti", R"("id-2")");
  const std::string good = draft.token(pair_of("P-384"));
  CHECK(verdict_of(other.signed_bytes() + good.substr(good.rfind('.'))).refusal == TokenRefusal::bad_signature);
}

TEST_CASE("the key decides the algorithm, not the token", "[adapters][sign_in]") {
  // The public key as a secret for HMAC, and a key that names one algorithm of its family.
  const auto checked = verifier_of(settings_with(tests::key_set({pair_of("RSA").jwk("key-1", R"(,"alg":"RS384")")})));
  TokenDraft draft;
  for (const std::string& algorithm :
       {std::string("RS256"), std::string("RS512"), std::string("HS256"), std::string("ES384")}) {
    INFO(algorithm);
    draft.head("alg", "\"" + algorithm + "\"");
    const auto verdict = checked->verify("Bearer " + draft.token(pair_of("RSA"), algorithm), path, at());
    CHECK(verdict.refusal == TokenRefusal::algorithm_refused);
    CHECK_FALSE(verdict.client);
  }
  draft.head("alg", R"("RS384")");
  CHECK(checked->verify("Bearer " + draft.token(pair_of("RSA"), "RS384"), path, at()).client.has_value());
}

TEST_CASE("an issuer cannot speak with the key of another", "[adapters][sign_in]") {
  auto settings = settings_with(tests::key_set({pair_of("P-384").jwk("key-1")}));
  const KeyPair second("P-384");
  settings.issuers.push_back({"https://clinic.example.org", "", tests::key_set({second.jwk("key-2")}), "", {}});
  const auto checked = verifier_of(settings);
  TokenDraft draft;
  draft.claim("iss", R"("https://clinic.example.org")");
  CHECK(checked->verify("Bearer " + draft.token(pair_of("P-384")), path, at()).refusal == TokenRefusal::unknown_key);
  draft.head("kid", R"("key-2")");
  CHECK(checked->verify("Bearer " + draft.token(pair_of("P-384")), path, at()).refusal == TokenRefusal::bad_signature);
  CHECK(checked->verify("Bearer " + draft.token(second), path, at()).client.has_value());
}

TEST_CASE("an issuer with tenants is believed for these only", "[adapters][sign_in]") {
  auto settings = settings_with(tests::key_set({pair_of("P-384").jwk("key-1")}));
  settings.issuers.front().tenants = {"north", "south"};
  const auto checked = verifier_of(settings);
  TokenDraft draft;
  CHECK(checked->verify("Bearer " + draft.token(pair_of("P-384")), path, at()).refusal == TokenRefusal::wrong_tenant);
  draft.claim("tenant", R"("west")");
  CHECK(checked->verify("Bearer " + draft.token(pair_of("P-384")), path, at()).refusal == TokenRefusal::wrong_tenant);
  draft.claim("tenant", R"("south")");
  CHECK(checked->verify("Bearer " + draft.token(pair_of("P-384")), path, at()).client.has_value());
}

TEST_CASE("any changed byte of a token is refused", "[adapters][sign_in][property]") {
  static const std::string good = TokenDraft().token(pair_of("P-384"));
  REQUIRE(verdict_of(good).client);
  static const auto checked = verifier();
  CHECK(rc::check("one byte, any other value", [] {
    const auto place = *rc::gen::inRange<std::size_t>(0, good.size());
    std::string changed = good;
    changed[place] = static_cast<char>(*rc::gen::inRange(0, 256));
    RC_PRE(changed != good);
    RC_ASSERT(!checked->verify("Bearer " + changed, path, at()).client);
  }));
  CHECK(rc::check("one byte, of the same alphabet", [] {
    static const std::string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const auto place = *rc::gen::inRange<std::size_t>(0, good.size());
    std::string changed = good;
    changed[place] = alphabet[*rc::gen::inRange<std::size_t>(0, alphabet.size())];
    RC_PRE(changed != good);
    RC_ASSERT(!checked->verify("Bearer " + changed, path, at()).client);
  }));
  CHECK(checked->verify("Bearer " + good, path, at()).client.has_value());
}

TEST_CASE("the last characters of a signature have one spelling", "[adapters][sign_in]") {
  // The 256 bytes of an RSA signature leave four bits of their last character unused.
  const auto checked = verifier_of(settings_with(tests::key_set({pair_of("RSA").jwk("key-1")})));
  TokenDraft draft;
  draft.head("alg", R"("RS384")");
  const std::string good = draft.token(pair_of("RSA"), "RS384");
  // Once it is accepted any other spelling would be taken for a replay: both count.
  int read = 0;
  for (char c = ' '; c < '\x7f'; ++c) {
    std::string changed = good;
    changed.back() = c;
    const TokenVerdict verdict = checked->verify("Bearer " + changed, path, at());
    if (verdict.client || verdict.refusal == TokenRefusal::replayed) ++read;
  }
  CHECK(read == 1);
}

TEST_CASE("a token is accepted once", "[adapters][sign_in]") {
  const auto checked = verifier();
  const std::string token = "Bearer " + TokenDraft().token(pair_of("P-384"));
  CHECK(checked->verify(token, path, at()).client.has_value());
  CHECK(checked->verify(token, path, at(1)).refusal == TokenRefusal::replayed);
  CHECK(checked->verify(token, path, at(359)).refusal == TokenRefusal::replayed);
  CHECK(checked->verify(token, path, at(360)).refusal == TokenRefusal::expired);
  // The same id in another token is as bad.
  TokenDraft other;
  other.claim("exp", std::to_string(token_time + 200));
  CHECK(checked->verify("Bearer " + other.token(pair_of("P-384")), path, at()).refusal == TokenRefusal::replayed);
}

TEST_CASE("a refused token does not use up its id", "[adapters][sign_in]") {
  const auto checked = verifier();
  const std::string token = "Bearer " + TokenDraft().token(pair_of("P-384"));
  CHECK(checked->verify(token, "/cds-services/b", at()).refusal == TokenRefusal::wrong_audience);
  CHECK(checked->verify(token, path, at()).client.has_value());
}

TEST_CASE("of eight threads with one token exactly one is let in", "[adapters][sign_in]") {
  const auto checked = verifier();
  for (int round = 0; round < 20; ++round) {
    TokenDraft draft;
    draft.claim("jti", "\"round-" + std::to_string(round) + "\"");
    const std::string token = "Bearer " + draft.token(pair_of("P-384"));
    std::atomic<int> accepted{0};
    std::atomic<int> replayed{0};
    {
      std::vector<std::jthread> threads;
      for (int thread = 0; thread < 8; ++thread) {
        threads.emplace_back([&] {
          const TokenVerdict verdict = checked->verify(token, path, at());
          if (verdict.client) ++accepted;
          if (!verdict.client && verdict.refusal == TokenRefusal::replayed) ++replayed;
        });
      }
    }
    CHECK(accepted == 1);
    CHECK(replayed == 7);
  }
}

TEST_CASE("a full store of tokens refuses rather than forgets, and makes room by time", "[adapters][sign_in]") {
  auto settings = settings_with(tests::key_set({pair_of("P-384").jwk("key-1")}));
  settings.most_tokens_alive = 2;
  const auto checked = verifier_of(settings);
  const auto call = [&](const std::string& id, std::int64_t offset) {
    TokenDraft draft;
    draft.claim("jti", "\"" + id + "\"").claim("iat", std::to_string(token_time + offset));
    draft.claim("exp", std::to_string(token_time + offset + 300));
    return checked->verify("Bearer " + draft.token(pair_of("P-384")), path, at(offset));
  };
  CHECK(call("a", 0).client.has_value());
  CHECK(call("b", 10).client.has_value());
  CHECK(call("c", 20).refusal == TokenRefusal::too_many_tokens);
  CHECK(call("a", 20).refusal == TokenRefusal::replayed);
  CHECK(call("c", 360).client.has_value());
  CHECK(call("d", 360).refusal == TokenRefusal::too_many_tokens);
}

TEST_CASE("no refusal says anything of the token", "[adapters][sign_in]") {
  for (int value = 0; value <= static_cast<int>(TokenRefusal::too_many_tokens); ++value) {
    const auto refusal = static_cast<TokenRefusal>(value);
    INFO(to_string(refusal));
    CHECK((http_status(refusal) == 401 || http_status(refusal) == 503));
    CHECK(authenticate_header(refusal).find_first_of("\r\n") == std::string::npos);
    CHECK_FALSE(explain(refusal).empty());
  }
  CHECK(http_status(TokenRefusal::replayed) == 401);
  CHECK(http_status(TokenRefusal::keys_unavailable) == 503);
}
