// The explanation of every example and of every patient of the regression tables: whole sentences, what must be said is
// said, every claim rests on something, every number is one of the review, and a patient can read it.

#include <algorithm>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/fhir/case_document.hpp"
#include "agents/explanation_template.hpp"
#include "core/explanation.hpp"
#include "runtime/reviewer.hpp"
#include "tests/support/program.hpp"
#include "tests/support/table_words.hpp"
#include "tests/support/temporary_knowledge.hpp"

using namespace guardian;

namespace {

using core::Audience;
using core::Claim;
using core::ClaimKind;
using core::Explanation;
using core::Finding;
using core::Review;

constexpr const char* time_of_review = "2026-11-02T08:00:00Z";

// Cases as JSON: the examples, the table of patients and the benign ones.
std::vector<std::string> all_cases() {
  std::vector<std::string> cases;
  for (const auto& file : tests::example_cases()) cases.push_back(tests::read_text(file));
  const auto folder = tests::source_folder() / "tests" / "regression";
  const auto suites = tests::source_folder() / "knowledge" / "suites";
  for (const std::string& line :
       tests::lines_of(tests::read_text(suites / "patients.tsv") + tests::read_text(suites / "triage.tsv"))) {
    const auto cells = tests::parts_of(line, "\t");
    if (cells.size() < 3 || cells[2].empty() || cells[2].front() != '{') continue;
    auto json = nlohmann::json::parse(cells[2]);
    json["id"] = cells[0];
    cases.push_back(json.dump());
  }
  for (const std::string& line : tests::lines_of(tests::read_text(folder / "benign_patients.ndjson"))) {
    if (!line.empty() && line.front() == '{') cases.push_back(line);
  }
  return cases;
}

// The reviews of all cases with their plans and explanations, made once.
const std::vector<Review>& reviews() {
  static const std::vector<Review> made = [] {
    std::vector<Review> result;
    runtime::Reviewer reviewer(tests::shipped_knowledge(), {"US", false, std::nullopt, agents::ExplanationOptions{}});
    for (const std::string& text : all_cases()) {
      auto decoding = adapters::fhir::decode_document(text, time_of_review).decoding;
      if (!decoding.value) continue;  // a case that is wrong on purpose
      if (decoding.value->as_of.empty()) decoding.value->as_of = time_of_review;
      auto review = reviewer.review(std::move(*decoding.value));
      if (review) result.push_back(std::move(*review));
    }
    return result;
  }();
  return made;
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

// What a template that was not filled leaves behind; empty when nothing is wrong.
std::string flaw_of(const std::string& text) {
  if (text.empty()) return "empty";
  if (text.front() == ' ' || (text.front() >= 'a' && text.front() <= 'z' && text.rfind("pH", 0) != 0)) return "start";
  if (std::string_view(".!?").find(text.back()) == std::string_view::npos) return "end";
  for (const std::string_view mark :
       {"  ", " ,", " .", " ;", ",,", "()", "{", "}", ",.", ";.", ":.", "undefined", "nan "}) {
    if (text.find(mark) != std::string::npos) return "`" + std::string(mark) + "`";
  }
  std::string last;
  std::string word;
  bool is_next = false;
  for (const char c : text + " ") {
    if (is_letter(c)) {
      word += c;
      continue;
    }
    if (!word.empty()) {
      if (is_next && word == last) return "twice: " + word;
      last = word;
      is_next = c == ' ';
      word.clear();
    } else {
      is_next = false;
    }
  }
  return {};
}

std::vector<std::string> numbers_in(const std::string& text) {
  std::vector<std::string> numbers;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!is_digit(text[i]) || (i > 0 && (is_digit(text[i - 1]) || is_letter(text[i - 1])))) continue;
    std::size_t end = i;
    while (end < text.size() &&
           (is_digit(text[end]) || (text[end] == '.' && end + 1 < text.size() && is_digit(text[end + 1]))))
      ++end;
    numbers.push_back(text.substr(i, end - i));
    i = end;
  }
  return numbers;
}

std::string words_of(const Finding& finding) {
  std::string text = finding.title + " " + finding.mechanism + " " + finding.effect + " " + finding.management + " " +
                     finding.onset + " " + finding.via;
  for (const auto* list : {&finding.subjects, &finding.monitoring, &finding.context}) {
    for (const std::string& line : *list) text += " " + line;
  }
  return text;
}

