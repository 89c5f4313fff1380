#include "adapters/fake_gemini/routes.hpp"

#include <regex>

#include "adapters/fake_gemini/json_build.hpp"

namespace guardian::adapters::fake {

std::optional<Call> route(const WireRequest& request) {
  static const std::regex developer(R"(/(v1|v1beta|v1alpha)/models(?:/([^/:]+))?(?::([A-Za-z]+))?)");
  static const std::regex vertex(
      R"(/(v1|v1beta1|v1beta)/projects/[^/]+/locations/[^/]+/publishers/google/models/([^/:]+)(?::([A-Za-z]+))?)");
  std::smatch found;
  Call call;
  if (std::regex_match(request.path, found, vertex)) {
    call.vertex = true;
  } else if (!std::regex_match(request.path, found, developer)) {
    return std::nullopt;
  }
  call.version = found[1];
  call.model = found[2];
  call.method = found[3];
  if (request.method == "GET") {
    if (!call.method.empty()) return std::nullopt;
    call.method = call.model.empty() ? "list" : "get";
    return call;
  }
  const bool known =
      call.method == "generateContent" || call.method == "streamGenerateContent" || call.method == "countTokens";
  if (!known || call.model.empty()) return std::nullopt;
  return call;
}

std::optional<ApiError> refuse_caller(const WireRequest& request, const Call& call) {
  const std::string* authorization = request.header("Authorization");
  const bool token = authorization != nullptr && authorization->rfind("Bearer ", 0) == 0 && authorization->size() > 7;
  if (call.vertex) {
    if (token) return std::nullopt;
    return ApiError{
        401,
        "Request is missing required authentication credential. Expected OAuth 2 access token, login cookie "
        "or other valid authentication credential.",
        "UNAUTHENTICATED",
        {object({{"@type", text("type.googleapis.com/google.rpc.ErrorInfo")},
                 {"reason", text("CREDENTIALS_MISSING")},
                 {"domain", text("googleapis.com")}})}};
  }
  const std::string* key = request.header("x-goog-api-key");
  if (key == nullptr) key = request.parameter("key");
  if ((key == nullptr || key->empty()) && !token) {
    return ApiError{403,
                    "Method doesn't allow unregistered callers (callers without established identity). Please use API "
                    "Key or other form of API consumer identity to call this API.",
                    "PERMISSION_DENIED"};
  }
  if (key != nullptr && key->rfind("invalid", 0) == 0) {
    return ApiError{400,
                    "API key not valid. Please pass a valid API key.",
                    "INVALID_ARGUMENT",
                    {object({{"@type", text("type.googleapis.com/google.rpc.ErrorInfo")},
                             {"reason", text("API_KEY_INVALID")},
                             {"domain", text("googleapis.com")},
                             {"metadata", object({{"service", text("generativelanguage.googleapis.com")}})}})}};
  }
  return std::nullopt;
}

}  // namespace guardian::adapters::fake
