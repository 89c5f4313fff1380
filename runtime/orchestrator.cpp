#include "runtime/orchestrator.hpp"

#include <algorithm>
#include <optional>
#include <string>

#include "runtime/reconcile.hpp"
#include "runtime/rescreen.hpp"

namespace guardian::runtime {
namespace {

void tell(const agents::EventSink& events, agents::EventKind kind, const char* step) {
  if (!events) return;
  agents::Event event;
  event.kind = kind;
  event.step = step;
  events(event);
}

// Tells when a step begins and when it is done.
class Step {
 public:
  Step(const agents::EventSink& events, const char* name) : events_(events), name_(name) {
    tell(events_, agents::EventKind::step_started, name_);
  }
  ~Step() { tell(events_, agents::EventKind::step_finished, name_); }
  Step(const Step&) = delete;
  Step& operator=(const Step&) = delete;

 private:
  const agents::EventSink& events_;
  const char* name_;
};

// What agents add belongs into it, so it is written at the end.
ReviewerOptions without_explanation(ReviewerOptions options) {
  options.explanation.reset();
  return options;
}

}  // namespace

Orchestrator::Orchestrator(std::shared_ptr<const knowledge::KnowledgeBase> base, OrchestratorOptions options,
                           ModelUse model)
    : base_(base),
      options_(std::move(options)),
      model_(std::move(model)),
      reviewer_(base, without_explanation(options_.reviewer)),
      screener_(base) {
  if (options_.audit) audit_.emplace(std::move(base), *options_.audit);
  readers_.push_back(agents::interaction_agent());
  readers_.push_back(agents::triage_agent());
}

core::Result<core::Review> Orchestrator::review(core::Case subject, const agents::EventSink& events,
                                                const std::stop_token& stop) {
  const auto deadline = std::chrono::steady_clock::now() + options_.deadline;
  if (subject.locale.empty()) subject.locale = options_.reviewer.default_locale;

  auto floor = [&] {
    const Step step(events, "screen");
    return reviewer_.review(subject);
  }();
  if (!floor) return floor;

  const bool asks = model_.client && model_.lexicon;
  std::optional<agents::CaseView> view;
  if (asks) view.emplace(*model_.lexicon, subject, *floor);
  const agents::AgentContext context{subject, *floor, base_, view ? &*view : nullptr};
  const auto read =
      run_agents(readers_, context, asks ? model_.client.get() : nullptr, options_.agents, deadline, stop, events);

  std::vector<Rescreening> rescreenings;
  std::vector<agents::Proposal> proposals;
  const std::vector<core::Finding> found = floor->findings;  // the audit compares what goes out with it
  core::Review assessed = std::move(*floor);
  for (const agents::AgentResult& result : read) {
    const Step step(events, "rescreen");
    assessed.agents.push_back(result.report);
    if (result.degradation) assessed.degradations.push_back(*result.degradation);
    RescreenResult again = rescreen(*base_, screener_, subject, assessed, result.proposal);
    auto& refused = assessed.agents.back().refused;
    refused.insert(refused.end(), again.refused.begin(), again.refused.end());
    if (again.screening) rescreenings.push_back(std::move(*again.screening));
    proposals.push_back(result.proposal);
  }

  core::Review review = [&] {
    const Step step(events, "reconcile");
    return reconcile(std::move(assessed), rescreenings, proposals, subject.note).review;
  }();
  if (options_.reviewer.explanation) {
    const Step step(events, "explanation");
    review.explanation = agents::explain(review, *options_.reviewer.explanation);
  }
  if (audit_) {
    const Step step(events, "audit");
    audit_->run(subject, found, options_.reviewer.explanation, review);
  }
  return review;
}

}  // namespace guardian::runtime
