// Scripts decide which request of which agent gets which reply; the command serves until it is told to stop.

#include <csignal>
#include <map>
#include <thread>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/adapters/fake_gemini_calls.hpp"
#include "tests/support/program.hpp"
#include "tests/support/temporary_knowledge.hpp"

using namespace guardian;
using namespace guardian::tests;
using Catch::Contains;

namespace {

class Scripted {
 public:
  explicit Scripted(const std::string& script, const std::string& scenario = {}) {
    write_text(file(), script);
    server_ = fake_gemini({.script = file(), .default_scenario = scenario});
  }

  [[nodiscard]] const adapters::FakeGemini& server() const { return *server_; }
  [[nodiscard]] Caller as(const std::string& agent) const {
    Caller caller(*server_);
    if (!agent.empty()) caller.headers.emplace("x-guardian-agent", agent);
    return caller;
  }

 private:
  [[nodiscard]] std::filesystem::path file() const { return folder_.path() / "script.json"; }

  TemporaryFolder folder_;
  std::unique_ptr<adapters::FakeGemini> server_;
};

std::string refusal(const std::string& script) {
  const TemporaryFolder folder;
  write_text(folder.path() / "script.json", script);
  const auto server = adapters::FakeGemini::start({.script = folder.path() / "script.json"});
  if (server) return "taken";
  CHECK(server.error().code == core::ErrorCode::invalid_input);
  return server.error().message;
}

}  // namespace

TEST_CASE("the first rule that fits decides", "[adapters][fake_gemini]") {
  const Scripted scripted(R"({"rules": [
    {"match": {"agent": "triage", "call": 2}, "reply": {"text": "second of triage"}},
    {"match": {"agent": "triage"}, "reply": {"text": "triage"}},
    {"match": {"model": "gemini-2.5-pro"}, "reply": {"text": "pro"}},
    {"match": {"contains": "chest pain"}, "scenario": "503"},
    {"match": {"turn": 2}, "reply": {"text": "second turn"}}]})");
  const Caller triage = scripted.as("triage");
  CHECK(triage.generate(asking("x")).text() == "triage");
  CHECK(triage.generate(asking("x")).text() == "second of triage");
  CHECK(triage.generate(asking("x")).text() == "triage");
  Caller other = scripted.as("explanation");
  CHECK(other.generate(asking("has chest pain")).status == 503);
  CHECK_THAT(other.generate(asking("x")).text(), Contains("scripted answer"));
  Json second = asking("x");
  second["contents"].push_back({{"role", "model"}, {"parts", {{{"text", "y"}}}}});
  second["contents"].push_back(user("z"));
  CHECK(other.generate(second).text() == "second turn");
  other.model = "gemini-2.5-pro";
  CHECK(other.generate(asking("x")).text() == "pro");
  CHECK(other.in("500", asking("x")).status == 500);
}

TEST_CASE("an agent is also known by the first line of its system text", "[adapters][fake_gemini]") {
  const Scripted scripted(R"({"rules": [{"match": {"agent": "triage"}, "reply": {"text": "triage"}}]})");
  Json body = asking("x");
  body["systemInstruction"] = {{"parts", {{{"text", "# Agent: triage\r\nYou sort patients."}}}}};
  CHECK(scripted.as("").generate(body).text() == "triage");
  body["systemInstruction"]["parts"][0]["text"] = "You are an agent.\n# Agent: triage";
  CHECK(scripted.as("").generate(body).text() != "triage");
}

TEST_CASE("a rule writes the reply of the model", "[adapters][fake_gemini]") {
  const Scripted scripted(R"({"rules": [
    {"match": {"contains": "words"}, "reply": {"thoughts": "hm", "text": "the words"}},
    {"match": {"contains": "json"}, "reply": {"json": {"b": [1, 2.5], "a": null}}},
    {"match": {"contains": "tools"}, "reply": {"functionCalls": [{"name": "look_up", "args": {"name": "warfarin"}},
                                                                  {"name": "look_up"}]}},
    {"match": {"contains": "half"}, "reply": {"text": "hal", "finishReason": "MAX_TOKENS"}},
    {"match": {"contains": "withheld"}, "reply": {"finishReason": "SAFETY"}},
    {"match": {"contains": "blocked"}, "reply": {"blockReason": "OTHER"}}]})");
  const Caller caller = scripted.as("");
  const Answer words = caller.generate(asking("words"));
  CHECK(words.text() == "the words");
  CHECK(words.parts().at(0) == Json({{"text", "hm"}, {"thought", true}}));
  CHECK(caller.generate(asking("json")).text() == R"({"b":[1,2.5],"a":null})");
  const Json calls = caller.generate(asking("tools")).parts();
  REQUIRE(calls.size() == 2);
  CHECK(calls.at(0).at("functionCall").at("args") == Json({{"name", "warfarin"}}));
  CHECK(calls.at(0).contains("thoughtSignature"));
  CHECK_FALSE(calls.at(1).contains("thoughtSignature"));
  CHECK(calls.at(0).at("functionCall").at("id") != calls.at(1).at("functionCall").at("id"));
  CHECK(caller.generate(asking("half")).candidate().at("finishReason") == "MAX_TOKENS");
  CHECK_FALSE(caller.generate(asking("withheld")).candidate().contains("content"));
  CHECK(caller.generate(asking("blocked")).json().at("promptFeedback").at("blockReason") == "OTHER");
}

