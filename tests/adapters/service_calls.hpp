#pragma once
// A service without sockets, and the CDS requests that tests make of it.

#include <catch2/catch.hpp>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "adapters/service/service.hpp"
#include "tests/adapters/fhir_r4_checks.hpp"
#include "tests/support/temporary_knowledge.hpp"

namespace guardian::tests {

using Json = nlohmann::json;

struct TestService {
  std::unique_ptr<adapters::service::Service> service;
  std::shared_ptr<std::vector<std::string>> log = std::make_shared<std::vector<std::string>>();

  adapters::http::Reply call(const std::string& method, const std::string& path, const std::string& body = {},
                             adapters::http::Fields headers = {{"Content-Type", "application/json"}}) const {
    adapters::http::Request request;
    request.method = method;
    request.path = path.substr(0, path.find('?'));
    request.body = body;
    request.headers = std::move(headers);
    request.remote = "127.0.0.1";
    if (const auto at = path.find('?'); at != std::string::npos) {
      const std::string query = path.substr(at + 1);
      request.query.emplace_back(query.substr(0, query.find('=')), query.substr(query.find('=') + 1));
    }
    return service->handle(request);
  }
  adapters::http::Reply post(const std::string& path, const Json& body) const {
    return call("POST", path, body.dump());
  }
};

inline constexpr const char* service_time = "2026-11-02T08:00:00Z";

inline TestService service_of(adapters::service::ServiceSettings settings) {
  TestService made;
  adapters::service::ServicePorts ports;
  const auto mutex = std::make_shared<std::mutex>();
  ports.log = [log = made.log, mutex](const std::string& line) {
    const std::lock_guard lock(*mutex);
    log->push_back(line);
  };
  ports.now = [] { return std::string(service_time); };
  ports.open_knowledge = [] { return knowledge::KnowledgeBase::open(GUARDIAN_SHIPPED_KB); };
  auto service = adapters::service::Service::create(std::move(settings), shipped_knowledge(), {}, std::move(ports));
  INFO((service ? std::string() : service.error().message));
  REQUIRE(service);
  made.service = std::move(*service);
  return made;
}

inline adapters::service::ServiceSettings demo_settings() {
  adapters::service::ServiceSettings settings;
  settings.demo = true;
  settings.public_url = "http://127.0.0.1:8080";
  return settings;
}

inline Json codeable(const std::string& text, const std::string& rxcui = {}) {
  Json concept_text{{"text", text}};
  if (!rxcui.empty()) {
    concept_text["coding"] =
        Json::array({{{"system", "http://www.nlm.nih.gov/research/umls/rxnorm"}, {"code", rxcui}, {"display", text}}});
  }
  return concept_text;
}

inline Json medication_request(const std::string& id, const std::string& text, const std::string& status,
                               const std::string& patient = "p1") {
  return {{"resourceType", "MedicationRequest"},
          {"id", id},
          {"status", status},
          {"intent", "order"},
          {"medicationCodeableConcept", codeable(text)},
          {"subject", {{"reference", "Patient/" + patient}}}};
}

inline Json bundle(const std::vector<Json>& resources, const std::string& type = "searchset") {
  Json entries = Json::array();
  for (const Json& resource : resources) entries.push_back({{"resource", resource}});
  Json all{{"resourceType", "Bundle"}, {"type", type}};
  if (!entries.empty()) all["entry"] = entries;
  return all;
}

// order-sign of ibuprofen for somebody who takes warfarin, with all that is asked for.
inline Json order_sign() {
  return {
      {"hook", "order-sign"},
      {"hookInstance", "214c1485-1184-52aa-9f75-943a444c2245"},
      {"context",
       {{"userId", "Practitioner/dr1"},
        {"patientId", "p1"},
        {"encounterId", "e1"},
        {"draftOrders",
         bundle({medication_request("d1", "ibuprofen 400 mg oral tablet three times a day", "draft")}, "collection")}}},
      {"prefetch",
       {{"patient", {{"resourceType", "Patient"}, {"id", "p1"}, {"gender", "female"}, {"birthDate", "1960-01-01"}}},
        {"medicationRequests", bundle({medication_request("m1", "warfarin 5 mg oral tablet daily", "active")})},
        {"medicationStatements", bundle({})},
        {"medicationDispenses", bundle({})},
        {"medicationAdministrations", bundle({})},
        {"conditions", bundle({})},
        {"allergies", bundle({})},
        {"observations", bundle({})}}}};
}

inline Json order_select() {
  Json request = order_sign();
  request["hook"] = "order-select";
  request["context"]["selections"] = Json::array({"MedicationRequest/d1"});
  return request;
}

inline Json cards_of(const adapters::http::Reply& reply) {
  INFO(reply.body);
  REQUIRE(reply.status == 200);
  return Json::parse(reply.body).at("cards");
}

// The text of an OperationOutcome's issues.
inline std::string outcome_text(const adapters::http::Reply& reply) {
  const Json outcome = Json::parse(reply.body);
  REQUIRE(outcome.at("resourceType") == "OperationOutcome");
  REQUIRE(!outcome.at("issue").empty());
  r4::check_operation_outcome(outcome);
  std::string text;
  for (const Json& issue : outcome.at("issue")) {
    CHECK(issue.contains("severity"));
    CHECK(issue.contains("code"));
    text += issue.value("diagnostics", "") + "\n";
  }
  return text;
}

inline std::string header_of(const adapters::http::Reply& reply, const std::string& name) {
  for (const auto& [known, value] : reply.headers) {
    if (known == name) return value;
  }
  return {};
}

}  // namespace guardian::tests
