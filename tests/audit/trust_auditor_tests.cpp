#include "audit/trust_auditor.hpp"

#include <algorithm>
#include <random>

#include <catch2/catch.hpp>

#include "tests/audit/audit_samples.hpp"
#include "tests/support/temporary_knowledge.hpp"

using namespace guardian;
using core::CheckState;
using core::ClaimState;
using core::Review;

namespace {

const audit::DrugNames& names() {
  static const audit::DrugNames made(*tests::shipped_knowledge());
  return made;
}

core::AuditReport audited(const Review& review, const std::vector<core::Finding>& floor,
                          const audit::Calibration* calibration = nullptr, bool release_uncertified = true) {
  audit::AuditInput input{floor, review, &names(), calibration};
  input.policy.release_uncertified = release_uncertified;
  return audit::audit(input);
}

core::AuditReport of_text(const std::string& text, core::ClaimKind kind = core::ClaimKind::what,
                          const std::string& about = "aaaa") {
  Review review = tests::sample_review();
  review.explanation->claims = {{"c1", core::Audience::clinician, about, kind, text, {}, {}}};
  if (!about.empty()) review.explanation->claims[0].findings = {about};
  return audited(review, review.findings);
}

bool fails(const core::AuditReport& report, const std::string& id) {
  return std::any_of(report.invariants.begin(), report.invariants.end(), [&](const core::InvariantCheck& check) {
    return check.id == id && check.state == CheckState::fails;
  });
}

bool has_reason(const core::AuditReport& report, const std::string& id) {
  return std::any_of(report.reasons.begin(), report.reasons.end(),
                     [&](const core::AuditReason& reason) { return reason.id == id && !reason.text.empty(); });
}

}  // namespace

TEST_CASE("a medicine in a text is found, and no blood test is taken for one", "[audit]") {
  CHECK(names().find("Take lithium in the evening.").size() == 1);
  CHECK(names().find("It looked at no thyroid blood test and no lithium blood test.").empty());
  CHECK(names().find("After a blood test take lithium.").size() == 1);
}

TEST_CASE("an honest text about an untouched review passes", "[audit][auditor]") {
  const Review review = tests::sample_review();
  const auto report = audited(review, review.findings);
  for (const auto& reason : report.reasons) UNSCOPED_INFO(reason.id << ": " << reason.text);
  for (const auto& claim : report.claims) CHECK(claim.state == ClaimState::supported);
  CHECK(report.released);
  CHECK_FALSE(report.escalated);
  CHECK(report.decision == review.decision);
}

TEST_CASE("a finding that is lost or lowered on the way out escalates and withholds the text", "[audit][auditor]") {
  const Review whole = tests::sample_review();
  Review lost = whole;
  lost.findings.erase(lost.findings.begin());
  lost.decision = core::Decision::caution;
  Review lowered = whole;
  lowered.findings[0].severity = core::Severity::moderate;
  lowered.decision = core::Decision::caution;
  Review calm = whole;
  calm.decision = core::Decision::clear;
  for (const auto& [review, invariant] : {std::pair(lost, "I1"), std::pair(lowered, "I1"), std::pair(calm, "I2")}) {
    const auto report = audited(review, whole.findings);
    CHECK(fails(report, invariant));
    CHECK(has_reason(report, invariant));
    CHECK(report.escalated);
    CHECK_FALSE(report.released);
    CHECK(report.decision >= core::Decision::escalate);
  }
}

TEST_CASE("a contraindication that lost its mark is noticed", "[audit][auditor]") {
  Review review = tests::sample_review();
  auto floor = review.findings;
  floor[0].contraindication = true;
  CHECK(fails(audited(review, floor), "I1"));
}

TEST_CASE("a text that denies a finding contradicts it", "[audit][grounding]") {
  for (const char* text :
       {"Fluconazole and warfarin can be taken together.", "Warfarin is safe with fluconazole.",
        "There is no interaction between warfarin and fluconazole.", "Fluconazole and warfarin do not interact.",
        "This combination is harmless.", "Continue both medicines; no change is needed."}) {
    INFO(text);
    const auto report = of_text(text);
    CHECK(report.claims[0].state == ClaimState::contradicting);
    CHECK(report.claims[0].major);
    CHECK(fails(report, "I3"));
    CHECK(report.escalated);
    CHECK_FALSE(report.released);
  }
  CHECK(of_text("No findings were made.", core::ClaimKind::what, "").claims[0].state == ClaimState::contradicting);
  CHECK(of_text("Warfarin and fluconazole may be taken together.", core::ClaimKind::what, "").claims[0].state ==
        ClaimState::contradicting);
}

TEST_CASE("a text that warns is not taken for a denial", "[audit][grounding]") {
  for (const char* text :
       {"Fluconazole and warfarin are not safe together.", "It is unsafe to give warfarin with fluconazole.",
        "Do not assume that warfarin is safe with fluconazole."}) {
    INFO(text);
    CHECK(of_text(text).claims[0].state != ClaimState::contradicting);
  }
}