TEST_CASE("a rule writes bytes, statuses, headers and delays", "[adapters][fake_gemini]") {
  const Scripted scripted(R"({"rules": [
    {"match": {"contains": "raw"}, "reply": {"raw": "not JSON", "headers": {"Content-Type": "text/plain", "x-a": "b"}}},
    {"match": {"contains": "status"}, "reply": {"status": 418}},
    {"match": {"contains": "both"}, "reply": {"status": 500, "raw": "<html>"}},
    {"match": {"contains": "late"}, "reply": {"text": "late", "delay": 0.2, "headers": {"x-a": "c"}}}]})");
  const Caller caller = scripted.as("");
  const Answer raw = caller.generate(asking("raw"));
  CHECK(raw.body == "not JSON");
  CHECK(raw.headers.find("Content-Type")->second == "text/plain");
  CHECK(raw.headers.find("x-a")->second == "b");
  CHECK(caller.generate(asking("status")).error().at("code") == 418);
  const Answer both = caller.generate(asking("both"));
  CHECK(both.status == 500);
  CHECK(both.body == "<html>");
  const Answer late = caller.generate(asking("late"));
  CHECK(late.text() == "late");
  CHECK(late.took.count() >= 190);
  CHECK(late.headers.find("x-a")->second == "c");
}

TEST_CASE("a scripted request is still held to the contract", "[adapters][fake_gemini]") {
  const Scripted scripted(R"({"rules": [{"reply": {"text": "always"}}]})", "503");
  const Caller caller = scripted.as("");
  CHECK(caller.generate(asking("x")).text() == "always");
  CHECK(caller.generate(Json::object()).status == 400);
}

TEST_CASE("a script with a mistake does not start", "[adapters][fake_gemini]") {
  CHECK_THAT(refusal("{"), Contains("script.json: the script: malformed JSON"));
  CHECK_THAT(refusal("[]"), Contains("the script must be an object"));
  CHECK_THAT(refusal(R"({"rule": []})"), Contains("/rule is not known here"));
  CHECK_THAT(refusal(R"({"rules": {}})"), Contains("/rules must be a list"));
  CHECK_THAT(refusal(R"({"rules": [{}]})"), Contains("/rules/0 must have either a reply or a scenario"));
  CHECK_THAT(refusal(R"({"rules": [{"scenario": "503", "reply": {}}]})"), Contains("/rules/0 must have either"));
  CHECK_THAT(refusal(R"({"rules": [{"scenario": "no-such"}]})"), Contains("/rules/0/scenario is no scenario"));
  CHECK_THAT(refusal(R"({"rules": [{"match": {"agnet": "x"}, "reply": {}}]})"), Contains("/rules/0/match/agnet"));
  CHECK_THAT(refusal(R"({"rules": [{"match": {"call": 0}, "reply": {}}]})"), Contains("/rules/0/match/call must be"));
  CHECK_THAT(refusal(R"({"rules": [{"reply": {"text": 5}}]})"), Contains("/rules/0/reply/text must be text"));
  CHECK_THAT(refusal(R"({"rules": [{"reply": {"functionCalls": [{}]}}]})"),
             Contains("functionCalls/0 must have a name"));
  CHECK_THAT(refusal(R"({"rules": [{"reply": {"delay": -1}}]})"), Contains("/rules/0/reply/delay must be a number"));
  CHECK_FALSE(adapters::FakeGemini::start({.script = "/no/such/script.json"}).has_value());
}

TEST_CASE("the command prints its address and serves until it is told to stop", "[adapters][fake_gemini][cli]") {
  const int signal = GENERATE(SIGINT, SIGTERM);
  int out[2];
  REQUIRE(::pipe2(out, O_CLOEXEC) == 0);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    ::dup2(out[1], STDOUT_FILENO);
    ::execl(GUARDIAN_PROGRAM, "guardian", "fake-gemini", "--scenario", "503", nullptr);
    ::_exit(127);
  }
  ::close(out[1]);
  std::string line;
  for (char c = 0; ::read(out[0], &c, 1) == 1 && c != '\n';) line += c;
  const std::size_t colon = line.rfind(':');
  int status = 0;
  if (colon != std::string::npos) {
    httplib::Client client("127.0.0.1", std::stoi(line.substr(colon + 1)));
    const auto result = client.Get("/v1beta/models", {{"x-goog-api-key", "k"}});
    if (result) status = result->status;
  }
  ::kill(child, signal);
  int ended = 0;
  ::waitpid(child, &ended, 0);
  ::close(out[0]);
  CHECK_THAT(line, Contains("http://127.0.0.1:"));
  CHECK(status == 503);
  CHECK(WIFEXITED(ended));
  CHECK(WEXITSTATUS(ended) == 0);
}

TEST_CASE("the command refuses what it cannot serve", "[adapters][fake_gemini][cli]") {
  const auto run = [](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "fake-gemini");
    return run_program({.arguments = std::move(arguments), .limit = std::chrono::seconds(120)});
  };
  const ProgramRun scenario = run({"--scenario", "no-such"});
  CHECK(scenario.status == 2);
  CHECK_THAT(scenario.err, Contains("there is no scenario `no-such`") && Contains("hallucinate"));
  CHECK(run({"--script", "/no/such/file"}).status == 2);
  CHECK(run({"--port", "70000"}).status == 2);
  CHECK_THAT(run({"--help"}).out, Contains("Example:\n  guardian fake-gemini"));
  const auto server = fake_gemini();
  const ProgramRun taken = run({"--port", std::to_string(server->port())});
  CHECK(taken.status == 3);
  CHECK_THAT(taken.err, Contains("cannot listen"));
}
