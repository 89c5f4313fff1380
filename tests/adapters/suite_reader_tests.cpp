// Suites as TSV and JSON: what is read, and where it says that something is wrong.

#include <catch2/catch.hpp>

#include "adapters/suite/suite_reader.hpp"
#include "tests/support/program.hpp"
#include "tests/support/temporary_knowledge.hpp"

using namespace guardian;
using adapters::suite::read_suite;
using adapters::suite::SuiteReading;
using core::Severity;

namespace {

std::vector<std::string> places(const SuiteReading& reading) {
  CHECK(reading.value.has_value() == reading.problems.empty());
  std::vector<std::string> all;
  for (const auto& problem : reading.problems) {
    CHECK_FALSE(problem.message.empty());
    all.push_back(problem.place);
  }
  return all;
}

using Places = std::vector<std::string>;

}  // namespace

TEST_CASE("a row of medicines is read with all that it expects", "[adapters][suite]") {
  const auto reading = read_suite(
      "# comment\nmedicines\tat_least\tat_most\tmust_find\tmust_not\tnot_assessed\tstatus\ttriage\tdecision\treads_as\t"
      "source\tnote\r\n"
      "Coumadin | Diflucan 200 mg PO daily\tmajor\tcritical\tdrug-drug/dose major+ fluconazole+warfarin | any minor\t"
      "severity>=critical digoxin | interruptive\tINR\tcomplete\t>=soon news2=none\t<=escalate\t"
      "warfarin | fluconazole\tlabel\tn\r\n",
      "x.tsv");
  for (const auto& problem : reading.problems) UNSCOPED_INFO(problem.place << ": " << problem.message);
  REQUIRE(reading.value);
  REQUIRE(reading.value->rows.size() == 1);
  const auto& row = reading.value->rows[0];
  CHECK(reading.value->name == "x");
  CHECK(row.place == "x.tsv:3");
  CHECK(row.id == "Coumadin + Diflucan 200 mg PO daily");
  CHECK(row.category == "x");
  CHECK(row.subject.medications.at(1).text == "Diflucan 200 mg PO daily");
  CHECK(row.subject.as_of == "2026-11-02T08:00:00Z");
  CHECK(row.between == std::vector<std::string>{"/medications/0", "/medications/1"});
  CHECK(row.least == Severity::major);
  CHECK(row.most == Severity::critical);
  REQUIRE(row.must_find.size() == 2);
  CHECK(row.must_find[0].types ==
        std::vector<core::FindingType>{core::FindingType::drug_drug, core::FindingType::dose});
  CHECK(row.must_find[0].from == Severity::major);
  CHECK(row.must_find[0].to == Severity::critical);
  CHECK(row.must_find[0].subjects == std::vector<std::string>{"fluconazole", "warfarin"});
  CHECK(row.must_find[1].types.empty());
  CHECK(row.must_find[1].to == Severity::minor);
  REQUIRE(row.must_not.size() == 2);
  CHECK(row.must_not[0].from == Severity::critical);
  CHECK(row.must_not[1].interruptive);
  CHECK(row.not_assessed == std::vector<std::string>{"INR"});
  CHECK(row.complete == true);
  CHECK(row.triage.from == core::TriageLevel::soon);
  CHECK_FALSE(row.triage.to);
  CHECK(row.news2 == "none");
  CHECK_FALSE(row.decision.from);
  CHECK(row.decision.to == core::Decision::escalate);
  CHECK(row.reads_as.at(1).ingredients == std::vector<std::string>{"fluconazole"});
}

TEST_CASE("a suite says the same as TSV and as JSON", "[adapters][suite]") {
  const auto tsv = read_suite(
      "id\tcategory\tcase\tmust_not\n"
      "old\tkidney\t{\"patient\": {\"age\": 80}, \"medications\": [\"metformin 1 g BID\"]}\tinterruptive\n",
      "one.tsv");
  const auto json = read_suite(
      R"({"category": "kidney", "note": "for people", "cases": [{"id": "old", "must_not": ["interruptive"],
          "case": {"patient": {"age": 80}, "medications": ["metformin 1 g BID"]}}]})",
      "one.json");
  REQUIRE(tsv.value);
  REQUIRE(json.value);
  auto row = tsv.value->rows.at(0);
  CHECK(row.place == "one.tsv:2");
  CHECK(row.subject.id == "old");
  CHECK(row.subject.patient.age == 80.0);
  row.place = json.value->rows.at(0).place;
  CHECK(row.place == "one.json: /cases/0");
  CHECK(row == json.value->rows[0]);
}

TEST_CASE("a case keeps its own id and time, and may be a Bundle", "[adapters][suite]") {
  const auto reading = read_suite(
      R"({"cases": [{"id": "own", "status": "complete", "case": {"id": "x", "as_of": "2025-01-01", "medications": ["aspirin"]}},
                    {"id": "bundle", "status": "complete", "case": {"resourceType": "Bundle", "type": "collection",
                      "entry": [{"resource": {"resourceType": "Patient", "id": "p"}},
                                {"resource": {"resourceType": "MedicationStatement", "status": "active",
                                  "subject": {"reference": "Patient/p"},
                                  "medicationCodeableConcept": {"text": "aspirin 81 mg"}}}]}}]})",
      "x.json");
  for (const auto& problem : reading.problems) UNSCOPED_INFO(problem.place << ": " << problem.message);
  REQUIRE(reading.value);
  CHECK(reading.value->rows.at(0).subject.as_of == "2025-01-01");
  CHECK(reading.value->rows.at(1).subject.medications.at(0).text == "aspirin 81 mg");
}

