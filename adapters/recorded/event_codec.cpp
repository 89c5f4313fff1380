#include "adapters/recorded/event_codec.hpp"

#include <array>
#include <limits>

#include <nlohmann/json.hpp>

#include "adapters/json/json_text.hpp"

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

void write(JsonText& json, std::string_view name, const ModelReply& reply) {
  json.open_object(name);
  json.string("text", reply.text);
  json.open_list("calls");
  for (const agents::ToolCall& call : reply.calls) {
    json.open_object();
    json.string("id", call.id);
    json.string("name", call.name);
    json.string("arguments", call.arguments);
    json.close_object();
  }
  json.close_list();
  json.string("content", reply.content);
  json.open_object("usage");
  json.integer("prompt", reply.usage.prompt_tokens);
  json.integer("output", reply.usage.output_tokens);
  json.integer("thoughts", reply.usage.thought_tokens);
  json.integer("cached", reply.usage.cached_tokens);
  json.integer("total", reply.usage.total_tokens);
  json.close_object();
  json.string("model", reply.model);
  json.string("model_version", reply.model_version);
  json.string("response_id", reply.response_id);
  json.close_object();
}

// The library converts a number of any size and kind without a word; here it must be a count that fits.
int count_of(const Json& value) {
  const auto* number = value.get_ptr<const Json::number_unsigned_t*>();
  if (number == nullptr || *number > std::numeric_limits<int>::max())
    throw Json::type_error::create(302, "must be a count that fits", &value);
  return static_cast<int>(*number);
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
  reply.usage = {count_of(usage.at("prompt")), count_of(usage.at("output")), count_of(usage.at("thoughts")),
                 count_of(usage.at("cached")), count_of(usage.at("total"))};
  reply.model = json.at("model").get<std::string>();
  reply.model_version = json.at("model_version").get<std::string>();
  reply.response_id = json.at("response_id").get<std::string>();
  return reply;
}

}  // namespace

std::string encode_event(const agents::Event& event) {
  JsonText json;
  json.open_object();
  json.string("event", to_string(event.kind));
  json.string("step", event.step);
  json.text("name", event.name);
  json.text("detail", event.detail);
  if (event.call != 0) json.integer("call", event.call);
  json.text("request", event.request);
  if (event.fault != ToolFault::none) json.string("fault", to_string(event.fault));
  if (event.decision) json.string("decision", to_string(*event.decision));
  if (event.answer) {
    if (const auto* failure = std::get_if<ModelFailure>(&*event.answer)) {
      json.open_object("failure");
      json.string("kind", to_string(failure->kind));
      json.string("message", failure->message);
      json.integer("http_status", failure->http_status);
      json.close_object();
    } else {
      write(json, "reply", std::get<ModelReply>(*event.answer));
    }
  }
  json.close_object();
  return json.take();
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
    if (json.contains("call")) event.call = count_of(json["call"]);
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
          ModelFailure{*failure_kind, failure.at("message").get<std::string>(), count_of(failure.at("http_status"))};
    } else if (json.contains("reply")) {
      event.answer = reply_of(json["reply"]);
    }
    return event;
  } catch (const nlohmann::json::exception&) {
    return core::fail(core::ErrorCode::invalid_input, "is no event of guardian-events/1");
  }
}

}  // namespace guardian::adapters
