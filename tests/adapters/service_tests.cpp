// The service around its endpoints: who may call what, limits, readiness, reload, the API and its description.

#include <rapidcheck.h>
#include <filesystem>
#include <fstream>
#include <set>

#include "adapters/service/routes.hpp"
#include "adapters/sign_in/api_keys.hpp"
#include "tests/adapters/service_calls.hpp"

using namespace guardian::tests;
using guardian::adapters::http::Fields;
using guardian::adapters::service::routes;
using guardian::adapters::service::Service;
using guardian::adapters::service::ServiceSettings;
namespace sign_in = guardian::adapters::sign_in;

namespace {

const Json small_case{{"id", "C-1"},
                      {"as_of", "2026-11-02T08:00:00Z"},
                      {"patient", {{"age", 71}, {"sex", "F"}}},
                      {"medications", Json::array({{{"text", "warfarin 5 mg daily"}}})},
                      {"orders", Json::array({{{"text", "ibuprofen 400 mg three times a day"}}})}};

// Keys of three clients in a file.
struct KeyFile {
  TemporaryFolder folder;
  std::filesystem::path file = folder.path() / "keys";
  std::map<std::string, std::string> keys;

  KeyFile() {
    std::ofstream out(file);
    for (const auto& [name, role] :
         {std::pair{"ward", sign_in::ApiRole::reader}, std::pair{"pharmacy", sign_in::ApiRole::reviewer},
          std::pair{"it", sign_in::ApiRole::admin}}) {
      const auto made = sign_in::new_api_key(name, role);
      REQUIRE(made);
      out << made->line << '\n';
      keys[name] = made->key;
    }
  }

  [[nodiscard]] Fields headers(const std::string& name) const {
    return {{"Content-Type", "application/json"}, {"Authorization", "Bearer " + keys.at(name)}};
  }
};

std::string problem_of(const ServiceSettings& settings) {
  guardian::adapters::service::ServicePorts ports;
  ports.log = [](const std::string&) {};
  ports.now = [] { return std::string(service_time); };
  const auto service = Service::create(settings, shipped_knowledge(), {}, ports);
  return service ? std::string() : service.error().message;
}

}  // namespace

TEST_CASE("a service that others can reach is refused unless somebody has to sign in, over TLS",
          "[adapters][service]") {
  ServiceSettings settings;
  CHECK(problem_of(settings).empty());  // loopback
  settings.host = "0.0.0.0";
  CHECK(problem_of(settings).find("cds_clients") != std::string::npos);
  const KeyFile keys;
  settings.api_keys = keys.file;
  CHECK(problem_of(settings).find("public_url") != std::string::npos);
  settings.public_url = "https://guardian.example.org";
  CHECK(problem_of(settings).find("behind_tls") != std::string::npos);
  settings.behind_tls = true;
  CHECK(problem_of(settings).empty());
  settings.demo = true;
  CHECK(problem_of(settings).find("--demo") != std::string::npos);
}

TEST_CASE("a setting that cannot be is refused by its name", "[adapters][service]") {
  ServiceSettings settings;
  settings.api_keys = "/nowhere/keys";
  CHECK(problem_of(settings).find("/nowhere/keys") != std::string::npos);
  settings = {};
  settings.origins = {"*"};
  CHECK_FALSE(problem_of(settings).empty());
  settings = {};
  settings.fhir_hosts = {"http://not a host"};
  CHECK_FALSE(problem_of(settings).empty());
}

TEST_CASE("where keys are named, each address asks for its role", "[adapters][service]") {
  const KeyFile keys;
  ServiceSettings settings;
  settings.api_keys = keys.file;
  settings.public_url = "http://127.0.0.1:8080";
  const auto service = service_of(settings);
  const auto status = [&](const std::string& method, const std::string& path, const Fields& headers) {
    return service.call(method, path, small_case.dump(), headers).status;
  };
  const Fields nobody{{"Content-Type", "application/json"}};
  const Fields wrong{{"Content-Type", "application/json"}, {"Authorization", "Bearer " + std::string(43, 'A')}};
  for (const auto& headers : {nobody, wrong}) {
    const auto reply = service.call("POST", "/v1/review", small_case.dump(), headers);
    CHECK(reply.status == 401);
    CHECK(header_of(reply, "WWW-Authenticate").rfind("Bearer", 0) == 0);
    CHECK_FALSE(outcome_text(reply).empty());
  }
  CHECK(status("POST", "/v1/review", keys.headers("ward")) == 403);
  CHECK(status("POST", "/v1/review", keys.headers("pharmacy")) == 200);
  CHECK(status("POST", "/v1/review", keys.headers("it")) == 200);
  CHECK(status("GET", "/v1/knowledge", keys.headers("ward")) == 200);
  CHECK(status("POST", "/v1/reload", keys.headers("pharmacy")) == 403);
  CHECK(status("POST", "/v1/reload", keys.headers("it")) == 200);
  CHECK(status("GET", "/metrics", nobody) == 401);
  CHECK(status("GET", "/healthz", nobody) == 200);
  CHECK(status("GET", "/readyz", nobody) == 200);
  CHECK(status("GET", "/v1/source-attributes", nobody) == 200);
  // Keys are of the API: no CDS client is named, so none may call.
  CHECK(status("GET", "/cds-services", keys.headers("it")) == 401);
}

