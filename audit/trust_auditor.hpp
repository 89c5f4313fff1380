#pragma once
// The audit of one review on its way out: eight invariants, twelve signals, three confidences that are never blended,
// and the gate that decides whether a model's text is released. It is code that cannot see the agents. Of the clinical
// decision it can only raise, and only where a finding was lost, lowered or contradicted on the way out (I1 to I3).
// Pure: equal input gives equal bytes. Safe to call from several threads.
//
// Defaults of formulas and thresholds are policy, to be set by those who answer for the hospital's pharmacy.

#include <array>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "audit/calibration.hpp"
#include "audit/drug_names.hpp"
#include "core/audit_report.hpp"
#include "core/review.hpp"

namespace guardian::audit {

inline constexpr std::string_view audit_version = "1";

// One more answer of the model to the same question, as a cluster key: decision and the ids of findings it names.
struct Sample {
  std::string decision;
  std::vector<std::string> findings;

  friend auto operator<=>(const Sample&, const Sample&) = default;
};

struct AuditPolicy {
  // Whether a model's text may go out while no certificate says how often such texts are wrong. Every claim that can be
  // checked is checked all the same.
  bool release_uncertified = false;
};

// The severity of each rule by itself.
using RuleSeverities = std::map<std::string, core::Severity, std::less<>>;

struct AuditInput {
  const std::vector<core::Finding>& floor;   // what the engine found, before anybody else had it in hand
  const core::Review& review;                // what is about to go out, with its explanation
  const DrugNames* names = nullptr;          // null: no medicine is looked for in the text
  const Calibration* calibration = nullptr;  // null: a fresh installation
  std::vector<core::Faithfulness> faithfulness{};
  std::vector<Sample> samples{};
  std::optional<double> model_confidence{};  // as a model says, or exp of its mean log-probability
  AuditPolicy policy{};
  const RuleSeverities* rule_severities = nullptr;  // null: not known
};

[[nodiscard]] core::AuditReport audit(const AuditInput& input);

// Takes what the audit decided over into the review: the decision, and the report. A text that was withheld is left to
// the caller, who has the template.
void apply(core::AuditReport report, core::Review& review);

}  // namespace guardian::audit
