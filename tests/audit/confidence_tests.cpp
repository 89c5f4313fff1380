// What the labels of a site make of the three questions, and the signals that few reviews have: answers of a model that
// was asked twice, and how far a case lies from a reference.

#include "audit/confidence.hpp"

#include <cmath>
#include <random>

#include <catch2/catch.hpp>

#include "audit/trust_auditor.hpp"
#include "tests/audit/audit_samples.hpp"

using namespace guardian;
using core::Confidence;
using core::ConfidenceQuestion;

namespace {

core::AuditReport audited(const core::Review& review, const audit::Calibration* calibration) {
  return audit::audit(audit::AuditInput{review.findings, review, nullptr, calibration});
}

Confidence of(const core::AuditReport& report, ConfidenceQuestion question, const std::string& about = {}) {
  for (const Confidence& confidence : report.confidences) {
    if (confidence.question == question && confidence.about == about) return confidence;
  }
  FAIL("the question is not answered");
  return {};
}

// Texts whose every signal is how often such texts are right.
audit::Calibration with_texts(std::size_t count) {
  std::mt19937_64 random(11);
  std::vector<audit::LabelledReview> labelled(count);
  for (auto& one : labelled) {
    const double support = static_cast<double>(random() % 1000) / 1000.0;
    for (auto& signal : one.signals) signal = support;
    one.right = static_cast<double>(random() % 1000) / 1000.0 < support;
  }
  audit::Calibration calibration;
  calibration.digest = "sha256:labels";
  audit::fit_narratives(labelled, calibration);
  return calibration;
}

}  // namespace

TEST_CASE("fifty judgements of its rules give a finding a number, the grade of its evidence weighing as ten",
          "[audit][confidence]") {
  const core::Review review = tests::sample_review();
  const double mu = audit::evidence_strength(review.findings[0]);
  audit::Calibration calibration;
  calibration.digest = "sha256:labels";
  calibration.rules["DDI-1"] = {45.0, 4.0, 49};
  const auto few = of(audited(review, &calibration), ConfidenceQuestion::finding_right, "aaaa");
  CHECK_FALSE(few.value.has_value());
  CHECK(few.labels == 49);
  CHECK(few.calibration == "sha256:labels");
  calibration.rules["DDI-1"] = {45.0, 5.0, 50};
  const auto enough = of(audited(review, &calibration), ConfidenceQuestion::finding_right, "aaaa");
  CHECK(enough.basis == "beta-binomial");
  REQUIRE(enough.value.has_value());
  CHECK(*enough.value == Approx((10.0 * mu + 45.0) / 60.0));
  CHECK(*enough.low < *enough.value);
  CHECK(*enough.value < *enough.high);
  CHECK(enough.band == (*enough.low >= 0.9 ? "high" : *enough.low >= 0.7 ? "medium" : "low"));
  // Those of another rule say nothing of it.
  CHECK_FALSE(of(audited(review, &calibration), ConfidenceQuestion::finding_right, "bbbb").value.has_value());
  calibration.rules["DDI-1"] = {5.0, 45.0, 50};
  CHECK(of(audited(review, &calibration), ConfidenceQuestion::finding_right, "aaaa").band == "low");
}

TEST_CASE("audits at random bound what was missed, and none of sixty is no proof of none", "[audit][confidence]") {
  const core::Review review = tests::sample_review();
  audit::Calibration calibration;
  calibration.digest = "sha256:labels";
  calibration.audits = {49, 0};
  CHECK_FALSE(of(audited(review, &calibration), ConfidenceQuestion::nothing_missed).value.has_value());
  calibration.audits = {60, 0};
  const auto none = of(audited(review, &calibration), ConfidenceQuestion::nothing_missed);
  CHECK(none.basis == "random audits");
  CHECK(none.value == 1.0);
  CHECK(none.labels == 60);
  CHECK(*none.low == Approx(std::pow(0.05, 1.0 / 60.0)).epsilon(1e-6));
  calibration.audits = {60, 6};
  const auto some = of(audited(review, &calibration), ConfidenceQuestion::nothing_missed);
  CHECK(*some.value == Approx(0.9));
  CHECK(*some.low < *some.value);
  CHECK(*some.low < *none.low);
}

