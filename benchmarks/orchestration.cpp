// What one review with agents costs in CPU time of our own: three agents and four calls of tools with a model in the
// process that answers at once. There is no HTTP; JSON of replies and tools is in it. Printed with its parts.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "adapters/json/case_codec.hpp"
#include "agents/case_view.hpp"
#include "agents/knowledge_tools.hpp"
#include "prompts/catalog.hpp"
#include "runtime/agent_runner.hpp"
#include "runtime/orchestrator.hpp"
#include "runtime/rescreen.hpp"

namespace {

using namespace guardian;

constexpr double aim_ms = 5.0;
constexpr int passes = 201;

const std::vector<agents::ToolCall>& tool_calls() {
  static const std::vector<agents::ToolCall> calls{
      {"1", "look_up_medicine", R"({"name":"St John's wort"})"},
      {"2", "check_medicines", R"({"names":["warfarin","St John's wort"]})"},
      {"3", "what_if", R"({"add":["ibuprofen"]})"},
      {"4", "what_if", R"({"remove":["metformin"]})"}};
  return calls;
}

// Answers at once: calls of tools first, then what each agent is asked for.
class InstantModel : public agents::ModelClient {
 public:
  agents::ModelAnswer generate(const agents::ModelRequest& request, const agents::CallLimits&) override {
    agents::ModelReply reply;
    reply.model = reply.model_version = "instant";
    reply.content = R"({"role":"model","parts":[]})";
    reply.usage.total_tokens = 100;
    if (request.reply_schema.empty()) {
      if (request.turns.size() == 1) reply.calls = tool_calls();
    } else if (request.agent == "interaction") {
      reply.text = R"({"medicines":[{"quote":"St John's wort for her mood","text":"St John's wort","stopped":false}],
                       "concerns":[{"type":"drug-drug","severity":"moderate","subjects":["warfarin","ibuprofen"],
                       "title":"Bleeding","reason":"Both","management":"Avoid","rows":["none"]}],"raises":[]})";
    } else {
      reply.text =
          R"({"symptoms":[{"quote":"Feels dizzy","name":"dizziness"}],"quote":"","reason":"","level":"routine"})";
    }
    return reply;
  }
};

// Stands in for an agent that only asks: the loop, its schema and its events.
class StandIn : public agents::Agent {
 public:
  std::string_view name() const override { return "triage"; }
  agents::AgentResult run(const agents::AgentContext& context, const agents::ModelAccess& access,
                          const agents::EventSink& events) const override {
    const auto prompt = prompts::render(name(), {});
    const agents::LoopRequest request{std::string(name()), prompt ? prompt->text : std::string(), context.view->text(),
                                      std::string(prompts::reply_schema(name()))};
    const auto answer = agents::converse(*access.model, request, nullptr, access.limits, access.call_limits, events);
    if (!std::holds_alternative<std::string>(answer.reply)) throw std::runtime_error("the stand-in got no answer");
    agents::AgentResult result;
    result.report.name = name();
    return result;
  }
};

// Of all threads of the process, in milliseconds.
double cpu_ms() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

double median_ms(const std::function<void()>& work) {
  std::vector<double> times;
  for (int pass = 0; pass < passes; ++pass) {
    const double begin = cpu_ms();
    work();
    times.push_back(cpu_ms() - begin);
  }
  std::nth_element(times.begin(), times.begin() + passes / 2, times.end());
  return times[passes / 2];
}

core::Case whole_case() {
  std::ifstream file(GUARDIAN_WHOLE_CASE);
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  auto decoded = adapters::decode_case(text);
  if (!decoded.value) throw std::runtime_error("the case of the benchmark cannot be read");
  decoded.value->note += " Takes St John's wort for her mood. Feels dizzy.";
  decoded.value->locale = "US";
  return std::move(*decoded.value);
}

void line(const char* what, double ms) { std::printf("  %-46s %8.3f ms\n", what, ms); }

int run() {
  auto opened = knowledge::KnowledgeBase::open(GUARDIAN_SHIPPED_KB);
  if (!opened) throw std::runtime_error(opened.error().message);
  const std::shared_ptr<const knowledge::KnowledgeBase> base = std::move(*opened);
  const auto lexicon = std::make_shared<const agents::MaskLexicon>(agents::MaskLexicon::build(*base));
  const auto model = std::make_shared<InstantModel>();
  const core::Case subject = whole_case();

  runtime::Orchestrator with_model(base, {}, {model, lexicon});
  runtime::Orchestrator without_model(base, {});
  runtime::Reviewer reviewer(base);
  const auto floor = reviewer.review(subject);
  if (!floor) throw std::runtime_error(floor.error().message);
  const agents::CaseView view(*lexicon, subject, *floor);
  const agents::AgentContext context{subject, *floor, base, &view, nullptr};
  std::vector<std::unique_ptr<agents::Agent>> third;
  third.push_back(std::make_unique<StandIn>());
  std::size_t events = 0;
  const agents::EventSink count = [&](const agents::Event&) { ++events; };
  const auto deadline = [] { return std::chrono::steady_clock::now() + std::chrono::seconds(30); };

  int tools_called = 0;
  const auto review = with_model.review(subject, [&](const agents::Event& event) {
    const bool answered = event.kind == agents::EventKind::tool_answered;
    if (answered && event.fault == agents::ToolFault::none) ++tools_called;
  });
  if (!review || !review->degradations.empty() || tools_called != 4)
    throw std::runtime_error("the review of the benchmark is not what it should be");

  const double engine = median_ms([&] { (void)reviewer.review(subject); });
  const double offline = median_ms([&] { (void)without_model.review(subject, count); });
  const double reviewed = median_ms([&] { (void)with_model.review(subject, count); });
  const double stand_in =
      median_ms([&] { (void)runtime::run_agents(third, context, model.get(), {}, deadline(), {}, count); });
  const double masked = median_ms([&] { const agents::CaseView made(*lexicon, subject, *floor); });
  agents::ToolBox tools = agents::knowledge_tools(base, subject);
  const double called = median_ms([&] {
    for (const agents::ToolCall& call : tool_calls()) {
      if (tools.call(call).failed) throw std::runtime_error("a tool of the benchmark failed");
    }
  });

  const double added = reviewed + stand_in - offline;
  std::printf("One review with agents, CPU time of all threads (median of %d):\n", passes);
  line("the engine alone: screen and words", engine);
  line("and what rules read of the note, screened again", offline - engine);
  line("what three agents with a model add", added);
  line("  masked outline of the case", masked);
  line("  four calls of tools: the engine again", called);
  line("  loop, guards, events, JSON, screening again", added - masked - called);
  line("whole", reviewed + stand_in);
  std::printf("orchestration: %.2f ms [under %.0f ms]\n", added, aim_ms);
  return 0;
}

}  // namespace

int main() {
  try {
    return run();
  } catch (const std::exception& failed) {
    std::fprintf(stderr, "%s\n", failed.what());
    return 1;
  }
}
