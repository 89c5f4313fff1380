// The answers of the CDS services: discovery, cards, feedback (docs/cds-hooks.md).

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <regex>
#include <set>

#include "adapters/cds_hooks/card_text.hpp"
#include "tests/adapters/hl7_requests.hpp"
#include "tests/adapters/service_calls.hpp"

using namespace guardian::tests;
using guardian::adapters::cds_hooks::escaped;
using guardian::adapters::cds_hooks::one_line;

namespace {

const std::string sign = "/cds-services/guardian-order-sign";
const std::string select_path = "/cds-services/guardian-order-select";

std::size_t characters(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

void check_nothing_is_empty(const Json& value, const std::string& path) {
  INFO(path);
  CHECK_FALSE(value.is_null());
  if (path != "/cards" && path != "/services") {
    CHECK_FALSE((value.is_string() && value.get<std::string>().empty()));
    CHECK_FALSE(((value.is_array() || value.is_object()) && value.empty()));
  }
  if (value.is_object()) {
    for (const auto& [name, member] : value.items()) check_nothing_is_empty(member, path + "/" + name);
  } else if (value.is_array()) {
    for (const Json& entry : value) check_nothing_is_empty(entry, path + "/-");
  }
}

const std::regex uuid_pattern("[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");

void check_card(const Json& card, std::set<std::string>& uuids) {
  INFO(card.dump(1));
  const std::string summary = card.at("summary");
  CHECK(characters(summary) < 140);
  CHECK(summary.find_first_of("\r\n") == std::string::npos);
  CHECK(std::set<std::string>{"info", "warning", "critical"}.count(card.at("indicator")) == 1);
  CHECK_FALSE(card.at("source").at("label").get<std::string>().empty());
  CHECK(card.at("source").at("url").get<std::string>().rfind("http", 0) == 0);
  const std::string uuid = card.at("uuid");
  CHECK(std::regex_match(uuid, uuid_pattern));
  CHECK(uuids.insert(uuid).second);
  if (card.contains("suggestions")) {
    CHECK(std::set<std::string>{"at-most-one", "any"}.count(card.at("selectionBehavior")) == 1);
    for (const Json& suggestion : card["suggestions"]) {
      CHECK_FALSE(suggestion.at("label").get<std::string>().empty());
      CHECK(uuids.insert(suggestion.at("uuid")).second);
      for (const Json& action : suggestion.at("actions")) {
        CHECK_FALSE(action.at("description").get<std::string>().empty());
        if (action.at("type") == "delete") {
          CHECK(action.at("resourceId").get<std::string>().find('/') != std::string::npos);
        } else {
          r4::check_resource(action.at("resource"));
        }
      }
    }
  } else {
    CHECK_FALSE(card.contains("selectionBehavior"));
  }
  for (const Json& reason : card.value("overrideReasons", Json::array())) {
    for (const char* member : {"code", "system", "display"}) CHECK_FALSE(reason.at(member).get<std::string>().empty());
  }
  for (const Json& link : card.value("links", Json::array())) {
    CHECK(link.at("type") == "absolute");
    CHECK(link.at("url").get<std::string>().rfind("http", 0) == 0);
    CHECK_FALSE(link.at("label").get<std::string>().empty());
  }
}

void check_answer(const guardian::adapters::http::Reply& reply) {
  REQUIRE(reply.status == 200);
  CHECK(reply.content_type == "application/json");
  const Json answer = Json::parse(reply.body);
  check_nothing_is_empty(answer, "");
  std::set<std::string> uuids;
  for (const Json& card : answer.at("cards")) check_card(card, uuids);
}

}  // namespace

TEST_CASE("discovery names every service with what it needs", "[adapters][cds]") {
  const auto service = service_of(demo_settings());
  const auto reply = service.call("GET", "/cds-services");
  REQUIRE(reply.status == 200);
  CHECK(reply.content_type == "application/json");
  const Json answer = Json::parse(reply.body);
  check_nothing_is_empty(answer, "");
  std::set<std::string> ids;
  std::set<std::string> hooks;
  for (const Json& offered : answer.at("services")) {
    CHECK(ids.insert(offered.at("id")).second);
    hooks.insert(offered.at("hook"));
    for (const char* member : {"title", "description", "usageRequirements"}) CHECK(offered.contains(member));
    CHECK(offered.at("version") == "3.0.0");
    CHECK(offered.at("hookVersion") == (offered.at("hook") == "order-dispatch" ? "1.1" : "1.0"));
    for (const auto& [key, query] : offered.at("prefetch").items()) {
      const std::string text = query;
      // Tokens of the patient alone, which every hook has, and no date.
      CHECK(std::regex_match(
          text,
          std::regex(R"(Patient/\{\{context\.patientId\}\}|[A-Z][A-Za-z]+\?patient=\{\{context\.patientId\}\})")));
    }
  }
  CHECK(hooks == std::set<std::string>{"order-select", "order-sign", "patient-view", "order-dispatch"});
}

TEST_CASE("a card is whole: what can happen, what to do, evidence, reasons to go on, a way to take the order back",
          "[adapters][cds]") {
  const auto service = service_of(demo_settings());
  const auto reply = service.post(sign, order_sign());
  check_answer(reply);
  const Json card = cards_of(reply).at(0);
  CHECK(card["indicator"] == "critical");
  const std::string detail = card["detail"];
  for (const char* part : {"What can happen", "Why", "What to do", "Evidence", "How it was derived", "NSAID"}) {
    INFO(part);
    CHECK(detail.find(part) != std::string::npos);
  }
  CHECK(card["suggestions"][0]["actions"][0]["resourceId"] == "MedicationRequest/d1");
  CHECK(card["overrideReasons"].size() >= 5);
}

TEST_CASE("a card says which sources know of its problem, where there are several", "[adapters][cds]") {
  guardian::core::Finding finding;
  finding.title = "x";
  CHECK(guardian::adapters::cds_hooks::detail_of(finding).find("Who says so") == std::string::npos);
  finding.sources = {{"guardian", guardian::core::Severity::moderate, "verified", "first", {"A"}, ""},
                     {"LIST", guardian::core::Severity::major, "Major", "higher", {"L"}, "Choose another."}};
  const std::string detail = guardian::adapters::cds_hooks::detail_of(finding);
  for (const char* part : {"Who says so", "LIST", "ranks it higher, major", "Choose another"})
    CHECK(detail.find(part) != std::string::npos);
}

TEST_CASE("the same request gives the same answer", "[adapters][cds]") {
  const auto service = service_of(demo_settings());
  const auto first = service.post(sign, order_sign());
  CHECK(first.body == service.post(sign, order_sign()).body);
  const std::string link = Json::parse(first.body)["cards"][0]["links"][0]["url"];
  const auto kept = service.call("GET", "/v1/reviews/" + link.substr(link.find('=') + 1));
  CHECK(kept.status == 200);
  CHECK(Json::parse(kept.body)["case_id"] == "p1");
}

TEST_CASE("the pair is found whichever of the two is ordered, and when both are", "[adapters][cds]") {
  const auto service = service_of(demo_settings());
  Json turned = order_sign();
  std::swap(turned["context"]["draftOrders"]["entry"][0]["resource"]["medicationCodeableConcept"],
            turned["prefetch"]["medicationRequests"]["entry"][0]["resource"]["medicationCodeableConcept"]);
  Json both = order_sign();
  both["context"]["draftOrders"]["entry"].push_back(
      {{"resource", medication_request("d2", "warfarin 5 mg oral tablet daily", "draft")}});
  both["prefetch"]["medicationRequests"] = bundle({});
  for (const Json& request : {order_sign(), turned, both}) {
    const Json cards = cards_of(service.post(sign, request));
    REQUIRE(!cards.empty());
    CHECK(cards[0]["summary"].get<std::string>().find("ibuprofen and warfarin") != std::string::npos);
  }
}

TEST_CASE("what is over counts as over, whatever resource says so", "[adapters][cds]") {
  const auto service = service_of(demo_settings());
  for (const std::string status : {"entered-in-error", "cancelled"}) {
    Json request = order_sign();
    request["prefetch"]["medicationRequests"]["entry"][0]["resource"]["status"] = status;
    for (const Json& card : cards_of(service.post(sign, request))) {
      INFO(status << card.dump());
      CHECK(card["summary"].get<std::string>().find("warfarin") == std::string::npos);
    }
  }
}

TEST_CASE("while ordering, cards speak of the selected drafts, other drafts are context", "[adapters][cds]") {
  const auto service = service_of(demo_settings());
  Json request = order_select();
  request["prefetch"]["medicationRequests"] = bundle({});
  request["context"]["draftOrders"]["entry"].push_back(
      {{"resource", medication_request("d2", "warfarin 5 mg oral tablet daily", "draft")}});
  request["context"]["draftOrders"]["entry"].push_back(
      {{"resource", medication_request("d3", "simvastatin 40 mg daily", "draft")}});
  request["context"]["draftOrders"]["entry"].push_back(
      {{"resource", medication_request("d4", "clarithromycin 500 mg twice daily", "draft")}});
  const auto summaries = [&](const std::string& selected) {
    request["context"]["selections"] = Json::array({"MedicationRequest/" + selected});
    std::string all;
    for (const Json& card : cards_of(service.post(select_path, request)))
      all += card["summary"].get<std::string>() + "\n";
    return all;
  };
  CHECK(summaries("d1").find("ibuprofen and warfarin") != std::string::npos);
  CHECK(summaries("d1").find("simvastatin") == std::string::npos);
  CHECK(summaries("d3").find("clarithromycin and simvastatin") != std::string::npos);
  CHECK(summaries("d3").find("ibuprofen") == std::string::npos);
}

TEST_CASE("cards that interrupt are few, critical ones are all there, and the rest is in one", "[adapters][cds]") {
  auto settings = demo_settings();
  settings.most_interruptive = 1;
  const auto service = service_of(settings);
  Json request = order_sign();
  for (const std::string text :
       {"simvastatin 80 mg daily", "clarithromycin 500 mg twice daily", "amiodarone 200 mg daily",
        "fluconazole 200 mg daily", "aspirin 325 mg daily", "tramadol 100 mg daily", "sertraline 100 mg daily",
        "spironolactone 25 mg daily", "lisinopril 20 mg daily"}) {
    request["context"]["draftOrders"]["entry"].push_back(
        {{"resource", medication_request("x" + text.substr(0, 5), text, "draft")}});
  }
  const auto reply = service.post(sign, request);
  check_answer(reply);
  const Json cards = cards_of(reply);
  std::map<std::string, int> count;
  std::vector<std::string> order;
  for (const Json& card : cards) {
    ++count[card["indicator"]];
    order.push_back(card["indicator"]);
  }
  CHECK(count["critical"] >= 2);
  CHECK(count["warning"] == 1);
  CHECK(count["info"] == 1);
  const std::vector<std::string> ranks{"critical", "warning", "info"};
  CHECK(std::is_sorted(order.begin(), order.end(), [&](const std::string& a, const std::string& b) {
    return std::find(ranks.begin(), ranks.end(), a) < std::find(ranks.begin(), ranks.end(), b);
  }));
  CHECK(cards.back()["detail"].get<std::string>().find("(major)") != std::string::npos);
}

TEST_CASE("text of the chart cannot act as markup", "[adapters][cds]") {
  CHECK(escaped("<img src=x onerror=alert(1)>") == "&lt;img src=x onerror=alert(1)&gt;");
  CHECK(escaped("[a](javascript:x) **b** `c` |d|\n# e") == "\\[a\\](javascript:x) \\*\\*b\\*\\* \\`c\\` \\|d\\| # e");
  CHECK(escaped("# heading") == "\\# heading");
  CHECK(one_line(std::string(300, 'x')).size() < 145);
  CHECK(one_line("a\r\n b\t c ") == "a b c");
  CHECK(characters(one_line([] {
          std::string text;
          for (int i = 0; i < 200; ++i) text += "é ";
          return text;
        }())) <= 139);
  const auto service = service_of(demo_settings());
  Json request = order_sign();
  request["context"]["draftOrders"]["entry"][0]["resource"]["medicationCodeableConcept"] =
      codeable("<script>alert(1)</script> [x](javascript:alert(1)) | ` Qzxlor\nline");
  const auto reply = service.post(sign, request);
  check_answer(reply);
  for (const Json& card : cards_of(reply)) {
    const std::string detail = card["detail"];
    INFO(detail);
    CHECK(detail.find("<script") == std::string::npos);
    CHECK(detail.find("[x](") == std::string::npos);
  }
}

TEST_CASE("patient-view reviews what is taken now", "[adapters][cds]") {
  const auto service = service_of(demo_settings());
  Json request = order_sign();
  request["hook"] = "patient-view";
  request["context"].erase("draftOrders");
  request["prefetch"]["medicationRequests"]["entry"].push_back(
      {{"resource", medication_request("m2", "ibuprofen 400 mg three times a day", "active")}});
  const auto reply = service.post("/cds-services/guardian-patient-view", request);
  check_answer(reply);
  const Json cards = cards_of(reply);
  REQUIRE(!cards.empty());
  CHECK(cards[0]["summary"].get<std::string>().find("ibuprofen and warfarin") != std::string::npos);
  CHECK_FALSE(cards[0].contains("suggestions"));  // nothing of it is a draft
}

TEST_CASE("order-dispatch without a FHIR server is 412, with the orders named", "[adapters][cds]") {
  const auto service = service_of(demo_settings());
  Json request = order_sign();
  request["hook"] = "order-dispatch";
  request["context"] = {{"patientId", "p1"},
                        {"dispatchedOrders", Json::array({"MedicationRequest/d1"})},
                        {"performer", "Organization/o1"}};
  CHECK(service.post("/cds-services/guardian-order-dispatch", request).status == 412);
  request["context"] = {{"patientId", "p1"}, {"order", "MedicationRequest/d1"}, {"performer", "Organization/o1"}};
  CHECK(service.post("/cds-services/guardian-order-dispatch", request).status == 412);
  request["context"].erase("performer");
  CHECK(service.post("/cds-services/guardian-order-dispatch", request).status == 400);
}

TEST_CASE("feedback is checked, taken for cards that were shown, and may be repeated", "[adapters][cds]") {
  const auto service = service_of(demo_settings());
  const Json card = cards_of(service.post(sign, order_sign())).at(0);
  const std::string path = sign + "/feedback";
  const auto told = [&](Json entry) {
    entry["card"] = entry.value("card", card["uuid"].get<std::string>());
    entry["outcomeTimestamp"] = "2026-11-02T08:01:00Z";
    return service.post(path, {{"feedback", Json::array({entry})}}).status;
  };
  const Json accepted{{"outcome", "accepted"},
                      {"acceptedSuggestions", Json::array({{{"id", card["suggestions"][0]["uuid"]}}})}};
  const Json overridden{{"outcome", "overridden"},
                        {"overrideReason", {{"reason", {{"code", "will-monitor"}, {"system", "s"}}}}}};
  CHECK(told(accepted) == 200);
  CHECK(told(accepted) == 200);
  CHECK(told(overridden) == 200);
  CHECK(told({{"outcome", "overridden"}}) == 200);
  CHECK(told({{"outcome", "overridden"}, {"overrideReason", {{"userComment", "seen"}}}}) == 200);
  CHECK(told({{"outcome", "accepted"}}) == 400);
  CHECK(told({{"outcome", "accepted"}, {"acceptedSuggestions", Json::array()}}) == 400);
  CHECK(told({{"outcome", "ignored"}}) == 400);
  CHECK(told({{"outcome", "overridden"}, {"overrideReason", {{"x", 1}}}}) == 400);
  CHECK(told({{"outcome", "overridden"}, {"card", "00000000-0000-4000-8000-000000000000"}}) == 404);
  CHECK(service.post(path, {{"feedback", "x"}}).status == 400);
  CHECK(service.post(path, Json::object()).status == 400);
  CHECK(service.post(path, Json::array()).status == 400);
  CHECK(service.post("/cds-services/unknown/feedback", {{"feedback", Json::array()}}).status == 404);
}

TEST_CASE("before signing, what was shown while ordering is left out only when asked, and never when critical",
          "[adapters][cds]") {
  const auto service = service_of(demo_settings());
  const auto pair = [](Json request) {
    request["context"]["draftOrders"]["entry"][0]["resource"]["medicationCodeableConcept"] =
        codeable("prednisone 10 mg daily");
    request["prefetch"]["medicationRequests"]["entry"][0]["resource"]["medicationCodeableConcept"] =
        codeable("ibuprofen 400 mg three times a day");
    return request;
  };
  const auto indicators = [&](const std::string& path, const Json& request) {
    std::vector<std::string> found;
    for (const Json& card : cards_of(service.post(path, request))) found.push_back(card["indicator"]);
    return found;
  };
  const auto warns = [](const std::vector<std::string>& found) {
    return std::find(found.begin(), found.end(), "warning") != found.end();
  };
  Json choosing = pair(order_select());
  Json signing = pair(order_sign());
  REQUIRE(warns(indicators(select_path, choosing)));
  CHECK(warns(indicators(sign, signing)));  // by default nothing is held back

  signing["extension"]["pddi-configuration-items"] = {{"filter-out-repeated-alerts", true}};
  CHECK(warns(indicators(sign, signing)));  // it was not to be remembered
  choosing["extension"]["pddi-configuration-items"] = {{"cache-for-order-sign-filtering", true}};
  REQUIRE(warns(indicators(select_path, choosing)));
  const auto filtered = indicators(sign, signing);
  CHECK_FALSE(warns(filtered));
  CHECK(!filtered.empty());                         // a card says that something is not repeated
  CHECK(warns(indicators(select_path, choosing)));  // while ordering it is always said

  SECTION("another clinician") {
    signing["context"]["userId"] = "Practitioner/other";
    CHECK(warns(indicators(sign, signing)));
  }
  SECTION("another dose") {
    signing["context"]["draftOrders"]["entry"][0]["resource"]["medicationCodeableConcept"] =
        codeable("prednisone 20 mg daily");
    CHECK(warns(indicators(sign, signing)));
  }
  SECTION("a critical one") {
    Json critical = order_select();
    critical["extension"]["configuration-items"] = {{"cache-for-order-sign-filtering", true}};
    service.post(select_path, critical);
    Json again = order_sign();
    again["extension"]["configuration-items"] = {{"filter-out-repeated-alerts", true}};
    CHECK(indicators(sign, again).front() == "critical");
  }
}

TEST_CASE("requests built on the scenarios of PDDI-CDS get the indicator of its minimal information model",
          "[adapters][cds]") {
  if (reference_folder().empty()) {
    std::cout << "SKIPPED: no reference data (GUARDIAN_REFERENCE_DIR is not set)\n";
    return;
  }
  const auto service = service_of(demo_settings());
  std::ifstream list(reference_folder() / "hl7" / "expected.json");
  const Json expected = Json::parse(list);
  REQUIRE(expected.size() >= 7);
  for (const auto& [name, wanted] : expected.items()) {
    std::ifstream file(reference_folder() / "hl7" / "requests" / (name + ".json"));
    const std::string text = filled({std::istreambuf_iterator<char>(file), {}});
    const auto reply =
        service.call("POST", "/cds-services/guardian-" + Json::parse(text).at("hook").get<std::string>(), text);
    INFO(name << "\n" << reply.body);
    check_answer(reply);
    int worst = -1;
    const std::vector<std::string> ranks{"info", "warning", "critical"};
    for (const Json& card : cards_of(reply)) {
      worst =
          std::max(worst, static_cast<int>(std::find(ranks.begin(), ranks.end(), card["indicator"]) - ranks.begin()));
    }
    CHECK((worst < 0 ? Json(nullptr) : Json(ranks[static_cast<std::size_t>(worst)])) == wanted.at("mim"));
  }
}