TEST_CASE("no reply of an address that asks for a key is given without one", "[adapters][service]") {
  const KeyFile keys;
  ServiceSettings settings;
  settings.api_keys = keys.file;
  settings.public_url = "http://127.0.0.1:8080";
  const auto service = service_of(settings);
  std::size_t guarded = 0;
  for (const auto& route : routes()) {
    if (route.guard == guardian::adapters::service::Guard::open) continue;
    std::string path(route.pattern);
    if (const auto at = path.find("{id}"); at != std::string::npos) path.replace(at, 4, "guardian-order-sign");
    if (const auto at = path.find("{number}"); at != std::string::npos) path.replace(at, 8, "1");
    INFO(path);
    CHECK(service.call(std::string(route.method), path, "{}").status == 401);
    ++guarded;
  }
  CHECK(guarded >= 14);
}

TEST_CASE("a client that calls too often has to wait, and others do not", "[adapters][service]") {
  const KeyFile keys;
  ServiceSettings settings;
  settings.api_keys = keys.file;
  settings.public_url = "http://127.0.0.1:8080";
  settings.rate.per_second = 0.001;
  settings.rate.burst = 2;
  const auto service = service_of(settings);
  const auto call = [&](const std::string& who) { return service.call("GET", "/v1/knowledge", {}, keys.headers(who)); };
  CHECK(call("ward").status == 200);
  CHECK(call("ward").status == 200);
  const auto third = call("ward");
  CHECK(third.status == 429);
  CHECK(std::stoi(header_of(third, "Retry-After")) >= 1);
  CHECK(call("it").status == 200);
  CHECK(service.call("GET", "/healthz").status == 200);
}

TEST_CASE("a page of a listed origin may call, also when the answer is an error, no other may", "[adapters][service]") {
  auto settings = demo_settings();
  settings.origins = {"https://ehr.example.org"};
  const auto service = service_of(settings);
  const auto call = [&](const std::string& origin, const std::string& method, const std::string& path) {
    Fields headers{{"Content-Type", "application/json"}, {"Origin", origin}};
    if (method == "OPTIONS") headers.emplace_back("Access-Control-Request-Method", "POST");
    return service.call(method, path, "{", headers);
  };
  for (const std::string origin : {"https://ehr.example.org", "https://sandbox.cds-hooks.org"}) {
    const auto preflight = call(origin, "OPTIONS", "/cds-services/guardian-order-sign");
    CHECK(preflight.status == 204);
    CHECK(header_of(preflight, "Access-Control-Allow-Origin") == origin);
    const auto error = call(origin, "POST", "/cds-services/guardian-order-sign");
    CHECK(error.status == 400);
    CHECK(header_of(error, "Access-Control-Allow-Origin") == origin);
    CHECK(header_of(error, "Vary") == "Origin");
  }
  CHECK(header_of(call("https://evil.example", "POST", "/cds-services/guardian-order-sign"),
                  "Access-Control-Allow-Origin")
            .empty());
}

