#pragma once
// Errors in the envelope of Google's services: {"error": {code, message, status, details}}.

#include <string>

#include "adapters/fake_gemini/http_listener.hpp"
#include "adapters/json/json_value.hpp"

namespace guardian::adapters::fake {

struct ApiError {
  int http = 400;
  std::string message;
  std::string status = "INVALID_ARGUMENT";
  JsonList details = {};
};

[[nodiscard]] JsonValue error_envelope(const ApiError& error);
[[nodiscard]] WireReply error_reply(const ApiError& error);

// 400 that names the field at fault, as the service's JSON reader says it.
[[nodiscard]] ApiError bad_field(const std::string& field, const std::string& message);

}  // namespace guardian::adapters::fake
