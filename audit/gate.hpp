#pragma once
// Whether a model's text is released, and why not. It says nothing of the clinical decision but that what was lost,
// lowered or contradicted on the way out escalates. Pure.

#include "audit/signals.hpp"

namespace guardian::audit {

// Fills `released`, `escalated`, `decision`, `certificate` and `reasons` of a report that has all the rest.
void decide_release(const AuditInput& input, core::AuditReport& report);

}  // namespace guardian::audit
