// A review as OpenTelemetry spans: their structure, their names, and that nothing of the patient is in them.

#include "adapters/otlp/review_trace.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "adapters/fake_gemini/fake_gemini.hpp"
#include "runtime/orchestrator.hpp"
#include "tests/support/model_use.hpp"
#include "tests/support/program.hpp"
#include "tests/support/scripted_model.hpp"
#include "tests/support/temporary_knowledge.hpp"

namespace {

using namespace guardian;
using adapters::otlp::ReviewTrace;
using agents::ModelAnswer;
using agents::ModelRequest;
using nlohmann::json;

// Words that are planted in the case, in replies and in calls of tools.
const std::vector<std::string> canaries = {"Quackenbush", "775577", "hartshorn", "Zellweger",
                                           "St John",     "mood",   "warfarin",  "prose of the model"};

core::Case subject() {
  core::Case made;
  made.id = "CASE-775577";
  made.as_of = "2026-11-02T08:00:00Z";
  core::MedicationEntry entry;
  entry.element = "/medications/0";
  entry.text = "warfarin 5 mg daily, by Dr Quackenbush";
  made.medications.push_back(entry);
  made.patient.allergies = {{"hartshorn", "told by Mrs Zellweger"}};
  made.note = "Uses St John's wort for her mood.";
  return made;
}

std::shared_ptr<tests::ScriptedModel> model() {
  return std::make_shared<tests::ScriptedModel>(
      [](const ModelRequest& request, const agents::CallLimits& limits) -> ModelAnswer {
        if (request.agent == "triage") {
          limits.on_retry({"model-a", 1, {agents::ModelFailureKind::rate_limited, "no words of ours", 429}, {}});
          return agents::ModelFailure{agents::ModelFailureKind::server, "Quackenbush said so", 503};
        }
        agents::ModelReply reply;
        if (!request.reply_schema.empty()) {
          reply = tests::says(request.turns.size() < 7 ? "prose of the model, of warfarin"
                                                       : R"({"medicines":[],"concerns":[],"raises":[]})");
        } else if (request.turns.size() > 1) {
          reply = tests::says("prose of the model");
        } else {
          reply = tests::calls({{"Quackenbush", "look_up_medicine", R"({"name":"warfarin"})"},
                                {"1", "Quackenbush", "{}"},
                                {"2", "check_medicines", R"({"names":"hartshorn"})"}});
        }
        reply.usage = {120, 30, 7, 50, 157};
        reply.model = "model-a";
        reply.model_version = "model-a-001";
        reply.response_id = request.turns.size() > 1 ? "Mrs Zellweger" : "id-1";
        return reply;
      });
}

// Time and ids that are counted up.
adapters::otlp::TraceEffects counted() {
  auto time = std::make_shared<std::uint64_t>(1'700'000'000'000'000'000);
  auto number = std::make_shared<std::uint64_t>(0);
  return {[time] { return *time += 1000; }, [number] { return ++*number; }};
}

std::string trace_of(const std::shared_ptr<agents::ModelClient>& client) {
  ReviewTrace trace({"1.2.3", "review", "gcp.gemini", "model-a"}, counted());
  runtime::Orchestrator orchestrator(tests::shipped_knowledge(), {}, tests::use(client));
  REQUIRE(orchestrator.review(subject(), [&](const agents::Event& event) { trace.tell(event); }).has_value());
  return trace.finish(true);
}

std::map<std::string, std::string> attributes_of(const json& of) {
  std::map<std::string, std::string> all;
  for (const json& attribute : of["attributes"]) {
    const json& value = attribute["value"];
    REQUIRE(value.size() == 1);
    all[attribute["key"]] =
        value.contains("intValue") ? value["intValue"].get<std::string>() : value.at("stringValue").get<std::string>();
  }
  return all;
}

std::uint64_t time_of(const json& value) { return std::stoull(value.get<std::string>()); }

bool is_hex(const std::string& text, std::size_t size) {
  return text.size() == size && text.find_first_not_of("0123456789abcdef") == std::string::npos &&
         text.find_first_not_of('0') != std::string::npos;
}

// What holds of every trace; gives its spans.
std::vector<json> checked_spans(const std::string& line) {
  CHECK(line.find('\n') == std::string::npos);
  const json read = json::parse(line);
  REQUIRE(read["resourceSpans"].size() == 1);
  CHECK(attributes_of(read["resourceSpans"][0]["resource"])["service.name"] == "guardian");
  REQUIRE(read["resourceSpans"][0]["scopeSpans"].size() == 1);
  const std::vector<json> spans = read["resourceSpans"][0]["scopeSpans"][0]["spans"];
  REQUIRE_FALSE(spans.empty());
  std::map<std::string, const json*> by_id;
  for (const json& span : spans) {
    INFO(span.dump());
    CHECK(is_hex(span["traceId"], 32));
    CHECK(span["traceId"] == spans[0]["traceId"]);
    CHECK(is_hex(span["spanId"], 16));
    CHECK(by_id.emplace(span["spanId"], &span).second);
    CHECK(time_of(span["startTimeUnixNano"]) <= time_of(span["endTimeUnixNano"]));
    CHECK((span["kind"] == 1 || span["kind"] == 3));
    const bool failed = span["status"] == json{{"code", 2}};
    CHECK((failed || span["status"] == json::object()));
    CHECK(attributes_of(span).count("error.type") == (failed ? 1 : 0));
    for (const json& event : span.value("events", json::array())) {
      CHECK(time_of(event["timeUnixNano"]) >= time_of(span["startTimeUnixNano"]));
      CHECK(time_of(event["timeUnixNano"]) <= time_of(span["endTimeUnixNano"]));
    }
  }
  CHECK_FALSE(spans[0].contains("parentSpanId"));
  for (std::size_t i = 1; i < spans.size(); ++i) {
    const auto parent = by_id.find(spans[i].value("parentSpanId", ""));
    REQUIRE(parent != by_id.end());
    CHECK(time_of((*parent->second)["startTimeUnixNano"]) <= time_of(spans[i]["startTimeUnixNano"]));
    CHECK(time_of((*parent->second)["endTimeUnixNano"]) >= time_of(spans[i]["endTimeUnixNano"]));
  }
  return spans;
}

std::vector<json> named(const std::vector<json>& spans, const std::string& name) {
  std::vector<json> found;
  std::copy_if(spans.begin(), spans.end(), std::back_inserter(found),
               [&](const json& span) { return span["name"] == name; });
  return found;
}

std::vector<std::string> lines_in(const std::filesystem::path& file) { return tests::lines_of(tests::read_text(file)); }

}  // namespace

