#include "audit/confidence.hpp"

#include <algorithm>
#include <cmath>

#include "audit/population/isotonic.hpp"
#include "audit/population/numbers.hpp"
#include "audit/population/proportions.hpp"

namespace guardian::audit {
namespace {

using core::Confidence;
using core::ConfidenceQuestion;

constexpr double prior_strength = 10.0;  // as many labels as the grade of the evidence is worth
constexpr double low_quantile = 0.05;

std::string word_of(double value) { return value >= 0.9 ? "high" : value >= 0.7 ? "medium" : "low"; }
double probability(double odds) { return 1.0 / (1.0 + std::exp(-odds)); }

// The mean of a beta distribution of what was accepted and rejected, and its middle 90 %.
void set_beta(Confidence& confidence, double accepted, double rejected) {
  confidence.basis = "beta-binomial";
  confidence.value = accepted / (accepted + rejected);
  confidence.low = population::beta_quantile(accepted, rejected, low_quantile);
  confidence.high = population::beta_quantile(accepted, rejected, 1.0 - low_quantile);
}

// Beta(10 mu, 10 (1 - mu)) with what was accepted and rejected of the rules; mu by the grade of the evidence.
Confidence of_finding(const core::Finding& finding, const Calibration* calibration, bool invariants_hold) {
  Confidence confidence;
  confidence.question = ConfidenceQuestion::finding_right;
  confidence.about = finding.id;
  confidence.basis = "prior";
  const double mu = evidence_strength(finding);
  double accepted = prior_strength * mu;
  double rejected = prior_strength * (1.0 - mu);
  if (calibration != nullptr) {
    for (const std::string& rule : finding.rules) {
      const auto labels = calibration->rules.find(rule);
      if (labels == calibration->rules.end()) continue;
      accepted += labels->second.accepted;
      rejected += labels->second.rejected;
      confidence.labels += labels->second.labels;
    }
    if (confidence.labels > 0) confidence.calibration = calibration->digest;
  }
  if (confidence.labels < least_labels) {
    confidence.band = invariants_hold && mu >= 0.9 ? "medium" : "low";
    return confidence;
  }
  set_beta(confidence, accepted, rejected);
  confidence.band = word_of(*confidence.low);
  return confidence;
}

// No score of a model: what was known and looked at, and what audits at random found missing.
Confidence of_omission(const AuditInput& input, const SignalValues& signals) {
  Confidence confidence;
  confidence.question = ConfidenceQuestion::nothing_missed;
  confidence.basis = "coverage";
  const bool covered = input.review.complete && signals[0].value_or(0.0) >= 0.85 && signals[1].value_or(1.0) >= 1.0;
  confidence.band = covered && signals[2].value_or(1.0) >= 0.5 ? "medium" : "low";
  if (input.calibration == nullptr || input.calibration->audits.audits < least_labels) return confidence;
  const RandomAudits& audits = input.calibration->audits;
  confidence.basis = "random audits";
  confidence.labels = audits.audits;
  confidence.calibration = input.calibration->digest;
  confidence.low = 1.0 - population::upper_bound({audits.missed, audits.audits}, low_quantile);
  confidence.value = 1.0 - static_cast<double>(audits.missed) / static_cast<double>(audits.audits);
  confidence.high = 1.0;
  if (covered) confidence.band = word_of(*confidence.low);
  return confidence;
}

Confidence of_text(const Calibration* calibration, const SignalValues& signals, bool invariants_hold) {
  Confidence confidence;
  confidence.question = ConfidenceQuestion::narrative_supported;
  confidence.basis = "prior";
  confidence.band = invariants_hold && signals[7].value_or(0.0) >= 0.9 ? "medium" : "low";
  if (calibration == nullptr) return confidence;
  confidence.labels = calibration->narratives;
  if (confidence.labels < least_labels) return confidence;
  confidence.calibration = calibration->digest;
  if (confidence.labels >= venn_abers_from && !calibration->scores.empty()) {
    const population::VennAbers both =
        population::venn_abers(calibration->outcomes, calibration->scores, calibration->model.score(signals));
    confidence.basis = "venn-abers";
    confidence.value = both.merged;
    confidence.low = both.p0;
    confidence.high = both.p1;
  } else if (confidence.labels >= logistic_from && !calibration->resampled.empty()) {
    std::vector<double> drawn;
    for (const LogisticModel& model : calibration->resampled) drawn.push_back(probability(model.score(signals)));
    std::sort(drawn.begin(), drawn.end());
    confidence.basis = "logistic";
    confidence.value = probability(calibration->model.score(signals));
    confidence.low = std::min(*confidence.value, population::quantile(drawn, low_quantile));
    confidence.high = std::max(*confidence.value, population::quantile(drawn, 1.0 - low_quantile));
  } else {
    const RuleLabels& band = calibration->bands[band_of(signals)];
    set_beta(confidence, 1.0 + band.accepted, 1.0 + band.rejected);
  }
  confidence.band = word_of(*confidence.low);
  return confidence;
}

}  // namespace

std::vector<Confidence> confidences_of(const AuditInput& input, const SignalValues& signals, bool invariants_hold) {
  std::vector<Confidence> all;
  for (const core::Finding& finding : input.review.findings)
    all.push_back(of_finding(finding, input.calibration, invariants_hold));
  all.push_back(of_omission(input, signals));
  if (input.review.explanation && input.review.explanation->by == "model")
    all.push_back(of_text(input.calibration, signals, invariants_hold));
  return all;
}

}  // namespace guardian::audit
