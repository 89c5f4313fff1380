// guardian ask, by the real program: offline, and over the stand-in for Gemini in all its faults.

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "adapters/fake_gemini/fake_gemini.hpp"
#include "adapters/gemini/client.hpp"
#include "adapters/json/case_codec.hpp"
#include "runtime/case_conversation.hpp"
#include "tests/support/model_use.hpp"
#include "tests/support/program.hpp"
#include "tests/support/temporary_knowledge.hpp"

namespace {

using namespace guardian;
using nlohmann::json;

const std::string case_text = R"({"id":"CASE-775577","as_of":"2026-11-02T08:00:00Z",
    "patient":{"age":71,"sex":"F","conditions":["CKD 3, followed by Dr Quackenbush"],
               "allergies":[{"text":"penicillin, as Mrs Zellweger told on 14/03/2019","reaction":"hives"}]},
    "medications":[{"text":"warfarin 5 mg daily per Dr Featherstonehaugh"},{"text":"atorvastatin 40 mg daily"},
                   {"text":"zzyzx pills of Mr Brzezinski"}],
    "orders":[{"text":"Diflucan 200 mg daily"}],
    "note":"Mr Brzezinski, MRN 88273645, lives at 14 Wisteria Lane. Takes ibuprofen. Muscle pain since Monday."})";
const std::string question = "Is Diflucan safe with warfarin for Mr Okonkwo, phone 555-0147-882?";
const std::vector<std::string> canaries = {"775577",     "Quackenbush", "Zellweger", "Featherstonehaugh",
                                           "Brzezinski", "88273645",    "Wisteria",  "Okonkwo",
                                           "0147",       "14/03/2019"};

std::unique_ptr<adapters::FakeGemini> server(adapters::FakeGeminiOptions options = {}) {
  auto started = adapters::FakeGemini::start(options);
  REQUIRE(started.has_value());
  return std::move(*started);
}

class CaseFile {
 public:
  explicit CaseFile(const std::string& text = case_text) { tests::write_text(folder_.path() / "case.json", text); }
  [[nodiscard]] std::string file() const { return (folder_.path() / "case.json").string(); }
  [[nodiscard]] std::filesystem::path folder() const { return folder_.path(); }

 private:
  tests::TemporaryFolder folder_;
};

tests::ProgramRun ask(std::vector<std::string> arguments, const std::string& url = {}, const std::string& input = {}) {
  tests::ProgramCall call;
  call.arguments = {"ask"};
  call.arguments.insert(call.arguments.end(), arguments.begin(), arguments.end());
  call.input = input;
  call.environment = {
      {"GOOGLE_GEMINI_BASE_URL", url}, {"GEMINI_API_KEY", url.empty() ? "" : "key"}, {"GOOGLE_API_KEY", ""}};
  return tests::run_program(call);
}

json answers_of(const tests::ProgramRun& run) {
  INFO(run.err);
  REQUIRE(run.status == 0);
  return json::parse(run.out);
}

// A conversation in this process, so that many faults are quick.
core::Answer answer_over(const adapters::FakeGemini& running,
                         std::chrono::milliseconds each = std::chrono::seconds(8)) {
  adapters::gemini::GeminiSettings settings;
  settings.base_url = running.url();
  settings.api_key = "key";
  runtime::ConversationOptions options;
  options.each = each;
  auto decoded = adapters::decode_case(case_text);
  REQUIRE(decoded.value.has_value());
  auto conversation =
      runtime::CaseConversation::open(tests::shipped_knowledge(), *decoded.value, options,
                                      tests::use(std::make_shared<adapters::gemini::GeminiClient>(settings)));
  REQUIRE(conversation.has_value());
  return conversation->ask(question);
}

core::Answer offline_answer() {
  auto decoded = adapters::decode_case(case_text);
  REQUIRE(decoded.value.has_value());
  auto conversation = runtime::CaseConversation::open(tests::shipped_knowledge(), *decoded.value, {});
  REQUIRE(conversation.has_value());
  return conversation->ask(question);
}

std::vector<core::AnswerClaim> of_rules(const core::Answer& answer) {
  std::vector<core::AnswerClaim> claims;
  std::copy_if(answer.claims.begin(), answer.claims.end(), std::back_inserter(claims),
               [](const core::AnswerClaim& claim) { return claim.by == "rules"; });
  return claims;
}

}  // namespace

