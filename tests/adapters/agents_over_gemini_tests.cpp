// The whole way: a case through the orchestrator, the client of Gemini, real sockets and the stand-in for the service,
// which goes wrong in every way it can. And the same through the program.

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "adapters/fake_gemini/fake_gemini.hpp"
#include "adapters/gemini/client.hpp"
#include "adapters/json/case_codec.hpp"
#include "adapters/json/review_codec.hpp"
#include "runtime/orchestrator.hpp"
#include "tests/support/model_use.hpp"
#include "tests/support/program.hpp"
#include "tests/support/temporary_knowledge.hpp"

namespace {

using namespace guardian;
using nlohmann::json;

core::Case case_of(const std::string& text) {
  auto decoded = adapters::decode_case(text);
  REQUIRE(decoded.value.has_value());
  return *decoded.value;
}

std::vector<core::Case> three_cases() {
  return {case_of(R"({"id":"A","as_of":"2026-11-02T08:00:00Z","patient":{"age":71,"sex":"M"},
                      "medications":[{"text":"warfarin 5 mg daily"}],"orders":[{"text":"Diflucan 200 mg daily"}],
                      "note":"Tired. St John's wort is what he swears by. Feels dizzy."})"),
          case_of(R"({"id":"B","as_of":"2026-11-02T08:00:00Z","patient":{"age":34,"sex":"F","pregnant":true},
                      "medications":[{"text":"sertraline 50 mg daily"},{"text":"unknownol 3 mg"}],
                      "note":"Takes ibuprofen from the shop. Black stools since Monday.",
                      "vitals":{"rr":24,"spo2":91,"sbp":92,"hr":118,"temp_c":38.9,"consciousness":"A"}})"),
          case_of(R"({"id":"C","as_of":"2026-11-02T08:00:00Z","patient":{"age":50,"sex":"F"},
                      "medications":[{"text":"levothyroxine 50 mcg daily"}],"note":"Well."})")};
}

std::unique_ptr<adapters::FakeGemini> server(const std::string& scenario = {}) {
  adapters::FakeGeminiOptions options;
  options.default_scenario = scenario;
  auto started = adapters::FakeGemini::start(options);
  REQUIRE(started.has_value());
  return std::move(*started);
}

std::shared_ptr<agents::ModelClient> client(const adapters::FakeGemini& of) {
  adapters::gemini::GeminiSettings settings;
  settings.base_url = of.url();
  settings.api_key = "key";
  return std::make_shared<adapters::gemini::GeminiClient>(settings);
}

core::Review review_with(const std::shared_ptr<agents::ModelClient>& model, const core::Case& of,
                         std::chrono::milliseconds each = std::chrono::seconds(60)) {
  runtime::OrchestratorOptions options;
  options.agents.each = options.deadline = each;  // by default one that no slow machine meets
  options.reviewer.explanation = agents::ExplanationOptions{};
  runtime::Orchestrator orchestrator(tests::shipped_knowledge(), options, tests::use(model));
  auto review = orchestrator.review(of);
  REQUIRE(review.has_value());
  return *review;
}

// The findings of the engine, without what an agent raised.
std::vector<core::Finding> of_engine(const core::Review& review) {
  std::vector<core::Finding> list;
  for (core::Finding finding : review.findings) {
    if (finding.source != "engine") continue;
    finding.raise.reset();
    list.push_back(std::move(finding));
  }
  return list;
}

void check_floor(const core::Review& review, const core::Review& offline) {
  CHECK(of_engine(review) == offline.findings);
  CHECK(review.triage->level >= offline.triage->level);
  CHECK(review.decision >= offline.decision);
  CHECK(review.complete == offline.complete);
  CHECK(review.unresolved == offline.unresolved);
  CHECK(review.not_assessed == offline.not_assessed);
}

