// Sign-ins that fail, over real sockets: a flood of them is refused before anything is verified, and holds up nobody
// who comes from elsewhere.

#include <fstream>

#include "adapters/sign_in/api_keys.hpp"
#include "tests/adapters/served.hpp"

using namespace guardian::tests;
namespace sign_in = guardian::adapters::sign_in;

namespace {

struct Guarded {
  TemporaryFolder folder;
  std::string key;
  guardian::adapters::service::ServiceSettings settings;

  Guarded() {
    const auto made = sign_in::new_api_key("ward", sign_in::ApiRole::reader);
    REQUIRE(made);
    key = made->key;
    settings.api_keys = folder.path() / "keys";
    std::ofstream(settings.api_keys) << made->line << '\n';
    settings.failed_sign_ins.burst = 3;
    settings.failed_sign_ins.per_second = 0.001;
  }
};

httplib::Headers from(const std::string& key, const std::string& forwarded) {
  httplib::Headers headers{{"Authorization", "Bearer " + key}};
  if (!forwarded.empty()) headers.emplace("X-Forwarded-For", forwarded);
  return headers;
}

const std::string wrong(43, 'A');

int status(const Served& service, const std::string& key, const std::string& forwarded = {}) {
  return service.get("/v1/knowledge", from(key, forwarded))->status;
}

}  // namespace

TEST_CASE("sign-ins that fail are limited by address, before they are verified", "[adapters][service][sign_in]") {
  const Guarded guarded;
  const Served service(guarded.settings);
  for (int i = 0; i < 10; ++i) CHECK(status(service, guarded.key) == 200);  // they count nothing
  for (int i = 0; i < 3; ++i) CHECK(status(service, wrong) == 401);
  const auto held = service.get("/v1/knowledge", from(wrong, {}));
  CHECK(held->status == 429);
  CHECK(std::stoi(held->get_header_value("Retry-After")) >= 1);
  CHECK(Json::parse(held->body).at("resourceType") == "OperationOutcome");
  // What needs no sign-in is answered all the same.
  CHECK(service.get("/healthz")->status == 200);
}

TEST_CASE("behind a proxy the address is the one that the proxy saw, and others are not shut out",
          "[adapters][service][sign_in]") {
  Guarded guarded;
  guarded.settings.behind_tls = true;
  const Served service(guarded.settings);
  // Whatever a client writes before the last address does not make it another client.
  for (int i = 0; i < 3; ++i) CHECK(status(service, wrong, "10.0.0." + std::to_string(i) + ", 203.0.113.9") == 401);
  CHECK(status(service, wrong, "10.0.0.77, 203.0.113.9") == 429);
  CHECK(status(service, guarded.key, "203.0.113.9") == 429);
  CHECK(status(service, guarded.key, "203.0.113.10") == 200);
  // A client has all of its network of 64 bits.
  for (int i = 0; i < 3; ++i) CHECK(status(service, wrong, "2001:db8:0:1::" + std::to_string(i + 1)) == 401);
  CHECK(status(service, wrong, "2001:db8:0:1:ffff::9") == 429);
  CHECK(status(service, guarded.key, "2001:db8:0:2::1") == 200);
}

TEST_CASE("where a proxy does not say who calls, a flood does not shut out everybody", "[adapters][service][sign_in]") {
  Guarded guarded;
  guarded.settings.behind_tls = true;
  const Served service(guarded.settings);
  for (int i = 0; i < 10; ++i) CHECK(status(service, wrong) == 401);
  CHECK(status(service, guarded.key) == 200);
}

TEST_CASE("a forwarded address is nothing where no proxy is said to be in front", "[adapters][service][sign_in]") {
  const Guarded guarded;
  const Served service(guarded.settings);
  for (int i = 0; i < 3; ++i) CHECK(status(service, wrong, "203.0.113." + std::to_string(i)) == 401);
  CHECK(status(service, wrong, "203.0.113.99") == 429);
}
