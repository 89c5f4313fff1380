#pragma once
// Runs agents at the same time, each in a thread of its own while a model is asked, under one deadline. An agent that
// throws or comes too late is a degradation; what its rules read is kept where it gave that.

#include <chrono>
#include <memory>
#include <span>
#include <stop_token>
#include <vector>

#include "agents/agent.hpp"

namespace guardian::runtime {

struct AgentLimits {
  std::chrono::milliseconds each{8'000};
  agents::LoopLimits loop;
  std::vector<agents::Guard> added_guards = {};  // of the site, behind those of agents/guard.hpp
};

// In the order of `agents`. `events` is called by one thread at a time. `deadline` is that of the review.
[[nodiscard]] std::vector<agents::AgentResult> run_agents(std::span<const std::unique_ptr<agents::Agent>> agents,
                                                          const agents::AgentContext& context,
                                                          agents::ModelClient* model, const AgentLimits& limits,
                                                          std::chrono::steady_clock::time_point deadline,
                                                          const std::stop_token& stop, const agents::EventSink& events);

}  // namespace guardian::runtime
