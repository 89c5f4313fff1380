#include "agents/tool.hpp"

#include <exception>

#include <nlohmann/json.hpp>

#include "agents/json_check.hpp"

namespace guardian::agents {

std::string_view to_string(ToolFault fault) noexcept {
  switch (fault) {
    case ToolFault::none: return "none";
    case ToolFault::unknown_tool: return "unknown tool";
    case ToolFault::bad_arguments: return "bad arguments";
    case ToolFault::failed: return "failed";
    case ToolFault::too_slow: return "too slow";
    case ToolFault::too_many: return "too many";
    case ToolFault::stopped: return "stopped";
  }
  return "failed";
}

ToolResult tool_error(std::string_view message, ToolFault fault) {
  return {nlohmann::json{{"error", message}}.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace),
          {},
          true,
          fault};
}

ToolBox::ToolBox(std::vector<std::unique_ptr<Tool>> tools, ToolLimits limits)
    : tools_(std::move(tools)), limits_(std::move(limits)) {
  if (!limits_.now) limits_.now = &std::chrono::steady_clock::now;
}

std::vector<ToolDeclaration> ToolBox::declarations() const {
  std::vector<ToolDeclaration> all;
  for (const auto& tool : tools_) all.push_back(tool->declaration());
  return all;
}

ToolResult ToolBox::call(const ToolCall& call, std::chrono::steady_clock::time_point deadline) {
  for (const auto& tool : tools_) {
    if (tool->declaration().name != call.name) continue;
    if (const auto violation = schema_violation(tool->declaration().parameters, call.arguments))
      return tool_error("arguments: " + *violation, ToolFault::bad_arguments);
    if (slow_.contains(call.name))
      return tool_error("the tool is too slow and is not called again", ToolFault::too_slow);
    if (limits_.now() >= deadline) return tool_error("no time is left", ToolFault::stopped);
    return timed_call(*tool, call.arguments);
  }
  return tool_error("there is no such tool", ToolFault::unknown_tool);
}

ToolResult ToolBox::timed_call(Tool& tool, const std::string& arguments) {
  const auto begin = limits_.now();
  ToolResult result = [&] {
    try {
      return tool.call(arguments);
    } catch (const std::exception&) {
      return tool_error("the tool failed");
    }
  }();
  if (limits_.now() - begin > limits_.each) {
    slow_.insert(tool.declaration().name);
    return tool_error("the tool took too long", ToolFault::too_slow);
  }
  if (result.failed && result.fault == ToolFault::none) result.fault = ToolFault::failed;
  return result;
}

}  // namespace guardian::agents
