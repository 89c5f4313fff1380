// What a person at a terminal sees while a review runs.

#include "adapters/cli/progress.hpp"

#include <chrono>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "adapters/fake_gemini/fake_gemini.hpp"
#include "tests/support/program.hpp"
#include "tests/support/temporary_knowledge.hpp"

namespace {

using namespace guardian;
using adapters::cli::Progress;
using agents::Event;
using agents::EventKind;
using Clock = std::chrono::steady_clock;

Event event(EventKind kind, const std::string& step) {
  Event made;
  made.kind = kind;
  made.step = step;
  return made;
}

Event with_failure(EventKind kind, agents::ModelFailureKind failure) {
  Event made = event(kind, "interaction");
  made.answer = agents::ModelFailure{failure, "words of nobody", 0};
  return made;
}

Event of_tool(const std::string& name, agents::ToolFault fault) {
  Event made = event(EventKind::tool_answered, "interaction");
  made.name = name;
  made.detail = "words of nobody";
  made.fault = fault;
  return made;
}

// The program at a terminal, with a model whose answers are slow.
class AtTerminal {
 public:
  explicit AtTerminal(const std::string& scenario) {
    adapters::FakeGeminiOptions options;
    options.default_scenario = scenario;
    auto started = adapters::FakeGemini::start(options);
    REQUIRE(started.has_value());
    server_ = std::move(*started);
    const auto file = (folder_.path() / "case.json").string();
    tests::write_text(file, R"({"id":"CASE-775577","as_of":"2026-11-02T08:00:00Z",
        "medications":[{"text":"warfarin 5 mg daily, by Dr Quackenbush"}],"note":"Feels dizzy."})");
    call.arguments = {"review", file};
    call.environment = {{"GOOGLE_GEMINI_BASE_URL", server_->url()}, {"GEMINI_API_KEY", "key"}, {"GOOGLE_API_KEY", ""}};
    call.terminal = call.error_terminal = true;
  }

  tests::ProgramRun run() {
    auto done = tests::run_program(call);
    CHECK(done.status == 0);
    CHECK(done.out.find("BLOCK") == std::string::npos);
    CHECK(done.out.find("warfarin") != std::string::npos);
    return done;
  }

  tests::ProgramCall call;

 private:
  tests::TemporaryFolder folder_;
  std::unique_ptr<adapters::FakeGemini> server_;
};

}  // namespace

TEST_CASE("progress names each call, tool, retry, failure and step, in words of ours", "[adapters][progress]") {
  std::ostringstream out;
  Clock::time_point now{std::chrono::hours(1)};
  Progress progress(out, false, [&] { return now += std::chrono::milliseconds(500); });
  progress.tell(event(EventKind::step_started, "screen"));
  progress.tell(event(EventKind::step_finished, "screen"));
  progress.tell(event(EventKind::step_started, "interaction"));
  CHECK(out.str().empty());
  Event call = event(EventKind::model_called, "interaction");
  call.call = 1;
  progress.tell(call);
  progress.tell(with_failure(EventKind::model_retried, agents::ModelFailureKind::rate_limited));
  progress.tell(of_tool("look_up_medicine", agents::ToolFault::none));
  progress.tell(of_tool("what_if", agents::ToolFault::too_slow));
  progress.tell(of_tool("Mrs Zellweger", agents::ToolFault::unknown_tool));
  Event guard = event(EventKind::guard_decided, "interaction");
  guard.name = "reply schema";
  guard.decision = agents::GuardDecision::passed;
  progress.tell(guard);
  guard.decision = agents::GuardDecision::withheld;
  progress.tell(guard);
  call.call = 2;
  progress.tell(call);
  progress.tell(with_failure(EventKind::model_answered, agents::ModelFailureKind::timeout));
  progress.tell(event(EventKind::step_failed, "interaction"));
  CHECK(out.str() ==
        "guardian: screen: done, 0.5 s\n"
        "guardian: interaction: asks the model\n"
        "guardian: interaction: tries again: rate limited\n"
        "guardian: interaction: calls look_up_medicine\n"
        "guardian: interaction: calls what_if: too slow\n"
        "guardian: interaction: asks for a tool that there is not\n"
        "guardian: interaction: reply schema withholds the reply\n"
        "guardian: interaction: asks the model again\n"
        "guardian: interaction: no answer: timeout\n"
        "guardian: interaction: FAILED after 0.5 s\n");
}

TEST_CASE("progress is there while the model is slow, not only when it is over", "[adapters][progress][cli]") {
  AtTerminal terminal("slow:3");
  std::optional<Clock::time_point> first;
  terminal.call.on_err = [&] {
    if (!first) first = Clock::now();
  };
  const auto done = terminal.run();
  REQUIRE(first.has_value());
  // The server waits three seconds before each answer: a lower bound, which no slow machine undercuts.
  CHECK(Clock::now() - *first > std::chrono::seconds(1));
  CHECK(done.err.find("guardian: interaction: asks the model") != std::string::npos);
  CHECK(done.err.find("guardian: triage: done, ") != std::string::npos);
  CHECK(done.err.find("guardian: reconcile: done, ") != std::string::npos);
  for (const std::string canary : {"775577", "Quackenbush", "dizzy"}) {
    INFO(canary);
    CHECK(done.err.find(canary) == std::string::npos);
  }
}

TEST_CASE("progress is for a terminal: nothing of it when either output goes elsewhere, or no model is asked",
          "[adapters][progress][cli]") {
  AtTerminal terminal("");
  CHECK(terminal.run().err.find("asks the model") != std::string::npos);
  SECTION("standard output is piped") {
    terminal.call.terminal = false;
    CHECK(terminal.run().err.empty());
  }
  SECTION("standard error is piped") {
    terminal.call.error_terminal = false;
    CHECK(terminal.run().err.empty());
  }
  SECTION("no model is asked") {
    terminal.call.arguments.emplace_back("--offline");
    CHECK(terminal.run().err.empty());
  }
}

TEST_CASE("progress has no colour with NO_COLOR", "[adapters][progress][cli]") {
  AtTerminal terminal("");
  CHECK(terminal.run().err.find("\033[2mguardian: ") != std::string::npos);
  terminal.call.environment["NO_COLOR"] = "1";
  const auto plain = terminal.run();
  CHECK(plain.err.find("asks the model") != std::string::npos);
  CHECK(plain.err.find('\033') == std::string::npos);
}
