#include "adapters/otlp/review_trace.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <memory>
#include <random>
#include <utility>

namespace guardian::adapters::otlp {
namespace {

using agents::Event;
using agents::EventKind;
using agents::ModelFailure;
using agents::ModelReply;

constexpr std::size_t root = 0;
constexpr std::size_t longest_name = 100;
constexpr std::string_view other = "_OTHER";  // of the conventions: an error without a word of its own

std::string hex(std::uint64_t number) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text(16, '0');
  for (auto digit = text.rbegin(); digit != text.rend(); ++digit, number >>= 4U) *digit = digits[number & 0xFU];
  return text;
}

// An id of all zeros is none.
std::uint64_t id_of(const std::function<std::uint64_t()>& random) { return std::max<std::uint64_t>(1, random()); }

std::string word(std::string_view text) {
  std::string joined(text);
  std::replace(joined.begin(), joined.end(), ' ', '_');
  return joined;
}

// A name of a model or an id of a reply has no blanks and is short; what is neither may be anything.
bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= longest_name &&
         text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:/@-") ==
             std::string_view::npos;
}

void set(Attributes& attributes, const std::string& key, AttributeValue value) {
  attributes.emplace_back(key, std::move(value));
}

void set_name(Attributes& attributes, const std::string& key, const std::string& name) {
  if (is_name(name)) set(attributes, key, name);
}

void set_count(Attributes& attributes, const std::string& key, int count) {
  if (count > 0) set(attributes, key, std::int64_t{count});
}

std::string error_of(const ModelFailure& failure) { return word(to_string(failure.kind)); }

}  // namespace

TraceEffects real_effects() {
  using namespace std::chrono;
  const auto since_1970 = duration_cast<nanoseconds>(system_clock::now().time_since_epoch());
  // The clock of the day may be set while a review runs; the steady one is not.
  const auto begin = steady_clock::now();
  auto device = std::make_shared<std::random_device>();
  return {[=] {
            return static_cast<std::uint64_t>(
                (since_1970 + duration_cast<nanoseconds>(steady_clock::now() - begin)).count());
          },
          [device] { return (std::uint64_t{(*device)()} << 32U) | (*device)(); }};
}

ReviewTrace::ReviewTrace(TraceSettings settings, TraceEffects effects)
    : settings_(std::move(settings)), effects_(std::move(effects)) {
  trace_.id = hex(id_of(effects_.random)) + hex(effects_.random());
  trace_.service_version = settings_.service_version;
  open_span("invoke_workflow " + settings_.workflow, SpanKind::internal, root);
  Attributes& attributes = trace_.spans[root].attributes;
  set(attributes, "gen_ai.operation.name", "invoke_workflow");
  set(attributes, "gen_ai.workflow.name", settings_.workflow);
}

std::size_t ReviewTrace::open_span(std::string name, SpanKind kind, std::size_t parent) {
  Span span;
  const auto taken = [&](const Span& known) { return known.id == span.id; };
  do {
    span.id = hex(id_of(effects_.random));
  } while (std::any_of(trace_.spans.begin(), trace_.spans.end(), taken));
  if (!trace_.spans.empty()) span.parent = trace_.spans[parent].id;
  span.name = std::move(name);
  span.kind = kind;
  span.start = effects_.now();
  trace_.spans.push_back(std::move(span));
  return trace_.spans.size() - 1;
}

void ReviewTrace::end_span(std::size_t span, std::string_view error) {
  Span& ended = trace_.spans[span];
  ended.end = effects_.now();
  if (error.empty()) return;
  ended.failed = true;
  set(ended.attributes, "error.type", std::string(error));
}

// What is told of a step that is over belongs to the one that is open, if only one is.
std::size_t ReviewTrace::holder(const std::string& step) const {
  if (const auto found = steps_.find(step); found != steps_.end()) return found->second.span;
  return steps_.size() == 1 ? steps_.begin()->second.span : root;
}

void ReviewTrace::tell(const Event& event) {
  if (trace_.spans[root].end != 0) return;
  const auto found = steps_.find(event.step);
  if (event.kind == EventKind::step_started) {
    if (found != steps_.end()) end_span(found->second.span, other);
    steps_[event.step] = Step{open_span(event.step, SpanKind::internal, root), {}, {}, {}};
    return;
  }
  if (event.kind == EventKind::guard_decided) return tell_guard(event);
  if (found == steps_.end()) return;
  Step& step = found->second;
  switch (event.kind) {
    case EventKind::step_finished:
      end_span(step.span, {});
      steps_.erase(found);
      break;
    case EventKind::step_failed:
      end_span(step.span, step.error.empty() ? other : step.error);
      steps_.erase(found);
      break;
    case EventKind::model_called: begin_call(step, event); break;
    case EventKind::model_answered: end_call(step, event); break;
    case EventKind::model_retried: tell_retry(step, event); break;
    case EventKind::tool_called:
      step.tool = open_span("execute_tool", SpanKind::internal, step.span);
      set(trace_.spans[*step.tool].attributes, "gen_ai.operation.name", "execute_tool");
      break;
    case EventKind::tool_answered: end_tool(step, event); break;
    case EventKind::step_started:
    case EventKind::guard_decided: break;
  }
}