TEST_CASE("the more texts are judged, the finer the way in which a text is", "[audit][confidence]") {
  const core::Review review = tests::sample_review();
  const auto [count, basis] = GENERATE(table<std::size_t, const char*>(
      {{49, "prior"}, {120, "beta-binomial"}, {400, "logistic"}, {1200, "venn-abers"}}));
  CAPTURE(count);
  const audit::Calibration calibration = with_texts(count);
  const auto text = of(audited(review, &calibration), ConfidenceQuestion::narrative_supported);
  CHECK(text.basis == basis);
  CHECK(text.labels == count);
  REQUIRE(text.value.has_value() == (count >= audit::least_labels));
  if (!text.value) return;
  CHECK(*text.low <= *text.value);
  CHECK(*text.value <= *text.high);
  CHECK(*text.low >= 0.0);
  CHECK(*text.high <= 1.0);
  CHECK(text.calibration == "sha256:labels");
}

TEST_CASE("answers that agree are consistent, and those that all differ are not at all", "[audit][signals]") {
  const core::Review review = tests::sample_review();
  audit::AuditInput input{review.findings, review};
  const auto consistency = [&] { return audit::audit(input).signals[6].value; };
  input.samples = {{"escalate", {"aaaa", "bbbb"}}};
  CHECK_FALSE(consistency().has_value());
  input.samples = {{"escalate", {"aaaa", "bbbb"}}, {"escalate", {"bbbb", "aaaa"}}};
  CHECK(*consistency() == Approx(1.0));
  input.samples = {{"escalate", {"aaaa"}}, {"caution", {"aaaa"}}, {"escalate", {"bbbb"}}};
  CHECK(*consistency() == Approx(0.0).margin(1e-12));
  input.samples = {{"escalate", {}}, {"escalate", {}}, {"escalate", {}}, {"caution", {}}};
  const double entropy = -0.75 * std::log(0.75) - 0.25 * std::log(0.25);
  CHECK(*consistency() == Approx(1.0 - entropy / std::log(4.0)));
}

TEST_CASE("a case is as familiar as the share of the reference that lies as far out", "[audit][signals]") {
  core::Review review = tests::sample_review();
  const auto fact = [&](const char* name, double value) {
    core::StatedFact stated;
    stated.concept_name = name;
    stated.value = value;
    review.facts.push_back(stated);
  };
  fact("age", 70.0);
  fact("weight", 80.0);
  audit::Calibration calibration;
  audit::CaseReference reference;
  const double findings = std::log1p(2.0);
  reference.mean = {70.0, 80.0, 60.0, 3.0, findings};
  reference.inverse.assign(25, 0.0);
  for (std::size_t i = 0; i < 5; ++i) reference.inverse[i * 6] = 1.0;
  for (int i = 0; i < 200; ++i) reference.distances.push_back(static_cast<double>(i) / 20.0 + 0.001);
  calibration.reference = reference;
  const auto familiarity = [&] { return audited(review, &calibration).signals[11].value; };
  CHECK_FALSE(familiarity().has_value());  // the kidneys are not known
  fact("egfr", 60.0);
  CHECK(*familiarity() == Approx(1.0));  // in the middle: all lie as far out
  review.facts.back().value = 55.0;      // at a distance of 5, as far as 100 of 200
  CHECK(*familiarity() == Approx(101.0 / 201.0));
  review.facts.back().value = 10.0;
  CHECK(*familiarity() == Approx(1.0 / 201.0));
  calibration.reference->distances.resize(199);
  CHECK_FALSE(familiarity().has_value());
  calibration.reference = reference;
  calibration.reference->mean.pop_back();
  CHECK_FALSE(familiarity().has_value());
}