TEST_CASE("the API reviews cases and Bundles, and keeps the review for a while", "[adapters][service]") {
  const auto service = service_of(demo_settings());
  const auto reply = service.post("/v1/review", small_case);
  REQUIRE(reply.status == 200);
  const Json review = Json::parse(reply.body);
  CHECK(review["case_id"] == "C-1");
  CHECK(review["decision"] == "escalate");
  CHECK(review.contains("plan"));
  CHECK(review["explanation"]["released"] == true);
  const std::string kept = header_of(reply, "Location");
  CHECK(service.call("GET", kept).body == reply.body);
  CHECK(Json::parse(service.call("GET", kept + "/case").body)["orders"][0]["text"] ==
        "ibuprofen 400 mg three times a day");

  Json patient{{"resourceType", "Patient"}, {"id", "p1"}, {"birthDate", "1950-01-01"}};
  const Json fhir = bundle({patient, medication_request("m1", "warfarin 5 mg daily", "active"),
                            medication_request("d1", "ibuprofen 400 mg three times a day", "draft")},
                           "collection");
  const auto bundled = service.post("/v1/review?format=fhir", fhir);
  REQUIRE(bundled.status == 200);
  CHECK(bundled.content_type == "application/fhir+json");
  const Json answer = Json::parse(bundled.body);
  CHECK(answer["resourceType"] == "Bundle");
  CHECK(bundled.body.find("DetectedIssue") != std::string::npos);
  const Json lipids{{"resourceType", "Condition"},
                    {"id", "c1"},
                    {"clinicalStatus", {{"coding", Json::array({{{"code", "active"}}})}}},
                    {"code", codeable("hyperlipidemia")},
                    {"subject", {{"reference", "Patient/p1"}}}};
  const Json switched =
      bundle({patient, lipids, medication_request("m1", "clarithromycin 500 mg twice daily", "active"),
              medication_request("d1", "simvastatin 40 mg daily", "draft")},
             "collection");
  const Json cards = cards_of(service.post("/v1/review?format=cds", switched));
  REQUIRE(!cards.empty());
  CHECK(cards[0]["suggestions"][0]["actions"][0]["type"] == "create");  // what the plan puts in its place
  CHECK(cards_of(service.post("/v1/review?format=cds", small_case)).size() >= 1);
  CHECK(service.call("GET", "/v1/reviews/nothing").status == 404);
}

TEST_CASE("what is wrong with a case is said with its element", "[adapters][service]") {
  const auto service = service_of(demo_settings());
  Json wrong = small_case;
  wrong["medications"][0]["text"] = 7;
  const auto reply = service.post("/v1/review", wrong);
  CHECK(reply.status == 400);
  CHECK(outcome_text(reply).find("/medications/0/text") != std::string::npos);
  CHECK(service.call("POST", "/v1/review", small_case.dump(), {{"Content-Type", "text/plain"}}).status == 415);
}

TEST_CASE("names are screened and resolved", "[adapters][service]") {
  const auto service = service_of(demo_settings());
  const Json names{{"names", Json::array({"warfarin", "ibuprofen"})}};
  const auto screened = service.post("/v1/screen", names);
  REQUIRE(screened.status == 200);
  CHECK(Json::parse(screened.body)["findings"].size() >= 1);
  const auto resolved = service.post("/v1/resolve", {{"names", Json::array({"Coumadin", "Qzxlor"})}});
  REQUIRE(resolved.status == 200);
  const Json entries = Json::parse(resolved.body)["names"];
  REQUIRE(entries.size() == 2);
  CHECK(entries[0].dump().find("warfarin") != std::string::npos);
  for (const Json& body : {Json::object(), Json{{"names", "x"}}, Json{{"names", Json::array()}},
                           Json{{"names", Json::array({1})}}, Json{{"names", Json::array({" "})}}}) {
    INFO(body.dump());
    CHECK(service.post("/v1/screen", body).status == 400);
    CHECK(service.post("/v1/resolve", body).status == 400);
  }
}

TEST_CASE("a question is answered by an event", "[adapters][service]") {
  const auto service = service_of(demo_settings());
  const auto reply =
      service.post("/v1/ask", {{"case", small_case}, {"question", "What if ibuprofen is replaced by acetaminophen?"}});
  REQUIRE(reply.status == 200);
  CHECK(reply.content_type == "text/event-stream");
  CHECK(reply.body.rfind("event: answer\ndata: {", 0) == 0);
  CHECK(reply.body.find("\n\nevent: end\n") != std::string::npos);
  CHECK(service.post("/v1/ask", {{"question", "?"}}).status == 400);
  CHECK(service.post("/v1/ask", {{"case", small_case}}).status == 400);
}

