#pragma once
// A model for tests: answers by a function of the request and remembers what it was asked. Thread-safe.

#include <functional>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "agents/model_client.hpp"

namespace guardian::tests {

class ScriptedModel : public agents::ModelClient {
 public:
  using Script = std::function<agents::ModelAnswer(const agents::ModelRequest&, const agents::CallLimits&)>;
  explicit ScriptedModel(Script script) : script_(std::move(script)) {}

  agents::ModelAnswer generate(const agents::ModelRequest& request, const agents::CallLimits& limits) override {
    {
      const std::lock_guard lock(mutex_);
      asked_.push_back(request);
    }
    return script_(request, limits);
  }

  [[nodiscard]] std::vector<agents::ModelRequest> asked() const {
    const std::lock_guard lock(mutex_);
    return asked_;
  }

 private:
  Script script_;
  mutable std::mutex mutex_;
  std::vector<agents::ModelRequest> asked_;
};

inline agents::ModelReply says(std::string text) {
  agents::ModelReply reply;
  reply.text = std::move(text);
  reply.content = R"({"role":"model","parts":[{"text":"..."}]})";
  reply.usage.total_tokens = 100;
  reply.model = reply.model_version = "scripted-1";
  return reply;
}

inline agents::ModelReply calls(std::vector<agents::ToolCall> list) {
  agents::ModelReply reply = says("");
  reply.calls = std::move(list);
  return reply;
}

inline agents::ModelFailure fails(agents::ModelFailureKind kind) { return {kind, "scripted", 0}; }

}  // namespace guardian::tests