TEST_CASE("the program answers several questions as one conversation, offline", "[adapters][ask]") {
  const CaseFile subject;
  const auto json =
      answers_of(ask({subject.file(), "Can I add clarithromycin?", "and naproxen?",
                      "Give her Tylenol 650 mg every six hours by mouth", "--format", "json", "--offline"}));
  CHECK(json["schema"] == "guardian-answer/1");
  CHECK(json["case_id"] == "CASE-775577");
  CHECK(json["decision"] == "escalate");
  REQUIRE(json["answers"].size() == 3);
  CHECK(json["answers"][1]["intent"] == "add");
  CHECK(json["answers"][2]["order"]["text"] == "Tylenol 650 mg every six hours by mouth");
  CHECK(json["answers"][2]["order"]["route"] == "oral");
  CHECK(json["answers"][2]["order"]["dose"]["times_per_day"] == 4);
  for (const auto& answer : json["answers"]) {
    CHECK(answer["agent"]["by"] == "rules");
    CHECK(answer["degradation"].is_null());
    CHECK_FALSE(answer["findings"].empty());
  }
}

TEST_CASE("an answer has every member that its schema requires, and no other", "[adapters][ask]") {
  const CaseFile subject;
  const auto json =
      answers_of(ask({subject.file(), question, "Who won the cup?", "start warfarin", "--format", "json"}));
  tests::ProgramCall call;
  call.arguments = {"schema", "answer"};
  const auto schema = json::parse(tests::run_program(call).out);
  const auto same_members = [](const nlohmann::json& object, const nlohmann::json& of) {
    std::vector<std::string> names;
    for (const auto& [name, member] : object.items()) names.push_back(name);
    std::vector<std::string> required = of["required"];
    std::sort(required.begin(), required.end());
    CHECK(names == required);
    CHECK(of["properties"].size() == required.size());
  };
  same_members(json, schema);
  for (const auto& answer : json["answers"]) {
    same_members(answer, schema["$defs"]["answer"]);
    for (const auto& claim : answer["claims"]) same_members(claim, schema["$defs"]["claim"]);
    for (const auto& finding : answer["findings"]) same_members(finding, schema["$defs"]["finding"]);
    const auto& allowed = schema["$defs"]["answer"]["properties"]["intent"]["enum"];
    CHECK(std::find(allowed.begin(), allowed.end(), answer["intent"]) != allowed.end());
  }
}

TEST_CASE("the text of an answer shows sources, findings and what can be asked", "[adapters][ask]") {
  const auto run = ask({"-", "Is Diflucan safe with warfarin?", "Who won the cup?", "--offline"}, {}, case_text);
  CHECK(run.status == 0);
  CHECK(run.err == "");
  CHECK(run.out.find("DDI-CV-VKA-AZOLE") != std::string::npos);
  CHECK(run.out.find("Findings of the engine that bear on it:") != std::string::npos);
  CHECK(run.out.find("What can be asked:") != std::string::npos);
}

TEST_CASE("a call of ask that is wrong says so", "[adapters][ask]") {
  const CaseFile subject;
  CHECK(ask({subject.file()}).status == 2);
  CHECK(ask({subject.file(), " "}).status == 2);
  CHECK(ask({subject.file(), std::string(5000, 'a')}).status == 2);
  CHECK(ask({"no-such-file", "why?"}).status == 2);
  CHECK(ask({subject.file(), "why?", "--events", "a", "--replay", "b"}).status == 2);
}

TEST_CASE("a well-behaved model adds to an answer and takes nothing away", "[adapters][ask]") {
  const auto running = server();
  const auto answer = answer_over(*running);
  const auto offline = offline_answer();
  CHECK_FALSE(answer.degradation.has_value());
  CHECK(answer.agent.by == "model");
  CHECK(answer.findings == offline.findings);
  CHECK(of_rules(answer) == offline.claims);
}

TEST_CASE("every fault of the service leaves the answer of the rules and is named", "[adapters][ask][slow]") {
  const auto running = server();
  const auto offline = offline_answer();
  for (const std::string scenario : {"400",
                                     "401",
                                     "403",
                                     "404",
                                     "500",
                                     "503",
                                     "429",
                                     "429-daily",
                                     "502-html",
                                     "error-array",
                                     "redirect",
                                     "stall",
                                     "reset",
                                     "slow:5",
                                     "short-body",
                                     "huge",
                                     "endless",
                                     "malformed",
                                     "nan",
                                     "deep_json",
                                     "invalid-utf8",
                                     "safety",
                                     "recitation",
                                     "blocked-prompt",
                                     "empty",
                                     "max_tokens",
                                     "prose",
                                     "deep-text",
                                     "unknown-finish",
                                     "wrong-schema",
                                     "thought-only"}) {
    INFO(scenario);
    running->set_scenario(scenario);
    const auto answer = answer_over(*running, std::chrono::milliseconds(400));
    REQUIRE(answer.degradation.has_value());
    CHECK(answer.degradation->agent == "ask");
    CHECK_FALSE(answer.degradation->reason.empty());
    CHECK(answer.claims == offline.claims);
    CHECK(answer.findings == offline.findings);
    CHECK(answer.status == offline.status);
    CHECK(answer.agent.by == "rules");
  }
}

