#pragma once
// What the audit of one review found: invariants, signals, confidences, claims and how faithful the text is to the
// engine. It decides whether a model's text is released; of the decision it can only raise, and only where a finding
// was lost, lowered or contradicted on the way out.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/severity.hpp"

namespace guardian::core {

enum class CheckState : std::uint8_t { holds, fails, not_applicable };
[[nodiscard]] std::string_view to_string(CheckState state) noexcept;

struct InvariantCheck {
  std::string id;  // I1 ... I8
  CheckState state = CheckState::holds;
  std::string reason;              // of a failure; no words of the patient
  std::vector<std::string> about;  // ids of findings, claims or evidence records

  friend bool operator==(const InvariantCheck&, const InvariantCheck&) = default;
};

// In [0, 1], higher is better. Absent is absent: it counts as nothing good.
struct AuditSignal {
  std::string id;    // s1 ... s12
  std::string name;  // "identity", "evidence"
  std::optional<double> value;
  std::string reason;  // why it is absent, or what decided it

  friend bool operator==(const AuditSignal&, const AuditSignal&) = default;
};

// Three questions that are never blended: is a finding right, was nothing missed, is the text supported.
enum class ConfidenceQuestion : std::uint8_t { finding_right, nothing_missed, narrative_supported };
[[nodiscard]] std::string_view to_string(ConfidenceQuestion question) noexcept;

struct Confidence {
  ConfidenceQuestion question = ConfidenceQuestion::finding_right;
  std::string about;            // id of a finding; else empty
  std::string band;             // low, medium, high; in words where no number may be shown
  std::optional<double> value;  // none under 50 labels
  std::optional<double> low;
  std::optional<double> high;
  std::string basis;  // prior, beta-binomial, logistic, venn-abers, coverage
  std::size_t labels = 0;
  std::string calibration;  // digest of what it was calibrated on; empty for a prior

  friend bool operator==(const Confidence&, const Confidence&) = default;
};

enum class ClaimState : std::uint8_t { supported, unsupported, contradicting, uncheckable };
[[nodiscard]] std::string_view to_string(ClaimState state) noexcept;

struct ClaimCheck {
  std::string claim;  // id
  ClaimState state = ClaimState::supported;
  bool major = false;  // about a major or critical finding, a dose or a number to act on
  std::string reason;

  friend bool operator==(const ClaimCheck&, const ClaimCheck&) = default;
};

enum class FaithfulnessVerdict : std::uint8_t { faithful, partial, hollow, not_assessed };
[[nodiscard]] std::string_view to_string(FaithfulnessVerdict verdict) noexcept;

// Of what is cited for one finding, with the engine as the exact oracle: what its severity does without it. Severities
// count as 0 to 1.
struct Faithfulness {
  std::string finding;
  FaithfulnessVerdict verdict = FaithfulnessVerdict::not_assessed;
  std::optional<double> comprehensiveness;
  std::optional<double> sufficiency;  // 0: the cited items alone bring the finding
  std::optional<double> aopc;         // normalised: 0 as random, 1 the best order there is
  std::optional<double> precision;    // share of the cited items that some minimal set holds
  std::vector<std::vector<std::string>> minimal_sets;
  bool non_monotone = false;  // not knowing an item raised the severity
  std::size_t engine_runs = 0;

  friend bool operator==(const Faithfulness&, const Faithfulness&) = default;
};

// Within which error, at which confidence, a text may be released on its confidence.
struct GateCertificate {
  double alpha = 0.0;
  double delta = 0.0;
  std::size_t labels = 0;
  double threshold = 0.0;
  std::string digest;   // of the calibration
  std::string expires;  // ISO date

  friend bool operator==(const GateCertificate&, const GateCertificate&) = default;
};

struct AuditReason {
  std::string id;  // of an invariant or of a row of the gate: "I3", "not-certified"
  std::string text;
  std::vector<std::string> evidence;  // ids

  friend bool operator==(const AuditReason&, const AuditReason&) = default;
};

struct AuditReport {
  std::string version;
  std::string input;     // sha256:... of what was audited
  bool released = true;  // the text of a model may be shown; the template always may
  bool escalated = false;
  Decision engine = Decision::clear;    // what the findings of the engine come to by themselves
  Decision decision = Decision::clear;  // what goes out: never below that, nor below what was to go out
  std::vector<InvariantCheck> invariants;
  std::vector<AuditSignal> signals;
  std::vector<Confidence> confidences;
  std::vector<ClaimCheck> claims;
  std::vector<Faithfulness> faithfulness;
  std::optional<GateCertificate> certificate;
  std::vector<AuditReason> reasons;

  friend bool operator==(const AuditReport&, const AuditReport&) = default;
};

}  // namespace guardian::core