// The text is whole, and what the model must not write is the template's.
void check_text(const core::Review& review) {
  REQUIRE(review.explanation);
  CHECK(core::unsaid(*review.explanation).empty());
  core::Review told = review;  // that its own writer failed is none of its subjects
  if (!told.degradations.empty() && told.degradations.back().agent == "explanation") told.degradations.pop_back();
  const core::Explanation expected = agents::explain(told);
  for (const core::Claim& statement : expected.claims) {
    const auto& claims = review.explanation->claims;
    const bool stands = statement.kind == core::ClaimKind::urgency || statement.kind == core::ClaimKind::scope;
    CHECK(std::any_of(claims.begin(), claims.end(), [&](const core::Claim& claim) {
      return stands ? claim == statement : claim.id == statement.id || claim.by == "model";
    }));
  }
}

// How the stand-in can fail so that there is no answer.
const std::vector<std::string> without_answer = {"400",
                                                 "401",
                                                 "403",
                                                 "404",
                                                 "408",
                                                 "500",
                                                 "503",
                                                 "504",
                                                 "429",
                                                 "429-bare",
                                                 "429-daily",
                                                 "502-html",
                                                 "error-array",
                                                 "redirect",
                                                 "stall",
                                                 "reset",
                                                 "slow:60",
                                                 "short-body",
                                                 "huge",
                                                 "endless",
                                                 "malformed",
                                                 "nan",
                                                 "invalid-utf8",
                                                 "deep_json",
                                                 "safety",
                                                 "recitation",
                                                 "blocked-prompt",
                                                 "empty",
                                                 "thought-only",
                                                 "max_tokens",
                                                 "unknown-finish",
                                                 "wrong-schema",
                                                 "prose",
                                                 "deep-text"};
// Answers of the right shape that are wrong.
const std::vector<std::string> with_wrong_answer = {"hallucinate", "downgrade",  "obey-injection", "unknown-tool",
                                                    "bad-args",    "many-calls", "tool-loop",      "flaky:1"};

}  // namespace

TEST_CASE("agents over a well-behaved model add to a review and take nothing away", "[adapters][agents_over_gemini]") {
  const auto running = server();
  const auto model = client(*running);
  for (const core::Case& subject : three_cases()) {
    INFO(subject.id);
    const auto review = review_with(model, subject);
    CHECK(review.degradations.empty());
    REQUIRE(review.agents.size() == 3);
    for (const auto& agent : review.agents) {
      // Filler that fits the schema is no explanation, and nothing is asked where nothing was found.
      if (agent.name != "explanation") CHECK(agent.by == "model");
      if (agent.name == "explanation" && review.findings.empty()) continue;
      CHECK(agent.calls > 0);
      CHECK(agent.prompt.rfind("sha256:", 0) == 0);
    }
    check_text(review);
    check_floor(review, review_with(nullptr, subject));
  }
}

TEST_CASE("every failure of the service leaves the floor as it is and is named",
          "[adapters][agents_over_gemini][slow]") {
  const auto running = server();
  const auto cases = three_cases();
  std::vector<core::Review> offline;
  for (const core::Case& subject : cases) offline.push_back(review_with(nullptr, subject));
  for (const std::string& scenario : without_answer) {
    running->set_scenario(scenario);
    const auto model = client(*running);
    for (std::size_t i = 0; i < cases.size(); ++i) {
      INFO(scenario << ", case " << cases[i].id);
      const auto begin = std::chrono::steady_clock::now();
      const auto review = review_with(model, cases[i], std::chrono::milliseconds(400));
      // The deadline is 0.4 s and the slow answers take 60: in between is room for a machine that does other things.
      CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(30));
      check_floor(review, offline[i]);
      CHECK(review.findings == offline[i].findings);
      CHECK(review.triage == offline[i].triage);
      REQUIRE(review.degradations.size() == (review.findings.empty() ? 2 : 3));
      CHECK(review.degradations[0].agent == "interaction");
      CHECK(review.degradations[1].agent == "triage");
      CHECK(review.degradations.back().agent == (review.findings.empty() ? "triage" : "explanation"));
      check_text(review);
      CHECK(review.explanation->by == "template");
      for (const auto& degradation : review.degradations) CHECK_FALSE(degradation.reason.empty());
    }
  }
}

