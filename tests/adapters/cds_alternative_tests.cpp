// What a card offers to order in the place of a draft, over real sockets: checked against the same patient, within the
// time of a hook.

#include <algorithm>
#include <chrono>

#include "tests/adapters/fhir_r4_checks.hpp"
#include "tests/adapters/served.hpp"

using namespace guardian::tests;

namespace {

Json condition(const std::string& text) {
  return {{"resourceType", "Condition"},
          {"id", "c1"},
          {"clinicalStatus", {{"coding", Json::array({{{"code", "active"}}})}}},
          {"code", codeable(text)},
          {"subject", {{"reference", "Patient/p1"}}}};
}

Json with_condition(const std::string& text) {
  Json request = order_sign();
  request["prefetch"]["conditions"] = bundle({condition(text)});
  return request;
}

Json answer_of(const Served& service, const Json& request, const std::string& id = "guardian-order-sign") {
  const auto reply = service.post("/cds-services/" + id, request.dump());
  INFO(reply->body);
  REQUIRE(reply->status == 200);
  return Json::parse(reply->body);
}

std::vector<Json> replacements_of(const Json& card) {
  std::vector<Json> found;
  for (const Json& suggestion : card.value("suggestions", Json::array())) {
    if (suggestion.at("actions").size() == 2) found.push_back(suggestion);
  }
  return found;
}

// What is asked here is what is offered, and not how quick a build with sanitizers is.
auto unhurried() {
  auto settings = demo_settings();
  settings.hook_time = std::chrono::seconds(60);
  return settings;
}

}  // namespace

TEST_CASE("an interruptive card offers to order something else in the place of the draft",
          "[adapters][cds][alternatives]") {
  const Served service(unhurried());
  const Json answer = answer_of(service, with_condition("osteoarthritis"));
  const Json& card = answer.at("cards")[0];
  CHECK(card.at("selectionBehavior") == "at-most-one");
  const auto offered = replacements_of(card);
  REQUIRE(offered.size() >= 1);
  CHECK(offered.size() <= 2);
  for (const Json& suggestion : offered) {
    const Json& create = suggestion["actions"][0];
    CHECK(create.at("type") == "create");
    r4::check_medication_request(create.at("resource"));
    CHECK(create["resource"]["status"] == "draft");
    CHECK(create["resource"]["subject"]["reference"] == "Patient/p1");
    CHECK(create["resource"]["encounter"]["reference"] == "Encounter/e1");
    CHECK(suggestion["actions"][1].at("type") == "delete");
    CHECK(suggestion["actions"][1].at("resourceId") == "MedicationRequest/d1");
    // What is offered, ordered in its place, brings no interruptive card.
    Json instead = with_condition("osteoarthritis");
    instead["context"]["draftOrders"] = bundle(
        {medication_request("d9", create["resource"]["medicationCodeableConcept"]["text"], "draft")}, "collection");
    const Json answered = answer_of(service, instead);
    for (const Json& other : answered.at("cards")) {
      INFO(other.dump(1));
      CHECK(other["indicator"] == "info");
    }
  }
  // What the guide recommends is offered with what is to be monitored then.
  const auto of_guide = std::find_if(offered.begin(), offered.end(), [](const Json& suggestion) {
    return suggestion.at("label").get<std::string>().find("acetaminophen") != std::string::npos;
  });
  REQUIRE(of_guide != offered.end());
  CHECK((*of_guide)["actions"][0]["description"].get<std::string>().find("INR") != std::string::npos);
  CHECK_FALSE(answer["extension"]["org.guardian.review"].contains("alternatives"));
}

TEST_CASE("what this patient must not have is not offered", "[adapters][cds][alternatives]") {
  const Served service(unhurried());
  Json request = with_condition("osteoarthritis");
  request["prefetch"]["allergies"] =
      bundle({{{"resourceType", "AllergyIntolerance"},
               {"id", "a1"},
               {"clinicalStatus", {{"coding", Json::array({{{"code", "active"}}})}}},
               {"code", codeable("acetaminophen")},
               {"reaction", Json::array({{{"manifestation", Json::array({codeable("anaphylaxis")})}}})},
               {"patient", {{"reference", "Patient/p1"}}}}});
  const Json answer = answer_of(service, request);
  for (const Json& card : answer.at("cards")) {
    for (const Json& suggestion : replacements_of(card))
      CHECK(suggestion["label"].get<std::string>().find("acetaminophen") == std::string::npos);
  }
}

TEST_CASE("when the time of a call is short no alternatives are looked for, and the answer says so",
          "[adapters][cds][alternatives]") {
  auto settings = demo_settings();
  settings.hook_time = std::chrono::milliseconds(0);
  const Served service(settings);
  const Json answer = answer_of(service, with_condition("osteoarthritis"));
  const Json& card = answer.at("cards")[0];
  CHECK(card.at("indicator") == "critical");  // the findings are all there
  CHECK(replacements_of(card).empty());
  CHECK(card.at("suggestions").size() >= 1);  // the draft can be taken back
  CHECK(card.at("detail").get<std::string>().find("Alternatives were not looked for") != std::string::npos);
  CHECK(answer["extension"]["org.guardian.review"].at("alternatives").get<std::string>().find("not looked for") == 0);
}

TEST_CASE("a review that cannot be recorded offers nothing in the place of a draft", "[adapters][cds][alternatives]") {
  const TemporaryFolder folder;
  auto settings = demo_settings();
  std::filesystem::create_directory(folder.path() / "ledger.db");  // no file can stand there
  settings.ledger = guardian::adapters::LedgerSettings{folder.path() / "ledger.db", {}, true};
  const Served service(settings);
  const Json answer = answer_of(service, with_condition("osteoarthritis"));
  for (const Json& card : answer.at("cards")) CHECK(replacements_of(card).empty());
  CHECK(answer.at("cards")[0].at("indicator") == "critical");
}