TEST_CASE("a mistake in TSV is named with line and column", "[adapters][suite]") {
  CHECK(places(read_suite("", "x.tsv")) == Places{"x.tsv"});
  CHECK(places(read_suite("medicines\tat_least\n", "x.tsv")) == Places{"x.tsv"});
  CHECK(places(read_suite("medicines\tseverity\na\tmajor\n", "x.tsv")) == Places{"x.tsv:1:11"});
  CHECK(places(read_suite("medicines\tmedicines\na\ta\n", "x.tsv")) == Places{"x.tsv:1:11"});
  CHECK(places(read_suite("medicines\tat_least\na | b\n", "x.tsv")) == Places{"x.tsv:2"});
  CHECK(places(read_suite("medicines\tat_least\na | b\tsevere\n", "x.tsv")) == Places{"x.tsv:2:7: at_least"});
  CHECK(places(read_suite("medicines\tat_least\na | b\t\n", "x.tsv")) == Places{"x.tsv:2"});
  CHECK(places(read_suite("medicines\tat_least\na | b\tmajor\na | b\tminor\n", "x.tsv")) == Places{"x.tsv:3"});
  CHECK(places(read_suite("first\tsecond\tat_least\na\t\tmajor\n", "x.tsv")).at(0) == "x.tsv:2");
  CHECK(places(read_suite("medicines\treads_as\na | b\ta\n", "x.tsv")) == Places{"x.tsv:2"});
  CHECK(places(read_suite("medicines\tat_least\na\xff | b\tmajor\n", "x.tsv")) == Places{"x.tsv:2"});
  CHECK(places(read_suite("id\tcase\tat_least\nx\t{\"medications\": 5}\tmajor\n", "x.tsv")).at(0) == "x.tsv:2:3: case");
  CHECK(places(read_suite("case\tat_least\n{\"medications\": [\"a\"]}\tmajor\n", "x.tsv")) == Places{"x.tsv:2"});
  for (const char* words : {"must_find\nb\tdrug-drug", "must_find\nb\tdrugs major", "must_find\nb\tdose major a++b",
                            "must_not\nb\tseverity>=grave", "must_not\nb\tloud", "triage\nb\tfast",
                            "triage\nb\tnews2=x", "decision\nb\tstop", "status\nb\tdone"}) {
    INFO(words);
    CHECK(places(read_suite("medicines\t" + std::string(words) + "\n", "x.tsv")).size() == 1);
  }
}

TEST_CASE("all mistakes of a file are named at once", "[adapters][suite]") {
  const auto found = places(read_suite("medicines\tat_least\na | b\tx\na | c\tmajor\na | d\ty\n", "x.tsv"));
  CHECK(found == Places{"x.tsv:2:7: at_least", "x.tsv:4:7: at_least"});
}

TEST_CASE("a mistake in JSON is named with its pointer", "[adapters][suite]") {
  const auto of = [](const std::string& text) { return places(read_suite(text, "x.json")); };
  CHECK(of("{").size() == 1);
  CHECK(of("[]") == Places{"x.json"});
  CHECK(of("{}") == Places{"x.json: /cases"});
  CHECK(of(R"({"cases": []})") == Places{"x.json"});
  CHECK(of(R"({"cases": [5]})") == Places{"x.json: /cases/0"});
  CHECK(of(R"({"rows": [], "cases": [{"medicines": ["a", "b"], "at_least": "major"}]})") == Places{"x.json: /rows"});
  const auto row = [&](const std::string& members) {
    return of(R"({"cases": [{"medicines": ["a", "b"], )" + members + "}]}");
  };
  CHECK(row(R"("at_least": "grave")") == Places{"x.json: /cases/0/at_least"});
  CHECK(row(R"("must_find": ["any major", "any grave"])") == Places{"x.json: /cases/0/must_find/1"});
  CHECK(row(R"("at_least": 3)") == Places{"x.json: /cases/0/at_least"});
  CHECK(row(R"("first": "a")") == Places{"x.json: /cases/0/first"});
  CHECK(row(R"("at_least": "major", "at_least": "minor")") == Places{"x.json: /cases/0/at_least"});
  CHECK(row(R"("case": "text")") == Places{"x.json: /cases/0/case"});
  CHECK(row(R"("note": "n")") == Places{"x.json: /cases/0"});
  CHECK(
      of(R"({"cases": [{"id": "x", "status": "complete", "case": {"patient": {"age": "old"}, "medications": ["a"]}}]})")
          .at(0) == "x.json: /cases/0/case");
}

TEST_CASE("the suites of a folder are read in the order of their names", "[adapters][suite]") {
  const tests::TemporaryFolder folder;
  tests::write_text(folder.path() / "b.tsv", "x");
  tests::write_text(folder.path() / "a.json", "x");
  tests::write_text(folder.path() / "README.md", "x");
  const auto files = adapters::suite::suite_files(folder.path());
  REQUIRE(files);
  CHECK(*files == std::vector<std::filesystem::path>{folder.path() / "a.json", folder.path() / "b.tsv"});
  CHECK_FALSE(adapters::suite::suite_files(folder.path() / "none"));
  std::filesystem::create_directory(folder.path() / "empty");
  CHECK_FALSE(adapters::suite::suite_files(folder.path() / "empty"));
  CHECK(places(adapters::suite::load_suite(folder.path() / "empty")).size() == 1);
}