TEST_CASE("a model that invents, plays down, obeys or loops changes no finding of the engine",
          "[adapters][agents_over_gemini][slow]") {
  const auto running = server();
  for (const core::Case& subject : three_cases()) {
    const auto offline = review_with(nullptr, subject);
    for (const std::string& scenario : with_wrong_answer) {
      INFO(scenario << ", case " << subject.id);
      running->set_scenario(scenario);
      const auto review = review_with(client(*running), subject);
      check_floor(review, offline);
      check_text(review);
      for (const auto& finding : review.findings) {
        if (finding.source != "engine") CHECK(finding.severity <= core::Severity::moderate);
      }
      for (const auto& agent : review.agents) CHECK(agent.calls <= 8);
    }
  }
}

TEST_CASE("eight reviews at once with changing faults keep their floors", "[adapters][agents_over_gemini][slow]") {
  const auto running = server();
  const auto model = client(*running);
  const auto cases = three_cases();
  std::vector<core::Review> offline;
  for (const core::Case& subject : cases) offline.push_back(review_with(nullptr, subject));
  std::vector<std::string> all = without_answer;
  all.insert(all.end(), with_wrong_answer.begin(), with_wrong_answer.end());
  std::vector<std::vector<core::Review>> reviews(8);
  {
    std::vector<std::jthread> threads;
    for (std::size_t worker = 0; worker < reviews.size(); ++worker) {
      threads.emplace_back([&, worker] {
        runtime::OrchestratorOptions options;
        options.agents.each = std::chrono::milliseconds(300);
        runtime::Orchestrator orchestrator(tests::shipped_knowledge(), options, tests::use(model));
        for (std::size_t i = 0; i < 6; ++i) {
          running->set_scenario(all[(worker * 7 + i * 5) % all.size()]);
          if (auto review = orchestrator.review(cases[i % cases.size()])) reviews[worker].push_back(std::move(*review));
        }
      });
    }
  }
  for (const auto& of_worker : reviews) {
    REQUIRE(of_worker.size() == 6);
    for (std::size_t i = 0; i < of_worker.size(); ++i) check_floor(of_worker[i], offline[i % cases.size()]);
  }
}

TEST_CASE("the program asks a model when a key is set, records it, and replays it to the same bytes",
          "[adapters][agents_over_gemini]") {
  const auto running = server();
  const tests::TemporaryFolder folder;
  const auto case_file = (folder.path() / "case.json").string();
  tests::write_text(case_file,
                    R"({"id":"A","as_of":"2026-11-02T08:00:00Z","medications":[{"text":"warfarin 5 mg daily"}],
                                   "note":"Feels dizzy."})");
  const auto events = (folder.path() / "events.ndjson").string();
  const auto run = [&](std::vector<std::string> more, bool key = true) {
    tests::ProgramCall call;
    call.arguments = {"review", case_file, "--format", "json"};
    call.arguments.insert(call.arguments.end(), more.begin(), more.end());
    call.environment = {
        {"GOOGLE_GEMINI_BASE_URL", running->url()}, {"GEMINI_API_KEY", key ? "key" : ""}, {"GOOGLE_API_KEY", ""}};
    const auto done = tests::run_program(call);
    CHECK(done.err == "");
    REQUIRE(done.status == 0);
    return done.out;
  };
  const auto by = [](const std::string& review) { return json::parse(review)["agents"][0]["by"].get<std::string>(); };
  const std::string first = run({"--events", events});
  CHECK(by(first) == "model");
  const std::size_t asked = running->requests().size();
  CHECK(asked > 2);
  for (const auto& request : running->requests()) CHECK(request.path.find("key=") == std::string::npos);

  CHECK(run({"--replay", events}, false) == first);
  CHECK(run({"--events", events}) == first);
  CHECK(running->requests().size() == asked);

  CHECK(by(run({"--offline"})) == "rules");
  CHECK(by(run({}, false)) == "rules");
  CHECK(running->requests().size() == asked);
}