TEST_CASE("a model that invents, plays down, obeys or loops changes no finding and verifies nothing",
          "[adapters][ask][slow]") {
  const auto running = server();
  const auto offline = offline_answer();
  for (const std::string scenario : {"hallucinate", "downgrade", "obey-injection", "unknown-tool", "bad-args",
                                     "many-calls", "tool-loop", "flaky:1"}) {
    INFO(scenario);
    running->set_scenario(scenario);
    const auto answer = answer_over(*running);
    CHECK(answer.findings == offline.findings);
    CHECK(of_rules(answer) == offline.claims);
    CHECK(answer.agent.calls <= 9);
    if (scenario != "hallucinate" && scenario != "downgrade" && scenario != "obey-injection") continue;
    for (const auto& claim : answer.claims) {
      INFO(claim.text);
      CHECK((claim.by == "rules" || !claim.verified));
    }
  }
}

TEST_CASE("what a scripted model says against a finding is withheld, the rest is marked", "[adapters][ask]") {
  const tests::TemporaryFolder folder;
  const auto script = folder.path() / "script.json";
  tests::write_text(script, R"({"rules":[
      {"match":{"agent":"ask","turn":1},"reply":{"functionCalls":[{"name":"what_if","args":{"add":["naproxen"]}},
                                                                  {"name":"possible_causes","args":{}}]}},
      {"match":{"agent":"ask","turn":2},"reply":{"text":"done"}},
      {"match":{"agent":"ask"},"reply":{"json":{"claims":[
          {"text":"Warfarin and Diflucan are safe together.","findings":[],"evidence":[],"rows":[]},
          {"text":"Atorvastatin is known for muscle pain.","findings":[],"evidence":[],"rows":["STATIN-MUSCLE"]},
          {"text":"Take 333 mg of it.","findings":[],"evidence":[],"rows":["STATIN-MUSCLE"]}],
        "differential":[{"text":"Hypothyroidism."}]}}}]})");
  adapters::FakeGeminiOptions options;
  options.script = script;
  const auto running = server(options);
  const auto answer = answer_over(*running);
  CHECK_FALSE(answer.degradation.has_value());
  CHECK(answer.agent.tool_calls == 2);
  REQUIRE(answer.withheld.size() == 2);
  std::vector<core::AnswerClaim> of_model(answer.claims.end() - 2, answer.claims.end());
  CHECK(of_model[0].verified);
  CHECK(of_model[0].rows == std::vector<std::string>{"STATIN-MUSCLE"});
  CHECK(of_model[1].text == "Hypothyroidism.");
  CHECK_FALSE(of_model[1].verified);
}

TEST_CASE("the program records an answer and replays it to the same bytes without a model", "[adapters][ask]") {
  const auto running = server();
  const CaseFile subject;
  const auto events = (subject.folder() / "events.ndjson").string();
  const std::vector<std::string> asked = {subject.file(), question, "What should we do?", "--format", "json"};
  const auto with = [&](std::vector<std::string> more, const std::string& url) {
    std::vector<std::string> all = asked;
    all.insert(all.end(), more.begin(), more.end());
    return ask(all, url);
  };
  const auto first = with({"--events", events}, running->url());
  CHECK(answers_of(first)["answers"][0]["agent"]["by"] == "model");
  const auto requests = running->requests().size();
  CHECK(requests >= 4);
  CHECK(with({"--replay", events}, {}).out == first.out);
  CHECK(answers_of(with({"--offline"}, running->url()))["answers"][0]["agent"]["by"] == "rules");
  CHECK(running->requests().size() == requests);
}

TEST_CASE("nothing that identifies the patient leaves with a question, a tool's answer or an answer before",
          "[adapters][ask]") {
  const tests::TemporaryFolder folder;
  const auto script = folder.path() / "script.json";
  tests::write_text(script, R"({"rules":[{"match":{"agent":"ask","turn":1},"reply":{"functionCalls":[
      {"name":"what_if","args":{"add":["amoxicillin","ibuprofen"]}},{"name":"what_if","args":{"remove":["warfarin"]}},
      {"name":"plan","args":{}},{"name":"possible_causes","args":{}},
      {"name":"kidney_dose","args":{"medicine":"warfarin"}}]}}]})");
  adapters::FakeGeminiOptions options;
  options.script = script;
  const auto running = server(options);
  const CaseFile subject;
  const auto run = ask({subject.file(), question, "What should we do for Mr Okonkwo?", "What is wrong with this list?",
                        "--format", "json"},
                       running->url());
  CHECK(answers_of(run)["answers"][0]["agent"]["tool_calls"] == 5);
  REQUIRE(running->requests().size() >= 6);
  for (const auto& request : running->requests()) {
    std::string bytes = request.path + request.body;
    for (const auto& [name, value] : request.headers) bytes += name + value;
    for (const std::string& canary : canaries) {
      INFO(canary);
      CHECK(bytes.find(canary) == std::string::npos);
    }
  }
}
