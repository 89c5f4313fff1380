#include "agents/cause_question.hpp"

#include "core/age.hpp"

namespace guardian::agents {

CauseQuestion::CauseQuestion(std::shared_ptr<const knowledge::KnowledgeBase> base, const core::Case& subject)
    : base_(base), screener_(std::move(base)), subject_(subject) {}

core::Result<Causes> CauseQuestion::ask(std::string_view question) {
  const auto screening = screener_.screen(subject_);
  if (!screening) return core::fail(screening.error());
  const knowledge::ScreenedCase screened = screener_.last();
  knowledge::TextContext context;
  context.as_of = subject_.as_of;
  context.patient_age_years = core::age_in_years(subject_.patient);

  Causes causes;
  causes.seen = knowledge::manifestations_in(*base_, question, context, &screened);
  causes.from_case = causes.seen.empty();
  if (causes.from_case) causes.seen = knowledge::manifestations_of(*base_, screened);

  auto starts = knowledge::medicine_starts(*base_, subject_.note, context);
  for (const core::MedicationEntry& entry : subject_.medications) {
    auto of_entry = knowledge::medicine_starts(*base_, entry.text, context);
    starts.insert(starts.end(), of_entry.begin(), of_entry.end());
  }
  knowledge::CauseQuestion asked{screened, causes.seen, starts, screening->findings, {}};
  if (screening->triage) asked.red_flags = screening->triage->red_flags;
  auto answer = knowledge::suspect_medicines(*base_, asked);
  if (!answer) return core::fail(answer.error());
  causes.answer = std::move(*answer);
  return causes;
}

}  // namespace guardian::agents
