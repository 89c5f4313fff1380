// CDS clients that have to sign in, at the service: each call with its own token, for the address that it calls.

#include <chrono>
#include <utility>

#include "tests/adapters/service_calls.hpp"
#include "tests/adapters/sign_in_keys.hpp"

using namespace guardian::tests;
using guardian::adapters::http::Fields;

namespace {

const std::string base = "https://guardian.example.org";
const std::string issuer = "https://ehr.example.org";

std::int64_t now() {
  return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

struct SignedCalls {
  KeyPair key{"P-384"};
  TestService service;
  int count = 0;

  explicit SignedCalls(guardian::adapters::service::ServiceSettings settings = {}) {
    settings.public_url = base;
    guardian::adapters::sign_in::TrustedIssuer trusted;
    trusted.issuer = issuer;
    trusted.keys = R"({"keys":[)" + key.jwk("k1") + "]}";
    settings.cds_clients.push_back(trusted);
    service = service_of(settings);
  }

  std::string token(const std::string& path, const std::string& id) {
    const Json header{{"alg", "ES384"}, {"kid", "k1"}, {"typ", "JWT"}};
    const Json claims{{"iss", issuer}, {"aud", base + path}, {"iat", now()}, {"exp", now() + 240}, {"jti", id}};
    const std::string text = to_base64url(header.dump()) + "." + to_base64url(claims.dump());
    return text + "." + to_base64url(key.sign(text, "SHA384"));
  }

  guardian::adapters::http::Reply call(const std::string& method, const std::string& path, const std::string& body,
                                       const std::string& bearer) const {
    Fields headers{{"Content-Type", "application/json"}};
    if (!bearer.empty()) headers.emplace_back("Authorization", "Bearer " + bearer);
    return service.call(method, path, body, headers);
  }
};

}  // namespace

TEST_CASE("a CDS client signs in for each address, discovery and feedback too, and once with each token",
          "[adapters][service][sign_in]") {
  SignedCalls calls;
  const std::string sign = "/cds-services/guardian-order-sign";
  CHECK(calls.call("GET", "/cds-services", "", "").status == 401);
  CHECK(calls.call("GET", "/cds-services", "", calls.token("/cds-services", "a")).status == 200);
  CHECK(calls.call("POST", sign, order_sign().dump(), "").status == 401);
  const std::string token = calls.token(sign, "b");
  const auto answer = calls.call("POST", sign, order_sign().dump(), token);
  CHECK(cards_of(answer).size() >= 1);
  const auto again = calls.call("POST", sign, order_sign().dump(), token);
  CHECK(again.status == 401);
  CHECK(again.body.find(token) == std::string::npos);
  CHECK(calls.call("POST", sign, order_sign().dump(), calls.token("/cds-services", "c")).status == 401);
  CHECK(calls.call("POST", sign + "/feedback", R"({"feedback":[]})", calls.token(sign, "d")).status == 401);
  CHECK(calls.call("POST", sign + "/feedback", R"({"feedback":[]})", calls.token(sign + "/feedback", "e")).status ==
        200);
  // The API has keys, and none is named.
  CHECK(calls.call("GET", "/v1/knowledge", "", calls.token("/v1/knowledge", "f")).status == 401);
  for (const std::string& line : *calls.service.log) {
    CHECK(line.find(token) == std::string::npos);
    CHECK(line.find("signature") == std::string::npos);
  }
  CHECK(calls.service.log->back().find("\"client\"") != std::string::npos);
}

TEST_CASE("tokens that fail are limited too, and a good one waits with them", "[adapters][service][sign_in]") {
  guardian::adapters::service::ServiceSettings settings;
  settings.failed_sign_ins.burst = 3;
  settings.failed_sign_ins.per_second = 0.001;
  SignedCalls calls(std::move(settings));
  for (int i = 0; i < 10; ++i) {
    CHECK(calls.call("GET", "/cds-services", "", calls.token("/cds-services", "good" + std::to_string(i))).status ==
          200);
  }
  const std::string used = calls.token("/cds-services", "good0");
  for (int i = 0; i < 3; ++i) CHECK(calls.call("GET", "/cds-services", "", used).status == 401);
  const auto held = calls.call("GET", "/cds-services", "", calls.token("/cds-services", "late"));
  CHECK(held.status == 429);
  CHECK_FALSE(header_of(held, "Retry-After").empty());
}

TEST_CASE("a preflight is answered before sign-in, and a refused call keeps its CORS headers",
          "[adapters][service][sign_in]") {
  guardian::adapters::service::ServiceSettings settings;
  settings.public_url = base;
  settings.origins = {"https://ehr.example.org"};
  guardian::adapters::sign_in::TrustedIssuer trusted;
  trusted.issuer = issuer;
  trusted.keys = R"({"keys":[)" + KeyPair("P-384").jwk("k1") + "]}";
  settings.cds_clients.push_back(trusted);
  const auto service = service_of(settings);
  const std::string sign = "/cds-services/guardian-order-sign";
  const auto preflight = service.call("OPTIONS", sign, "",
                                      {{"Origin", "https://ehr.example.org"},
                                       {"Access-Control-Request-Method", "POST"},
                                       {"Access-Control-Request-Headers", "authorization,content-type"}});
  CHECK(preflight.status == 204);
  const auto refused =
      service.call("POST", sign, "{}", {{"Origin", "https://ehr.example.org"}, {"Content-Type", "application/json"}});
  CHECK(refused.status == 401);
  CHECK(header_of(refused, "Access-Control-Allow-Origin") == "https://ehr.example.org");
}
