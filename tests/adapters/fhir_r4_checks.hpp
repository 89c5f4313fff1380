#pragma once
// FHIR R4 (4.0.1) checks of the resources that we emit, by hand from the specification: members, cardinalities, value
// sets with required bindings, forms of primitive types, and the invariants of contained resources.

#include <functional>
#include <map>
#include <regex>
#include <set>
#include <string>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace guardian::tests::r4 {

using Json = nlohmann::json;
using Names = std::set<std::string>;

inline void check_no_empties(const Json& value) {
  if (value.is_string()) CHECK(std::regex_search(value.get<std::string>(), std::regex(R"(\S)")));
  CHECK_FALSE(value.is_null());
  if (!value.is_structured()) return;
  CHECK_FALSE(value.empty());
  for (const Json& inner : value) check_no_empties(inner);
}

// No member that the type does not have, none missing that it must have.
inline void check_members(const Json& object, const Names& required, Names known) {
  REQUIRE(object.is_object());
  for (const std::string& name : required) {
    INFO("required: " << name);
    CHECK(object.contains(name));
  }
  known.insert(required.begin(), required.end());
  for (const char* common : {"id", "extension"}) known.insert(common);
  for (const auto& [name, value] : object.items()) {
    INFO("member: " << name);
    CHECK(known.count(name) == 1);
  }
}

inline void check_pattern(const Json& value, const char* pattern) {
  REQUIRE(value.is_string());
  INFO(value);
  CHECK(std::regex_match(value.get<std::string>(), std::regex(pattern)));
}
inline void check_date_time(const Json& value) {
  check_pattern(value, R"(\d{4}(-\d\d(-\d\d(T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d))?)?)?)");
}
inline void check_instant(const Json& value) {
  check_pattern(value, R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d))");
}
inline void check_code(const Json& value, const Names& words) {
  REQUIRE(value.is_string());
  INFO(value);
  CHECK(words.count(value.get<std::string>()) == 1);
}

