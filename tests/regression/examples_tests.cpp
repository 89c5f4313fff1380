// Every case of examples/cases is reviewed as examples/expected.tsv says that a clinical pharmacist would.

#include <algorithm>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch.hpp>

#include "adapters/fhir/case_document.hpp"
#include "runtime/reviewer.hpp"
#include "tests/support/program.hpp"
#include "tests/support/table_words.hpp"
#include "tests/support/temporary_knowledge.hpp"

using namespace guardian;

namespace {

constexpr const char* header = "case\tdecision\tstatus\tmust_find\tmust_not_find_at_or_above\ttriage\tnote";
constexpr const char* time_of_review = "2026-11-02T08:00:00Z";

bool among(const std::vector<std::string>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// "type/type:>=severity:subject+subject"
struct ExpectedFinding {
  std::string text;
  std::vector<std::string> types;
  core::Severity severity = core::Severity::minor;
  bool at_least = false;
  std::vector<std::string> subjects;  // sorted

  explicit ExpectedFinding(const std::string& cell) : text(cell) {
    const auto parts = tests::parts_of(cell, ":");
    if (parts.size() != 3) throw std::runtime_error("expected.tsv: `" + cell + "` is not type:severity:subjects");
    types = tests::parts_of(parts[0], "/");
    for (const std::string& type : types) {
      core::FindingType known{};
      if (!core::parse_finding_type(type, known)) throw std::runtime_error("expected.tsv: `" + type + "` is no type");
    }
    at_least = parts[1].rfind(">=", 0) == 0;
    severity = tests::severity_of(at_least ? parts[1].substr(2) : parts[1]);
    subjects = tests::parts_of(parts[2], "+");
    std::sort(subjects.begin(), subjects.end());
  }

  [[nodiscard]] bool met_by(const core::Finding& finding) const {
    std::vector<std::string> found = finding.subjects;
    std::sort(found.begin(), found.end());
    return among(types, to_string(finding.type)) && found == subjects &&
           (at_least ? finding.severity >= severity : finding.severity == severity);
  }
};

struct Expectation {
  std::vector<std::string> decisions;
  std::vector<std::string> statuses;
  std::vector<ExpectedFinding> findings;
  std::optional<core::Severity> none_from;
  std::vector<core::TriageLevel> levels;  // allowed ones; empty: any
};

// ">=level" or "level|level"
std::vector<core::TriageLevel> triage_levels_of(const std::string& cell) {
  std::vector<core::TriageLevel> levels;
  if (cell.empty()) return levels;
  const bool at_least = cell.rfind(">=", 0) == 0;
  for (const std::string& word : tests::parts_of(at_least ? cell.substr(2) : cell, "|")) {
    core::TriageLevel level{};
    if (!core::parse_triage_level(word, level)) throw std::runtime_error("expected.tsv: `" + word + "` is no level");
    levels.push_back(level);
  }
  if (!at_least) return levels;
  for (auto level = levels.front(); level < core::TriageLevel::emergency;) {
    level = static_cast<core::TriageLevel>(static_cast<int>(level) + 1);
    levels.push_back(level);
  }
  return levels;
}

std::map<std::string, Expectation> read_expectations() {
  std::map<std::string, Expectation> result;
  bool header_seen = false;
  for (const std::string& line :
       tests::lines_of(tests::read_text(tests::source_folder() / "examples" / "expected.tsv"))) {
    if (line.empty() || line.front() == '#') continue;
    if (!header_seen) {
      if (line != header) throw std::runtime_error("expected.tsv: another header than " + std::string(header));
      header_seen = true;
      continue;
    }
    const auto cells = tests::parts_of(line, "\t");
    if (cells.size() != 7) throw std::runtime_error("expected.tsv: not seven cells: " + line);
    Expectation expectation{
        tests::parts_of(cells[1], "|"), tests::parts_of(cells[2], "|"), {}, {}, triage_levels_of(cells[5])};
    if (!cells[3].empty()) {
      for (const std::string& cell : tests::parts_of(cells[3], " | ")) expectation.findings.emplace_back(cell);
    }
    if (!cells[4].empty()) expectation.none_from = tests::severity_of(cells[4]);
    if (!result.emplace(cells[0], std::move(expectation)).second)
      throw std::runtime_error("expected.tsv: twice: " + cells[0]);
  }
  return result;
}

const std::map<std::string, Expectation>& expectations() {
  static const auto result = read_expectations();
  return result;
}

std::string shown(const core::Finding& finding) {
  std::string subjects;
  for (const std::string& subject : finding.subjects) subjects += (subjects.empty() ? "" : "+") + subject;
  return std::string(to_string(finding.type)) + ":" + std::string(to_string(finding.severity)) + ":" + subjects;
}

// Everything that a failed expectation is to be compared with.
std::string shown(const core::Review& review) {
  std::string text =
      "decision " + std::string(to_string(review.decision)) + (review.complete ? ", complete" : ", incomplete");
  for (const core::Finding& finding : review.findings) text += "\nfound " + shown(finding);
  for (const auto& name : review.unresolved) text += "\nnot resolved " + name.text + ": " + name.reason;
  if (!review.triage) return text;
  text += "\ntriage " + std::string(to_string(review.triage->level));
  for (const std::string& reason : review.triage->reasons) text += "\n  " + reason;
  return text;
}

core::Review review_of(const std::filesystem::path& file) {
  auto decoding = adapters::fhir::decode_document(tests::read_text(file), time_of_review).decoding;
  for (const auto& problem : decoding.problems) UNSCOPED_INFO(problem.path << ": " << problem.message);
  REQUIRE(decoding.value);
  if (decoding.value->as_of.empty()) decoding.value->as_of = time_of_review;
  const auto review = runtime::Reviewer(tests::shipped_knowledge()).review(std::move(*decoding.value));
  REQUIRE(review.has_value());
  return *review;
}

}  // namespace

TEST_CASE("every example has an expectation and every expectation an example", "[regression]") {
  std::vector<std::string> files;
  for (const auto& file : tests::example_cases()) files.push_back(file.filename().string());
  CHECK(files.size() >= 37);
  std::vector<std::string> expected;
  for (const auto& entry : expectations()) expected.push_back(entry.first);
  CHECK(files == expected);
}

TEST_CASE("the examples are decided as a clinical pharmacist would decide them", "[regression]") {
  for (const auto& file : tests::example_cases()) {
    DYNAMIC_SECTION(file.stem().string()) {
      const auto found = expectations().find(file.filename().string());
      REQUIRE(found != expectations().end());
      const Expectation& expectation = found->second;
      const core::Review review = review_of(file);
      INFO(shown(review));
      CHECK(among(expectation.decisions, to_string(review.decision)));
      CHECK(among(expectation.statuses, review.complete ? "complete" : "incomplete"));
      if (!expectation.levels.empty()) {
        REQUIRE(review.triage);
        CHECK(std::find(expectation.levels.begin(), expectation.levels.end(), review.triage->level) !=
              expectation.levels.end());
      }
      for (const ExpectedFinding& expected : expectation.findings) {
        INFO("expected " << expected.text);
        CHECK(std::any_of(review.findings.begin(), review.findings.end(),
                          [&](const core::Finding& finding) { return expected.met_by(finding); }));
      }
      for (const core::Finding& finding : review.findings) {
        if (!expectation.none_from) continue;
        INFO("an alarm that is not expected: " << shown(finding));
        CHECK(finding.severity < *expectation.none_from);
      }
    }
  }
}
