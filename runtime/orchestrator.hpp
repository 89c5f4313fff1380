#pragma once
// A case in, a review out, by fixed steps: the engine's floor first, then what agents add to it. Without a model the
// agents' rules run and nothing leaves the machine. A failing model makes the review degraded, never shorter. An
// orchestrator belongs to one thread; model and knowledge base are shared.

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

#include "agents/agent.hpp"
#include "core/case.hpp"
#include "core/result.hpp"
#include "core/review.hpp"
#include "knowledge/knowledge_base.hpp"
#include "knowledge/screen.hpp"
#include "runtime/agent_runner.hpp"
#include "runtime/audit_step.hpp"
#include "runtime/reviewer.hpp"

namespace guardian::runtime {

struct OrchestratorOptions {
  ReviewerOptions reviewer;
  std::chrono::milliseconds deadline{30'000};  // of the whole review; the floor and the rules are not cut
  AgentLimits agents;
  std::optional<AuditOptions> audit = AuditOptions{};  // empty: none
};

// A model, and what a word of a chart is: without the latter nothing of a case may be sent.
struct ModelUse {
  std::shared_ptr<agents::ModelClient> client;
  std::shared_ptr<const agents::MaskLexicon> lexicon;
  bool free_text = true;  // false: no note is sent, and of other texts clinical words only (docs/privacy.md)
};

class Orchestrator {
 public:
  // `model` may be null: then none is asked.
  Orchestrator(std::shared_ptr<const knowledge::KnowledgeBase> base, OrchestratorOptions options, ModelUse model = {});

  // `as_of` of the case must be set. Fails only as the reviewer does.
  [[nodiscard]] core::Result<core::Review> review(core::Case subject, const agents::EventSink& events = {},
                                                  const std::stop_token& stop = {});

  // The facts of the last review, as the floor has them, for those who ask "what if"; valid until the next one.
  [[nodiscard]] knowledge::ScreenedCase last() const { return reviewer_.last(); }

 private:
  void explain(const core::Case& subject, core::Review& review, std::chrono::steady_clock::time_point deadline,
               const std::stop_token& stop, const agents::EventSink& events) const;

  std::shared_ptr<const knowledge::KnowledgeBase> base_;
  OrchestratorOptions options_;
  ModelUse model_;
  Reviewer reviewer_;
  knowledge::Screener screener_;                        // screens again
  std::shared_ptr<knowledge::ScreenerPool> screeners_;  // of the agents' tools
  std::vector<std::unique_ptr<agents::Agent>> readers_;
  std::optional<AuditStep> audit_;
};

}  // namespace guardian::runtime
