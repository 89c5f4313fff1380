#include "adapters/fake_gemini/scenarios.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "adapters/fake_gemini/api_error.hpp"
#include "adapters/fake_gemini/json_build.hpp"

namespace guardian::adapters::fake {
namespace {

constexpr std::size_t huge_bytes = std::size_t{64} * 1024 * 1024;
constexpr std::size_t deep_levels = 100'000;

// Those that take an amount, with the one that holds when none is given.
struct Amount {
  std::string name;
  double usual;
};
const std::vector<Amount>& amounts() {
  static const std::vector<Amount> all{{"429", 1}, {"slow", 5}, {"flaky", 2}};
  return all;
}

JsonValue typed(const std::string& type, JsonObject members) {
  members.insert(members.begin(), {"@type", text("type.googleapis.com/google.rpc." + type)});
  return object(std::move(members));
}

std::string seconds(double amount) {
  const JsonValue value = number(amount);
  return write_json(value) + "s";
}

ApiError quota(const std::string& period, double wait) {
  const std::string metric = "generativelanguage.googleapis.com/generate_content_free_tier_requests";
  return {
      429,
      "You exceeded your current quota, please check your plan and billing details. * Quota exceeded for metric: " +
          metric + ", limit: 10 Please retry in " + seconds(wait) + ".",
      "RESOURCE_EXHAUSTED",
      {typed(
           "QuotaFailure",
           {{"violations", list({object({{"quotaMetric", text(metric)},
                                         {"quotaId", text("GenerateRequests" + period + "PerProjectPerModel-FreeTier")},
                                         {"quotaDimensions", object({{"location", text("global")}})},
                                         {"quotaValue", text("10")}})})}}),
       typed("Help", {{"links", list({object({{"description", text("Learn more about Gemini API quotas")},
                                              {"url", text("https://ai.google.dev/gemini-api/docs/rate-limits")}})})}}),
       typed("RetryInfo", {{"retryDelay", text(seconds(wait))}})}};
}

std::optional<ApiError> status_error(const Scenario& scenario) {
  const std::string& name = scenario.name;
  if (name == "400") return bad_field("contents", "* GenerateContentRequest.contents: contents is not specified");
  if (name == "401") return ApiError{401, "Request had invalid authentication credentials.", "UNAUTHENTICATED"};
  if (name == "403") {
    return ApiError{403, "Your API key was reported as leaked. Please use another API key.", "PERMISSION_DENIED"};
  }
  if (name == "404") return ApiError{404, "Requested entity was not found.", "NOT_FOUND"};
  if (name == "408") return ApiError{408, "The request timed out.", "DEADLINE_EXCEEDED"};
  if (name == "429") return quota("PerMinute", scenario.amount);
  if (name == "429-bare") {
    return ApiError{429, "Resource has been exhausted (e.g. check quota).", "RESOURCE_EXHAUSTED"};
  }
  if (name == "429-daily") return quota("PerDay", 26.5);
  if (name == "500") return ApiError{500, "An internal error has occurred. Please retry.", "INTERNAL"};
  if (name == "503" || name == "flaky" || name == "error-array") {
    return ApiError{503, "The model is overloaded. Please try again later.", "UNAVAILABLE"};
  }
  if (name == "504") return ApiError{504, "The request timed out. Please try again.", "DEADLINE_EXCEEDED"};
  return std::nullopt;
}

// The reply in one piece: a stream that is spoilt is spoilt in its last event.
std::string& last_bytes(WireReply& reply) {
  if (reply.delivery != Delivery::chunked) return reply.body;
  return reply.chunks[reply.chunks.size() - (reply.chunks.back() == "]" ? 2 : 1)];
}

void replace_first(std::string& in, const std::string& what, const std::string& with) {
  const std::size_t at = in.find(what);
  if (at != std::string::npos) in.replace(at, what.size(), with);
}

}  // namespace

const std::vector<std::string>& scenario_names() {
  static const std::vector<std::string> names{"400",
                                              "401",
                                              "403",
                                              "404",
                                              "408",
                                              "429",
                                              "429-bare",
                                              "429-daily",
                                              "500",
                                              "502-html",
                                              "503",
                                              "504",
                                              "bad-args",
                                              "blocked-prompt",
                                              "cut-stream",
                                              "deep-text",
                                              "deep_json",
                                              "downgrade",
                                              "duplicate-envelope",
                                              "duplicate-keys",
                                              "empty",
                                              "endless",
                                              "error-array",
                                              "flaky",
                                              "hallucinate",
                                              "huge",
                                              "invalid-utf8",
                                              "malformed",
                                              "many-calls",
                                              "max_tokens",
                                              "nan",
                                              "obey-injection",
                                              "prose",
                                              "recitation",
                                              "redirect",
                                              "reset",
                                              "safety",
                                              "short-body",
                                              "slow",
                                              "stall",
                                              "stream-error",
                                              "thought-only",
                                              "tool-loop",
                                              "unknown-finish",
                                              "unknown-tool",
                                              "wrong-schema"};
  return names;
}

std::optional<Scenario> parse_scenario(const std::string& word) {
  if (word.empty() || word == "none") return Scenario{};
  const std::size_t colon = word.find(':');
  Scenario scenario{word.substr(0, colon), 0};
  const auto& names = scenario_names();
  if (std::find(names.begin(), names.end(), scenario.name) == names.end()) return std::nullopt;
  const auto& with_amount = amounts();
  const auto amount = std::find_if(with_amount.begin(), with_amount.end(),
                                   [&](const Amount& one) { return one.name == scenario.name; });
  if (amount != with_amount.end()) scenario.amount = amount->usual;
  if (colon == std::string::npos) return scenario;
  const char* end = word.data() + word.size();
  const auto read = std::from_chars(word.data() + colon + 1, end, scenario.amount);
  const bool good = read.ec == std::errc() && read.ptr == end && scenario.amount >= 0 && scenario.amount <= 3600;
  if (!good || amount == with_amount.end()) return std::nullopt;
  return scenario;
}

std::optional<WireReply> wire_fault(const Scenario& scenario) {
  WireReply reply;
  if (scenario.name == "502-html") {
    return WireReply{502,
                     "text/html; charset=UTF-8",
                     {},
                     "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"};
  }
  if (scenario.name == "redirect") {
    // A name that is reserved for never existing: a client that follows it reaches nobody.
    return WireReply{302, "text/html; charset=UTF-8", {{"Location", "https://elsewhere.invalid/collect"}}, "Moved"};
  }
  if (scenario.name == "stall") {
    reply.delivery = Delivery::stall;
    return reply;
  }
  if (scenario.name == "reset") {
    reply.delivery = Delivery::reset;
    return reply;
  }
  const std::optional<ApiError> error = status_error(scenario);
  if (!error) return std::nullopt;
  if (scenario.name == "error-array") {
    reply.status = error->http;
    reply.body = write_json(list({error_envelope(*error)}));
    return reply;
  }
  return error_reply(*error);
}

void spoil(const Scenario& scenario, WireReply& reply) {
  const std::string& name = scenario.name;
  std::string& bytes = last_bytes(reply);
  if (name == "slow") {
    reply.delay = std::chrono::milliseconds(static_cast<std::int64_t>(scenario.amount * 1000));
  } else if (name == "malformed") {
    bytes.resize(bytes.size() / 2);
  } else if (name == "short-body") {
    for (const std::string& chunk : reply.chunks) reply.body += chunk;
    reply.body.resize(reply.body.size() / 2);
    reply.delivery = Delivery::short_body;
  } else if (name == "deep_json") {
    const std::string deep = std::string(deep_levels, '[') + std::string(deep_levels, ']');
    bytes = reply.content_type == "text/event-stream" ? "data: " + deep + "\r\n\r\n" : deep;
  } else if (name == "huge" || name == "endless") {
    // All of it is one text of an otherwise good reply.
    reply.body = R"({"candidates":[{"content":{"role":"model","parts":[{"text":")";
    if (reply.content_type == "text/event-stream") reply.body.insert(0, "data: ");
    reply.filler = huge_bytes;
    reply.tail = "\"}]},\"finishReason\":\"STOP\"}]}\r\n\r\n";
    reply.delivery = name == "huge" ? Delivery::filled : Delivery::endless;
  } else if (name == "invalid-utf8") {
    replace_first(bytes, "\"text\":\"", "\"text\":\"\xff\xfe\xc3\x28");
  } else if (name == "duplicate-envelope") {
    replace_first(bytes, "\"finishReason\":", "\"finishReason\":\"SAFETY\",\"finishReason\":");
  } else if (name == "nan") {
    replace_first(bytes, "\"finishReason\":", "\"avgLogprobs\":NaN,\"finishReason\":");
  } else if (name == "stream-error" && reply.content_type == "text/event-stream") {
    bytes = "data: " + write_json(error_envelope(*status_error({"503", 0}))) + "\r\n\r\n";
  } else if (name == "cut-stream" && reply.delivery == Delivery::chunked && reply.chunks.size() > 1) {
    reply.chunks.pop_back();
  }
}

}  // namespace guardian::adapters::fake
