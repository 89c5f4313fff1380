// A review is derived anew without the engine, and one that was altered is refused: every example verifies, and of each
// kind of alteration 200 at random are caught.

#include <algorithm>
#include <functional>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "adapters/fhir/case_document.hpp"
#include "adapters/json/review_codec.hpp"
#include "adapters/json/review_reader.hpp"
#include "audit/finding_proof.hpp"
#include "audit/review_verifier.hpp"
#include "runtime/orchestrator.hpp"
#include "tests/support/program.hpp"
#include "tests/support/temporary_knowledge.hpp"

using namespace guardian;
using core::Finding;
using core::FindingType;
using core::Review;

namespace {

constexpr int alterations_of_a_kind = 200;
constexpr const char* time_of_review = "2026-11-02T08:00:00Z";

audit::ReviewVerifier& verifier() {
  static auto opened = audit::ReviewVerifier::open(tests::shipped_file());
  REQUIRE(opened.has_value());
  return *opened;
}

Review review_of(const std::string& text) {
  auto decoding = adapters::fhir::decode_document(text, time_of_review).decoding;
  REQUIRE(decoding.value);
  if (decoding.value->as_of.empty()) decoding.value->as_of = time_of_review;
  runtime::OrchestratorOptions options;
  options.reviewer.explanation = agents::ExplanationOptions{};
  const auto review = runtime::Orchestrator(tests::shipped_knowledge(), options).review(std::move(*decoding.value));
  REQUIRE(review.has_value());
  return *review;
}

// As they are read back from their JSON.
const std::vector<Review>& examples() {
  static const std::vector<Review> made = [] {
    std::vector<Review> reviews;
    for (const auto& file : tests::example_cases()) {
      const auto read = adapters::read_review(adapters::encode_review(review_of(tests::read_text(file)), false));
      REQUIRE(read.has_value());
      reviews.push_back(*read);
    }
    return reviews;
  }();
  return made;
}

bool is_derived(const Finding& finding) {
  return finding.source == "engine" && finding.type != FindingType::look_alike &&
         finding.type != FindingType::unresolved && finding.type != FindingType::prompt_injection;
}

std::size_t below(std::mt19937_64& random, std::size_t size) { return static_cast<std::size_t>(random() % size); }

// A finding that an oracle decides; null when the review has none.
Finding* some_finding(Review& review, std::mt19937_64& random) {
  std::vector<Finding*> derived;
  for (Finding& finding : review.findings) {
    if (is_derived(finding)) derived.push_back(&finding);
  }
  return derived.empty() ? nullptr : derived[below(random, derived.size())];
}

template <class T>
void erase_some(std::vector<T>& list, std::mt19937_64& random) {
  list.erase(list.begin() + static_cast<std::ptrdiff_t>(below(random, list.size())));
}

// Alters a review; false when there is nothing of the kind to alter. A careful hand also mends the decision and the id.
using Alteration = std::function<bool(Review&, std::mt19937_64&)>;

bool altered_finding(Review& review, std::mt19937_64& random, const std::function<bool(Finding&)>& change) {
  Finding* finding = some_finding(review, random);
  if (finding == nullptr || !change(*finding)) return false;
  finding->id = audit::id_of(*finding);
  review.decision = core::decide(review.findings, review.complete);
  return true;
}

void refuse_all(const char* kind, const Alteration& alter) {
  std::mt19937_64 random(20261102);
  int refused = 0;
  // The same review in a row: what was derived from its facts is kept.
  for (int round = 0; refused < alterations_of_a_kind && round < 100 * alterations_of_a_kind; ++round) {
    const Review& example = examples()[static_cast<std::size_t>(round / 8) % examples().size()];
    Review review = example;
    if (!alter(review, random) || review == example) continue;
    const auto result = verifier().verify(review);
    REQUIRE(result.has_value());
    if (result->refused.empty()) {
      FAIL_CHECK(kind << " of " << review.case_id << " was not noticed, round " << round);
      return;
    }
    ++refused;
  }
  CHECK(refused == alterations_of_a_kind);
}

}  // namespace

TEST_CASE("the review of every example is derived anew without the engine", "[regression][verify][slow]") {
  for (const Review& review : examples()) {
    INFO(review.case_id);
    const auto result = verifier().verify(review);
    REQUIRE(result.has_value());
    for (const std::string& reason : result->refused) UNSCOPED_INFO(reason);
    CHECK(result->refused.empty());
    const auto derived = std::count_if(review.findings.begin(), review.findings.end(), is_derived);
    CHECK(result->findings == static_cast<std::size_t>(derived));
  }
}

