#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

#include "adapters/gemini/reply_reading.hpp"

namespace guardian::adapters::gemini {
namespace {

using agents::ModelAnswer;
using agents::ModelFailure;
using agents::ModelFailureKind;
using agents::ModelReply;
using agents::ModelUsage;
using agents::ToolCall;
using Json = nlohmann::ordered_json;

constexpr int ok = 200;

Decoding failed(ModelFailureKind kind, std::string message, int http_status) {
  return {ModelFailure{kind, std::move(message), http_status}, {}};
}

const Json* member(const Json& json, const char* name) {
  if (!json.is_object()) return nullptr;
  const auto at = json.find(name);
  return at == json.end() || at->is_null() ? nullptr : &*at;
}

std::string text_member(const Json& json, const char* name) {
  const Json* value = member(json, name);
  return value != nullptr && value->is_string() ? value->get<std::string>() : std::string();
}

bool true_member(const Json& json, const char* name) {
  const Json* value = member(json, name);
  return value != nullptr && value->is_boolean() && value->get<bool>();
}

// Counts travel as numbers or, being of 64 bits, as text.
int count_member(const Json& json, const char* name) {
  const Json* value = member(json, name);
  if (value == nullptr) return 0;
  constexpr auto most = static_cast<std::uint64_t>(std::numeric_limits<int>::max());
  if (value->is_number_unsigned()) return static_cast<int>(std::min(value->get<std::uint64_t>(), most));
  if (!value->is_string()) return 0;
  std::uint64_t count = 0;
  for (const char c : value->get_ref<const std::string&>()) {
    if (c < '0' || c > '9') return 0;
    count = std::min(count * 10 + static_cast<std::uint64_t>(c - '0'), most);
  }
  return static_cast<int>(count);
}

ModelUsage usage_of(const Json& json) {
  ModelUsage usage;
  usage.prompt_tokens = count_member(json, "promptTokenCount");
  usage.output_tokens = count_member(json, "candidatesTokenCount");
  usage.thought_tokens = count_member(json, "thoughtsTokenCount");
  usage.cached_tokens = count_member(json, "cachedContentTokenCount");
  usage.total_tokens = count_member(json, "totalTokenCount");
  return usage;
}

// False: a part that is not what the service promises.
bool read_part(const Json& part, ResponsePiece& piece) {
  if (!part.is_object()) return false;
  piece.parts.push_back(part.dump());
  if (true_member(part, "thought")) return true;
  if (const Json* text = member(part, "text")) {
    if (!text->is_string()) return false;
    piece.text += text->get_ref<const std::string&>();
  }
  if (const Json* call = member(part, "functionCall")) {
    ToolCall& read = piece.calls.emplace_back(ToolCall{text_member(*call, "id"), text_member(*call, "name"), "{}"});
    if (read.name.empty()) return false;
    if (const Json* arguments = member(*call, "args")) {
      if (!arguments->is_object()) return false;
      read.arguments = arguments->dump();
    }
  }
  return true;
}

bool read_candidate(const Json& candidate, ResponsePiece& piece) {
  if (!candidate.is_object()) return false;
  piece.has_candidate = true;
  if (const Json* finish = member(candidate, "finishReason")) {
    if (!finish->is_string()) return false;
    piece.finish = finish->get<std::string>();
  }
  const Json* content = member(candidate, "content");
  if (content == nullptr) return true;
  if (!content->is_object()) return false;
  piece.content = content->dump();
  const Json* parts = member(*content, "parts");
  if (parts == nullptr) return true;
  return parts->is_array() &&
         std::all_of(parts->begin(), parts->end(), [&](const Json& part) { return read_part(part, piece); });
}

struct ErrorFacts {
  int code = 0;
  bool daily_quota = false;
  bool bad_key = false;
  std::chrono::milliseconds retry_delay{0};
};

void read_violations(const Json& detail, ErrorFacts& facts) {
  const Json* violations = member(detail, "violations");
  if (violations == nullptr || !violations->is_array()) return;
  for (const Json& violation : *violations) {
    if (text_member(violation, "quotaId").find("PerDay") != std::string::npos) facts.daily_quota = true;
  }
}

ErrorFacts facts_of(const Json& error) {
  ErrorFacts facts;
  facts.code = count_member(error, "code");
  const Json* details = member(error, "details");
  if (details == nullptr || !details->is_array()) return facts;
  for (const Json& detail : *details) {
    read_violations(detail, facts);
    if (text_member(detail, "reason") == "API_KEY_INVALID") facts.bad_key = true;
    if (const auto delay = parse_duration(text_member(detail, "retryDelay"))) facts.retry_delay = *delay;
  }
  return facts;
}

// The envelope's error, also when a proxy or a stream wrapped it in a list.
const Json* error_of(const Json& json) {
  if (json.is_array() && !json.empty()) return member(json.front(), "error");
  return member(json, "error");
}

Decoding error_decoding(int status, const ErrorFacts& facts) {
  const auto with = [&](ModelFailureKind kind, std::string_view what) {
    Decoding decoding = failed(kind, "HTTP " + std::to_string(status) + ": " + std::string(what), status);
    decoding.retry_delay = facts.retry_delay;
    return decoding;
  };
  if (facts.bad_key) return with(ModelFailureKind::refused, "the key is not valid");
  switch (status) {
    case 400: return with(ModelFailureKind::refused, "the service does not take the request");
    case 401: return with(ModelFailureKind::refused, "the service does not know who asks");
    case 403: return with(ModelFailureKind::refused, "the key may not do this, or there is none");
    case 404: return with(ModelFailureKind::refused, "the service does not know the model");
    case 408: return with(ModelFailureKind::server, "the service waited too long for the request");
    case 429:
      return facts.daily_quota ? with(ModelFailureKind::quota, "the quota of the day is used up")
                               : with(ModelFailureKind::rate_limited, "too many requests");
    default: break;
  }
  if (status >= 500) return with(ModelFailureKind::server, "the service failed");
  if (status >= 400) return with(ModelFailureKind::refused, "the service refuses the request");
  if (status >= 300) return with(ModelFailureKind::transport, "redirects are not followed");
  return with(ModelFailureKind::transport, "not an answer of the service");
}

// What a finish reason other than STOP means; one that we do not know is a failure too.
ModelFailure finish_failure(std::string_view finish) {
  struct Meaning {
    std::string_view finish;
    ModelFailureKind kind;
  };
  using enum ModelFailureKind;
  static constexpr Meaning meanings[] = {
      {"MAX_TOKENS", truncated},
      {"CONTINUATION", truncated},
      {"SAFETY", blocked},
      {"RECITATION", blocked},
      {"LANGUAGE", blocked},
      {"OTHER", blocked},
      {"BLOCKLIST", blocked},
      {"PROHIBITED_CONTENT", blocked},
      {"SPII", blocked},
      {"IMAGE_SAFETY", blocked},
      {"IMAGE_PROHIBITED_CONTENT", blocked},
      {"IMAGE_RECITATION", blocked},
      {"IMAGE_OTHER", blocked},
      {"MALFORMED_FUNCTION_CALL", malformed},
      {"UNEXPECTED_TOOL_CALL", malformed},
      {"TOO_MANY_TOOL_CALLS", malformed},
      {"MALFORMED_RESPONSE", malformed},
  };
  for (const Meaning& meaning : meanings) {
    if (meaning.finish == finish) {
      return {meaning.kind, "the answer ended with " + std::string(meaning.finish), ok};
    }
  }
  if (finish.empty()) return {malformed, "the answer has no end", ok};
  return {malformed, "the answer ended in a way that we do not know", ok};
}

bool is_json(std::string_view text, const JsonLimits& limits) {
  return within_limits(text, limits) && is_unambiguous_json(text);
}

}  // namespace

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) noexcept {
  using std::chrono::milliseconds;
  constexpr milliseconds most = std::chrono::hours(24);
  if (text.size() < 2 || text.back() != 's') return std::nullopt;
  text.remove_suffix(1);
  const auto point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  const std::string_view part = point == std::string_view::npos ? std::string_view() : text.substr(point + 1);
  const auto digits = [](std::string_view word) { return word.find_first_not_of("0123456789") == word.npos; };
  if (whole.empty() || (point != std::string_view::npos && part.empty()) || !digits(whole) || !digits(part)) {
    return std::nullopt;
  }
  milliseconds duration{0};
  for (const char c : whole) {
    duration = duration * 10 + std::chrono::seconds(c - '0');
    if (duration >= most) return most;
  }
  int weight = 100;
  for (const char c : part.substr(0, 3)) {
    duration += milliseconds((c - '0') * weight);
    weight /= 10;
  }
  if (part.size() > 3 && part.find_first_not_of('0', 3) != std::string_view::npos) duration += milliseconds(1);
  return std::min(duration, most);
}

