// What goes out as FHIR: shape, required members, and nothing empty anywhere.

#include <set>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "adapters/fhir/case_document.hpp"
#include "adapters/fhir/outcome.hpp"
#include "adapters/fhir/review_bundle.hpp"
#include "runtime/reviewer.hpp"
#include "tests/adapters/fhir_r4_checks.hpp"
#include "tests/support/program.hpp"
#include "tests/support/temporary_knowledge.hpp"

using namespace guardian;
using adapters::fhir::ChartMedication;
using adapters::fhir::IssueContext;
using Json = nlohmann::json;

namespace {

// FHIR JSON has no null, empty text, list or object.
bool holds_nothing_empty(const Json& value) {
  if (value.is_null() || (value.is_string() && value.get<std::string>().empty())) return false;
  if (!value.is_structured()) return true;
  if (value.empty()) return false;
  for (const auto& [name, inner] : value.items()) {
    if (!holds_nothing_empty(inner)) return false;
  }
  return true;
}

void check_issue(const Json& issue) {
  static const std::set<std::string> severities{"high", "moderate", "low"};
  static const std::set<std::string> statuses{"final", "preliminary"};
  CHECK(issue.at("resourceType") == "DetectedIssue");
  CHECK(statuses.count(issue.at("status")) == 1);
  CHECK(severities.count(issue.at("severity")) == 1);
  CHECK(issue.at("code").contains("text"));
  CHECK(issue.at("author").at("reference") == "#guardian");
  REQUIRE(issue.at("contained").size() == 1);
  CHECK(issue.at("contained")[0].at("resourceType") == "Device");
  CHECK(issue.at("contained")[0].at("id") == "guardian");
  CHECK(issue.at("implicated").size() >= 1);
  CHECK(issue.at("detail").is_string());
  CHECK_FALSE(issue.contains("mitigation"));  // what has been done; a review only advises
  CHECK(holds_nothing_empty(issue));
}

core::Review review_of(const adapters::fhir::CaseDocument& document) {
  REQUIRE(document.decoding.value);
  core::Case subject = *document.decoding.value;
  if (subject.as_of.empty()) subject.as_of = "2026-11-02T08:00:00Z";
  const auto review = runtime::Reviewer(tests::shipped_knowledge()).review(std::move(subject));
  REQUIRE(review.has_value());
  return *review;
}

}  // namespace

TEST_CASE("an outcome has severity, code, diagnostics and expression of each issue", "[adapters][fhir]") {
  using adapters::fhir::IssueSeverity;
  const Json outcome = Json::parse(adapters::fhir::operation_outcome(
      {{IssueSeverity::error, "required", "prefetch.patient is missing", {"prefetch.patient"}},
       {IssueSeverity::warning, "", "", {""}}}));
  CHECK(outcome == Json::parse(R"({"resourceType":"OperationOutcome","issue":[
    {"severity":"error","code":"required","diagnostics":"prefetch.patient is missing","expression":["prefetch.patient"]},
    {"severity":"warning","code":"processing"}]})"));
  CHECK(Json::parse(adapters::fhir::operation_outcome({})).at("issue").size() == 1);
}

TEST_CASE("every example becomes a Bundle of valid shape, a finding an issue, worst first", "[adapters][fhir]") {
  for (const auto& file : tests::example_cases()) {
    INFO(file);
    const auto document = adapters::fhir::decode_document(tests::read_text(file), "2026-11-02T08:00:00Z");
    const core::Review review = review_of(document);
    const std::string text = adapters::fhir::review_bundle(review, {{}, {}, {}, document.medications}, false);
    CHECK(text == adapters::fhir::review_bundle(review, {{}, {}, {}, document.medications}, false));
    const Json bundle = Json::parse(text);
    CHECK(bundle.at("resourceType") == "Bundle");
    CHECK(bundle.at("type") == "collection");
    CHECK(bundle.at("timestamp").get<std::string>().back() == 'Z');
    CHECK(holds_nothing_empty(bundle));
    tests::r4::check_bundle(bundle);
    const Json& entries = bundle.at("entry");
    REQUIRE(entries.size() == review.findings.size() + 2);
    std::set<std::string> addresses;
    int worst = 0;
    for (std::size_t i = 0; i < entries.size(); ++i) {
      const std::string address = entries[i].at("fullUrl");
      CHECK(address.size() == 45);
      CHECK(addresses.insert(address).second);
      if (i >= review.findings.size()) continue;
      const Json& issue = entries[i].at("resource");
      check_issue(issue);
      const std::string severity = issue.at("severity");
      const int rank = severity == "high" ? 0 : severity == "moderate" ? 1 : 2;
      CHECK(rank >= worst);
      worst = rank;
    }
    CHECK(entries[entries.size() - 2].at("resource").at("resourceType") == "OperationOutcome");
    const Json& provenance = entries.back().at("resource");
    CHECK(provenance.at("resourceType") == "Provenance");
    CHECK(provenance.at("recorded").get<std::string>().size() == 20);
    CHECK(provenance.at("agent")[0].at("who").at("reference") == "#guardian");
    REQUIRE(provenance.at("target").size() == entries.size() - 1);
    for (const auto& target : provenance.at("target")) CHECK(addresses.count(target.at("reference")) == 1);
  }
}

