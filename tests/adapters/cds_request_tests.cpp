// What a CDS service must refuse, must do without, and must never evaluate: the rows R and F of a conformance checklist
// of CDS Hooks (docs/cds-hooks.md).

#include "tests/adapters/service_calls.hpp"

using namespace guardian::tests;

namespace {

const std::string sign = "/cds-services/guardian-order-sign";
const std::string select_path = "/cds-services/guardian-order-select";

Json without(Json request, const std::string& pointer) {
  const Json::json_pointer at(pointer);
  request.at(at.parent_pointer()).erase(at.back());
  return request;
}

Json with(Json request, const std::string& pointer, const Json& value) {
  request[Json::json_pointer(pointer)] = value;
  return request;
}

}  // namespace

TEST_CASE("a body that is no JSON object is refused with an OperationOutcome", "[adapters][cds]") {
  const auto service = service_of(demo_settings());
  for (const std::string body : {"", "{", "nonsense", "[]", "\"text\"", "null", "12"}) {
    const auto reply = service.call("POST", sign, body);
    INFO(body);
    CHECK(reply.status == 400);
    CHECK_FALSE(outcome_text(reply).empty());
  }
}

TEST_CASE("a required member that is missing, null or of a wrong kind is refused by its name", "[adapters][cds]") {
  const auto service = service_of(demo_settings());
  for (const std::string pointer : {"/hook", "/hookInstance", "/context", "/context/patientId", "/context/userId",
                                    "/context/draftOrders", "/context/selections"}) {
    for (const Json& request : {without(order_select(), pointer), with(order_select(), pointer, nullptr),
                                with(order_select(), pointer, 7), with(order_select(), pointer, "")}) {
      const auto reply = service.post(select_path, request);
      INFO(pointer << " in " << request.dump());
      CHECK(reply.status == 400);
      CHECK(outcome_text(reply).find(pointer) != std::string::npos);
    }
  }
  CHECK(service.post(sign, with(order_sign(), "/hook", "order-select")).status == 400);
  CHECK(service.post(select_path, with(order_select(), "/context/selections", Json::array())).status == 400);
}

TEST_CASE("authorization for a FHIR server that is not named is refused", "[adapters][cds]") {
  const auto service = service_of(demo_settings());
  const Json token{{"access_token", "PLANTED-TOKEN"},
                   {"token_type", "Bearer"},
                   {"expires_in", 300},
                   {"scope", "user/*.rs"},
                   {"subject", "cds"}};
  const auto reply = service.post(sign, with(order_sign(), "/fhirAuthorization", token));
  CHECK(reply.status == 400);
  CHECK(outcome_text(reply).find("/fhirServer") != std::string::npos);
  for (const std::string& line : *service.log) CHECK(line.find("PLANTED-TOKEN") == std::string::npos);
}

TEST_CASE("orders and charts of another patient are never evaluated", "[adapters][cds]") {
  const auto service = service_of(demo_settings());
  SECTION("a draft") {
    const auto reply = service.post(
        sign, with(order_sign(), "/context/draftOrders/entry/0/resource/subject/reference", "Patient/other"));
    CHECK(reply.status == 400);
    CHECK(outcome_text(reply).find("another patient") != std::string::npos);
  }
  SECTION("the patient") {
    CHECK(service.post(sign, with(order_sign(), "/prefetch/patient/id", "other")).status == 400);
  }
  SECTION("a medicine on the record: it is not read, and that is said") {
    const Json cards = cards_of(service.post(
        sign, with(order_sign(), "/prefetch/medicationRequests/entry/0/resource/subject/reference", "Patient/other")));
    REQUIRE(cards.size() == 1);
    CHECK(cards[0]["indicator"] == "info");
    CHECK(cards[0]["detail"].get<std::string>().find("another patient") != std::string::npos);
  }
}

TEST_CASE("addresses, methods and media types that are not served get their own status", "[adapters][cds]") {
  const auto service = service_of(demo_settings());
  CHECK(service.post("/cds-services/unknown", order_sign()).status == 404);
  const auto get = service.call("GET", sign);
  CHECK(get.status == 405);
  CHECK(header_of(get, "Allow") == "POST");
  CHECK(service.call("POST", "/cds-services").status == 405);
  CHECK(service.call("DELETE", sign).status == 405);
  CHECK(service.call("POST", sign, order_sign().dump(), {{"Content-Type", "text/plain"}}).status == 415);
  CHECK(service.call("POST", sign, order_sign().dump(), {}).status == 415);
  CHECK(service.call("POST", sign, order_sign().dump(), {{"content-type", "Application/JSON; charset=UTF-8"}}).status ==
        200);
  for (const std::string path : {"/cds-services/", "/cds-services/../cds-services", "//cds-services", "/nothing",
                                 "/cds-services/guardian-order-sign/feedback/more"}) {
    INFO(path);
    const auto reply = service.call("GET", path);
    CHECK((reply.status == 404 || reply.status == 405));
    outcome_text(reply);
  }
}

