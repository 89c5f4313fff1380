#pragma once
// The explanation agent: puts a review into words by the template, and has a model write it better where one may be
// asked. The template is the floor of the text: a section of the model takes its place only when every guard
// (explanation_guards.hpp) lets it through, and how soon, what is not known, what was not looked at and what to do
// about a critical finding stay the template's words. So the text of a failing, late or hostile model is the
// template's.
//
// The model is sent the statements of the template, masked, and nothing else of the case: no note, no list.

#include <memory>
#include <optional>

#include "agents/agent.hpp"
#include "agents/explanation_template.hpp"
#include "agents/mask_lexicon.hpp"
#include "core/case.hpp"
#include "core/explanation.hpp"
#include "core/review.hpp"
#include "knowledge/knowledge_base.hpp"

namespace guardian::agents {

// Read-only; outlives the call.
struct NarrativeContext {
  const core::Case& subject;
  const core::Review& review;  // as it goes out, all agents' findings in it
  std::shared_ptr<const knowledge::KnowledgeBase> base;
  const MaskLexicon* lexicon = nullptr;  // null: nothing may be sent
  bool free_text = true;                 // false: sections that repeat words of people are not sent
};

struct NarrativeResult {
  core::Explanation explanation;  // whole, whatever the model did
  core::AgentReport report;       // `refused`: sections of the model that a guard withheld, and why
  std::optional<core::Degradation> degradation;
};

[[nodiscard]] NarrativeResult write_explanation(const NarrativeContext& context, const ExplanationOptions& options,
                                                const ModelAccess& access, const EventSink& events);

}  // namespace guardian::agents
