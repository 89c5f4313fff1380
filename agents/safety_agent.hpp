#pragma once
// The safety agent: a conversation about one case. Every question is answered by rules first (rule_answer.hpp); where a
// model may be asked, it is asked too, with all tools, and what it says is audited claim by claim (answer_audit.hpp)
// and stands beside what the rules say, never in its place. A failing model leaves the answer of the rules and is
// named. Nothing of a model's answer is shown before it is audited. One thread.

#include <string>
#include <string_view>
#include <vector>

#include "agents/agent.hpp"
#include "agents/rule_answer.hpp"
#include "core/answer.hpp"

namespace guardian::agents {

class SafetyAgent {
 public:
  // `view` is of the same case and outlives the agent; null: nothing may be sent.
  SafetyAgent(AnswerContext context, CaseView* view);

  // Remembers the question for the ones that follow.
  [[nodiscard]] core::Answer ask(std::string_view question, const ModelAccess& access, const EventSink& events);

 private:
  struct Exchange {
    std::string question;  // masked
    std::string answer;    // masked
  };

  void ask_model(std::string_view question, const ModelAccess& access, const EventSink& events, core::Answer& answer);
  [[nodiscard]] std::string request_text(const std::string& masked_question, const core::Answer& answer) const;
  void remember(Exchange exchange);

  AnswerContext context_;
  CaseView* view_;
  std::vector<std::string> in_case_;
  QuestionReading last_;
  bool has_last_ = false;
  std::vector<Exchange> history_;
};

}  // namespace guardian::agents
