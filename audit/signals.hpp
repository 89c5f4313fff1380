#pragma once
// The twelve signals of an audit, each in [0, 1], higher is better. Absent is absent: it counts as nothing good. Pure.

#include <vector>

#include "audit/calibration.hpp"
#include "audit/grounding.hpp"
#include "audit/trust_auditor.hpp"

namespace guardian::audit {

[[nodiscard]] std::vector<core::AuditSignal> signals_of(const AuditInput& input, const Grounding& grounding);
[[nodiscard]] SignalValues values_of(const std::vector<core::AuditSignal>& signals);

// Strength of the best evidence of a finding: verified label or guideline .98, other verified .90, draft .75, none or
// inferred .50.
[[nodiscard]] double evidence_strength(const core::Finding& finding);

}  // namespace guardian::audit
