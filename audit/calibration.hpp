#pragma once
// What was learnt from labelled reviews, as the audit of one review uses it. All of it is optional: a fresh
// installation has none, and shows no numbers. Immutable once made.

#include <array>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/audit_report.hpp"

namespace guardian::audit {

inline constexpr std::size_t signal_count = 12;
using SignalValues = std::array<std::optional<double>, signal_count>;  // s1 ... s12

// One review whose text was judged by a person. weight: 1 / the probability that it was judged (Begg and Greenes 1983).
struct LabelledReview {
  SignalValues signals;
  bool right = false;
  double weight = 1.0;
};

// Accepted and rejected findings of one rule, weighted likewise.
struct RuleLabels {
  double accepted = 0.0;
  double rejected = 0.0;
  std::size_t labels = 0;
};

// Reviews chosen at random in which somebody looked for what was missed.
struct RandomAudits {
  std::size_t audits = 0;
  std::size_t missed = 0;
};

// Non-negative ridge logistic regression: more support never lowers the confidence. Absent signals count as 0.
struct LogisticModel {
  double intercept = 0.0;
  std::array<double, signal_count> weights{};

  [[nodiscard]] double score(const SignalValues& signals) const;  // log odds
};

// Mahalanobis distances of a reference of cases (Lee et al. 2018) for a conformal p (Laxhammar 2010).
struct CaseReference {
  std::vector<double> mean;
  std::vector<double> inverse;    // of the covariance, row by row
  std::vector<double> distances;  // of the reference itself, sorted
};

struct Calibration {
  std::string digest;       // sha256:... of what it was made of
  std::string valid_until;  // ISO date; empty: no end
  bool drift_alarm = false;
  std::map<std::string, RuleLabels> rules;
  RandomAudits audits;
  std::size_t narratives = 0;            // labelled texts
  LogisticModel model;                   // from 200 on
  std::vector<LogisticModel> resampled;  // for its band, below 1000
  std::array<RuleLabels, 3> bands;       // low, medium, high; for 50 to 199
  std::vector<double> scores;            // log odds of the labelled texts, from 1000 on
  std::vector<double> outcomes;          // 1 where the text was right, in the same order
  std::optional<core::GateCertificate> certificate;
  std::optional<CaseReference> reference;
};

// What may be said of a text depends on how many are labelled: from least_labels on their share by band of the signals'
// mean, then a logistic model, then Venn-Abers.
inline constexpr std::size_t least_labels = 50;
inline constexpr std::size_t logistic_from = 200;
inline constexpr std::size_t venn_abers_from = 1000;

// The place in Calibration::bands of a text with these signals.
[[nodiscard]] std::size_t band_of(const SignalValues& signals);

// Fits model, bands and scores to labelled texts (bootstrap of 200 by splitmix64). Deterministic.
void fit_narratives(const std::vector<LabelledReview>& labelled, Calibration& calibration);

[[nodiscard]] LogisticModel fit_logistic(const std::vector<LabelledReview>& labelled, double ridge = 1.0);

}  // namespace guardian::audit
