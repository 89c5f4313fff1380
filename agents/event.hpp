#pragma once
// What happens in a review, as one typed stream: it feeds progress, the record and replay. An event of a model holds
// the whole reply, so that a review can be made again without the model.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "agents/model_client.hpp"
#include "agents/tool.hpp"

namespace guardian::agents {

enum class EventKind : std::uint8_t {
  step_started,
  step_finished,
  step_failed,
  model_called,
  model_answered,  // with a reply or a failure
  model_retried,
  tool_called,
  tool_answered,
  guard_decided
};
[[nodiscard]] std::string_view to_string(EventKind kind) noexcept;

enum class GuardDecision : std::uint8_t {
  passed,
  reduced,  // a part was taken away
  withheld
};
[[nodiscard]] std::string_view to_string(GuardDecision decision) noexcept;

struct Event {
  EventKind kind = EventKind::step_started;
  std::string step;  // of the graph: "screen", "interaction", "reconcile"
  std::string name;  // of the model, the tool or the guard
  std::string detail;
  int call = 0;                           // of the model: the number of the call in its step, from 1
  std::string request;                    // of a call of the model: digest of the request
  std::optional<ModelAnswer> answer;      // of the model; of a retry the failure before it
  ToolFault fault = ToolFault::none;      // of a tool that answered
  std::optional<GuardDecision> decision;  // of a guard

  friend bool operator==(const Event&, const Event&) = default;
};

// Told of every event, by one thread at a time.
using EventSink = std::function<void(const Event&)>;

// Of a request as the model would get it: equal requests have equal digests.
[[nodiscard]] std::string request_digest(const ModelRequest& request);

}  // namespace guardian::agents
