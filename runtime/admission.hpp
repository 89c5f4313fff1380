#pragma once
// The last two guards of agents/guard.hpp around what an agent proposes: a step that fails on it costs the model's
// part, never the floor, and the review says so. Pure but for the events.

#include <functional>
#include <optional>
#include <vector>

#include "agents/agent.hpp"
#include "core/review.hpp"
#include "runtime/reconcile.hpp"
#include "runtime/rescreen.hpp"

namespace guardian::runtime {

// What of an agent goes on to reconcile.
struct Admission {
  core::AgentReport report;
  std::optional<core::Degradation> degradation;
  std::optional<Rescreening> screening;
  agents::Proposal proposal;
};

using RescreenProposal = std::function<RescreenResult(const agents::Proposal&)>;
// Of the review without what agents propose.
using ReconcileReview = std::function<Assessment(core::Review)>;

// When `rescreen` throws on what the model said, it is asked with what the rules read; when it throws on that too,
// nothing of the agent is taken.
[[nodiscard]] Admission admit(const agents::AgentResult& result, const RescreenProposal& rescreen,
                              const agents::EventSink& events);

// When `reconcile` throws, `assessed` is the review, and each agent that proposed something is named.
[[nodiscard]] core::Review reconciled(const core::Review& assessed, const std::vector<agents::Proposal>& proposals,
                                      const ReconcileReview& reconcile, const agents::EventSink& events);

}  // namespace guardian::runtime