TEST_CASE("a text that calls a finding lighter contradicts it, one that calls it graver is unsupported",
          "[audit][grounding]") {
  CHECK(of_text("Fluconazole with warfarin is a minor interaction.").claims[0].state == ClaimState::contradicting);
  CHECK(of_text("The risk of warfarin with fluconazole is mild.").claims[0].state == ClaimState::contradicting);
  CHECK(of_text("Fluconazole with warfarin is a critical interaction.").claims[0].state == ClaimState::unsupported);
}

TEST_CASE("an invented medicine, a wrong number, a wrong unit and a dangling citation are unsupported",
          "[audit][grounding]") {
  const auto drug = of_text("Give apixaban instead of warfarin.", core::ClaimKind::action);
  CHECK(drug.claims[0].state == ClaimState::unsupported);
  CHECK(fails(drug, "I4"));
  CHECK_FALSE(drug.released);
  const auto made_up = of_text("Warfarin and Zoltapril bleed.", core::ClaimKind::effect);
  CHECK(made_up.claims[0].state == ClaimState::unsupported);
  const auto number = of_text("Cut the dose of warfarin by 75% and check the INR.", core::ClaimKind::action);
  CHECK(number.claims[0].state == ClaimState::unsupported);
  CHECK(number.claims[0].major);
  CHECK_FALSE(number.released);
  const auto unit = of_text("The dose of warfarin is 5 g a day.", core::ClaimKind::action);
  CHECK(unit.claims[0].state == ClaimState::unsupported);
  CHECK(of_text("The dose of warfarin is 0.005 g a day.", core::ClaimKind::action).claims[0].state ==
        ClaimState::supported);
  CHECK(of_text("With warfarin potassium is 4.2 mg/dL.").claims[0].state == ClaimState::unsupported);
  Review dangling = tests::sample_review();
  dangling.explanation->claims[0].evidence = {"label-of-nobody"};
  const auto report = audited(dangling, dangling.findings);
  CHECK(report.claims[0].state == ClaimState::unsupported);
  CHECK(fails(report, "I5"));
  CHECK_FALSE(report.released);
  Review other = tests::sample_review();
  other.explanation->claims[0].evidence = {"label-metformin"};
  CHECK(fails(audited(other, other.findings), "I5"));
}

TEST_CASE("what cannot be checked is said to be so", "[audit][grounding]") {
  const auto report = of_text("People often feel quite different about this.");
  CHECK(report.claims[0].state == ClaimState::uncheckable);
  CHECK(has_reason(report, "uncheckable"));
}

TEST_CASE("a text that rests on what does not bring the finding about is withheld", "[audit][auditor]") {
  const Review review = tests::sample_review();
  audit::AuditInput input{review.findings, review, &names()};
  input.policy.release_uncertified = true;
  core::Faithfulness hollow;
  hollow.finding = "aaaa";
  hollow.verdict = core::FaithfulnessVerdict::hollow;
  input.faithfulness = {hollow};
  const auto report = audit::audit(input);
  CHECK_FALSE(report.released);
  CHECK(has_reason(report, "hollow"));
  CHECK_FALSE(report.escalated);
  CHECK(report.decision == review.decision);
}

TEST_CASE("a failed agent and a failure passed off as text are noticed and decide only on the text",
          "[audit][auditor]") {
  Review review = tests::sample_review();
  review.degradations = {{"triage", "timeout"}};
  CHECK(fails(audited(review, review.findings), "I8"));
  const auto report = of_text("Error: 503 from the service");
  CHECK(fails(report, "I8"));
  CHECK_FALSE(report.released);
  CHECK_FALSE(report.escalated);
}

TEST_CASE("without a certificate a model's text is withheld, the decision stands", "[audit][auditor]") {
  const Review review = tests::sample_review();
  const auto report = audited(review, review.findings, nullptr, false);
  CHECK_FALSE(report.released);
  CHECK(has_reason(report, "not-certified"));
  CHECK(report.decision == review.decision);
}

TEST_CASE("a fresh installation says clear where the engine does, and shows no number", "[audit][auditor]") {
  Review review;
  review.as_of = "2026-11-02T08:00:00Z";
  review.decision = core::Decision::clear;
  const auto report = audited(review, {});
  CHECK(report.decision == core::Decision::clear);
  CHECK_FALSE(report.escalated);
  for (const auto& confidence : report.confidences) {
    CHECK_FALSE(confidence.value.has_value());
    CHECK_FALSE(confidence.band.empty());
    CHECK(confidence.band != "high");
  }
}

