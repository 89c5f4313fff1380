#pragma once
// An agent looks at a case and the engine's review of it and makes proposals. It has two halves: what rules read, which
// needs no model and is always done, and what a model adds where one may be asked. When the model fails, the first half
// stands and the review says what failed. Agents hold no state: safe to use from several threads.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "agents/case_view.hpp"
#include "agents/event.hpp"
#include "agents/guard.hpp"
#include "agents/model_client.hpp"
#include "agents/model_loop.hpp"
#include "agents/proposal.hpp"
#include "core/case.hpp"
#include "core/review.hpp"
#include "knowledge/knowledge_base.hpp"
#include "knowledge/screener_pool.hpp"

namespace guardian::agents {

// Read-only; outlives every agent that looks at it.
struct AgentContext {
  const core::Case& subject;
  const core::Review& floor;
  std::shared_ptr<const knowledge::KnowledgeBase> base;
  const CaseView* view = nullptr;                                // null: nothing may be sent
  std::shared_ptr<knowledge::ScreenerPool> screeners = nullptr;  // for tools; null: they make their own
};

struct ModelAccess {
  ModelClient* model = nullptr;  // null: rules only
  LoopLimits limits;
  CallLimits call_limits;
  std::span<const Guard> added_guards = {};  // of the site
};

struct AgentResult {
  Proposal proposal;
  core::AgentReport report;
  std::optional<core::Degradation> degradation;
  Proposal by_rules;  // what of the proposal is without a model
};

class Agent {
 public:
  virtual ~Agent() = default;
  [[nodiscard]] virtual std::string_view name() const = 0;
  [[nodiscard]] virtual AgentResult run(const AgentContext& context, const ModelAccess& access,
                                        const EventSink& events) const = 0;
};

// Reads medicines that only the note names, and adds concerns.
[[nodiscard]] std::unique_ptr<Agent> interaction_agent();
// Reads symptoms, and says how soon somebody has to act.
[[nodiscard]] std::unique_ptr<Agent> triage_agent();

}  // namespace guardian::agents
