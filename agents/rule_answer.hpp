#pragma once
// Answers a question about a case without a model: what it is after is read by a lexicon (question_intent.hpp), what is
// said comes from the engine and cites it. It never says that something is safe: it says what the engine finds, and
// what it could not check. An answer to a question about one case belongs to one thread.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "agents/question_intent.hpp"
#include "core/answer.hpp"
#include "core/case.hpp"
#include "core/review.hpp"
#include "knowledge/knowledge_base.hpp"

namespace guardian::agents {

// All of it outlives the answers. `subject` is the case with what else is known to be taken; `floor` its review.
struct AnswerContext {
  std::shared_ptr<const knowledge::KnowledgeBase> base;
  const core::Case& subject;
  const core::Review& floor;
};

// Findings of the floor that bear on the question: those of a medicine that it names, else the critical and major ones.
[[nodiscard]] std::vector<core::Finding> bearing_findings(const AnswerContext& context, const QuestionReading& reading);

[[nodiscard]] std::vector<std::string> ingredients_of(const core::Review& review);

[[nodiscard]] core::Answer answer_by_rules(const AnswerContext& context, std::string_view question,
                                           const QuestionReading& reading);

}  // namespace guardian::agents
