#include "runtime/audit_step.hpp"

#include <algorithm>

#include <catch2/catch.hpp>

#include "runtime/case_deletion.hpp"
#include "runtime/orchestrator.hpp"
#include "tests/support/temporary_knowledge.hpp"

using namespace guardian;
using core::Review;

namespace {

core::Case subject_with(const std::vector<std::string>& medicines) {
  core::Case subject;
  subject.id = "C-1";
  subject.as_of = "2026-11-02T08:00:00Z";
  for (std::size_t i = 0; i < medicines.size(); ++i) {
    core::MedicationEntry entry;
    entry.element = "/medications/" + std::to_string(i);
    entry.text = medicines[i];
    subject.medications.push_back(entry);
  }
  return subject;
}

Review review_of(const core::Case& subject) {
  runtime::ReviewerOptions options;
  options.explanation = agents::ExplanationOptions{};
  const auto review = runtime::Reviewer(tests::shipped_knowledge(), options).review(subject);
  REQUIRE(review.has_value());
  return *review;
}

Review audited(const core::Case& subject, Review review, bool release_uncertified) {
  const auto floor = review.findings;
  runtime::AuditOptions options;
  options.policy.release_uncertified = release_uncertified;
  runtime::AuditStep(tests::shipped_knowledge(), options).run(subject, floor, agents::ExplanationOptions{}, review);
  REQUIRE(review.audit.has_value());
  return review;
}

const std::vector<std::string> warfarin_case{"warfarin 5 mg daily", "fluconazole 200 mg daily", "metformin 500 mg BID"};

}  // namespace

TEST_CASE("every review of the orchestrator is audited", "[runtime][audit]") {
  runtime::Orchestrator orchestrator(tests::shipped_knowledge(), {});
  const auto review = orchestrator.review(subject_with(warfarin_case));
  REQUIRE(review.has_value());
  REQUIRE(review->audit.has_value());
  CHECK(review->audit->decision == review->decision);
  CHECK(review->audit->invariants.size() == 8);
  CHECK(review->audit->signals.size() == 12);
}

TEST_CASE("a model's text that is borne out is released where that is allowed, and withheld where it is not",
          "[runtime][audit]") {
  const core::Case subject = subject_with(warfarin_case);
  Review review = review_of(subject);
  review.explanation->by = "model";
  const Review released = audited(subject, review, true);
  for (const auto& reason : released.audit->reasons) UNSCOPED_INFO(reason.id << ": " << reason.text);
  CHECK(released.audit->released);
  CHECK(released.explanation->by == "model");
  CHECK_FALSE(released.audit->faithfulness.empty());
  const Review withheld = audited(subject, review, false);
  CHECK_FALSE(withheld.audit->released);
  CHECK(withheld.explanation->by == "template");
  CHECK_FALSE(withheld.explanation->released);
  CHECK(withheld.decision == released.decision);
}

TEST_CASE("the template stands in for a text that denies a finding, and the review escalates", "[runtime][audit]") {
  const core::Case subject = subject_with(warfarin_case);
  Review review = review_of(subject);
  REQUIRE_FALSE(review.findings.empty());
  review.findings.front().severity = core::Severity::moderate;
  review.decision = core::decide(review.findings, review.complete);
  review.explanation->by = "model";
  const core::Finding& finding = review.findings.front();
  review.explanation->claims = {{"c1",
                                 core::Audience::patient,
                                 finding.id,
                                 core::ClaimKind::what,
                                 "There is no interaction and nothing to worry about.",
                                 {finding.id},
                                 {}}};
  const Review after = audited(subject, review, true);
  CHECK(after.audit->escalated);
  CHECK(after.decision >= core::Decision::escalate);
  CHECK(after.explanation->by == "template");
  CHECK(after.explanation->claims.size() > 1);
}

TEST_CASE("a text that cites what a finding does not rest on is hollow", "[runtime][audit][faithfulness]") {
  const core::Case subject = subject_with(warfarin_case);
  Review review = review_of(subject);
  const auto major = std::find_if(review.findings.begin(), review.findings.end(), [](const core::Finding& finding) {
    return finding.severity >= core::Severity::major && finding.subjects.size() == 2;
  });
  REQUIRE(major != review.findings.end());
  review.explanation->claims = {{"c1",
                                 core::Audience::clinician,
                                 major->id,
                                 core::ClaimKind::why,
                                 "It is all due to metformin.",
                                 {major->id},
                                 {}}};
  knowledge::Screener screener(tests::shipped_knowledge());
  const auto hollow = audit::faithfulness(runtime::deletion_problem(subject, review, *major, screener, 200));
  CHECK(hollow.verdict == core::FaithfulnessVerdict::hollow);
  CHECK(hollow.engine_runs <= 200);
  review.explanation->claims[0].text = "Fluconazole raises warfarin.";
  for (const auto& record : major->evidence) review.explanation->claims[0].evidence.push_back(record.id);
  const auto faithful = audit::faithfulness(runtime::deletion_problem(subject, review, *major, screener, 200));
  CHECK(faithful.verdict == core::FaithfulnessVerdict::faithful);
  CHECK(faithful.minimal_sets.size() >= 1);
}

TEST_CASE("a result that is deleted has its usual value where usual values are asked for", "[runtime][audit]") {
  core::Case subject = subject_with({"metformin 500 mg BID"});
  subject.patient.age = 70;
  subject.patient.sex = core::Sex::female;
  subject.patient.labs = {{"eGFR", 20.0, "mL/min/1.73m2", "2026-11-01"}};
  const Review review = review_of(subject);
  const auto finding = std::find_if(review.findings.begin(), review.findings.end(), [](const core::Finding& one) {
    return std::find(one.elements.begin(), one.elements.end(), "/patient/labs/0") != one.elements.end();
  });
  REQUIRE(finding != review.findings.end());
  knowledge::Screener screener(tests::shipped_knowledge());
  const auto problem = runtime::deletion_problem(subject, review, *finding, screener, 100);
  REQUIRE(problem.unknown_items.size() == 1);
  REQUIRE(problem.usual_score);
  const audit::ItemSet all = (audit::ItemSet{1} << problem.items.size()) - 1;
  const audit::ItemSet without = all & ~(audit::ItemSet{1} << problem.unknown_items[0]);
  CHECK(problem.score(all) > 0.0);
  CHECK(problem.usual_score(all) == problem.score(all));
  CHECK(problem.usual_score(without) == 0.0);
}
