#pragma once
// A review as an OpenTelemetry trace, made of its events (agents/event.hpp): a span for the review, for each step, each
// call of a model and each call of a tool; retries and decisions of guards are events of these. Names are those of the
// semantic conventions for generative AI (docs/tracing.md). No word of the case, a prompt, a reply, an argument or an
// error gets in: there are counts, times, words of ours, and names of models and ids of replies as the service gives
// them. Belongs to one review; told by one thread at a time.

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "adapters/otlp/span.hpp"
#include "agents/event.hpp"

namespace guardian::adapters::otlp {

struct TraceSettings {
  std::string service_version;
  std::string workflow = "review";
  std::string provider = "gcp.gen_ai";  // gcp.gemini, gcp.vertex_ai; this one where it is not known
  std::string model;                    // that is asked first; empty: not known
};

struct TraceEffects {
  std::function<std::uint64_t()> now;     // nanoseconds since 1970; never goes back
  std::function<std::uint64_t()> random;  // all bits
};
[[nodiscard]] TraceEffects real_effects();

class ReviewTrace {
 public:
  ReviewTrace(TraceSettings settings, TraceEffects effects);

  void tell(const agents::Event& event);

  // Ends what is still open; what is told afterwards is not heard. One line for a file of OTLP/JSON, without its end.
  [[nodiscard]] std::string finish(bool done);

 private:
  struct Step {
    std::size_t span = 0;
    std::optional<std::size_t> call;  // of the model, under way
    std::optional<std::size_t> tool;  // under way
    std::string error;                // of the last call that failed, or what a guard did
  };

  std::size_t open_span(std::string name, SpanKind kind, std::size_t parent);
  void end_span(std::size_t span, std::string_view error);
  [[nodiscard]] std::size_t holder(const std::string& step) const;
  void begin_call(Step& step, const agents::Event& event);
  void end_call(Step& step, const agents::Event& event);
  void tell_retry(const Step& step, const agents::Event& event);
  void end_tool(Step& step, const agents::Event& event);
  void tell_guard(const agents::Event& event);

  TraceSettings settings_;
  TraceEffects effects_;
  Trace trace_;
  std::map<std::string, Step> steps_;  // open ones, by name
};

}  // namespace guardian::adapters::otlp
