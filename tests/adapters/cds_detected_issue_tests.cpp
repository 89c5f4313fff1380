// DetectedIssue as an action of a card's suggestion (PDDI-CDS), over real sockets.

#include "tests/adapters/fhir_r4_checks.hpp"
#include "tests/adapters/served.hpp"

using namespace guardian::tests;

namespace {

Json asking(Json request, const Json& items) {
  request["extension"]["configuration-items"] = items;
  return request;
}

std::vector<Json> issues_of(const Json& card) {
  std::vector<Json> issues;
  for (const Json& suggestion : card.value("suggestions", Json::array())) {
    for (const Json& action : suggestion.at("actions")) {
      if (action.value("resource", Json::object()).value("resourceType", "") == "DetectedIssue") {
        CHECK(action.at("type") == "create");
        issues.push_back(action["resource"]);
      }
    }
  }
  return issues;
}

Json first_card(const Served& service, const std::string& id, const Json& request) {
  const auto reply = service.post("/cds-services/" + id, request.dump());
  INFO(reply->body);
  REQUIRE(reply->status == 200);
  const Json answer = Json::parse(reply->body);
  REQUIRE(!answer.at("cards").empty());
  return answer["cards"][0];
}

}  // namespace

TEST_CASE("a card offers to create DetectedIssues only where the client or the service asks for it",
          "[adapters][cds][detected_issue]") {
  const Served quiet(demo_settings());
  auto settings = demo_settings();
  settings.detected_issues = true;
  const Served set(settings);
  const auto count = [](const Served& service, const Json& request) {
    return issues_of(first_card(service, "guardian-order-sign", request)).size();
  };
  CHECK(count(quiet, order_sign()) == 0);
  CHECK(count(quiet, asking(order_sign(), {{"create-detected-issue", false}})) == 0);
  CHECK(count(quiet, asking(order_sign(), {{"create-detected-issue", true}})) >= 1);
  CHECK(count(quiet, asking(order_sign(), Json::array({{{"code", "create-detected-issue"}, {"value", true}}}))) >= 1);
  Json as_examples = order_sign();
  as_examples["extension"]["pddi-configuration-items"] = {{"create-detected-issue", true}};
  CHECK(count(quiet, as_examples) >= 1);
  CHECK(count(set, order_sign()) >= 1);
  CHECK(count(set, asking(order_sign(), {{"create-detected-issue", false}})) == 0);
  const auto discovered = quiet.get("/cds-services");
  CHECK(discovered->body.find("create-detected-issue") != std::string::npos);
}

TEST_CASE("a DetectedIssue that a card offers is valid R4, names both orders, and says what is done by whom",
          "[adapters][cds][detected_issue]") {
  const Served service(demo_settings());
  const Json card = first_card(service, "guardian-order-sign", asking(order_sign(), {{"create-detected-issue", true}}));
  CHECK(card.at("selectionBehavior") == "at-most-one");
  const auto issues = issues_of(card);
  REQUIRE(issues.size() >= 2);  // appropriate, monitored
  std::set<std::string> done;
  bool pair = false;
  for (const Json& issue : issues) {
    r4::check_detected_issue(issue);
    CHECK(issue.at("patient").at("reference") == "Patient/p1");
    CHECK_FALSE(issue.contains("id"));
    CHECK(issue.at("evidence").size() >= 1);
    std::set<std::string> implicated;
    for (const Json& of : issue.at("implicated")) implicated.insert(of.value("reference", ""));
    pair = pair || implicated == std::set<std::string>{"MedicationRequest/d1", "MedicationRequest/m1"};
    if (implicated.size() == 2) {
      CHECK(issue.at("code").at("coding")[0].at("code") == "DRG");
      CHECK(issue.at("severity") == "high");
    }
    REQUIRE(issue.at("mitigation").size() == 1);
    const Json& mitigation = issue["mitigation"][0];
    CHECK(mitigation.at("action").at("coding")[0].at("system") == "http://terminology.hl7.org/CodeSystem/v3-ActCode");
    CHECK(mitigation.at("author").at("reference") == "Practitioner/dr1");
    CHECK(mitigation.at("date") == issue.at("identifiedDateTime"));
    done.insert(mitigation["action"]["coding"][0].at("code"));
  }
  CHECK(pair);
  CHECK(done == std::set<std::string>{"1", "9"});
  // To take the order back stays the first thing that is offered: some clients do only that.
  CHECK(card["suggestions"][0]["actions"].back()["type"] == "delete");
}

TEST_CASE("what stands in the chart is recorded without anything done about it", "[adapters][cds][detected_issue]") {
  const Served service(demo_settings());
  Json request = asking(order_sign(), {{"create-detected-issue", true}});
  request["hook"] = "patient-view";
  request["context"].erase("draftOrders");
  request["context"]["userId"] = "RelatedPerson/r1";
  request["prefetch"]["medicationRequests"]["entry"].push_back(
      {{"resource", medication_request("m2", "ibuprofen 400 mg three times a day", "active")}});
  const auto issues = issues_of(first_card(service, "guardian-patient-view", request));
  REQUIRE(issues.size() >= 1);
  for (const Json& issue : issues) {
    r4::check_detected_issue(issue);
    CHECK_FALSE(issue.contains("mitigation"));
  }
}
