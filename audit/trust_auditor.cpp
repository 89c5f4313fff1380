#include "audit/trust_auditor.hpp"

#include <algorithm>

#include "audit/confidence.hpp"
#include "audit/gate.hpp"
#include "audit/grounding.hpp"
#include "audit/invariants.hpp"
#include "audit/signals.hpp"
#include "knowledge/digest.hpp"

namespace guardian::audit {
namespace {

// The bytes of what was audited: each text with its length before it, so that no two inputs look alike.
class Canonical {
 public:
  void add(std::string_view text) {
    bytes_ += std::to_string(text.size());
    bytes_ += ':';
    bytes_ += text;
  }
  void add(const std::vector<std::string>& texts) {
    add(std::to_string(texts.size()));
    for (const std::string& text : texts) add(text);
  }
  void add(const core::Finding& finding) {
    add(finding.id);
    add(to_string(finding.severity));
    add(to_string(weight(finding)));
    add(finding.contraindication ? "1" : "0");
    add(finding.rules);
    add(finding.source);
  }
  void add(const core::Review& review) {
    add(review.case_id);
    add(review.as_of);
    add(review.kb.digest);
    add(to_string(review.decision));
    add(review.complete ? "complete" : "incomplete");
    for (const core::Finding& finding : review.findings) add(finding);
    for (const core::StatedFact& fact : review.facts) {
      add(fact.concept_name);
      add(fact.from);
      add(fact.words);
    }
    for (const core::NotAssessed& missing : review.not_assessed) {
      add(missing.rule);
      add(missing.wanted);
    }
    if (!review.explanation) return;
    add(review.explanation->by);
    for (const core::Claim& claim : review.explanation->claims) {
      add(claim.id);
      add(claim.text);
      add(claim.findings);
      add(claim.evidence);
    }
  }
  [[nodiscard]] std::string digest() const { return "sha256:" + knowledge::sha256_hex(bytes_); }

 private:
  std::string bytes_;
};

std::string digest_of(const AuditInput& input) {
  Canonical canonical;
  canonical.add(audit_version);
  for (const core::Finding& finding : input.floor) canonical.add(finding);
  canonical.add(input.review);
  canonical.add(input.calibration == nullptr ? "" : input.calibration->digest);
  return canonical.digest();
}

}  // namespace

core::AuditReport audit(const AuditInput& input) {
  core::AuditReport report;
  report.version = audit_version;
  report.input = digest_of(input);
  report.engine = core::decide(input.floor, input.review.complete);
  Grounding grounding;
  if (input.review.explanation) grounding = ground(*input.review.explanation, input.review, input.names);
  report.invariants = check_invariants(input.floor, input.review, grounding);
  report.signals = signals_of(input, grounding);
  const bool sound = std::none_of(report.invariants.begin(), report.invariants.end(),
                                  [](const auto& check) { return check.state == core::CheckState::fails; });
  report.confidences = confidences_of(input, values_of(report.signals), sound);
  report.claims = std::move(grounding.checks);
  report.faithfulness = input.faithfulness;
  decide_release(input, report);
  return report;
}

void apply(core::AuditReport report, core::Review& review) {
  review.decision = std::max(review.decision, report.decision);
  review.audit = std::move(report);
}

}  // namespace guardian::audit
