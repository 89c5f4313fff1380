// Every line of patient_cases.tsv is a small patient whom a clinical pharmacist judged before the program did: what
// must be found, what must stay silent, what is to be asked for, and how soon somebody has to act.

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "adapters/json/case_codec.hpp"
#include "runtime/reviewer.hpp"
#include "tests/support/program.hpp"
#include "tests/support/table_words.hpp"
#include "tests/support/temporary_knowledge.hpp"

using namespace guardian;

namespace {

constexpr const char* header = "id\tcategory\tcase\tmust_find\tmust_not\tnot_assessed\tstatus\ttriage\tnote";
constexpr const char* time_of_review = "2026-11-02T08:00:00Z";

bool take_prefix(std::string_view& text, std::string_view prefix) {
  if (text.substr(0, prefix.size()) != prefix) return false;
  text.remove_prefix(prefix.size());
  return true;
}

bool take_suffix(std::string_view& text, std::string_view suffix) {
  if (text.size() < suffix.size() || text.substr(text.size() - suffix.size()) != suffix) return false;
  text.remove_suffix(suffix.size());
  return true;
}

std::string_view take_word(std::string_view& text) {
  const std::size_t end = text.find(' ');
  const std::string_view word = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return word;
}

std::string lower(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

[[noreturn]] void no(std::string_view what, std::string_view word) {
  throw std::runtime_error("patient_cases.tsv: `" + std::string(word) + "` is no " + std::string(what));
}

std::vector<core::FindingType> types_of(std::string_view words) {
  std::vector<core::FindingType> types;
  for (const std::string& word : tests::parts_of(words, "/")) {
    core::FindingType type{};
    if (!core::parse_finding_type(word, type)) no("finding type", word);
    types.push_back(type);
  }
  return types;
}

// Findings of some types or a severity range that name some subjects. Others may be named as well.
struct Pattern {
  std::string text;
  std::vector<core::FindingType> types;  // empty: any
  core::Severity from = core::Severity::minor;
  core::Severity to = core::Severity::critical;
  bool interruptive = false;
  std::vector<std::string> subjects;

  [[nodiscard]] bool met_by(const core::Finding& finding) const {
    if (interruptive && !finding.interruptive) return false;
    if (!types.empty() && std::find(types.begin(), types.end(), finding.type) == types.end()) return false;
    return finding.severity >= from && finding.severity <= to &&
           std::all_of(subjects.begin(), subjects.end(), [&](const std::string& subject) {
             return std::find(finding.subjects.begin(), finding.subjects.end(), subject) != finding.subjects.end();
           });
  }
};

// `type/type severity[+] subject+subject`
Pattern must_find_of(const std::string& cell) {
  Pattern pattern{cell, {}, {}, core::Severity::critical, false, {}};
  std::string_view rest = cell;
  pattern.types = types_of(take_word(rest));
  std::string_view severity = take_word(rest);
  const bool at_least = take_suffix(severity, "+");
  pattern.from = tests::severity_of(severity);
  if (!at_least) pattern.to = pattern.from;
  pattern.subjects = tests::parts_of(rest, "+");
  return pattern;
}

// `interruptive`, `severity>=major subjects` or `type subjects`
Pattern must_not_of(const std::string& cell) {
  Pattern pattern{cell, {}, core::Severity::minor, core::Severity::critical, false, {}};
  std::string_view rest = cell;
  std::string_view word = take_word(rest);
  if (word == "interruptive") {
    pattern.interruptive = true;
  } else if (take_prefix(word, "severity>=")) {
    pattern.from = tests::severity_of(word);
  } else {
    pattern.types = types_of(word);
  }
  pattern.subjects = tests::parts_of(rest, "+");
  return pattern;
}

// Words of the cell: `urgent` (that level), `>=urgent` (at least), `news2=5`, `news2=none` (does not apply).
struct ExpectedTriage {
  std::optional<core::TriageLevel> from;
  std::optional<core::TriageLevel> to;
  std::optional<std::string> news2;

  explicit ExpectedTriage(const std::string& cell) {
    for (const std::string& text : tests::parts_of(cell, " ")) {
      std::string_view word = text;
      if (take_prefix(word, "news2=")) {
        news2 = word;
        continue;
      }
      const bool at_least = take_prefix(word, ">=");
      core::TriageLevel level{};
      if (!core::parse_triage_level(word, level)) no("triage level", word);
      from = level;
      to = at_least ? core::TriageLevel::emergency : level;
    }
  }
};

struct PatientCase {
  std::string id;
  std::string category;
  std::string json;
  std::vector<Pattern> must_find;
  std::vector<Pattern> must_not;
  std::vector<std::string> not_assessed;
  std::string status;
  ExpectedTriage triage;
};

std::vector<PatientCase> read_cases() {
  std::vector<PatientCase> result;
  std::set<std::string> ids;
  bool header_seen = false;
  const auto file = tests::source_folder() / "tests" / "regression" / "patient_cases.tsv";
  for (const std::string& line : tests::lines_of(tests::read_text(file))) {
    if (line.empty() || line.front() == '#') continue;
    if (!header_seen) {
      if (line != header) throw std::runtime_error("patient_cases.tsv: another header than " + std::string(header));
      header_seen = true;
      continue;
    }
    const auto cells = tests::parts_of(line, "\t");
    if (cells.size() != 9) throw std::runtime_error("patient_cases.tsv: not nine cells: " + line);
    if (!ids.insert(cells[0]).second) throw std::runtime_error("patient_cases.tsv: twice: " + cells[0]);
    if (!cells[6].empty() && cells[6] != "complete" && cells[6] != "incomplete") no("status", cells[6]);
    PatientCase one{
        cells[0], cells[1], cells[2], {}, {}, tests::parts_of(cells[5], " | "), cells[6], ExpectedTriage(cells[7])};
    for (const std::string& cell : tests::parts_of(cells[3], " | ")) one.must_find.push_back(must_find_of(cell));
    for (const std::string& cell : tests::parts_of(cells[4], " | ")) one.must_not.push_back(must_not_of(cell));
    result.push_back(std::move(one));
  }
  return result;
}

const std::vector<PatientCase>& cases() {
  static const auto result = read_cases();
  return result;
}

core::Review review_of(const PatientCase& one) {
  // One Reviewer for all: cases must not change each other.
  static runtime::Reviewer reviewer(tests::shipped_knowledge());
  auto json = nlohmann::json::parse(one.json);
  json["id"] = one.id;
  auto decoding = adapters::decode_case(json.dump());
  for (const auto& problem : decoding.problems) UNSCOPED_INFO(problem.path << ": " << problem.message);
  REQUIRE(decoding.value);
  if (decoding.value->as_of.empty()) decoding.value->as_of = time_of_review;
  const auto review = reviewer.review(std::move(*decoding.value));
  REQUIRE(review.has_value());
  return *review;
}

std::string shown(const core::Finding& finding) {
  std::string text = std::string(to_string(finding.type)) + " " + std::string(to_string(finding.severity)) + " ";
  for (std::size_t i = 0; i < finding.subjects.size(); ++i) text += (i == 0 ? "" : "+") + finding.subjects[i];
  for (const std::string& rule : finding.rules) text += ", " + rule;
  return text;
}

// Everything that a failed expectation is to be compared with.
std::string shown(const core::Review& review) {
  std::string text = review.complete ? "complete" : "incomplete";
  for (const core::Finding& finding : review.findings) text += "\nfound " + shown(finding);
  for (const auto& name : review.unresolved) text += "\nnot resolved " + name.text + ": " + name.reason;
  for (const auto& open : review.not_assessed) {
    text += "\nnot assessed " + open.rule + ": " + open.wanted + (open.must_know ? " (must be known)" : "");
  }
  if (!review.triage) return text;
  text += "\ntriage " + std::string(to_string(review.triage->level));
  for (const std::string& reason : review.triage->reasons) text += "\n  " + reason;
  return text;
}

std::string news2_of(const core::Triage& triage) {
  return triage.news2.applicable ? std::to_string(triage.news2.score) : "none";
}

}  // namespace

TEST_CASE("the table of patients has enough cases of every category, and each of them twins that stay silent",
          "[regression]") {
  CHECK(cases().size() >= 500);
  std::map<std::string, std::size_t> all;
  std::map<std::string, std::size_t> silent;
  for (const PatientCase& one : cases()) {
    ++all[one.category];
    if (one.must_find.empty() && !one.must_not.empty()) ++silent[one.category];
  }
  for (const char* category : {"drug-allergy", "drug-disease", "drug-lab", "drug-renal", "drug-hepatic", "dose",
                               "drug-age", "pregnancy", "lactation", "duplicate", "monitoring", "washout", "cumulative",
                               "timing and food", "route", "guideline", "triage", "normalisation", "missing data"}) {
    INFO(category);
    CHECK(all[category] >= 10);
    CHECK(silent[category] >= 3);
  }
}

TEST_CASE("patients are reviewed as a clinical pharmacist would", "[regression]") {
  for (const PatientCase& one : cases()) {
    const core::Review review = review_of(one);
    INFO(one.category << ": " << one.id << "\n" << one.json << "\n" << shown(review));
    bool unknown_name_expected = false;
    for (const Pattern& pattern : one.must_find) {
      INFO("must find " << pattern.text);
      CHECK(std::any_of(review.findings.begin(), review.findings.end(),
                        [&](const core::Finding& finding) { return pattern.met_by(finding); }));
      unknown_name_expected = unknown_name_expected || pattern.types.front() == core::FindingType::unresolved;
    }
    // A silent twin proves nothing when its medicine was not even read.
    if (!unknown_name_expected) CHECK(review.unresolved.empty());
    for (const Pattern& pattern : one.must_not) {
      for (const core::Finding& finding : review.findings) {
        INFO("must not find " << pattern.text << ", found " << shown(finding));
        CHECK_FALSE(pattern.met_by(finding));
      }
    }
    for (const std::string& words : one.not_assessed) {
      INFO("must be listed as not assessed: " << words);
      CHECK(std::any_of(review.not_assessed.begin(), review.not_assessed.end(), [&](const core::NotAssessed& open) {
        return lower(open.wanted).find(lower(words)) != std::string::npos;
      }));
    }
    if (!one.status.empty()) CHECK((review.complete ? "complete" : "incomplete") == one.status);
    CHECK(review.triage);
    if (!review.triage) continue;
    if (one.triage.from) CHECK(review.triage->level >= *one.triage.from);
    if (one.triage.to) CHECK(review.triage->level <= *one.triage.to);
    if (one.triage.news2) CHECK(news2_of(*review.triage) == *one.triage.news2);
  }
}
