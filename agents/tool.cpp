#include "agents/tool.hpp"

#include <exception>

#include <nlohmann/json.hpp>

#include "agents/json_check.hpp"

namespace guardian::agents {

ToolResult tool_error(std::string_view message) {
  return {nlohmann::json{{"error", message}}.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace), {}, true};
}

ToolBox::ToolBox(std::vector<std::unique_ptr<Tool>> tools) : tools_(std::move(tools)) {}

std::vector<ToolDeclaration> ToolBox::declarations() const {
  std::vector<ToolDeclaration> all;
  for (const auto& tool : tools_) all.push_back(tool->declaration());
  return all;
}

ToolResult ToolBox::call(const ToolCall& call) {
  for (const auto& tool : tools_) {
    if (tool->declaration().name != call.name) continue;
    if (const auto violation = schema_violation(tool->declaration().parameters, call.arguments))
      return tool_error("arguments: " + *violation);
    try {
      return tool->call(call.arguments);
    } catch (const std::exception&) {
      return tool_error("the tool failed");
    }
  }
  return tool_error("there is no such tool");
}

}  // namespace guardian::agents
