#pragma once
// Whether a rule can be met at all, whatever a case says: different ingredients for its terms, and limits that leave
// something between them. Pure.

#include <cstdint>
#include <string>
#include <vector>

#include "knowledge/rule_set.hpp"

namespace guardian::knowledge {

// Why the terms can never hold together; empty when they can. `able`: for each term the ingredients that may fill it,
// in any order; not read of terms about the patient.
[[nodiscard]] std::string why_never_met(const RuleSet& rules, RuleIndex rule,
                                        const std::vector<std::vector<std::uint32_t>>& able);

}  // namespace guardian::knowledge
