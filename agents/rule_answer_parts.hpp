#pragma once
// What the parts of the answers by rules share. Only for the rule_answer*.cpp files.

#include <string>
#include <vector>

#include "agents/rule_answer.hpp"
#include "core/answer.hpp"

namespace guardian::agents {

inline constexpr std::size_t most_answer_findings = 10;  // in one list; the others are counted

class AnswerBuilder {
 public:
  AnswerBuilder(const AnswerContext& context, core::Answer& answer) : context_(context), answer_(answer) {}

  [[nodiscard]] const AnswerContext& context() const { return context_; }
  [[nodiscard]] core::Answer& answer() { return answer_; }

  core::AnswerClaim& say(std::string text);
  void cite(core::AnswerClaim& claim, const core::Finding& finding) const;
  // One claim for each finding: what, effect and what to do. `with_reasons`: also why it comes about.
  void say_findings(const std::vector<core::Finding>& findings, bool with_reasons = false);
  void say_not_assessed(const std::vector<core::NotAssessed>& checks);
  void ask_back(std::string question, std::vector<std::string> candidates = {});
  void fail(std::string why);

  // Whether every medicine is clear; asks back about the first that is not.
  bool all_clear(const std::vector<QuestionMedicine>& medicines);

 private:
  const AnswerContext& context_;
  core::Answer& answer_;
};

void answer_add(AnswerBuilder& builder, const QuestionReading& reading);
void answer_pair(AnswerBuilder& builder, const QuestionReading& reading);
void answer_stop(AnswerBuilder& builder, const QuestionReading& reading);
void answer_swap(AnswerBuilder& builder, const QuestionReading& reading);
void answer_order(AnswerBuilder& builder, std::string_view question);

void answer_dose(AnswerBuilder& builder, const QuestionReading& reading);
void answer_cause(AnswerBuilder& builder, std::string_view question);
void answer_plan(AnswerBuilder& builder);

}  // namespace guardian::agents
