#pragma once
// Which method of the API a request asks for, as whom.

#include <optional>
#include <string>
#include <variant>

#include "adapters/fake_gemini/api_error.hpp"
#include "adapters/fake_gemini/http_listener.hpp"

namespace guardian::adapters::fake {

struct Call {
  std::string version;
  std::string method;  // list, get, generateContent, streamGenerateContent, countTokens
  std::string model;   // without "models/"
  bool vertex = false;
};

// Nothing: no such address.
[[nodiscard]] std::optional<Call> route(const WireRequest& request);

// What is wrong with the key or token; nothing when it will do. Any will, but for a key that starts with "invalid".
[[nodiscard]] std::optional<ApiError> refuse_caller(const WireRequest& request, const Call& call);

}  // namespace guardian::adapters::fake