// All that the whole of a review may draw its numbers from.
std::string words_of(const Review& review) {
  std::string text;
  for (const auto& medication : review.resolved) {
    text += " " + medication.text;
    for (const std::string& ingredient : medication.ingredients) text += " " + ingredient;
  }
  for (const auto& medication : review.unresolved) text += " " + medication.text + medication.element;
  for (const auto& missing : review.not_assessed) text += " " + missing.wanted;
  if (review.triage) {
    for (const std::string& reason : review.triage->reasons) text += " " + reason;
    for (const core::RedFlag& flag : review.triage->red_flags) {
      text += " " + flag.title + " " + flag.action;
      for (const std::string& seen : flag.seen) text += " " + seen;
    }
  }
  for (std::size_t count = 1; count <= review.findings.size(); ++count) text += " " + std::to_string(count);
  return text;
}

}  // namespace

TEST_CASE("every explanation is in whole sentences", "[regression][explanation]") {
  REQUIRE(reviews().size() > 2000);
  for (const Review& review : reviews()) {
    std::set<std::string> ids;
    for (const Claim& claim : review.explanation->claims) {
      const std::string flaw = flaw_of(claim.text);
      INFO(review.case_id << " " << claim.id << " (" << flaw << "): " << claim.text);
      CHECK(flaw.empty());
      CHECK(ids.insert(claim.id).second);
    }
  }
}

TEST_CASE("every explanation says what must be said of a critical finding", "[regression][explanation]") {
  for (const Review& review : reviews()) {
    INFO(review.case_id);
    CHECK(core::unsaid(*review.explanation).empty());
    for (const Finding& finding : review.findings) {
      INFO(finding.title);
      const auto facts = std::count_if(review.explanation->must_say.begin(), review.explanation->must_say.end(),
                                       [&](const core::MustSay& fact) { return fact.finding == finding.id; });
      CHECK((finding.severity == core::Severity::critical ? facts >= 8 : facts == 0));
      for (const Audience audience : {Audience::clinician, Audience::patient}) {
        CHECK(
            std::any_of(review.explanation->claims.begin(), review.explanation->claims.end(), [&](const Claim& claim) {
              return claim.audience == audience && claim.about == finding.id && claim.kind == ClaimKind::what;
            }));
      }
    }
    for (const auto& medication : review.unresolved) {
      INFO(medication.text);
      CHECK(std::any_of(review.explanation->claims.begin(), review.explanation->claims.end(), [](const Claim& claim) {
        return claim.audience == Audience::patient && claim.about.empty() && claim.kind == ClaimKind::unknown;
      }));
    }
  }
}

TEST_CASE("every claim rests on findings and evidence of its review", "[regression][explanation]") {
  for (const Review& review : reviews()) {
    std::set<std::string> findings;
    std::set<std::string> evidence;
    for (const Finding& finding : review.findings) {
      findings.insert(finding.id);
      for (const auto& record : finding.evidence) evidence.insert(record.id);
    }
    if (review.triage) {
      for (const core::RedFlag& flag : review.triage->red_flags) {
        for (const auto& record : flag.evidence) evidence.insert(record.id);
      }
    }
    for (const Claim& claim : review.explanation->claims) {
      INFO(review.case_id << " " << claim.id);
      CHECK((claim.about.empty() || !claim.findings.empty()));
      CHECK(std::all_of(claim.findings.begin(), claim.findings.end(),
                        [&](const std::string& id) { return findings.count(id) == 1; }));
      CHECK(std::all_of(claim.evidence.begin(), claim.evidence.end(),
                        [&](const std::string& id) { return evidence.count(id) == 1; }));
    }
  }
}

TEST_CASE("every number of an explanation is one of the review", "[regression][explanation]") {
  for (const Review& review : reviews()) {
    const std::string whole = words_of(review);
    for (const Claim& claim : review.explanation->claims) {
      std::string source = whole;
      for (const Finding& finding : review.findings) {
        if (finding.id == claim.about) source = words_of(finding) + whole;
      }
      const auto known = numbers_in(source);
      for (const std::string& number : numbers_in(claim.text)) {
        INFO(review.case_id << " " << claim.id << ": " << number << " in " << claim.text);
        CHECK(std::find(known.begin(), known.end(), number) != known.end());
      }
    }
  }
}

TEST_CASE("patient texts can be read with six years of school and tell nobody to stop", "[regression][explanation]") {
  for (const Review& review : reviews()) {
    INFO(review.case_id);
    std::string all;
    for (const Claim& claim : review.explanation->claims) {
      if (claim.audience == Audience::patient) all += claim.text + "\n";
    }
    INFO(all);
    CHECK(review.explanation->grade_measured <= 6.0);
    for (const std::string_view order :
         {"Stop ", "please stop", "you can stop", "all clear", "all is well", "are safe"}) {
      CHECK(all.find(order) == std::string::npos);
    }
  }
}

TEST_CASE("an explanation is the same each time", "[regression][explanation]") {
  for (const Review& review : reviews()) {
    Review bare = review;
    bare.explanation.reset();
    CHECK(agents::explain(bare) == *review.explanation);
  }
}
