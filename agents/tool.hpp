#pragma once
// What a model may have called: typed, read-only look-ups. A tool box checks name and arguments before it calls one;
// what is wrong goes back to the model as an error, never further. A tool box belongs to one thread.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "agents/model_client.hpp"

namespace guardian::agents {

struct ToolResult {
  std::string content;            // a JSON object
  std::vector<std::string> rows;  // ids of what it rests on, which a proposal may cite
  bool failed = false;

  friend bool operator==(const ToolResult&, const ToolResult&) = default;
};

class Tool {
 public:
  virtual ~Tool() = default;
  [[nodiscard]] virtual const ToolDeclaration& declaration() const = 0;
  // `arguments` are JSON of the declared shape.
  [[nodiscard]] virtual ToolResult call(std::string_view arguments) = 0;
};

class ToolBox {
 public:
  explicit ToolBox(std::vector<std::unique_ptr<Tool>> tools);

  [[nodiscard]] std::vector<ToolDeclaration> declarations() const;
  // Never throws: a tool that does is an error like any other.
  [[nodiscard]] ToolResult call(const ToolCall& call);

 private:
  std::vector<std::unique_ptr<Tool>> tools_;
};

// {"error": "..."}
[[nodiscard]] ToolResult tool_error(std::string_view message);

}  // namespace guardian::agents