void ReviewTrace::begin_call(Step& step, const Event& event) {
  Span& agent = trace_.spans[step.span];
  if (agent.attributes.empty()) {  // the first call makes the step an agent's
    agent.name = "invoke_agent " + event.step;
    set(agent.attributes, "gen_ai.operation.name", "invoke_agent");
    set(agent.attributes, "gen_ai.provider.name", settings_.provider);
    set(agent.attributes, "gen_ai.agent.name", event.step);
  }
  step.call = open_span("generate_content", SpanKind::client, step.span);
  Attributes& attributes = trace_.spans[*step.call].attributes;
  set(attributes, "gen_ai.operation.name", "generate_content");
  set(attributes, "gen_ai.provider.name", settings_.provider);
  if (event.detail == "answer") set(attributes, "gen_ai.output.type", "json");
}

void ReviewTrace::end_call(Step& step, const Event& event) {
  if (!step.call || !event.answer) return;
  Span& call = trace_.spans[*step.call];
  const auto* failure = std::get_if<ModelFailure>(&*event.answer);
  const auto* reply = std::get_if<ModelReply>(&*event.answer);
  // Another of the list may have answered in the place of the one that was asked first.
  const std::string& asked = reply != nullptr && is_name(reply->model) ? reply->model : settings_.model;
  if (is_name(asked)) {
    call.name += " " + asked;
    set(call.attributes, "gen_ai.request.model", asked);
  }
  if (reply != nullptr) {
    set_name(call.attributes, "gen_ai.response.model", reply->model_version);
    set_name(call.attributes, "gen_ai.response.id", reply->response_id);
    // The conventions count thoughts with the output; the service counts them apart.
    set_count(call.attributes, "gen_ai.usage.input_tokens", reply->usage.prompt_tokens);
    set_count(call.attributes, "gen_ai.usage.output_tokens", reply->usage.output_tokens + reply->usage.thought_tokens);
    set_count(call.attributes, "gen_ai.usage.reasoning.output_tokens", reply->usage.thought_tokens);
    set_count(call.attributes, "gen_ai.usage.cache_read.input_tokens", reply->usage.cached_tokens);
    step.error.clear();
  } else {
    set_count(call.attributes, "http.response.status_code", failure->http_status);
    step.error = error_of(*failure);
  }
  end_span(*step.call, step.error);
  step.call.reset();
}

void ReviewTrace::tell_retry(const Step& step, const Event& event) {
  if (!step.call) return;
  SpanEvent retry{effects_.now(), "retry", {}};
  set_count(retry.attributes, "guardian.retry.failed_attempt", event.call);
  set_name(retry.attributes, "gen_ai.request.model", event.name);
  if (event.answer) {
    if (const auto* failure = std::get_if<ModelFailure>(&*event.answer)) {
      set(retry.attributes, "error.type", error_of(*failure));
      set_count(retry.attributes, "http.response.status_code", failure->http_status);
    }
  }
  trace_.spans[*step.call].events.push_back(std::move(retry));
}

void ReviewTrace::end_tool(Step& step, const Event& event) {
  if (!step.tool) return;
  Span& tool = trace_.spans[*step.tool];
  // A model can ask for a tool by any name; only ours are told.
  const std::string name =
      event.fault == agents::ToolFault::unknown_tool || !is_name(event.name) ? "unknown" : event.name;
  tool.name += " " + name;
  set(tool.attributes, "gen_ai.tool.name", name);
  set(tool.attributes, "gen_ai.tool.type", "function");
  end_span(*step.tool, event.fault == agents::ToolFault::none ? std::string() : word(to_string(event.fault)));
  step.tool.reset();
}

void ReviewTrace::tell_guard(const Event& event) {
  if (!event.decision) return;
  SpanEvent guard{effects_.now(), "guard", {}};
  set(guard.attributes, "guardian.guard.name", event.name);
  set(guard.attributes, "guardian.guard.decision", std::string(to_string(*event.decision)));
  trace_.spans[holder(event.step)].events.push_back(std::move(guard));
  const auto found = steps_.find(event.step);
  if (*event.decision == agents::GuardDecision::withheld && found != steps_.end()) found->second.error = "withheld";
}

std::string ReviewTrace::finish(bool done) {
  if (trace_.spans[root].end == 0) {
    for (std::size_t i = trace_.spans.size(); i-- > 1;) {
      if (trace_.spans[i].end == 0) end_span(i, other);
    }
    end_span(root, done ? std::string_view() : other);
    steps_.clear();
  }
  return to_json_line(trace_);
}

}  // namespace guardian::adapters::otlp
