#include "agents/event.hpp"

#include "knowledge/digest.hpp"

namespace guardian::agents {

std::string_view to_string(EventKind kind) noexcept {
  switch (kind) {
    case EventKind::step_started: return "step started";
    case EventKind::step_finished: return "step finished";
    case EventKind::step_failed: return "step failed";
    case EventKind::model_called: return "model called";
    case EventKind::model_answered: return "model answered";
    case EventKind::model_retried: return "model retried";
    case EventKind::tool_called: return "tool called";
    case EventKind::tool_answered: return "tool answered";
    case EventKind::guard_decided: return "guard decided";
  }
  return "step started";
}

std::string_view to_string(GuardDecision decision) noexcept {
  switch (decision) {
    case GuardDecision::passed: return "passed";
    case GuardDecision::reduced: return "reduced";
    case GuardDecision::withheld: return "withheld";
  }
  return "withheld";
}

std::string request_digest(const ModelRequest& request) {
  knowledge::Sha256 digest;
  // Each part with its length before it, so that no two requests run together.
  const auto add = [&](std::string_view part) {
    digest.update(std::to_string(part.size()) + ":");
    digest.update(part);
  };
  add(request.agent);
  add(request.system);
  for (const Turn& turn : request.turns) {
    if (const auto* text = std::get_if<UserText>(&turn)) {
      add("user");
      add(text->text);
    } else if (const auto* model = std::get_if<ModelTurn>(&turn)) {
      add("model");
      add(model->content);
    } else {
      for (const ToolAnswer& answer : std::get<ToolAnswers>(turn).answers) {
        add("tool");
        add(answer.id);
        add(answer.name);
        add(answer.content);
      }
    }
  }
  for (const ToolDeclaration& tool : request.tools) {
    add(tool.name);
    add(tool.description);
    add(tool.parameters);
  }
  add(request.reply_schema);
  add(std::to_string(request.most_output_tokens));
  return "sha256:" + knowledge::to_hex(digest.finish());
}

}  // namespace guardian::agents
