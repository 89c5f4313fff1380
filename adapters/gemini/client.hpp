#pragma once
// The port to a model, filled by Gemini: a call is tried again while that makes sense and the deadline allows, by the
// preferred model or the next of the list. No message holds a key, a prompt or an answer.

#include <chrono>
#include <functional>
#include <memory>
#include <stop_token>
#include <string_view>

#include "adapters/gemini/settings.hpp"
#include "adapters/gemini/transport.hpp"
#include "agents/model_client.hpp"

namespace guardian::adapters::gemini {

// What a test replaces. An empty one is the real one.
struct ClientEffects {
  std::function<std::chrono::steady_clock::time_point()> now;
  // False: told to stop before the time was over.
  std::function<bool(std::chrono::milliseconds, const std::stop_token&)> sleep;
  std::function<double()> random;  // in [0,1)
};

// Safe to call from several threads at once: they share connections, the retry budget and what is known of the models.
class GeminiClient : public agents::ModelClient {
 public:
  // By libcurl; main holds a CurlGlobal.
  explicit GeminiClient(GeminiSettings settings);
  GeminiClient(GeminiSettings settings, std::unique_ptr<HttpTransport> transport, ClientEffects effects);
  ~GeminiClient() override;

  [[nodiscard]] agents::ModelAnswer generate(const agents::ModelRequest& request,
                                             const agents::CallLimits& limits) override;

  // Tells the text as it comes. What was told before a failure is not an answer; once some was told, the call is not
  // tried again. Not for requests with a reply schema: their text counts only when it is whole.
  [[nodiscard]] agents::ModelAnswer stream(const agents::ModelRequest& request, const agents::CallLimits& limits,
                                           const std::function<void(std::string_view)>& on_text);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace guardian::adapters::gemini