TEST_CASE("a record that cannot be read or written is an error that names it", "[adapters][agents_over_gemini]") {
  const tests::TemporaryFolder folder;
  const auto case_file = (folder.path() / "case.json").string();
  tests::write_text(case_file, R"({"id":"A","as_of":"2026-11-02T08:00:00Z","medications":[{"text":"warfarin"}]})");
  const auto events = (folder.path() / "events.ndjson").string();
  const auto run = [&](const std::string& option, const std::string& file) {
    tests::ProgramCall call;
    call.arguments = {"review", case_file, option, file};
    return tests::run_program(call);
  };
  tests::write_text(events, "{\"event\":\"none\"}\n");
  CHECK(run("--replay", events).status == 2);
  CHECK(run("--replay", events).err.find("events.ndjson: line 1: ") != std::string::npos);
  CHECK(run("--replay", (folder.path() / "missing").string()).status == 2);
  CHECK(run("--events", (folder.path() / "no" / "folder").string()).status == 3);
}

TEST_CASE("the text of a review shows what came of the note and what failed", "[adapters][agents_over_gemini]") {
  const auto running = server("503");
  const tests::TemporaryFolder folder;
  const auto case_file = (folder.path() / "case.json").string();
  tests::write_text(case_file,
                    R"({"id":"A","as_of":"2026-11-02T08:00:00Z","medications":[{"text":"sertraline 50 mg daily"}],
                        "note":"Takes St John's wort for her mood."})");
  tests::ProgramCall call;
  call.arguments = {"review", case_file};
  call.environment = {{"GOOGLE_GEMINI_BASE_URL", running->url()}, {"GEMINI_API_KEY", "key"}, {"GOOGLE_API_KEY", ""}};
  const auto done = tests::run_program(call);
  CHECK(done.status == 0);
  CHECK(done.out.find("In note   \"Takes St John's wort for her mood\"") != std::string::npos);
  CHECK(done.out.find("DEGRADED  triage agent: ") != std::string::npos);
  CHECK(done.out.find("DEGRADED  interaction agent: ") != std::string::npos);
}

TEST_CASE("nothing that identifies the patient leaves the machine, also not in what tools answer",
          "[adapters][agents_over_gemini]") {
  const tests::TemporaryFolder folder;
  const auto script = folder.path() / "script.json";
  tests::write_text(script, R"({"rules":[{"match":{"agent":"interaction","turn":1},"reply":{"functionCalls":[
      {"name":"what_if","args":{"add":["amoxicillin","ibuprofen"]}},
      {"name":"what_if","args":{"remove":["warfarin"]}},
      {"name":"check_medicines","args":{"names":["warfarin","ibuprofen"]}}]}}]})");
  adapters::FakeGeminiOptions options;
  options.script = script;
  auto running = adapters::FakeGemini::start(options);
  REQUIRE(running.has_value());
  const auto subject = case_of(R"({"id":"CASE-775577","as_of":"2026-11-02T08:00:00Z",
      "patient":{"age":71,"conditions":["CKD 3, followed by Dr Quackenbush"],
                 "allergies":[{"text":"penicillin, as Mrs Zellweger told on 14/03/2019","reaction":"hives"}],
                 "labs":[{"name":"K","value":"5.9, phoned to Nurse Okonkwo","unit":"mmol/L","when":"2026-11-01"}]},
      "medications":[{"text":"warfarin 5 mg daily per Dr Featherstonehaugh"},{"text":"zzyzx pills of Mr Brzezinski"}],
      "note":"Mr Brzezinski, MRN 88273645, lives at 14 Wisteria Lane, phone 555-0147-882. Takes ibuprofen. His daughter Philippa Brzezinski rang on 12 October 2026."})");
  const auto review = review_with(client(**running), subject);
  CHECK(review.degradations.empty());
  CHECK(review.agents[0].tool_calls == 3);
  REQUIRE((*running)->requests().size() >= 3);
  for (const auto& request : (*running)->requests()) {
    std::string bytes = request.path + request.body;
    for (const auto& [name, value] : request.headers) bytes += name + value;
    for (const std::string canary : {"775577", "Quackenbush", "Zellweger", "Okonkwo", "Featherstonehaugh", "Brzezinski",
                                     "88273645", "Wisteria", "0147", "Philippa", "12 October", "14/03/2019"}) {
      INFO(canary);
      CHECK(bytes.find(canary) == std::string::npos);
    }
  }
}