TEST_CASE("overrides and outcomes go into the ledger, and into the next review", "[adapters][service]") {
  const TemporaryFolder folder;
  auto settings = demo_settings();
  settings.ledger = guardian::adapters::LedgerSettings{folder.path() / "ledger.db", {}, false};
  const auto service = service_of(settings);
  const auto reviewed = service.post("/v1/review", small_case);
  REQUIRE(reviewed.status == 200);
  const Json review = Json::parse(reviewed.body);
  CHECK(review["ledger"]["sequence"] == 1);
  const std::string id = header_of(reviewed, "Location").substr(std::string("/v1/reviews/").size());
  const std::string finding = review["findings"][0]["id"];
  const auto made = service.post(
      "/v1/overrides", {{"review", id}, {"finding", finding}, {"reason", "will-monitor"}, {"comment", "INR"}});
  INFO(made.body);
  CHECK(made.status == 201);
  CHECK(Json::parse(made.body)["sequence"] == 2);
  CHECK(service.post("/v1/outcomes", {{"review", id}, {"finding", finding}, {"outcome", "right"}}).status == 201);
  CHECK(service.post("/v1/overrides", {{"review", id}, {"finding", finding}, {"reason", "because"}}).status == 400);
  CHECK(service.post("/v1/overrides", {{"review", id}, {"finding", "none"}, {"reason", "other"}}).status == 404);
  CHECK(service.post("/v1/overrides", {{"review", "x"}, {"finding", finding}, {"reason", "other"}}).status == 404);
  CHECK(service.post("/v1/overrides", {{"finding", finding}, {"reason", "other"}}).status == 400);
  CHECK(service.post("/v1/review", small_case).body.find(finding + ": overridden") != std::string::npos);

  const auto row = service.call("GET", "/v1/ledger/1");
  REQUIRE(row.status == 200);
  CHECK(Json::parse(row.body)["about"] == Json::array({2, 3}));
  CHECK(row.body.find("warfarin 5 mg") == std::string::npos);  // sealed
  const auto rows = Json::parse(service.call("GET", "/v1/ledger?rows=2").body);
  CHECK(rows["size"].get<int>() >= 1);
  REQUIRE_FALSE(rows["rows"].empty());
  CHECK(rows["rows"].size() <= 2);
  CHECK(rows["rows"][0]["sequence"] == rows["size"]);
  CHECK_FALSE(rows["rows"][0].contains("content"));
  CHECK(Json::parse(service.call("GET", "/v1/ledger?before=2").body)["rows"][0]["sequence"] == 1);
  CHECK(Json::parse(service.call("GET", "/v1/ledger?before=1").body)["rows"].empty());
  CHECK(service.call("GET", "/v1/ledger?rows=201").status == 400);
  CHECK(service.call("GET", "/v1/ledger?before=x").status == 400);
  CHECK(service.call("GET", "/v1/ledger/99").status == 404);
  CHECK(service.call("GET", "/v1/ledger/x").status == 404);
  const auto whole = service.post("/v1/ledger/verify", Json::object());
  REQUIRE(whole.status == 200);
  CHECK(Json::parse(whole.body)["damage"].empty());
  CHECK(Json::parse(whole.body)["rows"] == 4);
}

TEST_CASE("feedback on a card is rows of the ledger", "[adapters][service]") {
  const TemporaryFolder folder;
  auto settings = demo_settings();
  settings.ledger = guardian::adapters::LedgerSettings{folder.path() / "ledger.db", {}, false};
  const auto service = service_of(settings);
  const std::string path = "/cds-services/guardian-order-sign";
  const Json card = cards_of(service.post(path, order_sign())).at(0);
  const Json entry{{"card", card["uuid"]},
                   {"outcome", "overridden"},
                   {"overrideReason", {{"reason", {{"code", "own-code"}, {"system", "http://ehr"}}}}}};
  CHECK(service.post(path + "/feedback", {{"feedback", Json::array({entry})}}).status == 200);
  CHECK(Json::parse(service.post("/v1/review", small_case).body)["ledger"]["sequence"] == 3);
}

TEST_CASE("a ledger that cannot be written makes the service unready, and findings still go out",
          "[adapters][service]") {
  const TemporaryFolder folder;
  auto settings = demo_settings();
  std::filesystem::create_directory(folder.path() / "ledger.db");  // no file can stand there
  settings.ledger = guardian::adapters::LedgerSettings{folder.path() / "ledger.db", {}, true};
  const auto service = service_of(settings);
  const auto ready = service.call("GET", "/readyz");
  CHECK(ready.status == 503);
  CHECK(Json::parse(ready.body)["ledger"]["writable"] == false);
  const Json review = Json::parse(service.post("/v1/review", small_case).body);
  CHECK(review["findings"].size() >= 1);
  CHECK_FALSE(review["ledger"].value("unrecorded", "").empty());
  CHECK(cards_of(service.post("/cds-services/guardian-order-sign", order_sign())).size() >= 1);
  CHECK(service.call("GET", "/metrics").body.find("guardian_unrecorded_reviews_total 2") != std::string::npos);
}

