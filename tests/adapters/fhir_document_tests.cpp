// FHIR Bundles where a case is taken: told by their resourceType, with problems that name the element, and through the
// commands.

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "adapters/fhir/case_document.hpp"
#include "tests/adapters/fhir_charts.hpp"
#include "tests/support/program.hpp"
#include "tests/support/temporary_knowledge.hpp"

using namespace guardian;
using adapters::InputProblem;
using adapters::fhir::decode_document;
using Json = nlohmann::json;
using tests::bundle_of;
using tests::request;

namespace {

constexpr const char* now = "2026-11-02T08:00:00Z";
constexpr const char* patient = R"({"resourceType":"Patient","id":"p","gender":"female","birthDate":"1960-01-01"})";

std::string example() { return (tests::source_folder() / "examples/cases/39-fhir-bundle.json").string(); }

}  // namespace

TEST_CASE("a document is told by what it holds", "[adapters][fhir]") {
  CHECK(decode_document(R"({"id":"a","medications":["warfarin"]})", now).decoding.value->id == "a");
  CHECK(decode_document(R"({"patient_id":"b","medications":["Warfarin"]})", now).decoding.value->id == "b");
  CHECK_FALSE(decode_document(R"({"id":"a","note":"\"resourceType\"","medications":["warfarin"]})", now).is_fhir);
  const auto fhir = decode_document(bundle_of({patient, request("1", "warfarin")}), now);
  CHECK(fhir.is_fhir);
  REQUIRE(fhir.decoding.value);
  CHECK(fhir.decoding.value->id == "p");
  CHECK(fhir.decoding.value->as_of == now);
  CHECK(fhir.decoding.case_id == "p");
}

TEST_CASE("a Bundle is reviewed at its own time where it has one", "[adapters][fhir]") {
  std::string text = bundle_of({patient, request("1", "warfarin")});
  text.insert(1, R"("timestamp":"2020-01-01T09:00:00+01:00",)");
  const auto document = decode_document(text, now);
  REQUIRE(document.decoding.value);
  CHECK(document.decoding.value->as_of == "2020-01-01T08:00:00Z");
  CHECK(document.decoding.value->patient.age == 60.0);
}

TEST_CASE("a draft of a Bundle is an order", "[adapters][fhir]") {
  const auto document =
      decode_document(bundle_of({patient, request("1", "warfarin"), request("2", "ibuprofen", {}, "draft")}), now);
  REQUIRE(document.decoding.value);
  REQUIRE(document.decoding.value->medications.size() == 2);
  CHECK_FALSE(document.decoding.value->medications[0].is_order);
  CHECK(document.decoding.value->medications[1].is_order);
  CHECK(document.medications.size() == 2);
}

TEST_CASE("what is wrong with a Bundle is told with its place", "[adapters][fhir]") {
  const auto problems = [](const std::string& text) { return decode_document(text, now).decoding.problems; };
  CHECK(problems(R"({"resourceType":"Patient","id":"p"})") ==
        std::vector<InputProblem>{{"/resourceType", "must be Bundle"}});
  CHECK(problems(bundle_of({patient})) ==
        std::vector<InputProblem>{{"/entry", "at least one medicine or order of the patient is required"}});
  CHECK(problems(bundle_of({patient, R"({"resourceType":"Patient","id":"q"})", request("1", "warfarin")})) ==
        std::vector<InputProblem>{{"/entry/1/resource", "is a second Patient; say which one is meant"}});
  CHECK(problems(R"({"resourceType":"Bundle","entry":7})").front().path == "/entry");
  CHECK(problems(R"({"resourceType":"Bundle","entry":[)").size() == 1);
  CHECK(decode_document(R"({"resourceType":"Bundle",)", now).decoding.problems.size() == 1);
}