TEST_CASE("an issue names the resources of a chart, and in words those of other cases", "[adapters][fhir]") {
  core::Finding finding;
  finding.id = "f00d";
  finding.severity = core::Severity::major;
  finding.title = "a <b> & c";
  finding.medicines = {"warfarin", "ibuprofen"};
  finding.elements = {"/entry/1/resource", "/entry/2/resource", "/entry/1/resource"};
  const std::vector<ChartMedication> medications{{"/entry/1/resource", "MedicationRequest/1", "{}", {}},
                                                 {"/entry/2/resource", "MedicationRequest/2", "{}", {}}};
  const Json charted =
      Json::parse(adapters::fhir::detected_issue(finding, {"Patient/p", "2026-11-02T08:00:00Z", "1.0", medications}));
  CHECK(charted.at("implicated") ==
        Json::parse(R"([{"reference":"MedicationRequest/1"},{"reference":"MedicationRequest/2"}])"));
  CHECK(charted.at("patient").at("reference") == "Patient/p");
  CHECK(charted.at("identifiedDateTime") == "2026-11-02T08:00:00Z");
  CHECK(charted.at("text").at("div") == R"(<div xmlns="http://www.w3.org/1999/xhtml">a &lt;b&gt; &amp; c</div>)");
  CHECK_FALSE(charted.contains("id"));
  const Json plain = Json::parse(adapters::fhir::detected_issue(finding, IssueContext{}));
  CHECK(plain.at("implicated") == Json::parse(R"([{"display":"warfarin"},{"display":"ibuprofen"}])"));
  CHECK_FALSE(plain.contains("patient"));
  CHECK(holds_nothing_empty(plain));
}

TEST_CASE("the detail of an issue advises, and names the sources that say so", "[adapters][fhir]") {
  core::Finding finding;
  finding.title = "x";
  finding.management = "Avoid it.";
  finding.monitoring = {"INR"};
  finding.sources = {{"guardian", core::Severity::moderate, "verified", "first", {"A"}, ""},
                     {"LIST", core::Severity::major, "Major", "higher", {"L"}, "Choose another."}};
  const Json issue = Json::parse(adapters::fhir::detected_issue(finding, {}));
  const std::string detail = issue.at("detail");
  for (const char* words : {"Avoid it.", "Monitor: INR", "guardian (verified): moderate",
                            "LIST (Major): ranks it higher, major: Choose another."})
    CHECK(detail.find(words) != std::string::npos);
  CHECK_FALSE(issue.contains("mitigation"));
}

TEST_CASE("what an agent proposed is preliminary, and weighs what it was raised to", "[adapters][fhir]") {
  core::Finding finding;
  finding.title = "x";
  finding.severity = core::Severity::minor;
  CHECK(Json::parse(adapters::fhir::detected_issue(finding, {})).at("status") == "final");
  CHECK(Json::parse(adapters::fhir::detected_issue(finding, {})).at("severity") == "low");
  finding.source = "agent:interaction";
  finding.raise = core::Raise{"agent:triage", core::Severity::moderate, "r"};
  const Json issue = Json::parse(adapters::fhir::detected_issue(finding, {}));
  CHECK(issue.at("status") == "preliminary");
  CHECK(issue.at("severity") == "moderate");
}
