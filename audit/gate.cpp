#include "audit/gate.hpp"

#include <algorithm>

#include "audit/invariants.hpp"

namespace guardian::audit {
namespace {

using core::AuditReport;

constexpr double strange = 0.01;     // of s12
constexpr double open_share = 0.20;  // of claims that cannot be checked

const core::Confidence* text_confidence(const AuditReport& report) {
  const auto found = std::find_if(report.confidences.begin(), report.confidences.end(), [](const auto& one) {
    return one.question == core::ConfidenceQuestion::narrative_supported;
  });
  return found == report.confidences.end() ? nullptr : &*found;
}

// The ISO date of a review against that until which a calibration holds; text order is that of time.
bool is_stale(const std::string& until, const std::string& as_of) {
  return !until.empty() && as_of.substr(0, until.size()) > until;
}

class Gate {
 public:
  Gate(const AuditInput& input, AuditReport& report) : input_(input), report_(report) {
    model_ = input.review.explanation && input.review.explanation->by == "model";
  }

  void decide() {
    for (const core::InvariantCheck& check : report_.invariants) {
      if (check.state != core::CheckState::fails) continue;
      report_.reasons.push_back({check.id, check.reason, check.about});
      // The template is the project's own words: it is held to the findings by tests, and is no sign of tampering.
      const bool on_the_way_out = check.id == "I1" || check.id == "I2" || (check.id == "I3" && model_);
      report_.escalated = report_.escalated || on_the_way_out;
      if (on_the_way_out || check.id == "I8") report_.released = false;
    }
    check_claims();
    check_faithfulness();
    check_certificate();
    report_.decision = std::max(input_.review.decision, report_.engine);
    if (report_.escalated) report_.decision = std::max(report_.decision, core::Decision::escalate);
    // The template needs no release.
    if (!model_) report_.released = true;
  }

 private:
  void withhold(const char* id, std::string text, std::vector<std::string> evidence = {}) {
    report_.reasons.push_back({id, std::move(text), std::move(evidence)});
    report_.released = false;
  }

  void check_claims() {
    std::vector<std::string> major;
    std::size_t open = 0;
    for (const core::ClaimCheck& check : report_.claims) {
      open += check.state == core::ClaimState::uncheckable ? 1U : 0U;
      if (check.major && check.state == core::ClaimState::unsupported) major.push_back(check.claim);
    }
    if (!model_) return;
    if (!major.empty()) withhold("unsupported", "a claim on a grave finding is not borne out", std::move(major));
    if (static_cast<double>(open) > open_share * static_cast<double>(report_.claims.size()))
      report_.reasons.push_back({"uncheckable", "more than a fifth of the claims cannot be checked", {}});
  }

  void check_faithfulness() {
    std::vector<std::string> hollow;
    for (const core::Faithfulness& one : report_.faithfulness) {
      if (one.verdict == core::FaithfulnessVerdict::hollow) hollow.push_back(one.finding);
    }
    if (hollow.empty()) return;
    if (model_) {
      withhold("hollow", "what the text cites does not bring the finding about", std::move(hollow));
    } else {
      report_.reasons.push_back({"hollow", "what the text cites does not bring the finding about", std::move(hollow)});
    }
  }

  void check_certificate() {
    if (!model_) return;
    const Calibration* calibration = input_.calibration;
    for (const core::AuditSignal& signal : report_.signals) {
      if (signal.id == "s12" && signal.value && *signal.value < strange)
        withhold("unfamiliar", "the case lies outside of those that the audit was calibrated on");
    }
    const char* why = nullptr;
    if (calibration == nullptr || !calibration->certificate) {
      why = "no certificate says how often such texts are wrong";
    } else if (calibration->drift_alarm) {
      why = "the certificate is void: a drift was noticed";
    } else if (is_stale(calibration->valid_until, input_.review.as_of) ||
               is_stale(calibration->certificate->expires, input_.review.as_of)) {
      why = "the certificate has expired";
    }
    if (why != nullptr) {
      if (input_.policy.release_uncertified) {
        report_.reasons.push_back({"not-certified", why, {}});
      } else {
        withhold("not-certified", why);
      }
      return;
    }
    report_.certificate = calibration->certificate;
    const core::Confidence* confidence = text_confidence(report_);
    if (confidence == nullptr || !confidence->low || *confidence->low < calibration->certificate->threshold)
      withhold("not-sure-enough", "the confidence of the text lies below the certified threshold");
  }

  const AuditInput& input_;
  AuditReport& report_;
  bool model_ = false;
};

}  // namespace

void decide_release(const AuditInput& input, AuditReport& report) { Gate(input, report).decide(); }

}  // namespace guardian::audit