TEST_CASE("what was inferred from enzymes is derived anew too, and refused when it was altered",
          "[regression][verify]") {
  const Review review = review_of(R"({"id": "inferred", "patient": {"age": 40, "sex": "M"},
      "medications": [{"text": "perampanel 4 mg daily"}, {"text": "carbamazepine 400 mg BID"}]})");
  const auto inferred = std::find_if(review.findings.begin(), review.findings.end(),
                                     [](const Finding& finding) { return finding.inferred; });
  REQUIRE(inferred != review.findings.end());
  const auto place = static_cast<std::size_t>(inferred - review.findings.begin());
  CHECK(verifier().verify(review)->refused.empty());
  const auto refused = [&](const std::function<void(Finding&)>& change) {
    Review altered = review;
    Finding& finding = altered.findings[place];
    change(finding);
    finding.id = audit::id_of(finding);
    altered.decision = core::decide(altered.findings, altered.complete);
    return !verifier().verify(altered)->refused.empty();
  };
  CHECK(refused([](Finding& finding) { finding.mechanism += " It is harmless."; }));
  CHECK(refused([](Finding& finding) { finding.severity = core::Severity::minor; }));
  CHECK(refused([](Finding& finding) { finding.evidence.clear(); }));
  CHECK(refused([](Finding& finding) { finding.path.clear(); }));
  CHECK(refused([](Finding& finding) { finding.rules = {"INF-CYP2D6-inh-strong-sensitive"}; }));
}

TEST_CASE("a review is read back as it was written", "[regression][verify][json]") {
  for (const auto& file : tests::example_cases()) {
    Review review = review_of(tests::read_text(file));
    const auto read = adapters::read_review(adapters::encode_review(review, false));
    REQUIRE(read.has_value());
    // What is not read, or not written.
    review.plan.reset();
    if (review.triage) review.triage->news2 = {};
    for (auto& medicine : review.resolved) medicine.dose = {};
    for (Finding& finding : review.findings) finding.medicines.clear();
    if (read->audit) review.audit->signals = read->audit->signals;
    review.audit = read->audit;
    CHECK(*read == review);
  }
}

TEST_CASE("no document that is no review is taken for one", "[regression][verify][json]") {
  const std::string whole = adapters::encode_review(examples().front(), false);
  for (const std::string& text :
       {std::string(), std::string("[]"), std::string("{}"), whole.substr(0, whole.size() / 2),
        std::string(R"({"schema":"guardian-review/1"})"), std::string(R"({"schema":"guardian-review/2"})")}) {
    const auto read = adapters::read_review(text);
    REQUIRE_FALSE(read.has_value());
    CHECK(read.error().code == core::ErrorCode::invalid_input);
  }
}

TEST_CASE("a finding that was taken out, put in or lowered is refused", "[regression][verify][slow]") {
  refuse_all("a finding taken out", [](Review& review, std::mt19937_64& random) {
    const Finding* finding = some_finding(review, random);
    if (finding == nullptr) return false;
    review.findings.erase(review.findings.begin() + (finding - review.findings.data()));
    review.decision = core::decide(review.findings, review.complete);
    return true;
  });
  refuse_all("a finding put in", [](Review& review, std::mt19937_64& random) {
    Review other = examples()[below(random, examples().size())];
    const Finding* finding = some_finding(other, random);
    if (finding == nullptr || other.case_id == review.case_id) return false;
    review.findings.push_back(*finding);
    review.decision = core::decide(review.findings, review.complete);
    return true;
  });
  refuse_all("a finding lowered", [](Review& review, std::mt19937_64& random) {
    return altered_finding(review, random, [&](Finding& finding) {
      if (finding.severity == core::Severity::minor) return false;
      finding.severity = core::lowered(finding.severity);
      finding.interruptive = core::is_interruptive(finding.severity);
      return true;
    });
  });
  refuse_all("a finding raised", [](Review& review, std::mt19937_64& random) {
    return altered_finding(review, random, [&](Finding& finding) {
      finding.severity = core::raised(finding.severity);
      finding.interruptive = core::is_interruptive(finding.severity);
      return true;
    });
  });
}

