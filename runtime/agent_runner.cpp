#include "runtime/agent_runner.hpp"

#include <algorithm>
#include <exception>
#include <mutex>
#include <thread>

namespace guardian::runtime {
namespace {

using agents::Agent;
using agents::AgentResult;
using agents::Event;
using agents::EventKind;

AgentResult run_one(const Agent& agent, const agents::AgentContext& context, const agents::ModelAccess& access,
                    const agents::EventSink& events) {
  const std::string name(agent.name());
  const auto tell = [&](EventKind kind, const std::string& detail) {
    Event event;
    event.kind = kind;
    event.step = name;
    event.detail = detail;
    events(event);
  };
  tell(EventKind::step_started, {});
  try {
    AgentResult result = agent.run(context, access, events);
    tell(result.degradation ? EventKind::step_failed : EventKind::step_finished,
         result.degradation ? result.degradation->reason : std::string());
    return result;
  } catch (const std::exception&) {
    // A defect of an agent must not cost the review; what it was may hold words of the patient.
    AgentResult failed;
    failed.proposal.agent = failed.report.name = name;
    failed.report.by = "rules";
    failed.degradation = core::Degradation{name, "defect"};
    tell(EventKind::step_failed, "defect");
    return failed;
  }
}

}  // namespace

std::vector<AgentResult> run_agents(std::span<const std::unique_ptr<Agent>> agents, const agents::AgentContext& context,
                                    agents::ModelClient* model, const AgentLimits& limits,
                                    std::chrono::steady_clock::time_point deadline, const std::stop_token& stop,
                                    const agents::EventSink& events) {
  std::mutex telling;
  const agents::EventSink one_at_a_time = [&](const Event& event) {
    const std::lock_guard lock(telling);
    if (events) events(event);
  };
  agents::ModelAccess access{model, limits.loop, {}};
  access.call_limits.deadline = std::min(deadline, std::chrono::steady_clock::now() + limits.each);
  access.call_limits.stop = stop;
  access.added_guards = limits.added_guards;
  std::vector<AgentResult> results(agents.size());
  const auto run = [&](std::size_t i) { results[i] = run_one(*agents[i], context, access, one_at_a_time); };
  if (model == nullptr) {
    for (std::size_t i = 0; i < agents.size(); ++i) run(i);
    return results;
  }
  {
    // Every call of the model ends by the deadline or when it is told to stop, and so do these threads.
    std::vector<std::jthread> threads;
    std::size_t beside = 1;
    try {
      for (; beside < agents.size(); ++beside) threads.emplace_back(run, beside);
    } catch (const std::exception&) {
      // The machine gives no more threads: this one does the work of those that are missing.
    }
    if (!agents.empty()) run(0);
    for (; beside < agents.size(); ++beside) run(beside);
  }
  return results;
}

}  // namespace guardian::runtime
