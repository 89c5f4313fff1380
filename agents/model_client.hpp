#pragma once
// The port to a language model: one request, one reply or one typed failure. What is on the wire is the adapter's
// (adapters/gemini); an agent speaks only of turns, tools and a schema for the reply. A failure is never an answer:
// whoever asks falls back to what is known without a model.

#include <chrono>
#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace guardian::agents {

// A function that the model asks to have called. Its arguments are not to be trusted.
struct ToolCall {
  std::string id;  // as the model gave it; may be empty
  std::string name;
  std::string arguments;  // a JSON object

  friend bool operator==(const ToolCall&, const ToolCall&) = default;
};

struct ToolAnswer {
  std::string id;  // of the call
  std::string name;
  std::string content;  // JSON; an error is {"error": "..."}
  bool failed = false;

  friend bool operator==(const ToolAnswer&, const ToolAnswer&) = default;
};

struct UserText {
  std::string text;

  friend bool operator==(const UserText&, const UserText&) = default;
};

// What the model said, as it came: parts, order, ids and signatures go back unchanged.
struct ModelTurn {
  std::string content;  // JSON

  friend bool operator==(const ModelTurn&, const ModelTurn&) = default;
};

// One answer for every call of the turn before, in its order.
struct ToolAnswers {
  std::vector<ToolAnswer> answers;

  friend bool operator==(const ToolAnswers&, const ToolAnswers&) = default;
};

using Turn = std::variant<UserText, ModelTurn, ToolAnswers>;

struct ToolDeclaration {
  std::string name;  // letters, digits and underscores, at most 63
  std::string description;
  std::string parameters;  // JSON Schema of the arguments

  friend bool operator==(const ToolDeclaration&, const ToolDeclaration&) = default;
};

// Tools and a schema for the reply exclude each other: older models refuse both at once.
struct ModelRequest {
  std::string agent;  // who asks, for the record
  std::string system;
  std::vector<Turn> turns;
  std::vector<ToolDeclaration> tools;
  std::string reply_schema;  // JSON Schema; empty: text
  int most_output_tokens = 4096;

  friend bool operator==(const ModelRequest&, const ModelRequest&) = default;
};

struct ModelUsage {
  int prompt_tokens = 0;
  int output_tokens = 0;
  int thought_tokens = 0;
  int cached_tokens = 0;
  int total_tokens = 0;

  friend bool operator==(const ModelUsage&, const ModelUsage&) = default;
};

struct ModelReply {
  std::string text;  // all of the answer but the model's thoughts
  std::vector<ToolCall> calls;
  std::string content;  // of the turn, as it came
  ModelUsage usage;
  std::string model;          // that was asked
  std::string model_version;  // that says it answered
  std::string response_id;

  friend bool operator==(const ModelReply&, const ModelReply&) = default;
};

enum class ModelFailureKind : std::uint8_t {
  unavailable,   // no key, or told to stay offline
  timeout,       // the deadline passed, or the next try would have been behind it
  cancelled,     // told to stop
  transport,     // no connection, cut, or an answer that is none of the service
  rate_limited,  // too many requests, also after waiting
  quota,         // the quota of the day is used up
  refused,       // the service refuses the request or the key
  server,        // the service failed
  blocked,       // prompt or answer withheld by the service's safety rules
  truncated,     // the answer was cut at its limit
  malformed,     // not the JSON that the service promises
  too_large,     // larger or deeper than we read
  circuit_open   // the model failed too often of late and is left alone for a while
};
[[nodiscard]] std::string_view to_string(ModelFailureKind kind) noexcept;

struct ModelFailure {
  ModelFailureKind kind = ModelFailureKind::unavailable;
  std::string message;  // for an operator; no part of prompt, answer or key
  int http_status = 0;  // 0: none came

  friend bool operator==(const ModelFailure&, const ModelFailure&) = default;
};

using ModelAnswer = std::variant<ModelReply, ModelFailure>;

// A try that failed and is made again, perhaps with another model.
struct ModelRetry {
  std::string model;
  int attempt = 1;  // that failed, from 1
  ModelFailure failure;
  std::chrono::milliseconds wait{0};  // before the next
};

// How long a call may take, and whom it tells of retries.
struct CallLimits {
  std::chrono::steady_clock::time_point deadline;
  std::stop_token stop;
  std::function<void(const ModelRetry&)> on_retry;  // may be empty
};

// Safe to call from several threads at once.
class ModelClient {
 public:
  virtual ~ModelClient() = default;
  [[nodiscard]] virtual ModelAnswer generate(const ModelRequest& request, const CallLimits& limits) = 0;
};

}  // namespace guardian::agents