TEST_CASE("a knowledge base that is too old reviews nothing, and an old one is said to be", "[adapters][service]") {
  auto settings = demo_settings();
  settings.knowledge_refuse_days = 730;
  settings.knowledge_warn_days = 0;
  std::string now = service_time;
  guardian::adapters::service::ServicePorts ports;
  ports.log = [](const std::string&) {};
  ports.now = [&now] { return now; };
  auto made = Service::create(settings, shipped_knowledge(), {}, ports);
  REQUIRE(made);
  TestService service{std::move(*made)};
  now = "2028-12-31T00:00:00Z";
  CHECK(service.call("GET", "/readyz").status == 503);
  CHECK(service.post("/v1/review", small_case).status == 503);
  CHECK(service.post("/cds-services/guardian-order-sign", order_sign()).status == 503);
  now = "2027-12-31T00:00:00Z";
  const auto old = service.call("GET", "/readyz");
  CHECK(old.status == 200);
  CHECK(old.body.find("warning") != std::string::npos);
  CHECK(service.post("/v1/review", small_case).status == 200);
}

TEST_CASE("the description names every address and method, and nothing else", "[adapters][service]") {
  const auto service = service_of(demo_settings());
  const Json document = Json::parse(service.call("GET", "/v1/openapi.json").body);
  CHECK(document["openapi"] == "3.1.0");
  std::set<std::string> described;
  std::set<std::string> operations;
  for (const auto& [path, methods] : document["paths"].items()) {
    for (const auto& [method, operation] : methods.items()) {
      std::string upper = method;
      std::transform(upper.begin(), upper.end(), upper.begin(), [](unsigned char c) { return std::toupper(c); });
      described.insert(upper + " " + path);
      CHECK(operations.insert(operation.at("operationId")).second);
      for (const auto& [code, response] : operation.at("responses").items()) {
        if (!response.contains("$ref")) continue;
        const std::string target = response["$ref"];
        INFO(target);
        CHECK(document.contains(Json::json_pointer(target.substr(1))));
      }
    }
  }
  std::set<std::string> served;
  for (const auto& route : routes()) served.insert(std::string(route.method) + " " + std::string(route.pattern));
  CHECK(described == served);
}

TEST_CASE("every reply tells browsers to trust nothing beyond it", "[adapters][service]") {
  const auto service = service_of(demo_settings());
  for (const std::string path : {"/healthz", "/nothing", "/cds-services", "/v1/openapi.json"}) {
    const auto reply = service.call("GET", path);
    CHECK(header_of(reply, "X-Content-Type-Options") == "nosniff");
    CHECK(header_of(reply, "Cache-Control") == "no-store");
    CHECK(header_of(reply, "Content-Security-Policy").rfind("default-src 'none'", 0) == 0);
  }
}

TEST_CASE("no request brings the service down or gets more than an OperationOutcome out of it",
          "[adapters][service][property]") {
  const auto service = service_of(demo_settings());
  const std::vector<std::pair<std::string, std::string>> good = {
      {"/cds-services/guardian-order-sign", order_sign().dump()},
      {"/cds-services/guardian-order-select", order_select().dump()},
      {"/cds-services/guardian-order-sign/feedback", R"({"feedback":[{"card":"x","outcome":"overridden"}]})"},
      {"/v1/review?depth=findings", small_case.dump()},
      {"/v1/resolve", R"({"names":["warfarin"]})"},
      {"/v1/overrides", R"({"review":"1","finding":"2","reason":"other"})"}};
  CHECK(rc::check([&] {
    auto [path, body] = good[*rc::gen::inRange<std::size_t>(0, good.size())];
    const int changes = *rc::gen::inRange(1, 5);
    for (int i = 0; i < changes && !body.empty(); ++i) {
      const auto at = *rc::gen::inRange<std::size_t>(0, body.size());
      switch (*rc::gen::inRange(0, 4)) {
        case 0: body[at] = *rc::gen::arbitrary<char>(); break;
        case 1: body.erase(at, *rc::gen::inRange<std::size_t>(1, 40)); break;
        case 2: body.insert(at, body.substr(at, *rc::gen::inRange<std::size_t>(1, 40))); break;
        default: body.replace(at, 1, *rc::gen::element<std::string>("null", "[]", "{}", "\"\"", "1e9", "true")); break;
      }
    }
    const auto reply = service.call("POST", path, body);
    RC_ASSERT(reply.status < 500);
    if (reply.status != 200) RC_ASSERT(Json::parse(reply.body)["resourceType"] == "OperationOutcome");
  }));
}
