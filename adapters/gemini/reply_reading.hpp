#pragma once
// What unary replies and streamed ones have in common: one response of the service, taken apart. Pure.

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "adapters/gemini/codec.hpp"
#include "agents/model_client.hpp"

namespace guardian::adapters::gemini {

// One GenerateContentResponse; of a stream, one of several.
struct ResponsePiece {
  std::string text;
  std::vector<agents::ToolCall> calls;
  std::vector<std::string> parts;  // JSON, every one as it came, thoughts too
  std::string content;             // JSON, as it came; empty when there was none
  bool has_candidate = false;
  std::string finish;  // empty: none yet
  agents::ModelUsage usage;
  bool has_usage = false;
  std::string model_version;
  std::string response_id;
};

// A failure for anything but a response: an error envelope, a blocked prompt, not JSON, beyond the limits.
[[nodiscard]] std::variant<ResponsePiece, Decoding> read_response(std::string_view body, const JsonLimits& limits);

// The answer of a finished response, or why it is none: a finish other than STOP, nothing in it, no JSON where JSON was
// asked for.
[[nodiscard]] agents::ModelAnswer judge(ResponsePiece response, const ReplyExpectation& expectation);

// The failure of a status other than 200, with what an error envelope adds to it.
[[nodiscard]] Decoding read_error(int http_status, std::string_view body, const JsonLimits& limits);

}  // namespace guardian::adapters::gemini