TEST_CASE("a certificate releases above its threshold, and is void after an alarm or its day", "[audit][auditor]") {
  const Review review = tests::sample_review();
  std::vector<audit::LabelledReview> labelled(1200);
  std::mt19937_64 random(7);
  for (auto& one : labelled) {
    const double support = static_cast<double>(random() % 1000) / 1000.0;
    for (auto& signal : one.signals) signal = support;
    one.right = static_cast<double>(random() % 1000) / 1000.0 < 0.2 + 0.8 * support;
  }
  audit::Calibration calibration;
  calibration.digest = "sha256:calibration";
  audit::fit_narratives(labelled, calibration);
  calibration.certificate = core::GateCertificate{0.05, 0.05, 1200, 0.10, calibration.digest, "2027-01-01"};
  const auto good = audited(review, review.findings, &calibration, false);
  CHECK(good.released);
  CHECK(good.certificate == calibration.certificate);
  const auto& text = good.confidences.back();
  CHECK(text.question == core::ConfidenceQuestion::narrative_supported);
  CHECK(text.basis == "venn-abers");
  REQUIRE(text.value.has_value());
  CHECK(*text.low <= *text.value);
  CHECK(*text.value <= *text.high);
  auto high = calibration;
  high.certificate->threshold = 1.01;
  CHECK(has_reason(audited(review, review.findings, &high, false), "not-sure-enough"));
  auto drifted = calibration;
  drifted.drift_alarm = true;
  CHECK_FALSE(audited(review, review.findings, &drifted, false).released);
  auto old = calibration;
  old.certificate->expires = "2026-10-31";
  CHECK_FALSE(audited(review, review.findings, &old, false).released);
}

TEST_CASE("absent signals have no value and a reason", "[audit][signals]") {
  const Review review = tests::sample_review();
  const auto report = audited(review, review.findings);
  REQUIRE(report.signals.size() == audit::signal_count);
  for (const auto& signal : report.signals) {
    INFO(signal.id);
    if (!signal.value) CHECK_FALSE(signal.reason.empty());
    if (signal.value) CHECK((*signal.value >= 0.0 && *signal.value <= 1.0));
  }
}

// 10,000 times: whatever was done to a review on its way out, what the audit says is never below what the engine found
// or what was to go out, and it is the same when it is asked again.
TEST_CASE("random audits never lower a decision", "[audit][auditor][property]") {
  std::mt19937_64 random(20261102);
  const auto below = [&](std::size_t size) { return static_cast<std::size_t>(random() % size); };
  const Review whole = tests::sample_review();
  const std::vector<std::string> texts{"Warfarin is safe with fluconazole.",
                                       "Serious bleeding.",
                                       "5 g of apixaban.",
                                       "It is a minor interaction.",
                                       "Error",
                                       ""};
  std::size_t lowered = 0;
  std::size_t unequal = 0;
  for (int round = 0; round < 10'000; ++round) {
    Review review = whole;
    if (below(2) == 0) review.findings.erase(review.findings.begin() + static_cast<std::ptrdiff_t>(below(2)));
    for (auto& finding : review.findings) {
      if (below(3) == 0) finding.severity = static_cast<core::Severity>(below(4));
      if (below(6) == 0) finding.raise = core::Raise{"agent:x", static_cast<core::Severity>(below(4)), "r"};
    }
    review.decision = static_cast<core::Decision>(below(5));
    review.complete = below(2) == 0;
    if (below(3) == 0) review.explanation.reset();
    if (review.explanation) {
      review.explanation->by = below(2) == 0 ? "model" : "template";
      for (auto& claim : review.explanation->claims) {
        if (below(2) == 0) claim.text = texts[below(texts.size())];
        if (below(4) == 0) claim.findings = {"nobody"};
      }
    }
    auto floor = whole.findings;
    for (auto& finding : floor) finding.severity = static_cast<core::Severity>(below(4));
    const auto before = review.findings;
    const auto report = audited(review, floor, nullptr, below(2) == 0);
    if (report.decision < core::decide(floor, review.complete) || report.decision < review.decision) ++lowered;
    if (round % 50 == 0 && !(report == audited(review, floor, nullptr, true)) && report.reasons.empty()) ++unequal;
    audit::apply(report, review);
    if (review.findings != before || review.decision < report.decision) ++lowered;
  }
  CHECK(lowered == 0);
  CHECK(unequal == 0);
}

TEST_CASE("s5 is the share of the rules behind the gravest findings that agree with their severity",
          "[audit][signals]") {
  Review review = tests::sample_review();
  REQUIRE_FALSE(review.findings.empty());
  review.findings.resize(1);
  core::Finding& finding = review.findings.front();
  finding.severity = core::Severity::critical;
  finding.rules = {"A", "B", "C", "D"};
  const audit::RuleSeverities severities{{"A", core::Severity::critical},
                                         {"B", core::Severity::major},
                                         {"C", core::Severity::minor},
                                         {"E", core::Severity::minor}};
  const std::vector<core::Finding> floor = review.findings;
  audit::AuditInput input{floor, review};
  CHECK_FALSE(audit::audit(input).signals[4].value);
  input.rule_severities = &severities;
  CHECK(audit::audit(input).signals[4].value == 2.0 / 3.0);  // of D nothing is known
  finding.rules = {"A"};
  CHECK_FALSE(audit::audit(input).signals[4].value);
}