TEST_CASE("a trace has a span for the review, each step, each call of a model and of a tool", "[adapters][otlp]") {
  const auto spans = checked_spans(trace_of(model()));
  CHECK(spans[0]["name"] == "invoke_workflow review");
  CHECK(attributes_of(spans[0])["gen_ai.workflow.name"] == "review");
  for (const std::string step : {"screen", "reconcile"}) {
    REQUIRE(named(spans, step).size() == 1);
    CHECK(named(spans, step)[0]["parentSpanId"] == spans[0]["spanId"]);
  }
  CHECK(named(spans, "rescreen").size() == 2);

  const auto agent = named(spans, "invoke_agent interaction");
  REQUIRE(agent.size() == 1);
  CHECK(agent[0]["parentSpanId"] == spans[0]["spanId"]);
  CHECK(attributes_of(agent[0])["gen_ai.operation.name"] == "invoke_agent");
  CHECK(attributes_of(agent[0])["gen_ai.agent.name"] == "interaction");
  const auto calls = named(spans, "generate_content model-a");
  REQUIRE(calls.size() == 5);  // four of the interaction agent, one of the triage agent
  const auto first = std::find_if(calls.begin(), calls.end(),
                                  [&](const json& call) { return call["parentSpanId"] == agent[0]["spanId"]; });
  REQUIRE(first != calls.end());
  CHECK((*first)["kind"] == 3);
  const std::map<std::string, std::string> expected = {{"gen_ai.operation.name", "generate_content"},
                                                       {"gen_ai.provider.name", "gcp.gemini"},
                                                       {"gen_ai.request.model", "model-a"},
                                                       {"gen_ai.response.model", "model-a-001"},
                                                       {"gen_ai.response.id", "id-1"},
                                                       {"gen_ai.usage.input_tokens", "120"},
                                                       {"gen_ai.usage.output_tokens", "37"},
                                                       {"gen_ai.usage.reasoning.output_tokens", "7"},
                                                       {"gen_ai.usage.cache_read.input_tokens", "50"}};
  CHECK(attributes_of(*first) == expected);

  const auto tool = named(spans, "execute_tool look_up_medicine");
  REQUIRE(tool.size() == 1);
  CHECK(tool[0]["parentSpanId"] == agent[0]["spanId"]);
  CHECK(attributes_of(tool[0])["gen_ai.tool.name"] == "look_up_medicine");
  CHECK(attributes_of(tool[0])["gen_ai.operation.name"] == "execute_tool");
}

