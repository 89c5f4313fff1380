#include "core/review.hpp"

#include <algorithm>

namespace guardian::core {

std::string expired_words(const SetAside& rule) {
  if (rule.why != "expired") return {};
  std::string medicines;
  for (const std::string& medicine : rule.medicines) medicines += (medicines.empty() ? "" : ", ") + medicine;
  const bool lowers = rule.effect == "lowering";
  return (lowers ? "what " + rule.source + " lowered of rule " : "rule of " + rule.source + " ") + rule.rule +
         " ended on " + rule.expires + " (" + rule.owner + ")" +
         (lowers ? "; the finding on " + medicines + " counts in full" : "; it would have spoken of " + medicines);
}

Decision decide(const std::vector<Finding>& findings, bool complete) noexcept {
  Decision decision = complete ? Decision::clear : Decision::caution;
  for (const Finding& finding : findings) {
    Decision wanted = Decision::clear;
    switch (weight(finding)) {
      case Severity::critical: wanted = Decision::block; break;
      case Severity::major: wanted = Decision::escalate; break;
      case Severity::moderate: wanted = Decision::caution; break;
      case Severity::minor: wanted = Decision::info; break;
    }
    if (finding.type == FindingType::unresolved) wanted = std::max(wanted, Decision::escalate);
    decision = std::max(decision, wanted);
  }
  return decision;
}

}  // namespace guardian::core
