#include "adapters/recorded/event_codec.hpp"

#include <array>

#include <nlohmann/json.hpp>

#include "adapters/json/json_fragment.hpp"

namespace guardian::adapters {
namespace {

using Json = nlohmann::ordered_json;
using agents::EventKind;
using agents::GuardDecision;
using agents::ModelFailure;
using agents::ModelFailureKind;
using agents::ModelReply;
using agents::ToolFault;

constexpr std::array event_kinds = {EventKind::step_started, EventKind::step_finished,  EventKind::step_failed,
                                    EventKind::model_called, EventKind::model_answered, EventKind::model_retried,
                                    EventKind::tool_called,  EventKind::tool_answered,  EventKind::guard_decided};
constexpr std::array failure_kinds = {
    ModelFailureKind::unavailable, ModelFailureKind::timeout,      ModelFailureKind::cancelled,
    ModelFailureKind::transport,   ModelFailureKind::rate_limited, ModelFailureKind::quota,
    ModelFailureKind::refused,     ModelFailureKind::server,       ModelFailureKind::blocked,
    ModelFailureKind::truncated,   ModelFailureKind::malformed,    ModelFailureKind::too_large,
    ModelFailureKind::circuit_open};

constexpr std::array faults = {ToolFault::none,   ToolFault::unknown_tool, ToolFault::bad_arguments,
                               ToolFault::failed, ToolFault::too_slow,     ToolFault::too_many,
                               ToolFault::stopped};
constexpr std::array decisions = {GuardDecision::passed, GuardDecision::reduced, GuardDecision::withheld};

template <class Kind, std::size_t Count>
std::optional<Kind> kind_of(const std::array<Kind, Count>& all, const std::string& text) {
  for (const Kind kind : all) {
    if (to_string(kind) == text) return kind;
  }
  return std::nullopt;
}

JsonFragment encode(const ModelReply& reply) {
  JsonFragment calls = JsonFragment::array();
  for (const agents::ToolCall& call : reply.calls)
    calls.push_back(JsonFragment{{"id", call.id}, {"name", call.name}, {"arguments", call.arguments}});
  return JsonFragment{{"text", reply.text},
                      {"calls", calls},
                      {"content", reply.content},
                      {"usage", JsonFragment{{"prompt", reply.usage.prompt_tokens},
                                             {"output", reply.usage.output_tokens},
                                             {"thoughts", reply.usage.thought_tokens},
                                             {"cached", reply.usage.cached_tokens},
                                             {"total", reply.usage.total_tokens}}},
                      {"model", reply.model},
                      {"model_version", reply.model_version},
                      {"response_id", reply.response_id}};
}

ModelReply reply_of(const Json& json) {
  ModelReply reply;
  reply.text = json.at("text").get<std::string>();
  for (const Json& call : json.at("calls")) {
    reply.calls.push_back({call.at("id").get<std::string>(), call.at("name").get<std::string>(),
                           call.at("arguments").get<std::string>()});
  }
  reply.content = json.at("content").get<std::string>();
  const Json& usage = json.at("usage");
  reply.usage = {usage.at("prompt").get<int>(), usage.at("output").get<int>(), usage.at("thoughts").get<int>(),
                 usage.at("cached").get<int>(), usage.at("total").get<int>()};
  reply.model = json.at("model").get<std::string>();
  reply.model_version = json.at("model_version").get<std::string>();
  reply.response_id = json.at("response_id").get<std::string>();
  return reply;
}

}  // namespace

std::string encode_event(const agents::Event& event) {
  JsonFragment json{{"event", to_string(event.kind)}, {"step", event.step}};
  if (!event.name.empty()) json["name"] = event.name;
  if (!event.detail.empty()) json["detail"] = event.detail;
  if (event.call != 0) json["call"] = event.call;
  if (!event.request.empty()) json["request"] = event.request;
  if (event.fault != ToolFault::none) json["fault"] = to_string(event.fault);
  if (event.decision) json["decision"] = to_string(*event.decision);
  if (event.answer) {
    if (const auto* failure = std::get_if<ModelFailure>(&*event.answer)) {
      json["failure"] = JsonFragment{
          {"kind", to_string(failure->kind)}, {"message", failure->message}, {"http_status", failure->http_status}};
    } else {
      json["reply"] = encode(std::get<ModelReply>(*event.answer));
    }
  }
  return std::move(json).text();
}

core::Result<agents::Event> decode_event(std::string_view line) {
  try {
    const Json json = Json::parse(line);
    agents::Event event;
    const auto kind = kind_of(event_kinds, json.at("event").get<std::string>());
    if (!kind) return core::fail(core::ErrorCode::invalid_input, "/event: is not a known one");
    event.kind = *kind;
    event.step = json.at("step").get<std::string>();
    event.name = json.value("name", std::string());
    event.detail = json.value("detail", std::string());
    event.call = json.value("call", 0);
    event.request = json.value("request", std::string());
    if (json.contains("fault")) {
      const auto fault = kind_of(faults, json["fault"].get<std::string>());
      if (!fault) return core::fail(core::ErrorCode::invalid_input, "/fault: is not a known one");
      event.fault = *fault;
    }
    if (json.contains("decision")) {
      event.decision = kind_of(decisions, json["decision"].get<std::string>());
      if (!event.decision) return core::fail(core::ErrorCode::invalid_input, "/decision: is not a known one");
    }
    if (json.contains("failure")) {
      const Json& failure = json["failure"];
      const auto failure_kind = kind_of(failure_kinds, failure.at("kind").get<std::string>());
      if (!failure_kind) return core::fail(core::ErrorCode::invalid_input, "/failure/kind: is not a known one");
      event.answer =
          ModelFailure{*failure_kind, failure.at("message").get<std::string>(), failure.at("http_status").get<int>()};
    } else if (json.contains("reply")) {
      event.answer = reply_of(json["reply"]);
    }
    return event;
  } catch (const nlohmann::json::exception&) {
    return core::fail(core::ErrorCode::invalid_input, "is no event of guardian-events/1");
  }
}

}  // namespace guardian::adapters
