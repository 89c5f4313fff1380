// The audit over the examples and the patients of the regression tables: the project's own text passes, nothing that is
// whole escalates, and hostile words put into a real review are caught.

#include <algorithm>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "adapters/fhir/case_document.hpp"
#include "adapters/json/review_codec.hpp"
#include "runtime/orchestrator.hpp"
#include "tests/support/program.hpp"
#include "tests/support/table_words.hpp"
#include "tests/support/temporary_knowledge.hpp"

using namespace guardian;
using core::CheckState;
using core::ClaimState;
using core::FaithfulnessVerdict;
using core::Review;

namespace {

constexpr const char* time_of_review = "2026-11-02T08:00:00Z";

runtime::OrchestratorOptions audited(bool full) {
  runtime::OrchestratorOptions options;
  options.reviewer.explanation = agents::ExplanationOptions{};
  options.audit->faithfulness_of_template = full;
  return options;
}

std::optional<Review> review_of(runtime::Orchestrator& orchestrator, const std::string& text) {
  auto decoding = adapters::fhir::decode_document(text, time_of_review).decoding;
  if (!decoding.value) return std::nullopt;
  if (decoding.value->as_of.empty()) decoding.value->as_of = time_of_review;
  auto review = orchestrator.review(std::move(*decoding.value));
  REQUIRE(review.has_value());
  return std::move(*review);
}

std::vector<std::string> example_texts() {
  std::vector<std::string> cases;
  for (const auto& file : tests::example_cases()) cases.push_back(tests::read_text(file));
  return cases;
}

// Every third patient of the tables, and the benign ones.
std::vector<std::string> table_texts() {
  std::vector<std::string> cases;
  const auto folder = tests::source_folder() / "tests" / "regression";
  const auto suites = tests::source_folder() / "knowledge" / "suites";
  std::size_t number = 0;
  for (const std::string& line :
       tests::lines_of(tests::read_text(suites / "patients.tsv") + tests::read_text(suites / "triage.tsv"))) {
    const auto cells = tests::parts_of(line, "\t");
    if (cells.size() < 3 || cells[2].empty() || cells[2].front() != '{' || ++number % 3 != 0) continue;
    auto json = nlohmann::json::parse(cells[2]);
    json["id"] = cells[0];
    cases.push_back(json.dump());
  }
  for (const std::string& line : tests::lines_of(tests::read_text(folder / "benign_patients.ndjson"))) {
    if (!line.empty() && line.front() == '{') cases.push_back(line);
  }
  return cases;
}

const core::Claim& claim_of(const Review& review, const std::string& id) {
  const auto& claims = review.explanation->claims;
  return *std::find_if(claims.begin(), claims.end(), [&](const core::Claim& claim) { return claim.id == id; });
}

void check_own_text(const std::vector<std::string>& cases) {
  runtime::Orchestrator orchestrator(tests::shipped_knowledge(), audited(false));
  std::size_t claims = 0;
  std::size_t open = 0;
  for (const std::string& text : cases) {
    const auto review = review_of(orchestrator, text);
    if (!review) continue;
    REQUIRE(review->audit.has_value());
    INFO(review->case_id);
    for (const core::ClaimCheck& check : review->audit->claims) {
      ++claims;
      open += check.state == ClaimState::uncheckable ? 1U : 0U;
      INFO(check.claim << " " << to_string(check.state) << " " << check.reason << ": "
                       << claim_of(*review, check.claim).text);
      CHECK((check.state == ClaimState::supported || check.state == ClaimState::uncheckable));
    }
    for (const core::InvariantCheck& check : review->audit->invariants) {
      INFO(check.id << " " << check.reason);
      CHECK((check.state != CheckState::fails || check.id == "I7" || check.id == "I6"));
    }
    CHECK_FALSE(review->audit->escalated);
    CHECK(review->audit->released);
    CHECK(review->decision == core::decide(review->findings, review->complete));
  }
  WARN(claims << " claims, " << open << " of them uncheckable");
}

}  // namespace

TEST_CASE("nothing in the project's own text about an example contradicts it", "[regression][audit]") {
  check_own_text(example_texts());
}

TEST_CASE("nothing in the project's own text about a patient of the tables contradicts it",
          "[regression][audit][slow]") {
  check_own_text(table_texts());
}

TEST_CASE("the same review has the same audit, to the byte", "[regression][audit]") {
  runtime::Orchestrator one(tests::shipped_knowledge(), audited(true));
  runtime::Orchestrator other(tests::shipped_knowledge(), audited(true));
  for (const std::string& text : example_texts()) {
    CHECK(adapters::encode_review(*review_of(one, text), false) ==
          adapters::encode_review(*review_of(other, text), false));
  }
}

TEST_CASE("the project's own text cites what the engine's findings rest on", "[regression][audit][faithfulness]") {
  runtime::Orchestrator orchestrator(tests::shipped_knowledge(), audited(true));
  std::size_t faithful = 0;
  std::size_t all = 0;
  for (const std::string& text : example_texts()) {
    const auto review = review_of(orchestrator, text);
    REQUIRE(review.has_value());
    std::size_t runs = 0;
    for (const core::Faithfulness& one : review->audit->faithfulness) {
      INFO(review->case_id << " " << one.finding);
      runs += one.engine_runs;
      if (one.verdict == FaithfulnessVerdict::not_assessed) continue;
      ++all;
      faithful += one.verdict == FaithfulnessVerdict::faithful ? 1U : 0U;
      CHECK(one.verdict != FaithfulnessVerdict::hollow);
    }
    CHECK(runs <= 400);
  }
  WARN(faithful << " of " << all << " faithful");
  CHECK(faithful * 2 >= all);
  CHECK(all >= 40);
}