TEST_CASE("drafts that name no medicine yet are no error and give no card", "[adapters][cds]") {
  const auto service = service_of(demo_settings());
  Json draft = medication_request("request-123", "", "draft");
  draft.erase("medicationCodeableConcept");
  draft.erase("intent");
  draft["category"] = {{"coding", Json::array({{{"code", "outpatient"}}})}};  // an object where R4 has a list
  Json drafts = bundle({draft});
  drafts.erase("type");
  CHECK(cards_of(service.post(sign, with(order_sign(), "/context/draftOrders", drafts))).empty());
  Json request = with(order_select(), "/context/draftOrders", drafts);
  request["context"]["selections"] = Json::array({"MedicationRequest/request-123"});
  request["context"].erase("encounterId");
  CHECK(cards_of(service.post(select_path, request)).empty());
  CHECK(cards_of(service.post(sign, with(order_sign(), "/context/draftOrders", bundle({})))).empty());
}

TEST_CASE("orders of other kinds are no error", "[adapters][cds]") {
  const auto service = service_of(demo_settings());
  Json request = order_sign();
  for (const std::string type : {"ServiceRequest", "NutritionOrder", "DeviceRequest", "VisionPrescription"}) {
    request["context"]["draftOrders"]["entry"].push_back({{"resource",
                                                           {{"resourceType", type},
                                                            {"id", type},
                                                            {"status", "draft"},
                                                            {"subject", {{"reference", "Patient/p1"}}},
                                                            {"patient", {{"reference", "Patient/p1"}}}}}});
  }
  const Json cards = cards_of(service.post(sign, request));
  REQUIRE(!cards.empty());
  CHECK(cards[0]["indicator"] == "critical");
}

TEST_CASE("a medicine that nobody knows is shown as not checked", "[adapters][cds]") {
  const auto service = service_of(demo_settings());
  SECTION("as a draft") {
    const Json cards = cards_of(
        service.post(sign, with(order_sign(), "/context/draftOrders/entry/0/resource/medicationCodeableConcept",
                                codeable("Qzxlorpine 5 mg", "99999999"))));
    REQUIRE(!cards.empty());
    CHECK(cards[0]["indicator"] == "warning");
    CHECK(cards[0]["summary"].get<std::string>().find("Qzxlorpine") != std::string::npos);
  }
  SECTION("on the record") {
    const Json cards = cards_of(
        service.post(sign, with(order_sign(), "/prefetch/medicationRequests/entry/0/resource/medicationCodeableConcept",
                                codeable("Qzxlorpine 5 mg", "99999999"))));
    REQUIRE(!cards.empty());
    CHECK(cards.back()["detail"].get<std::string>().find("Qzxlorpine") != std::string::npos);
  }
}

TEST_CASE("a medicine is found contained, in the Bundle, and in the prefetch", "[adapters][cds]") {
  const auto service = service_of(demo_settings());
  const Json medicine{{"resourceType", "Medication"}, {"id", "med1"}, {"code", codeable("ibuprofen 400 mg tablet")}};
  const std::string draft = "/context/draftOrders/entry/0/resource";
  Json request = without(order_sign(), draft + "/medicationCodeableConcept");
  SECTION("contained") {
    request[Json::json_pointer(draft)]["medicationReference"] = {{"reference", "#med1"}};
    request[Json::json_pointer(draft)]["contained"] = Json::array({medicine});
  }
  SECTION("in the Bundle") {
    request[Json::json_pointer(draft)]["medicationReference"] = {{"reference", "Medication/med1"}};
    request["context"]["draftOrders"]["entry"].push_back({{"resource", medicine}});
  }
  SECTION("in the Bundle by its full address") {
    request[Json::json_pointer(draft)]["medicationReference"] = {{"reference", "urn:uuid:0c3151bd-1cbf-4d64"}};
    request["context"]["draftOrders"]["entry"].push_back(
        {{"fullUrl", "urn:uuid:0c3151bd-1cbf-4d64"}, {"resource", medicine}});
  }
  SECTION("in the prefetch") {
    request[Json::json_pointer(draft)]["medicationReference"] = {{"reference", "Medication/med1"}};
    request["prefetch"]["medicationRequests"]["entry"].push_back({{"resource", medicine}});
  }
  const Json cards = cards_of(service.post(sign, request));
  REQUIRE(!cards.empty());
  CHECK(cards[0]["summary"].get<std::string>().find("ibuprofen and warfarin") != std::string::npos);
}