TEST_CASE("a finding whose subjects, rules, path, evidence or words were changed is refused",
          "[regression][verify][slow]") {
  const auto of_finding = [](const std::function<bool(Finding&, std::mt19937_64&)>& change) {
    return [change](Review& review, std::mt19937_64& random) {
      return altered_finding(review, random, [&](Finding& finding) { return change(finding, random); });
    };
  };
  refuse_all("a subject changed", of_finding([](Finding& finding, std::mt19937_64& random) {
               finding.subjects[below(random, finding.subjects.size())] = "lisinopril";
               return true;
             }));
  refuse_all("a subject taken out", of_finding([](Finding& finding, std::mt19937_64& random) {
               const bool only_medicines =
                   finding.type == FindingType::drug_drug || finding.type == FindingType::cumulative;
               if (finding.subjects.size() < 2 || !only_medicines) return false;
               erase_some(finding.subjects, random);
               return true;
             }));
  refuse_all("a rule changed", of_finding([](Finding& finding, std::mt19937_64& random) {
               Review other = examples()[below(random, examples().size())];
               const Finding* from = some_finding(other, random);
               if (from == nullptr) return false;
               finding.rules[below(random, finding.rules.size())] = from->rules.front();
               return true;
             }));
  refuse_all("a rule taken out", of_finding([](Finding& finding, std::mt19937_64& random) {
               erase_some(finding.rules, random);
               return true;
             }));
  refuse_all("a step of the path taken out", of_finding([](Finding& finding, std::mt19937_64& random) {
               erase_some(finding.path, random);
               return true;
             }));
  refuse_all(
      "a step of the path changed", of_finding([](Finding& finding, std::mt19937_64& random) {
        core::PathStep& step = finding.path[below(random, finding.path.size())];
        std::string& text = std::vector<std::string*>{&step.from, &step.edge, &step.to}[below(random, 3)]->append("x");
        return !text.empty();
      }));
  refuse_all("evidence changed", of_finding([](Finding& finding, std::mt19937_64& random) {
               if (finding.evidence.empty()) return false;
               core::EvidenceRecord& record = finding.evidence[below(random, finding.evidence.size())];
               std::vector<std::string*> members{&record.id,      &record.kind, &record.source,  &record.title,
                                                 &record.section, &record.year, &record.locator, &record.status};
               members[below(random, members.size())]->append("1");
               return true;
             }));
  refuse_all("evidence taken out", of_finding([](Finding& finding, std::mt19937_64& random) {
               if (finding.evidence.empty()) return false;
               erase_some(finding.evidence, random);
               return true;
             }));
  refuse_all("words changed", of_finding([](Finding& finding, std::mt19937_64& random) {
               std::vector<std::string*> texts{&finding.mechanism, &finding.effect, &finding.management};
               texts[below(random, texts.size())]->insert(0, "No ");
               return true;
             }));
  refuse_all("the contraindication taken off", of_finding([](Finding& finding, std::mt19937_64&) {
               return std::exchange(finding.contraindication, !finding.contraindication), true;
             }));
}

TEST_CASE("a review whose facts, certificate, knowledge base or decision were changed is refused",
          "[regression][verify][slow]") {
  refuse_all("a medicine of a finding taken out", [](Review& review, std::mt19937_64& random) {
    const Finding* finding = some_finding(review, random);
    if (finding == nullptr) return false;
    const std::string gone = finding->subjects.front();
    std::erase_if(review.facts, [&](const core::StatedFact& fact) { return fact.concept_name == gone; });
    for (auto& medicine : review.resolved) std::erase(medicine.ingredients, gone);
    std::erase_if(review.resolved, [](const auto& medicine) { return medicine.ingredients.empty(); });
    return true;
  });
  refuse_all("a medicine made another one", [](Review& review, std::mt19937_64& random) {
    const Finding* finding = some_finding(review, random);
    if (finding == nullptr) return false;
    const std::string gone = finding->subjects.front();
    for (auto& fact : review.facts) {
      if (fact.concept_name == gone) fact.concept_name = "montelukast";
    }
    for (auto& medicine : review.resolved) {
      std::replace(medicine.ingredients.begin(), medicine.ingredients.end(), gone, std::string("montelukast"));
    }
    return true;
  });
  refuse_all("a count of the certificate changed", [](Review& review, std::mt19937_64& random) {
    core::Certificate& of = review.certificate;
    std::vector<std::size_t*> counts{&of.ingredients, &of.pairs,  &of.within_product, &of.considered,
                                     &of.fired,       &of.vetoed, &of.unevaluated};
    *counts[below(random, counts.size())] += 1 + below(random, 3);
    return true;
  });
  refuse_all("another knowledge base", [](Review& review, std::mt19937_64& random) {
    char& digit = review.kb.digest[review.kb.digest.size() - 1 - below(random, 60)];
    digit = digit == '0' ? '1' : '0';
    return true;
  });
  refuse_all("the decision changed", [](Review& review, std::mt19937_64& random) {
    review.decision = static_cast<core::Decision>(below(random, 5));
    return true;
  });
  refuse_all("the status changed", [](Review& review, std::mt19937_64&) {
    review.complete = !review.complete;
    review.decision = core::decide(review.findings, review.complete);
    return true;
  });
}

TEST_CASE("the program verifies its own review, and one that was altered makes it say no", "[regression][verify]") {
  const tests::TemporaryFolder folder;
  const auto file = folder.path() / "review.json";
  const auto made =
      tests::run_program({{"review", tests::example_cases().front().string(), "--format", "json", "--offline"}});
  REQUIRE(made.status == 0);
  tests::write_text(file, made.out);
  const auto good = tests::run_program({{"verify", file.string()}});
  CHECK(good.status == 0);
  CHECK(good.out.rfind("verified: ", 0) == 0);
  std::string altered = made.out;
  const auto at = altered.find("\"severity\": \"major\"");
  REQUIRE(at != std::string::npos);
  altered = altered.substr(0, at) + "\"severity\": \"minor\"" + altered.substr(at + 19);
  const auto bad = tests::run_program({{"verify", "-"}, altered});
  CHECK(bad.status == 1);
  CHECK(bad.out.rfind("refused: ", 0) == 0);
  CHECK(tests::run_program({{"verify", "-"}, "{}"}).status == 2);
  CHECK(tests::run_program({{"verify", (folder.path() / "none.json").string()}}).status == 2);
  CHECK(tests::run_program({{"verify", file.string(), "--kb", file.string()}}).status == 3);
}
