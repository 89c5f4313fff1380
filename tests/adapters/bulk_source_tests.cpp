// A FHIR Bulk Data export, by patient: what belongs together, what cannot be read, and through the program.

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "adapters/batch/bulk_source.hpp"
#include "tests/support/program.hpp"
#include "tests/support/temporary_knowledge.hpp"

using namespace guardian;
using adapters::batch::BulkSource;
using adapters::batch::SourceLines;
using Catch::Matchers::Contains;
using Json = nlohmann::json;
namespace fs = std::filesystem;

namespace {

constexpr const char* as_of = "2026-11-02T08:00:00Z";

std::string request(const std::string& id, const std::string& patient, const std::string& medicine) {
  return R"({"resourceType":"MedicationRequest","id":")" + id +
         R"(","status":"active","intent":"order","subject":{"reference":"Patient/)" + patient + "\"}," + medicine +
         "}\n";
}

std::string named(const std::string& name) { return R"("medicationCodeableConcept":{"text":")" + name + "\"}"; }

// Two patients whose resources lie scattered, one without a medicine, and a shared Medication.
void write_export(const fs::path& folder) {
  tests::write_text(folder / "Patient.ndjson",
                    "{\"resourceType\":\"Patient\",\"id\":\"p2\",\"birthDate\":\"1950-01-01\"}\n"
                    "{\"resourceType\":\"Patient\",\"id\":\"p1\",\"birthDate\":\"1960-01-01\",\"gender\":\"female\"}\n"
                    "{\"resourceType\":\"Patient\",\"id\":\"p3\"}\n");
  tests::write_text(folder / "1.MedicationRequest.ndjson", request("m1", "p1", named("phenelzine 15 mg")) + "\n" +
                                                               request("m2", "p2", named("metformin 500 mg")));
  tests::write_text(folder / "2.MedicationRequest.ndjson",
                    request("m3", "p1", R"("medicationReference":{"reference":"https://server/fhir/Medication/x"})"));
  tests::write_text(folder / "Medication.ndjson",
                    R"({"resourceType":"Medication","id":"x","code":{"text":"sertraline 50 mg"}})");
  tests::write_text(
      folder / "AllergyIntolerance.ndjson",
      R"({"resourceType":"AllergyIntolerance","id":"a1","patient":{"reference":"Patient/p2"},"code":{"text":"penicillin"}})"
      "\n");
  tests::write_text(folder / "Encounter.ndjson", "{\"resourceType\":\"Encounter\",\"id\":\"e\"}\n");
}

std::vector<Json> bundles(BulkSource& source) {
  std::vector<Json> all;
  SourceLines lines;
  while (source.next(lines)) {
    CHECK(lines.first == all.size() + 1);
    for (std::size_t i = 0; i < lines.lines.size(); ++i) all.push_back(Json::parse(lines.line(i)));
  }
  return all;
}

std::multiset<std::string> ids_of(const Json& bundle) {
  std::multiset<std::string> ids;
  for (const Json& entry : bundle.at("entry")) ids.insert(entry.at("resource").at("id").get<std::string>());
  return ids;
}

}  // namespace

TEST_CASE("an export gives a bundle for each patient with a medicine, with all that is theirs",
          "[adapters][batch][bulk]") {
  const tests::TemporaryFolder folder;
  write_export(folder.path());
  auto source = BulkSource::open(folder.path(), {as_of, -1, false}, [](const std::string&, std::uint64_t) {
    FAIL_CHECK("every line can be read");
    return true;
  });
  REQUIRE(source.has_value());
  CHECK((*source)->patients() == 2);
  CHECK((*source)->without_medicine() == 1);
  const auto all = bundles(**source);
  REQUIRE(all.size() == 2);
  CHECK(ids_of(all[0]) == std::multiset<std::string>{"p1", "m1", "m3", "x"});
  CHECK(ids_of(all[1]) == std::multiset<std::string>{"p2", "m2", "a1"});
  CHECK(all[0].at("timestamp") == as_of);
  CHECK((*source)->end() == BulkSource::End::input);
}

TEST_CASE("a bundle of an export is passed over only when it is the same", "[adapters][batch][bulk]") {
  const tests::TemporaryFolder folder;
  write_export(folder.path());
  const auto opened = [&] {
    auto source =
        BulkSource::open(folder.path(), {as_of, -1, true}, [](const std::string&, std::uint64_t) { return true; });
    REQUIRE(source.has_value());
    return std::move(*source);
  };
  SourceLines lines;
  REQUIRE(opened()->next(lines));
  CHECK(opened()->pass_over(2, lines.bytes, lines.sha256));
  tests::write_text(folder.path() / "2.MedicationRequest.ndjson", request("m3", "p2", named("aspirin")));
  CHECK_FALSE(opened()->pass_over(2, lines.bytes, lines.sha256));
}

TEST_CASE("what no chart can take is told by file and line", "[adapters][batch][bulk]") {
  const tests::TemporaryFolder folder;
  write_export(folder.path());
  tests::write_text(folder.path() / "9.ndjson", "{not JSON\n{\"resourceType\":\"Condition\",\"id\":\"c\"}\n");
  std::vector<std::uint64_t> bad;
  const auto told = [&](const std::string& file, std::uint64_t line) {
    CHECK_THAT(file, Contains("9.ndjson"));
    bad.push_back(line);
    return bad.size() < 3;
  };
  CHECK(BulkSource::open(folder.path(), {as_of, -1, false}, told).has_value());
  CHECK(bad == std::vector<std::uint64_t>{1, 2});
  CHECK_FALSE(BulkSource::open(folder.path(), {as_of, -1, false}, told).has_value());
  const tests::TemporaryFolder empty;
  CHECK_FALSE(BulkSource::open(empty.path(), {as_of, -1, false}, told).has_value());
  CHECK_FALSE(BulkSource::open("/no/such", {as_of, -1, false}, told).has_value());
}

TEST_CASE("the program reviews an export, and writes what it finds as one", "[adapters][batch][bulk]") {
  const tests::TemporaryFolder folder;
  write_export(folder.path());
  const auto run = [&](std::vector<std::string> more) {
    std::vector<std::string> arguments{"batch", "--offline", "--bulk", folder.path().string(), "--as-of", as_of};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return tests::run_program({arguments});
  };
  const auto reviews = run({});
  CHECK(reviews.status == 0);
  CHECK_THAT(reviews.err, Contains("1 of 3 patients have no medicine"));
  const auto lines = tests::lines_of(reviews.out);
  REQUIRE(lines.size() == 2);
  CHECK(Json::parse(lines[0]).at("case_id") == "p1");
  CHECK(Json::parse(lines[0]).at("decision") == "block");
  CHECK(Json::parse(lines[0]).at("as_of") == as_of);
  CHECK(Json::parse(lines[1]).at("case_id") == "p2");
  CHECK(run({}).out == reviews.out);
  const auto issues = run({"--format", "fhir"});
  CHECK(issues.status == 0);
  bool found = false;
  for (const std::string& line : tests::lines_of(issues.out)) {
    const Json issue = Json::parse(line);
    CHECK(issue.at("resourceType") == "DetectedIssue");
    if (issue.at("patient").at("reference") != "Patient/p1" || issue.at("severity") != "high") continue;
    found = found || (issue.at("implicated").size() == 2 &&
                      issue.at("implicated")[0].at("reference") == "MedicationRequest/m1" &&
                      issue.at("implicated")[1].at("reference") == "MedicationRequest/m3");
  }
  CHECK(found);
  tests::write_text(folder.path() / "9.ndjson", "{not JSON\n");
  const auto bad = run({});
  CHECK(bad.status == 1);
  CHECK(bad.out == reviews.out);
  CHECK_THAT(bad.err, Contains("9.ndjson: line 1"));
  CHECK(run({"--on-error", "stop"}).status == 2);
  CHECK(run({"--as-of", "yesterday"}).status == 2);
}
