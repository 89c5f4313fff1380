#include "runtime/case_conversation.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <utility>

#include "agents/safety_agent.hpp"

namespace guardian::runtime {
namespace {

constexpr std::string_view in_note = "/note";

// The case with what the note says is taken: who asks about the patient means these too.
core::Case with_note_medicines(const std::shared_ptr<const knowledge::KnowledgeBase>& base, core::Case subject,
                               const core::Review& review) {
  // The review has them already; whoever reads the note looks for what the list has not.
  core::Review of_list;
  std::copy_if(review.resolved.begin(), review.resolved.end(), std::back_inserter(of_list.resolved),
               [](const core::ResolvedMedication& medicine) { return medicine.element.rfind(in_note, 0) != 0; });
  const agents::AgentContext context{subject, of_list, base, nullptr};
  const auto read = agents::interaction_agent()->run(context, {}, {});
  std::size_t number = 0;
  for (const agents::NoteMedicine& medicine : read.proposal.medicines) {
    core::MedicationEntry entry;
    entry.element = std::string(in_note) + "/" + std::to_string(number++);
    entry.text = medicine.text;
    entry.status = medicine.stopped ? core::MedicationStatus::stopped : core::MedicationStatus::active;
    entry.stopped_days_ago = medicine.stopped_days_ago;
    subject.medications.push_back(std::move(entry));
  }
  return subject;
}

}  // namespace

struct CaseConversation::Impl {
  std::shared_ptr<const knowledge::KnowledgeBase> base;
  ConversationOptions options;
  ModelUse model;
  core::Case subject;
  core::Review review;
  std::optional<agents::CaseView> view;
  std::optional<agents::SafetyAgent> agent;
};

CaseConversation::CaseConversation(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
CaseConversation::CaseConversation(CaseConversation&&) noexcept = default;
CaseConversation& CaseConversation::operator=(CaseConversation&&) noexcept = default;
CaseConversation::~CaseConversation() = default;

core::Result<CaseConversation> CaseConversation::open(std::shared_ptr<const knowledge::KnowledgeBase> base,
                                                      core::Case subject, ConversationOptions options, ModelUse model) {
  if (subject.locale.empty()) subject.locale = options.reviewer.default_locale;
  OrchestratorOptions reviewing;
  reviewing.reviewer = options.reviewer;
  auto review = Orchestrator(base, reviewing).review(subject);
  if (!review) return core::fail(review.error());
  auto impl = std::make_unique<Impl>();
  impl->options = std::move(options);
  impl->model = std::move(model);
  impl->review = std::move(*review);
  if (impl->model.client && impl->model.lexicon) {
    impl->view.emplace(*impl->model.lexicon, subject, impl->review, agents::OutlineOptions{impl->model.free_text});
  }
  impl->subject = with_note_medicines(base, std::move(subject), impl->review);
  impl->base = std::move(base);
  impl->agent.emplace(agents::AnswerContext{impl->base, impl->subject, impl->review},
                      impl->view ? &*impl->view : nullptr);
  return CaseConversation(std::move(impl));
}

core::Answer CaseConversation::ask(std::string_view question, const agents::EventSink& events,
                                   const std::stop_token& stop) {
  const auto tell = [&](agents::EventKind kind) {
    if (!events) return;
    agents::Event event;
    event.kind = kind;
    event.step = "ask";
    events(event);
  };
  tell(agents::EventKind::step_started);
  agents::ModelAccess access;
  access.model = impl_->view ? impl_->model.client.get() : nullptr;
  access.limits = impl_->options.loop;
  access.call_limits.deadline = std::chrono::steady_clock::now() + impl_->options.each;
  access.call_limits.stop = stop;
  core::Answer answer = impl_->agent->ask(question, access, events);
  tell(agents::EventKind::step_finished);
  return answer;
}

const core::Review& CaseConversation::review() const { return impl_->review; }

}  // namespace guardian::runtime
