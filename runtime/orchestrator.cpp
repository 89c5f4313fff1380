#include "runtime/orchestrator.hpp"

#include <algorithm>
#include <optional>
#include <string>

#include "agents/explanation_agent.hpp"
#include "runtime/admission.hpp"
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
      screener_(base),
      screeners_(std::make_shared<knowledge::ScreenerPool>(base)) {
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
  if (asks) view.emplace(*model_.lexicon, subject, *floor, agents::OutlineOptions{model_.free_text});
  const agents::AgentContext context{subject, *floor, base_, view ? &*view : nullptr, screeners_};
  const auto read =
      run_agents(readers_, context, asks ? model_.client.get() : nullptr, options_.agents, deadline, stop, events);

  std::vector<Rescreening> rescreenings;
  std::vector<agents::Proposal> proposals;
  core::Review assessed = std::move(*floor);
  for (const agents::AgentResult& result : read) {
    const Step step(events, "rescreen");
    Admission admitted = admit(
        result,
        [&](const agents::Proposal& proposal) { return rescreen(*base_, screener_, subject, assessed, proposal); },
        events);
    assessed.agents.push_back(std::move(admitted.report));
    if (admitted.degradation) assessed.degradations.push_back(std::move(*admitted.degradation));
    if (admitted.screening) rescreenings.push_back(std::move(*admitted.screening));
    proposals.push_back(std::move(admitted.proposal));
  }

  core::Review review = [&] {
    const Step step(events, "reconcile");
    return reconciled(
        assessed, proposals,
        [&](core::Review without) { return reconcile(std::move(without), rescreenings, proposals, subject.note); },
        events);
  }();
  if (options_.reviewer.explanation) {
    const Step step(events, "explanation");
    explain(subject, review, deadline, stop, events);
  }
  if (audit_) {
    const Step step(events, "audit");
    // Nothing above touches what the engine found: what goes out is compared with it.
    audit_->run(subject, assessed.findings, options_.reviewer.explanation, review);
  }
  return review;
}

void Orchestrator::explain(const core::Case& subject, core::Review& review,
                           std::chrono::steady_clock::time_point deadline, const std::stop_token& stop,
                           const agents::EventSink& events) const {
  agents::ModelAccess access{model_.client.get(), options_.agents.loop, {}};
  access.call_limits.deadline = std::min(deadline, std::chrono::steady_clock::now() + options_.agents.each);
  access.call_limits.stop = stop;
  agents::NarrativeResult written = agents::write_explanation(
      {subject, review, base_, model_.lexicon.get(), model_.free_text}, *options_.reviewer.explanation, access, events);
  review.explanation = std::move(written.explanation);
  review.agents.push_back(std::move(written.report));
  if (written.degradation) review.degradations.push_back(std::move(*written.degradation));
}

}  // namespace guardian::runtime
