#pragma once
// What a model may have called: typed, read-only look-ups. A tool box checks name and arguments before it calls one;
// what is wrong goes back to the model as an error, never further. A tool box belongs to one thread.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "agents/model_client.hpp"

namespace guardian::agents {

enum class ToolFault : std::uint8_t {
  none,
  unknown_tool,
  bad_arguments,
  failed,    // it says why, or it threw
  too_slow,  // now, or before in this conversation
  too_many,  // no more calls are allowed
  stopped    // the review was stopped, or no time is left
};
[[nodiscard]] std::string_view to_string(ToolFault fault) noexcept;

struct ToolResult {
  std::string content;            // a JSON object
  std::vector<std::string> rows;  // ids of what it rests on, which a proposal may cite
  bool failed = false;
  ToolFault fault = ToolFault::none;

  friend bool operator==(const ToolResult&, const ToolResult&) = default;
};

class Tool {
 public:
  virtual ~Tool() = default;
  [[nodiscard]] virtual const ToolDeclaration& declaration() const = 0;
  // `arguments` are JSON of the declared shape.
  [[nodiscard]] virtual ToolResult call(std::string_view arguments) = 0;
};

// A tool computes and does nothing else: a thread that computes cannot be stopped from outside, and the engine has no
// place to look at a clock, so the limit is held behind the call. What comes too late is not given to the model, and
// the tool is not called again: a conversation pays for each tool's slowness once. How much one call can be asked to do
// is bounded by the lengths in its schema. A call is not begun when the time of the agent is over.
struct ToolLimits {
  std::chrono::milliseconds each{2'000};
  std::function<std::chrono::steady_clock::time_point()> now = {};  // empty: the steady clock
};

class ToolBox {
 public:
  explicit ToolBox(std::vector<std::unique_ptr<Tool>> tools, ToolLimits limits = {});

  [[nodiscard]] std::vector<ToolDeclaration> declarations() const;
  // Never throws: a tool that does is an error like any other.
  [[nodiscard]] ToolResult call(const ToolCall& call, std::chrono::steady_clock::time_point deadline =
                                                          std::chrono::steady_clock::time_point::max());

 private:
  [[nodiscard]] ToolResult timed_call(Tool& tool, const std::string& arguments);

  std::vector<std::unique_ptr<Tool>> tools_;
  ToolLimits limits_;
  std::set<std::string> slow_;  // names
};

// {"error": "..."}
[[nodiscard]] ToolResult tool_error(std::string_view message, ToolFault fault = ToolFault::failed);

}  // namespace guardian::agents
