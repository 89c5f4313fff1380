#pragma once
// A span as OpenTelemetry has it, as far as we use it, and a trace of them as one line of OTLP/JSON: the form of the
// OTLP file exporter (https://opentelemetry.io/docs/specs/otel/protocol/file-exporter/). Plain data; pure.

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace guardian::adapters::otlp {

using AttributeValue = std::variant<std::string, std::int64_t>;
using Attributes = std::vector<std::pair<std::string, AttributeValue>>;

// The numbers are those of opentelemetry/proto/trace/v1/trace.proto.
enum class SpanKind : std::uint8_t { internal = 1, client = 3 };

struct SpanEvent {
  std::uint64_t time = 0;
  std::string name;
  Attributes attributes;
};

struct Span {
  std::string id;      // 16 hex digits
  std::string parent;  // of the span around it; empty: none
  std::string name;
  SpanKind kind = SpanKind::internal;
  std::uint64_t start = 0;  // nanoseconds since 1970, UTC
  std::uint64_t end = 0;
  Attributes attributes;
  std::vector<SpanEvent> events;
  bool failed = false;
};

struct Trace {
  std::string id;  // 32 hex digits
  std::string service_version;
  std::vector<Span> spans;
};

// One object, without the end of the line.
[[nodiscard]] std::string to_json_line(const Trace& trace);

}  // namespace guardian::adapters::otlp
