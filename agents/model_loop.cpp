#include "agents/model_loop.hpp"

#include <utility>

#include "agents/guard.hpp"
#include "agents/json_check.hpp"

namespace guardian::agents {
namespace {

constexpr std::string_view now_answer = "Now give your answer as the JSON that was asked for, and nothing else.";

class Conversation {
 public:
  Conversation(ModelClient& model, const LoopRequest& asked, ToolBox* tools, const LoopLimits& limits,
               const CallLimits& call_limits, const EventSink& events)
      : model_(model), asked_(asked), tools_(tools), limits_(limits), call_limits_(call_limits), events_(events) {
    turns_.emplace_back(UserText{asked.question});
  }

  LoopResult run() {
    if (tools_ != nullptr && !use_tools()) return std::move(result_);
    constexpr int most_tries = 2;
    for (int attempt = 1; attempt <= most_tries; ++attempt) {
      auto reply = ask(false);
      if (!reply) return std::move(result_);
      const auto violation = withheld_by(
          to_string(GuardStage::reply_schema), asked_.agent,
          [&] {
            return reply->calls.empty() ? schema_violation(asked_.reply_schema, reply->text)
                                        : std::optional<std::string>("/: is a call of a tool");
          },
          events_);
      if (!violation) {
        result_.reply = std::move(reply->text);
        return std::move(result_);
      }
      fail(ModelFailureKind::malformed, "the reply is not of the shape that was asked for");
      turns_.emplace_back(ModelTurn{std::move(reply->content)});
      turns_.emplace_back(
          UserText{"That was not of the shape that was asked for (" + *violation + "). " + std::string(now_answer)});
    }
    return std::move(result_);
  }

 private:
  // Until the model has no more calls, or has used up what it may. False when a call of it failed.
  bool use_tools() {
    for (int round = 0; round < limits_.most_rounds && result_.tool_calls < limits_.most_tool_calls; ++round) {
      auto reply = ask(true);
      if (!reply) return false;
      if (reply->calls.empty()) {
        turns_.emplace_back(ModelTurn{std::move(reply->content)});
        break;
      }
      turns_.emplace_back(ModelTurn{std::move(reply->content)});
      ToolAnswers answers;
      for (const ToolCall& call : reply->calls) answers.answers.push_back(answer(call));
      turns_.emplace_back(std::move(answers));
    }
    // Behind answers of tools or of the model itself, the last word is the question.
    turns_.emplace_back(UserText{std::string(now_answer)});
    return true;
  }

  ToolAnswer answer(const ToolCall& call) {
    tell(EventKind::tool_called, [&](Event& event) {
      event.name = call.name;
      event.detail = call.arguments;
    });
    ToolResult done;
    if (call_limits_.stop.stop_requested()) {
      done = tool_error("the review was stopped", ToolFault::stopped);
    } else if (++result_.tool_calls > limits_.most_tool_calls) {
      done = tool_error("no more calls are allowed", ToolFault::too_many);
    } else {
      done = tools_->call(call, call_limits_.deadline);
    }
    result_.rows.insert(result_.rows.end(), done.rows.begin(), done.rows.end());
    tell(EventKind::tool_answered, [&](Event& event) {
      event.name = call.name;
      if (done.failed) event.detail = done.content;
      event.fault = done.fault;
    });
    return {call.id, call.name, std::move(done.content), done.failed};
  }

  std::optional<ModelReply> ask(bool with_tools) {
    if (result_.tokens >= limits_.most_tokens) {
      fail(ModelFailureKind::truncated, "the tokens of the agent are used up");
      return std::nullopt;
    }
    ModelRequest request;
    request.agent = asked_.agent;
    request.system = asked_.system;
    request.turns = turns_;
    if (with_tools) {
      request.tools = tools_->declarations();
    } else {
      request.reply_schema = asked_.reply_schema;
    }
    ++result_.calls;
    const std::string digest = request_digest(request);
    tell(EventKind::model_called, [&](Event& event) {
      event.detail = with_tools ? "tools" : "answer";
      event.call = result_.calls;
      event.request = digest;
    });
    CallLimits limits = call_limits_;
    limits.on_retry = [&](const ModelRetry& retry) {
      tell(EventKind::model_retried, [&](Event& event) {
        event.name = retry.model;
        event.detail = retry.failure.message;
        event.call = retry.attempt;
        event.answer = retry.failure;
      });
    };
    ModelAnswer answer = model_.generate(request, limits);
    tell(EventKind::model_answered, [&](Event& event) {
      event.call = result_.calls;
      event.request = digest;
      event.answer = answer;
    });
    if (auto* failure = std::get_if<ModelFailure>(&answer)) {
      result_.reply = std::move(*failure);
      return std::nullopt;
    }
    ModelReply& reply = std::get<ModelReply>(answer);
    result_.tokens += reply.usage.total_tokens;
    result_.model = reply.model_version.empty() ? reply.model : reply.model_version;
    return std::move(reply);
  }

  void fail(ModelFailureKind kind, std::string message) { result_.reply = ModelFailure{kind, std::move(message), 0}; }

  template <class Fill>
  void tell(EventKind kind, Fill fill) const {
    if (!events_) return;
    Event event;
    event.kind = kind;
    event.step = asked_.agent;
    fill(event);
    events_(event);
  }

  ModelClient& model_;
  const LoopRequest& asked_;
  ToolBox* tools_;
  const LoopLimits& limits_;
  const CallLimits& call_limits_;
  const EventSink& events_;
  std::vector<Turn> turns_;
  LoopResult result_{ModelFailure{}, {}, 0, 0, 0, {}};
};

}  // namespace

LoopResult converse(ModelClient& model, const LoopRequest& request, ToolBox* tools, const LoopLimits& limits,
                    const CallLimits& call_limits, const EventSink& events) {
  return Conversation(model, request, tools, limits, call_limits, events).run();
}

}  // namespace guardian::agents
