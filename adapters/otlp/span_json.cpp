#include <nlohmann/json.hpp>

#include "adapters/otlp/span.hpp"

namespace guardian::adapters::otlp {
namespace {

using Json = nlohmann::ordered_json;

constexpr int status_error = 2;  // STATUS_CODE_ERROR

// 64-bit numbers are texts in the JSON of protobuf.
Json encode(const Attributes& attributes) {
  Json list = Json::array();
  for (const auto& [key, value] : attributes) {
    Json encoded;
    if (const auto* number = std::get_if<std::int64_t>(&value)) {
      encoded = Json{{"intValue", std::to_string(*number)}};
    } else {
      encoded = Json{{"stringValue", std::get<std::string>(value)}};
    }
    list.push_back(Json{{"key", key}, {"value", std::move(encoded)}});
  }
  return list;
}

Json encode(const Span& span, const std::string& trace) {
  Json json{{"traceId", trace}, {"spanId", span.id}};
  if (!span.parent.empty()) json["parentSpanId"] = span.parent;
  json["name"] = span.name;
  json["kind"] = static_cast<int>(span.kind);
  json["startTimeUnixNano"] = std::to_string(span.start);
  json["endTimeUnixNano"] = std::to_string(span.end);
  json["attributes"] = encode(span.attributes);
  if (!span.events.empty()) {
    Json events = Json::array();
    for (const SpanEvent& event : span.events) {
      events.push_back(Json{{"timeUnixNano", std::to_string(event.time)},
                            {"name", event.name},
                            {"attributes", encode(event.attributes)}});
    }
    json["events"] = std::move(events);
  }
  json["status"] = span.failed ? Json{{"code", status_error}} : Json::object();
  return json;
}

}  // namespace

std::string to_json_line(const Trace& trace) {
  Json spans = Json::array();
  for (const Span& span : trace.spans) spans.push_back(encode(span, trace.id));
  const Attributes resource{{"service.name", "guardian"}, {"service.version", trace.service_version}};
  Json scope{{"scope", Json{{"name", "guardian"}, {"version", trace.service_version}}}, {"spans", std::move(spans)}};
  const Json line{{"resourceSpans", Json::array({Json{{"resource", Json{{"attributes", encode(resource)}}},
                                                      {"scopeSpans", Json::array({std::move(scope)})}}})}};
  return line.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace guardian::adapters::otlp