std::variant<ResponsePiece, Decoding> read_response(std::string_view body, const JsonLimits& limits) {
  if (!within_limits(body, limits)) {
    return failed(ModelFailureKind::too_large, "the answer is larger or deeper than we read", ok);
  }
  if (!is_unambiguous_json(body)) return failed(ModelFailureKind::malformed, "the answer is not JSON", ok);
  const Json json = Json::parse(body);
  if (const Json* error = error_of(json)) {
    const ErrorFacts facts = facts_of(*error);
    // Inside a reply of status 200 the error's own code is the status.
    if (facts.code < 400 || facts.code > 599) {
      return failed(ModelFailureKind::malformed, "the answer is an error that we cannot read", ok);
    }
    return error_decoding(facts.code, facts);
  }
  if (!json.is_object()) return failed(ModelFailureKind::malformed, "the answer is not a JSON object", ok);
  ResponsePiece piece;
  if (const Json* feedback = member(json, "promptFeedback"); feedback && member(*feedback, "blockReason")) {
    return failed(ModelFailureKind::blocked, "the service withholds an answer to this prompt", ok);
  }
  if (const Json* usage = member(json, "usageMetadata")) {
    piece.usage = usage_of(*usage);
    piece.has_usage = true;
  }
  piece.model_version = text_member(json, "modelVersion");
  piece.response_id = text_member(json, "responseId");
  if (const Json* candidates = member(json, "candidates"); candidates != nullptr) {
    if (!candidates->is_array() || (!candidates->empty() && !read_candidate(candidates->front(), piece))) {
      return failed(ModelFailureKind::malformed, "a part of the answer is not what the service promises", ok);
    }
  }
  return piece;
}