inline void check_coding(const Json& coding) {
  check_members(coding, {}, {"system", "version", "code", "display", "userSelected"});
  if (coding.contains("system")) check_pattern(coding["system"], R"((https?|urn):\S+)");
  if (coding.contains("code")) check_pattern(coding["code"], R"([^\s]+(\s[^\s]+)*)");
}
inline void check_concept(const Json& value) {
  check_members(value, {}, {"coding", "text"});
  for (const Json& coding : value.value("coding", Json::array())) check_coding(coding);
}
inline void check_identifier(const Json& value) {
  check_members(value, {}, {"use", "type", "system", "value", "period", "assigner"});
}
// `local`: the resource, for references to what it contains.
inline void check_reference(const Json& value, const Json& local) {
  check_members(value, {}, {"reference", "type", "identifier", "display"});
  CHECK((value.contains("reference") || value.contains("identifier") || value.contains("display")));
  if (!value.contains("reference")) return;
  const std::string to = value["reference"];
  INFO(to);
  if (to.rfind('#', 0) == 0) {
    bool found = false;
    for (const Json& inner : local.value("contained", Json::array()))
      found = found || "#" + inner.value("id", "") == to;
    CHECK(found);
  } else {
    CHECK(std::regex_match(
        to,
        std::regex(R"((https?://\S+/)?[A-Z][A-Za-z]+/[A-Za-z0-9\-.]{1,64}(/_history/\S+)?|urn:uuid:[0-9a-f-]{36})")));
  }
}
inline void check_narrative(const Json& value) {
  check_members(value, {"status", "div"}, {});
  check_code(value["status"], {"generated", "extensions", "additional", "empty"});
  check_pattern(value["div"], R"(<div xmlns="http://www\.w3\.org/1999/xhtml">[^<>]*</div>)");
}

inline void check_device(const Json& device) {
  check_members(device, {"resourceType"}, {"deviceName", "version", "identifier", "type", "manufacturer"});
  for (const Json& name : device.value("deviceName", Json::array())) {
    check_members(name, {"name", "type"}, {});
    check_code(name["type"], {"udi-label-name", "user-friendly-name", "patient-reported-name", "manufacturer-name",
                              "model-name", "other"});
  }
  for (const Json& version : device.value("version", Json::array()))
    check_members(version, {"value"}, {"type", "component"});
}

// dom-2 to dom-5: what is contained holds no narrative, no further resource and no version, and is referred to.
inline void check_domain(const Json& resource) {
  check_no_empties(resource);
  if (resource.contains("text")) check_narrative(resource["text"]);
  for (const Json& inner : resource.value("contained", Json::array())) {
    for (const char* none : {"contained", "text", "meta"}) CHECK_FALSE(inner.contains(none));
    CHECK(resource.dump().find("\"#" + inner.at("id").get<std::string>() + "\"") != std::string::npos);
    if (inner.at("resourceType") == "Device") check_device(inner);
  }
}

inline void check_detected_issue(const Json& issue) {
  INFO(issue.dump(1));
  check_domain(issue);
  check_members(issue, {"resourceType", "status"},
                {"text", "contained", "identifier", "code", "severity", "patient", "identifiedDateTime", "author",
                 "implicated", "evidence", "detail", "reference", "mitigation"});
  check_code(issue["status"], {"registered", "preliminary", "final", "amended", "corrected", "cancelled",
                               "entered-in-error", "unknown"});
  for (const Json& identifier : issue.value("identifier", Json::array())) check_identifier(identifier);
  if (issue.contains("severity")) check_code(issue["severity"], {"high", "moderate", "low"});
  if (issue.contains("code")) check_concept(issue["code"]);
  for (const char* name : {"patient", "author"}) {
    if (issue.contains(name)) check_reference(issue[name], issue);
  }
  if (issue.contains("identifiedDateTime")) check_date_time(issue["identifiedDateTime"]);
  for (const Json& of : issue.value("implicated", Json::array())) check_reference(of, issue);
  for (const Json& evidence : issue.value("evidence", Json::array())) {
    check_members(evidence, {}, {"code", "detail"});
    for (const Json& code : evidence.value("code", Json::array())) check_concept(code);
  }
  if (issue.contains("reference")) check_pattern(issue["reference"], R"(\S+)");
  for (const Json& mitigation : issue.value("mitigation", Json::array())) {
    check_members(mitigation, {"action"}, {"date", "author"});
    check_concept(mitigation["action"]);
    if (mitigation.contains("date")) check_date_time(mitigation["date"]);
    if (mitigation.contains("author")) {
      check_reference(mitigation["author"], issue);
      check_pattern(mitigation["author"]["reference"], R"(Practitioner(Role)?/\S+)");
    }
  }
}

inline void check_operation_outcome(const Json& outcome) {
  static const Names types{
      "invalid",          "structure", "required",     "value",      "invariant",    "security",      "login",
      "unknown",          "expired",   "forbidden",    "suppressed", "processing",   "not-supported", "duplicate",
      "multiple-matches", "not-found", "deleted",      "too-long",   "code-invalid", "extension",     "too-costly",
      "business-rule",    "conflict",  "transient",    "lock-error", "no-store",     "exception",     "timeout",
      "incomplete",       "throttled", "informational"};
  INFO(outcome.dump(1));
  check_domain(outcome);
  check_members(outcome, {"resourceType", "issue"}, {"text"});
  CHECK(outcome["resourceType"] == "OperationOutcome");
  REQUIRE(outcome["issue"].is_array());
  for (const Json& issue : outcome["issue"]) {
    check_members(issue, {"severity", "code"}, {"details", "diagnostics", "location", "expression"});
    check_code(issue["severity"], {"fatal", "error", "warning", "information"});
    check_code(issue["code"], types);
    if (issue.contains("details")) check_concept(issue["details"]);
    for (const Json& path : issue.value("expression", Json::array())) CHECK(path.is_string());
  }
}

inline void check_provenance(const Json& provenance) {
  INFO(provenance.dump(1));
  check_domain(provenance);
  check_members(provenance, {"resourceType", "target", "recorded", "agent"},
                {"text", "contained", "occurredDateTime", "policy", "reason", "activity", "entity", "signature"});
  for (const Json& target : provenance["target"]) check_reference(target, provenance);
  check_instant(provenance["recorded"]);
  if (provenance.contains("occurredDateTime")) check_date_time(provenance["occurredDateTime"]);
  for (const Json& agent : provenance["agent"]) {
    check_members(agent, {"who"}, {"type", "role", "onBehalfOf"});
    check_reference(agent["who"], provenance);
  }
  for (const Json& entity : provenance.value("entity", Json::array())) {
    check_members(entity, {"role", "what"}, {"agent"});
    check_code(entity["role"], {"derivation", "revision", "quotation", "source", "removal"});
    check_reference(entity["what"], provenance);
  }
}

inline void check_medication_request(const Json& request) {
  INFO(request.dump(1));
  check_domain(request);
  check_members(request, {"resourceType", "status", "intent", "medicationCodeableConcept", "subject"},
                {"encounter", "reasonCode", "note", "requester", "authoredOn", "text", "contained"});
  check_code(request["status"],
             {"active", "on-hold", "cancelled", "completed", "entered-in-error", "stopped", "draft", "unknown"});
  check_code(request["intent"], {"proposal", "plan", "order", "original-order", "reflex-order", "filler-order",
                                 "instance-order", "option"});
  check_concept(request["medicationCodeableConcept"]);
  check_reference(request["subject"], request);
  if (request.contains("encounter")) check_reference(request["encounter"], request);
  for (const Json& reason : request.value("reasonCode", Json::array())) check_concept(reason);
}

inline void check_resource(const Json& resource) {
  static const std::map<std::string, std::function<void(const Json&)>> checks{
      {"DetectedIssue", check_detected_issue},
      {"OperationOutcome", check_operation_outcome},
      {"Provenance", check_provenance},
      {"MedicationRequest", check_medication_request}};
  const auto check = checks.find(resource.at("resourceType").get<std::string>());
  INFO(resource.at("resourceType"));
  REQUIRE(check != checks.end());
  check->second(resource);
}

// bdl-3, bdl-4, bdl-7: a collection has no request or response, and each address once.
inline void check_bundle(const Json& bundle) {
  check_no_empties(bundle);
  check_members(bundle, {"resourceType", "type", "entry"}, {"timestamp", "identifier", "meta"});
  CHECK(bundle["type"] == "collection");
  if (bundle.contains("timestamp")) check_instant(bundle["timestamp"]);
  Names addresses;
  for (const Json& entry : bundle["entry"]) {
    check_members(entry, {"fullUrl", "resource"}, {});
    CHECK(addresses.insert(entry["fullUrl"]).second);
    check_resource(entry["resource"]);
  }
}

}  // namespace guardian::tests::r4
