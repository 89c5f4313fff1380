#pragma once
// The one bounded conversation that an agent has with a model: rounds of tools first, then one answer of the shape that
// was asked for. Whatever the model does, the loop ends, within its rounds, calls and tokens and before the deadline.

#include <string>
#include <variant>
#include <vector>

#include "agents/event.hpp"
#include "agents/model_client.hpp"
#include "agents/tool.hpp"

namespace guardian::agents {

struct LoopLimits {
  int most_rounds = 6;       // answers of the model with calls in them
  int most_tool_calls = 8;   // in all rounds together
  int most_tokens = 60'000;  // of one agent, as the service counts them
};

struct LoopRequest {
  std::string agent;
  std::string system;
  std::string question;
  std::string reply_schema;
};

struct LoopResult {
  std::variant<std::string, ModelFailure> reply;  // JSON of the schema
  std::vector<std::string> rows;                  // ids that tools gave
  int calls = 0;
  int tool_calls = 0;
  int tokens = 0;
  std::string model;  // the version that answered last
};

// `tools` may be null: then the model is asked once. The model is told of a reply of the wrong shape, and asked once
// more.
[[nodiscard]] LoopResult converse(ModelClient& model, const LoopRequest& request, ToolBox* tools,
                                  const LoopLimits& limits, const CallLimits& call_limits, const EventSink& events);

}  // namespace guardian::agents