TEST_CASE("a medicine of a Bundle that cannot be read is a finding, and a stranger's is a note", "[adapters][fhir]") {
  const std::string text = bundle_of({patient, request("1", "metformin 500 mg"),
                                      tests::resource("MedicationRequest", R"("id":"2","status":"active")"),
                                      R"({"resourceType":"MedicationRequest","id":"3","status":"active",
                                          "medicationCodeableConcept":{"text":"phenelzine"},"subject":{"reference":"Patient/q"}})"});
  const auto run = tests::run_program({{"review", "-", "--offline", "--format", "json"}, text});
  REQUIRE(run.status == 0);
  const Json review = Json::parse(run.out);
  CHECK(review.at("decision") == "escalate");
  CHECK(review.at("status") == "incomplete");
  REQUIRE(review.at("unresolved").size() == 1);
  CHECK(review.at("unresolved")[0].at("element") == "/entry/2/resource");
  CHECK(review.at("notes").dump().find("/entry/3/resource") != std::string::npos);
  CHECK(run.out.find("phenelzine") == std::string::npos);
}

TEST_CASE("commands take a Bundle as they take a case", "[adapters][fhir][cli]") {
  const auto text = tests::run_program({{"review", example(), "--offline"}});
  CHECK(text.status == 0);
  CHECK(text.out.find("BLOCK") != std::string::npos);
  const auto plan = tests::run_program({{"plan", example(), "--format", "json"}});
  CHECK(plan.status == 0);
  const auto explained = tests::run_program({{"explain", example(), "1"}});
  CHECK(explained.status == 0);
  CHECK(explained.out.find("ibuprofen") != std::string::npos);
  const std::string line = Json::parse(tests::read_text(example())).dump() + "\n";
  const auto batch = tests::run_program({{"batch", "--offline"}, line + line});
  CHECK(batch.status == 0);
  const auto lines = tests::lines_of(batch.out);
  REQUIRE(lines.size() == 2);
  CHECK(Json::parse(lines[0]).at("case_id") == "p39");
  const auto wrong = tests::run_program({{"review", "-", "--offline"}, R"({"resourceType":"Bundle","entry":{}})"});
  CHECK(wrong.status == 2);
  CHECK(wrong.err.find("standard input: /entry: must be a list") != std::string::npos);
}

TEST_CASE("a review of a Bundle is printed as FHIR, with the references of the chart", "[adapters][fhir][cli]") {
  const auto run = tests::run_program({{"review", example(), "--offline", "--format", "fhir"}});
  REQUIRE(run.status == 0);
  const Json bundle = Json::parse(run.out);
  const Json& issue = bundle.at("entry")[0].at("resource");
  CHECK(issue.at("patient").at("reference") == "Patient/p39");
  CHECK(issue.at("implicated")[0].at("reference") == "MedicationRequest/draft-1");
  const auto two = tests::run_program({{"review", example(), "-", "--offline", "--format", "fhir"}, R"({"id":"x"})"});
  CHECK(two.status == 2);
  const auto lines = tests::lines_of(two.out);
  REQUIRE(lines.size() == 2);
  CHECK(Json::parse(lines[0]).at("resourceType") == "Bundle");
  CHECK(Json::parse(lines[1]).at("resourceType") == "OperationOutcome");
}

TEST_CASE("a recorded review of a Bundle is made again to the byte", "[adapters][fhir][ledger]") {
  const tests::TemporaryFolder folder;
  const std::string ledger = (folder.path() / "reviews.ledger").string();
  const std::string text = bundle_of({patient, request("1", "warfarin 5 mg"), request("2", "ibuprofen", {}, "draft")});
  tests::write_text(folder.path() / "bundle.json", text);  // without a time: it is reviewed now
  const auto recorded = tests::run_program(
      {{"review", (folder.path() / "bundle.json").string(), "--offline", "--format", "json", "--ledger", ledger}});
  REQUIRE(recorded.status == 0);
  const auto again = tests::run_program({{"ledger", "replay", ledger, "1"}});
  CHECK(again.status == 0);
  CHECK(again.out == recorded.out);
}
