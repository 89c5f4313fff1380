#pragma once
// Screens a case again with what agents read in its note. Only what occurs in the note byte for byte, and what the
// resolver or the reader of conditions knows for sure, is screened; the rest is named and left out.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agents/proposal.hpp"
#include "core/case.hpp"
#include "core/review.hpp"
#include "knowledge/knowledge_base.hpp"
#include "knowledge/screen.hpp"
#include "runtime/reconcile.hpp"

namespace guardian::runtime {

struct RescreenResult {
  std::optional<Rescreening> screening;  // nothing when there was nothing new to screen
  std::vector<std::string> refused;      // no words of the patient
};

[[nodiscard]] RescreenResult rescreen(const knowledge::KnowledgeBase& base, knowledge::Screener& screener,
                                      const core::Case& subject, const core::Review& floor,
                                      const agents::Proposal& proposal);

}  // namespace guardian::runtime
