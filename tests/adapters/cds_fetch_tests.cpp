// What a CDS service does with the FHIR server that a client names: a real server on this machine.

#include <httplib.h>
#include <atomic>
#include <mutex>
#include <set>
#include <thread>

#include "tests/adapters/service_calls.hpp"

using namespace guardian::tests;

namespace {

constexpr const char* token = "PLANTED-TOKEN-4711";

// A FHIR server with what the usual request needs.
class FhirServer {
 public:
  FhirServer() {
    const Json whole = order_sign()["prefetch"];
    server_.set_pre_routing_handler([this, whole](const httplib::Request& request, httplib::Response& response) {
      {
        const std::lock_guard lock(mutex_);
        asked_.insert(request.path);
        if (request.get_header_value("Authorization") != std::string("Bearer ") + token) unsigned_ = true;
      }
      answer(request, response, whole);
      return httplib::Server::HandlerResponse::Handled;
    });
    port_ = server_.bind_to_any_port("127.0.0.1");
    thread_ = std::jthread([this] { server_.listen_after_bind(); });
    while (!server_.is_running()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  ~FhirServer() { server_.stop(); }
  FhirServer(const FhirServer&) = delete;
  FhirServer& operator=(const FhirServer&) = delete;

  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/fhir"; }
  [[nodiscard]] int port() const { return port_; }
  [[nodiscard]] bool was_asked(const std::string& type) const {
    const std::lock_guard lock(mutex_);
    return asked_.count("/fhir/" + type) == 1;
  }
  [[nodiscard]] bool always_signed() const {
    const std::lock_guard lock(mutex_);
    return !unsigned_;
  }

  std::atomic<int> status{200};

 private:
  void answer(const httplib::Request& request, httplib::Response& response, const Json& whole) const {
    response.status = status;
    if (response.status != 200) return;
    const auto send = [&](const Json& body) { response.set_content(body.dump(), "application/fhir+json"); };
    if (request.path == "/fhir/Patient/p1") return send(whole["patient"]);
    if (request.path == "/fhir/MedicationRequest/d1") {
      return send(medication_request("d1", "ibuprofen 400 mg oral tablet three times a day", "active"));
    }
    if (request.path == "/fhir/MedicationRequest") {
      // Two pages; what interacts is on the second.
      if (request.get_param_value("page") == "2") return send(whole["medicationRequests"]);
      Json first = bundle({medication_request("m0", "metformin 500 mg twice daily", "active")});
      first["link"] = Json::array({{{"relation", "next"}, {"url", url() + "/MedicationRequest?patient=p1&page=2"}}});
      return send(first);
    }
    return send(bundle({}));
  }

  httplib::Server server_;
  int port_ = 0;
  mutable std::mutex mutex_;
  std::set<std::string> asked_;
  bool unsigned_ = false;
  std::jthread thread_;
};

Json with_server(Json request, const std::string& url) {
  request["fhirServer"] = url;
  request["fhirAuthorization"] = {{"access_token", token},
                                  {"token_type", "Bearer"},
                                  {"expires_in", 300},
                                  {"scope", "user/*.rs"},
                                  {"subject", "cds"}};
  return request;
}

TestService service_for(const FhirServer& fhir) {
  auto settings = demo_settings();
  settings.fhir_hosts = {"127.0.0.1:" + std::to_string(fhir.port())};
  settings.fhir_time = std::chrono::milliseconds(20'000);
  return service_of(settings);
}

const std::string sign = "/cds-services/guardian-order-sign";

}  // namespace

TEST_CASE("what was not sent along is fetched, page by page, with the token of the call", "[adapters][cds][fetch]") {
  const FhirServer fhir;
  const auto service = service_for(fhir);
  Json request = with_server(order_sign(), fhir.url());
  SECTION("nothing was sent") { request.erase("prefetch"); }
  SECTION("one list was not sent") { request["prefetch"].erase("medicationRequests"); }
  SECTION("only the first page was sent") {
    request["prefetch"]["medicationRequests"] =
        bundle({medication_request("m0", "metformin 500 mg twice daily", "active")});
    request["prefetch"]["medicationRequests"]["link"] =
        Json::array({{{"relation", "next"}, {"url", fhir.url() + "/MedicationRequest?patient=p1&page=2"}}});
  }
  const Json cards = cards_of(service.post(sign, request));
  REQUIRE(!cards.empty());
  CHECK(cards[0]["summary"].get<std::string>().find("ibuprofen and warfarin") != std::string::npos);
  CHECK(fhir.was_asked("MedicationRequest"));
  CHECK(fhir.was_asked("Patient/p1") == !request.contains("prefetch"));
  CHECK(fhir.always_signed());
  for (const std::string& line : *service.log) CHECK(line.find(token) == std::string::npos);
}

TEST_CASE("a FHIR server that fails makes 412 of what is required, and a note of the rest", "[adapters][cds][fetch]") {
  FhirServer fhir;
  const auto service = service_for(fhir);
  for (const int status : {401, 403, 404, 500, 503}) {
    fhir.status = status;
    INFO(status);
    Json request = with_server(order_sign(), fhir.url());
    request["prefetch"].erase("medicationRequests");
    const auto reply = service.post(sign, request);
    CHECK(reply.status == 412);
    CHECK(outcome_text(reply).find("medicationRequests") != std::string::npos);
    CHECK(reply.body.find(token) == std::string::npos);

    Json rest = with_server(order_sign(), fhir.url());
    rest["prefetch"].erase("allergies");
    const Json cards = cards_of(service.post(sign, rest));
    REQUIRE(cards.size() >= 2);
    CHECK(cards.back()["detail"].get<std::string>().find("allergies") != std::string::npos);
  }
}

TEST_CASE("a FHIR server that is not there is 412", "[adapters][cds][fetch]") {
  std::string url;
  auto settings = demo_settings();
  {
    const FhirServer gone;
    url = gone.url();
    settings.fhir_hosts = {"127.0.0.1:" + std::to_string(gone.port())};
  }
  const auto service = service_of(settings);
  Json request = with_server(order_sign(), url);
  request["prefetch"].erase("patient");
  CHECK(service.post(sign, request).status == 412);
}

TEST_CASE("a failure of the client is not asked for again", "[adapters][cds][fetch]") {
  const FhirServer fhir;
  const auto service = service_for(fhir);
  Json request = with_server(order_sign(), fhir.url());
  request["prefetch"]["medicationRequests"] = {
      {"resourceType", "OperationOutcome"}, {"issue", Json::array({{{"severity", "error"}, {"code", "exception"}}})}};
  CHECK(service.post(sign, request).status == 412);
  CHECK_FALSE(fhir.was_asked("MedicationRequest"));
}

TEST_CASE("orders that are dispatched are read from the FHIR server", "[adapters][cds][fetch]") {
  const FhirServer fhir;
  const auto service = service_for(fhir);
  Json request = with_server(order_sign(), fhir.url());
  request["hook"] = "order-dispatch";
  request["context"] = {{"patientId", "p1"},
                        {"dispatchedOrders", Json::array({"MedicationRequest/d1"})},
                        {"performer", "Organization/o1"}};
  const Json cards = cards_of(service.post("/cds-services/guardian-order-dispatch", request));
  REQUIRE(!cards.empty());
  CHECK(cards[0]["summary"].get<std::string>().find("ibuprofen and warfarin") != std::string::npos);
}
