#pragma once
// Questions to a Gemini client and what came of them, with the local server to ask.

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <variant>

#include <catch2/catch.hpp>

#include "adapters/fake_gemini/fake_gemini.hpp"
#include "adapters/gemini/curl_transport.hpp"
#include "adapters/gemini/settings.hpp"
#include "agents/model_client.hpp"

namespace guardian::tests {

using Clock = std::chrono::steady_clock;
using Milliseconds = std::chrono::milliseconds;

inline constexpr const char* key = "secret-key-of-nobody-4711";
inline constexpr const char* planted = "Mrs Canary";
inline constexpr const char* schema =
    R"({"type":"object","properties":{"verdict":{"type":"string","enum":["yes","no"]}},"required":["verdict"],)"
    R"("additionalProperties":false})";

// An answer to it is long enough to come in several pieces.
inline const std::string long_schema = [] {
  std::string properties;
  std::string names;
  for (int at = 0; at < 20; ++at) {
    const std::string name = "\"property_" + std::to_string(at) + "\"";
    properties += (at == 0 ? "" : ",") + name + R"(:{"type":"string"})";
    names += (at == 0 ? "" : ",") + name;
  }
  return R"({"type":"object","properties":{)" + properties + R"(},"required":[)" + names + "]}";
}();

inline std::unique_ptr<adapters::FakeGemini> server(const std::string& scenario = "") {
  static const adapters::gemini::CurlGlobal curl;
  adapters::FakeGeminiOptions options;
  options.default_scenario = scenario;
  auto started = adapters::FakeGemini::start(options);
  if (!started) FAIL(started.error().message);
  return std::move(*started);
}

inline adapters::gemini::GeminiSettings settings_for(const std::string& url, int attempts = 1) {
  adapters::gemini::GeminiSettings settings;
  settings.base_url = url;
  settings.api_key = key;
  settings.models = {"gemini-2.5-flash"};
  settings.max_attempts = attempts;
  return settings;
}

inline agents::ModelRequest question(const std::string& reply_schema = "") {
  agents::ModelRequest request;
  request.agent = "interaction";
  request.system = "You check medicines.";
  request.turns = {agents::UserText{std::string("Is it safe for ") + planted + "?"}};
  request.reply_schema = reply_schema;
  request.most_output_tokens = 65'000;
  return request;
}

inline agents::CallLimits within(Milliseconds patience) { return {Clock::now() + patience, {}, {}}; }

// Deadlines that are not to be met: far behind what the slowest machine needs. Of what must end early a test asks that
// it ends well before the thing that it must not wait for, never that it is quick.
inline constexpr std::chrono::seconds long_enough{60};

inline std::string outcome(const agents::ModelAnswer& answer) {
  const auto* failure = std::get_if<agents::ModelFailure>(&answer);
  return failure == nullptr ? "answer" : std::string(agents::to_string(failure->kind));
}

inline Milliseconds since(Clock::time_point begin) {
  return std::chrono::duration_cast<Milliseconds>(Clock::now() - begin);
}

}  // namespace guardian::tests