TEST_CASE("required data that cannot be had are 412, never an empty answer", "[adapters][cds]") {
  const auto service = service_of(demo_settings());
  for (const std::string key : {"patient", "medicationRequests"}) {
    const std::string pointer = "/prefetch/" + key;
    const Json outcome{{"resourceType", "OperationOutcome"},
                       {"issue", Json::array({{{"severity", "error"}, {"code", "exception"}}})}};
    for (const Json& request :
         {without(order_sign(), pointer), with(order_sign(), pointer, outcome), with(order_sign(), pointer, 12)}) {
      const auto reply = service.post(sign, request);
      INFO(request["prefetch"].dump());
      CHECK(reply.status == 412);
      CHECK(outcome_text(reply).find(key) != std::string::npos);
    }
  }
  CHECK(service.post(sign, without(order_sign(), "/prefetch")).status == 412);
  CHECK(service.post(sign, with(order_sign(), "/prefetch/patient", nullptr)).status == 412);
}

TEST_CASE("null says that there are none, an absent list says that nobody knows", "[adapters][cds]") {
  const auto service = service_of(demo_settings());
  const Json none = cards_of(service.post(sign, with(order_sign(), "/prefetch/allergies", nullptr)));
  const Json absent = cards_of(service.post(sign, without(order_sign(), "/prefetch/allergies")));
  const auto says = [](const Json& cards) {
    std::string all;
    for (const Json& card : cards) all += card.value("detail", "");
    return all.find("allergies") != std::string::npos;
  };
  CHECK_FALSE(says(none));
  CHECK(says(absent));
}

TEST_CASE("a list of which only the first page came is used, and said to be a part", "[adapters][cds]") {
  const auto service = service_of(demo_settings());
  Json request = order_sign();
  request["prefetch"]["medicationRequests"]["link"] =
      Json::array({{{"relation", "next"}, {"url", "https://ehr.example.org/fhir?page=2"}}});
  const Json cards = cards_of(service.post(sign, request));
  REQUIRE(cards.size() >= 2);
  CHECK(cards[0]["indicator"] == "critical");
  CHECK(cards.back()["detail"].get<std::string>().find("first page") != std::string::npos);
}

TEST_CASE("a FHIR server that is not on the list is not asked", "[adapters][cds]") {
  const auto service = service_of(demo_settings());
  Json request = without(order_sign(), "/prefetch/patient");
  request["fhirServer"] = "http://169.254.169.254/latest";
  request["fhirAuthorization"] = {{"access_token", "PLANTED-TOKEN"},
                                  {"token_type", "Bearer"},
                                  {"expires_in", 300},
                                  {"scope", "user/*.rs"},
                                  {"subject", "cds"}};
  const auto reply = service.post(sign, request);
  CHECK(reply.status == 412);
  CHECK(reply.body.find("PLANTED-TOKEN") == std::string::npos);
  for (const std::string& line : *service.log) CHECK(line.find("PLANTED-TOKEN") == std::string::npos);
}

TEST_CASE("members that nobody knows are ignored", "[adapters][cds]") {
  const auto service = service_of(demo_settings());
  Json request = order_sign();
  request["extension"] = {{"com.example.thing", {{"x", 1}}}};
  request["surprise"] = Json::array({1, 2});
  request["context"]["surprise"] = nullptr;
  CHECK(cards_of(service.post(sign, request)) == cards_of(service.post(sign, order_sign())));
}

TEST_CASE("no log line holds anything of a patient", "[adapters][cds]") {
  const auto service = service_of(demo_settings());
  Json request = order_sign();
  request["context"]["patientId"] = "PLANTED-ID";
  request["prefetch"]["patient"]["id"] = "PLANTED-ID";
  for (const char* at : {"/context/draftOrders/entry/0/resource/subject/reference",
                         "/prefetch/medicationRequests/entry/0/resource/subject/reference"}) {
    request[Json::json_pointer(at)] = "Patient/PLANTED-ID";
  }
  request["prefetch"]["patient"]["name"] = Json::array({{{"family", "PLANTED-NAME"}}});
  CHECK(service.post(sign, request).status == 200);
  CHECK(service.call("GET", "/v1/reviews/PLANTED-ID").status == 404);
  CHECK(service.call("GET", "/PLANTED-ID").status == 404);
  request["context"]["draftOrders"] = "PLANTED-NAME";
  const auto refused = service.post(sign, request);
  CHECK(refused.status == 400);
  CHECK(refused.body.find("PLANTED") == std::string::npos);
  REQUIRE(service.log->size() >= 4);
  for (const std::string& line : *service.log) {
    INFO(line);
    CHECK(line.find("PLANTED") == std::string::npos);
  }
  CHECK(service.call("GET", "/metrics").body.find("PLANTED") == std::string::npos);
}
