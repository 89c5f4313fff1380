// A service that is started again: feedback on its cards, and the review behind a card's link, work from the ledger,
// unless the case was erased. Over real sockets.

#include "adapters/ledger/row_codec.hpp"
#include "audit/ledger/ledger.hpp"
#include "tests/adapters/served.hpp"

using namespace guardian::tests;
namespace adapters = guardian::adapters;

namespace {

const std::string sign = "/cds-services/guardian-order-sign";

struct Kept {
  TemporaryFolder folder;
  adapters::service::ServiceSettings settings = demo_settings();

  explicit Kept(bool deidentified = false) {
    settings.ledger = adapters::LedgerSettings{folder.path() / "ledger.db", {}, deidentified};
  }

  // Destroys the key of a patient, as `guardian ledger erase` does beside a service that runs.
  void erase(const std::string& patient) const {
    auto key = adapters::ledger_key(*settings.ledger, false);
    REQUIRE(key);
    guardian::audit::ledger::LedgerOptions options;
    options.key = *key;
    auto book = guardian::audit::ledger::Ledger::open(settings.ledger->place, std::move(options));
    REQUIRE(book);
    REQUIRE((*book)->erase(patient, 1, adapters::encode_erasure("patient-request")));
  }
};

Json feedback_on(const Json& card) {
  return {{"feedback", Json::array({{{"card", card.at("uuid")},
                                     {"outcome", "overridden"},
                                     {"overrideReason", {{"reason", {{"code", "will-monitor"}, {"system", "s"}}}}},
                                     {"outcomeTimestamp", "2026-11-02T08:01:00Z"}}})}};
}

std::string address_of(const Json& card) {
  const std::string link = card.at("links").at(0).at("url");
  return "/v1/reviews/" + link.substr(link.find("?review=") + 8);
}

Json first_card(const Served& service) {
  const auto reply = service.post(sign, order_sign().dump());
  REQUIRE(reply->status == 200);
  return Json::parse(reply->body).at("cards").at(0);
}

}  // namespace

TEST_CASE("after a restart the review behind a card is the same, with its picture and its words",
          "[adapters][service][restart]") {
  const Kept kept;
  Json card;
  std::string before;
  std::string picture;
  {
    const Served service(kept.settings);
    card = first_card(service);
    before = service.get(address_of(card))->body;
    picture = service.get(address_of(card) + "/picture")->body;
  }
  const Served again(kept.settings);
  const auto after = again.get(address_of(card));
  REQUIRE(after->status == 200);
  CHECK(Json::parse(after->body) == Json::parse(before));
  CHECK(after->get_header_value("Guardian-Explanation") == "template");
  CHECK(again.get(address_of(card) + "/picture")->body == picture);
  CHECK(again.get(address_of(card) + "/case")->status == 200);
  const Json review = Json::parse(after->body);
  // Also by its place in the ledger.
  CHECK(again.get("/v1/reviews/" + std::to_string(review["ledger"]["sequence"].get<int>()))->status == 200);
  CHECK(again.get("/v1/reviews/999")->status == 404);
  const auto override = again.post("/v1/overrides", Json{{"review", address_of(card).substr(12)},
                                                         {"finding", review["findings"][0]["id"]},
                                                         {"reason", "will-monitor"}}
                                                        .dump());
  CHECK(override->status == 201);
}

TEST_CASE("after a restart feedback on a card of before is rows of the ledger about its review",
          "[adapters][service][restart]") {
  for (const bool deidentified : {false, true}) {
    const Kept kept(deidentified);
    Json card;
    {
      const Served service(kept.settings);
      card = first_card(service);
    }
    const Served again(kept.settings);
    const auto told = again.post(sign + "/feedback", feedback_on(card).dump());
    INFO(told->body);
    CHECK(told->status == 200);
    const Json row = Json::parse(again.get("/v1/ledger/1")->body);
    CHECK(row.at("about").size() >= 1);
    CHECK(Json::parse(again.get("/v1/ledger/2")->body).at("row").at("kind") == "override");
    // A card of another service, or of nobody, stays unknown.
    CHECK(again.post("/cds-services/guardian-order-select/feedback", feedback_on(card).dump())->status == 404);
    Json other = card;
    other["uuid"] = "00000000-0000-4000-8000-000000000000";
    CHECK(again.post(sign + "/feedback", feedback_on(other).dump())->status == 404);
    if (deidentified) CHECK(again.get(address_of(card))->status == 404);  // no case is kept, so none can be shown
  }
}

TEST_CASE("of a case that was erased nothing is shown and nothing taken, before a restart and after",
          "[adapters][service][restart]") {
  const Kept kept;
  Json card;
  const auto check_gone = [&](const Served& service) {
    for (const std::string path : {"", "/case", "/picture"}) {
      const auto reply = service.get(address_of(card) + path);
      CHECK(reply->status == 410);
      CHECK(Json::parse(reply->body).at("issue")[0].at("code") == "deleted");
      CHECK(reply->body.find("warfarin") == std::string::npos);
    }
    CHECK(service.post(sign + "/feedback", feedback_on(card).dump())->status == 410);
    CHECK(service
              .post("/v1/overrides",
                    Json{{"review", address_of(card).substr(12)}, {"finding", "x"}, {"reason", "will-monitor"}}.dump())
              ->status == 410);
  };
  {
    const Served service(kept.settings);
    card = first_card(service);
    CHECK(service.get(address_of(card))->status == 200);
    kept.erase("p1");
    check_gone(service);
    check_gone(service);
  }
  const Served again(kept.settings);
  check_gone(again);
}

TEST_CASE("the row of a hook names its cards and nobody", "[adapters][service][restart]") {
  const Kept kept;
  const Served service(kept.settings);
  const Json card = first_card(service);
  const std::string row = service.get("/v1/ledger/1")->body;
  CHECK(row.find(card.at("uuid").get<std::string>()) != std::string::npos);
  for (const char* secret : {"p1", "Practitioner", "ibuprofen 400", "osteo"})
    CHECK(row.find(secret) == std::string::npos);
}