ModelAnswer judge(ResponsePiece response, const ReplyExpectation& expectation) {
  if (!response.has_candidate) return ModelFailure{ModelFailureKind::blocked, "the service gave no answer", ok};
  if (response.finish != "STOP") return finish_failure(response.finish);
  if (response.text.empty() && response.calls.empty()) {
    return ModelFailure{ModelFailureKind::malformed, "the answer is empty", ok};
  }
  if (expectation.json && response.calls.empty() && !is_json(response.text, expectation.limits)) {
    return ModelFailure{ModelFailureKind::malformed, "the answer's text is not the JSON that was asked for", ok};
  }
  ModelReply reply;
  reply.text = std::move(response.text);
  reply.calls = std::move(response.calls);
  reply.content = std::move(response.content);
  reply.usage = response.usage;
  reply.model_version = std::move(response.model_version);
  reply.response_id = std::move(response.response_id);
  return reply;
}

Decoding read_error(int http_status, std::string_view body, const JsonLimits& limits) {
  ErrorFacts facts;
  if (within_limits(body, limits)) {
    const Json json = Json::parse(body, nullptr, false);  // a proxy's error may be HTML: the status says enough
    if (const Json* error = json.is_discarded() ? nullptr : error_of(json)) facts = facts_of(*error);
  }
  return error_decoding(http_status, facts);
}

Decoding decode_reply(int http_status, std::string_view body, const ReplyExpectation& expectation) {
  if (http_status != ok) return read_error(http_status, body, expectation.limits);
  auto response = read_response(body, expectation.limits);
  if (auto* decoding = std::get_if<Decoding>(&response)) return std::move(*decoding);
  return {judge(std::move(std::get<ResponsePiece>(response)), expectation), {}};
}

}  // namespace guardian::adapters::gemini
