#include "audit/ledger/override.hpp"

#include <algorithm>

namespace guardian::audit::ledger {
namespace {

constexpr std::int64_t day_ms = 86'400'000;

core::Severity severity_of(const core::Finding& finding) {
  return finding.raise ? std::max(finding.severity, finding.raise->to) : finding.severity;
}

bool share_a_subject(const core::Finding& left, const core::Finding& right) {
  return std::any_of(left.subjects.begin(), left.subjects.end(), [&](const std::string& subject) {
    return std::find(right.subjects.begin(), right.subjects.end(), subject) != right.subjects.end();
  });
}

}  // namespace

std::string_view reason_of(OverrideState state) noexcept {
  switch (state) {
    case OverrideState::in_force: return "it holds";
    case OverrideState::expired: return "it has expired";
    case OverrideState::more_severe: return "the finding is more severe now";
    case OverrideState::more_findings: return "another finding on the same subject has come";
    case OverrideState::more_urgent: return "the patient is worse: triage has risen";
    case OverrideState::without_finding: return "the finding is not there any more";
  }
  return "";
}

OverrideState state_of(const Override& override, const core::Review& now, std::int64_t now_ms) {
  const auto found = std::find_if(now.findings.begin(), now.findings.end(),
                                  [&](const core::Finding& finding) { return finding.id == override.finding; });
  if (found == now.findings.end()) return OverrideState::without_finding;
  if (now_ms >= override.expires_ms) return OverrideState::expired;
  if (severity_of(*found) > override.severity || (found->contraindication && !override.contraindication))
    return OverrideState::more_severe;
  if (now.triage && now.triage->level > override.triage) return OverrideState::more_urgent;
  for (const core::Finding& finding : now.findings) {
    const bool is_new =
        std::find(override.findings.begin(), override.findings.end(), finding.id) == override.findings.end();
    if (is_new && severity_of(finding) >= override.severity && share_a_subject(finding, *found))
      return OverrideState::more_findings;
  }
  return OverrideState::in_force;
}

std::int64_t longest_override_ms(core::Severity severity, bool contraindication) noexcept {
  return (severity == core::Severity::critical || contraindication ? 7 : 90) * day_ms;
}

}  // namespace guardian::audit::ledger
