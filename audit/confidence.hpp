#pragma once
// Three questions that are never blended: is a finding right, was nothing missed, is the text supported. What may be
// said depends on how many labels there are: no number under 50. Pure.

#include <vector>

#include "audit/calibration.hpp"
#include "audit/signals.hpp"

namespace guardian::audit {

// Of each finding, of the review, and of its text where it has one.
[[nodiscard]] std::vector<core::Confidence> confidences_of(const AuditInput& input, const SignalValues& signals,
                                                           bool invariants_hold);

}  // namespace guardian::audit