TEST_CASE("failures, retries and guards are in a trace by their words", "[adapters][otlp]") {
  const auto spans = checked_spans(trace_of(model()));
  const auto triage = named(spans, "invoke_agent triage");
  REQUIRE(triage.size() == 1);
  CHECK(attributes_of(triage[0])["error.type"] == "server_error");
  const auto call = std::find_if(spans.begin(), spans.end(), [&](const json& span) {
    return span.value("parentSpanId", "") == triage[0]["spanId"];
  });
  REQUIRE(call != spans.end());
  CHECK(attributes_of(*call)["error.type"] == "server_error");
  CHECK(attributes_of(*call)["http.response.status_code"] == "503");
  REQUIRE((*call)["events"].size() == 1);
  const std::map<std::string, std::string> retry = {{"guardian.retry.failed_attempt", "1"},
                                                    {"gen_ai.request.model", "model-a"},
                                                    {"error.type", "rate_limited"},
                                                    {"http.response.status_code", "429"}};
  CHECK((*call)["events"][0]["name"] == "retry");
  CHECK(attributes_of((*call)["events"][0]) == retry);

  CHECK(attributes_of(named(spans, "execute_tool unknown").at(0))["error.type"] == "unknown_tool");
  CHECK(attributes_of(named(spans, "execute_tool check_medicines").at(0))["error.type"] == "bad_arguments");

  std::vector<std::string> decisions;
  const json interaction = named(spans, "invoke_agent interaction").at(0);
  for (const json& event : interaction["events"]) decisions.push_back(attributes_of(event)["guardian.guard.decision"]);
  CHECK(decisions == std::vector<std::string>{"withheld", "passed", "passed"});
}

TEST_CASE("no word of the case, of a reply or of a tool's arguments is in a trace", "[adapters][otlp]") {
  const std::string line = trace_of(model());
  for (const std::string& canary : canaries) {
    INFO(canary);
    CHECK(line.find(canary) == std::string::npos);
  }
}

TEST_CASE("a review without a model has steps and no agents", "[adapters][otlp]") {
  const auto spans = checked_spans(trace_of(nullptr));
  CHECK(named(spans, "interaction").size() == 1);
  for (const json& span : spans) CHECK(span["kind"] == 1);
}

TEST_CASE("what a review that failed left open is ended as failed", "[adapters][otlp]") {
  ReviewTrace trace({"1.2.3", "review", "gcp.gemini", "model-a"}, counted());
  agents::Event event;
  event.step = "interaction";
  trace.tell(event);
  event.kind = agents::EventKind::model_called;
  trace.tell(event);
  const auto spans = checked_spans(trace.finish(false));
  REQUIRE(spans.size() == 3);
  for (const json& span : spans) CHECK(attributes_of(span)["error.type"] == "_OTHER");
  CHECK(trace.finish(true) == trace.finish(false));
}

TEST_CASE("the program appends a trace for each review, and reviews at once do not mix theirs",
          "[adapters][otlp][cli]") {
  auto running = adapters::FakeGemini::start({});
  REQUIRE(running.has_value());
  const tests::TemporaryFolder folder;
  const auto traces = folder.path() / "traces.jsonl";
  const std::string one = R"({"id":"CASE-775577","as_of":"2026-11-02T08:00:00Z",
      "medications":[{"text":"warfarin 5 mg daily"}],"note":"Uses St John's wort for her mood."})";
  const auto case_file = folder.path() / "case.json";
  tests::write_text(case_file, one);
  std::string flat = one;
  std::replace(flat.begin(), flat.end(), '\n', ' ');
  const auto cases = folder.path() / "cases.ndjson";
  std::string lines;
  for (int i = 0; i < 6; ++i) lines += flat + "\n";
  tests::write_text(cases, lines);
  const auto run = [&](const std::vector<std::string>& arguments) {
    tests::ProgramCall call;
    call.arguments = arguments;
    call.arguments.insert(call.arguments.end(), {"--trace", traces.string()});
    call.environment = {
        {"GOOGLE_GEMINI_BASE_URL", (*running)->url()}, {"GEMINI_API_KEY", "key"}, {"GOOGLE_API_KEY", ""}};
    const auto done = tests::run_program(call);
    CHECK(done.err == "");
    CHECK(done.status == 0);
  };
  run({"review", case_file.string()});
  REQUIRE(lines_in(traces).size() == 1);
  CHECK_FALSE(named(checked_spans(lines_in(traces)[0]), "generate_content gemini-2.5-flash").empty());
  run({"batch", cases.string(), "--jobs", "3"});
  std::set<std::string> ids;
  for (const std::string& line : lines_in(traces)) {
    const auto spans = checked_spans(line);
    ids.insert(spans[0]["traceId"].get<std::string>());
    CHECK(named(spans, "screen").size() == 1);
    for (const std::string& canary : canaries) CHECK(line.find(canary) == std::string::npos);
  }
  CHECK(ids.size() == 7);
}

TEST_CASE("a trace that cannot be written is an error that names the file", "[adapters][otlp][cli]") {
  const tests::TemporaryFolder folder;
  tests::ProgramCall call;
  call.arguments = {"review", tests::example_cases().front().string(), "--trace",
                    (folder.path() / "no" / "folder.jsonl").string()};
  const auto done = tests::run_program(call);
  CHECK(done.status == 3);
  CHECK(done.err.find("folder.jsonl: cannot be written") != std::string::npos);
}
