// What the service counts of its cards.

#include <map>

#include "tests/adapters/served.hpp"

using namespace guardian::tests;

TEST_CASE("cards that go out are counted by their indicator", "[adapters][service]") {
  const Served service(demo_settings());
  CHECK(service.get("/metrics")->body.find("guardian_cards_total{") == std::string::npos);
  std::map<std::string, int> sent;
  for (int i = 0; i < 2; ++i) {
    const auto reply = service.post("/cds-services/guardian-order-sign", order_sign().dump());
    REQUIRE(reply->status == 200);
    const Json answer = Json::parse(reply->body);
    for (const Json& card : answer["cards"]) ++sent[card["indicator"]];
  }
  REQUIRE(sent["critical"] >= 2);
  const std::string counted = service.get("/metrics")->body;
  for (const auto& [indicator, count] : sent) {
    INFO(indicator);
    CHECK(counted.find("guardian_cards_total{indicator=\"" + indicator + "\"} " + std::to_string(count)) !=
          std::string::npos);
  }
}
