#pragma once
// The eight checks that need no statistics. Pure.

#include <vector>

#include "audit/grounding.hpp"
#include "core/audit_report.hpp"
#include "core/review.hpp"

namespace guardian::audit {

//   I1 every finding of the engine goes out, with the same or a higher severity
//   I2 the decision is not below what the findings ask for
//   I3 no claim contradicts a finding
//   I4 every medicine and number of the text is traceable
//   I5 every citation resolves and covers its claim
//   I6 a proposed change brings no new finding
//   I7 what must be known is known
//   I8 nobody failed, and no failure is passed off as text
[[nodiscard]] std::vector<core::InvariantCheck> check_invariants(const std::vector<core::Finding>& floor,
                                                                 const core::Review& review,
                                                                 const Grounding& grounding);

[[nodiscard]] bool holds(const std::vector<core::InvariantCheck>& checks, std::string_view id);

}  // namespace guardian::audit
