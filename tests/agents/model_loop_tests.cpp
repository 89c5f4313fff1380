#include "agents/model_loop.hpp"

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "agents/json_check.hpp"
#include "tests/support/scripted_model.hpp"

namespace {

using namespace guardian;
using agents::EventKind;
using agents::ModelFailureKind;
using tests::ScriptedModel;

const std::string schema = R"({"type":"object","additionalProperties":false,"required":["ok"],
                               "properties":{"ok":{"type":"boolean"}}})";

class Weather : public agents::Tool {
 public:
  const agents::ToolDeclaration& declaration() const override {
    static const agents::ToolDeclaration made{
        "weather", "The weather of a town.",
        R"({"type":"object","required":["town"],"properties":{"town":{"type":"string","maxLength":20}}})"};
    return made;
  }
  agents::ToolResult call(std::string_view arguments) override {
    ++called;
    if (arguments.find("Atlantis") != std::string_view::npos) throw std::runtime_error("drowned");
    return {R"({"sky":"clear"})", {"row-7"}, false};
  }
  static inline int called = 0;
};

const agents::EventSink unheard;

agents::ToolBox box() {
  Weather::called = 0;
  std::vector<std::unique_ptr<agents::Tool>> tools;
  tools.push_back(std::make_unique<Weather>());
  return agents::ToolBox(std::move(tools));
}

agents::LoopResult talk(ScriptedModel& model, agents::ToolBox* tools, const agents::LoopLimits& limits = {},
                        const agents::EventSink& events = unheard) {
  agents::CallLimits calls;
  calls.deadline = std::chrono::steady_clock::now() + std::chrono::seconds(5);
  const agents::LoopRequest request{"interaction", "# Agent: interaction", "The case", schema};
  return agents::converse(model, request, tools, limits, calls, events);
}

std::string reply_of(const agents::LoopResult& result) {
  REQUIRE(std::holds_alternative<std::string>(result.reply));
  return std::get<std::string>(result.reply);
}

ModelFailureKind failure_of(const agents::LoopResult& result) {
  REQUIRE(std::holds_alternative<agents::ModelFailure>(result.reply));
  return std::get<agents::ModelFailure>(result.reply).kind;
}

}  // namespace

TEST_CASE("tools come first, and the answer is asked for without them and with its schema", "[agents][model_loop]") {
  auto tools = box();
  ScriptedModel model([](const agents::ModelRequest& request, const agents::CallLimits&) -> agents::ModelAnswer {
    if (!request.reply_schema.empty()) return tests::says(R"({"ok":true})");
    if (request.turns.size() > 1) return tests::says("done");
    return tests::calls({{"c1", "weather", R"({"town":"Rome"})"}});
  });
  std::vector<EventKind> seen;
  const auto result = talk(model, &tools, {}, [&](const agents::Event& event) { seen.push_back(event.kind); });
  CHECK(reply_of(result) == R"({"ok":true})");
  CHECK(result.rows == std::vector<std::string>{"row-7"});
  CHECK(result.calls == 3);
  CHECK(result.tool_calls == 1);
  CHECK(result.tokens == 300);
  const auto asked = model.asked();
  REQUIRE(asked.size() == 3);
  CHECK(asked[0].tools.size() == 1);
  CHECK(asked[0].reply_schema.empty());
  CHECK(std::get<agents::ToolAnswers>(asked[1].turns[2]).answers[0].id == "c1");
  CHECK(asked[2].tools.empty());
  CHECK(asked[2].reply_schema == schema);
  CHECK(seen == std::vector<EventKind>{EventKind::model_called, EventKind::model_answered, EventKind::tool_called,
                                       EventKind::tool_answered, EventKind::model_called, EventKind::model_answered,
                                       EventKind::model_called, EventKind::model_answered, EventKind::guard_decided});
}

TEST_CASE("an unknown tool, wrong arguments and a tool that throws go back to the model as errors",
          "[agents][model_loop]") {
  auto tools = box();
  ScriptedModel model([](const agents::ModelRequest& request, const agents::CallLimits&) -> agents::ModelAnswer {
    if (!request.reply_schema.empty()) return tests::says(R"({"ok":true})");
    if (request.turns.size() > 1) return tests::says("done");
    return tests::calls({{"1", "delete_everything", "{}"},
                         {"2", "weather", R"({"town":7})"},
                         {"3", "weather", "no json"},
                         {"4", "weather", R"({"town":"Atlantis"})"}});
  });
  CHECK(reply_of(talk(model, &tools)) == R"({"ok":true})");
  CHECK(Weather::called == 1);
  const auto answers = std::get<agents::ToolAnswers>(model.asked()[1].turns[2]).answers;
  REQUIRE(answers.size() == 4);
  CHECK(answers[0].content == R"({"error":"there is no such tool"})");
  CHECK(answers[1].content == R"({"error":"arguments: /town: is of the wrong type"})");
  CHECK(answers[2].content == R"({"error":"arguments: /: is no JSON"})");
  CHECK(answers[3].content == R"({"error":"the tool failed"})");
  for (const auto& answer : answers) CHECK(answer.failed);
}

TEST_CASE("a model that calls tools for ever is asked for its answer when rounds or calls are used up",
          "[agents][model_loop]") {
  ScriptedModel model([](const agents::ModelRequest& request, const agents::CallLimits&) -> agents::ModelAnswer {
    if (!request.reply_schema.empty()) return tests::says(R"({"ok":false})");
    return tests::calls({{"", "weather", R"({"town":"Rome"})"}, {"", "weather", R"({"town":"Bonn"})"}});
  });
  auto tools = box();
  auto result = talk(model, &tools, {6, 8, 60'000});
  CHECK(reply_of(result) == R"({"ok":false})");
  CHECK(Weather::called == 8);
  CHECK(result.calls == 5);
  auto more = box();
  result = talk(model, &more, {2, 100, 60'000});
  CHECK(Weather::called == 4);
  CHECK(result.calls == 3);
}

TEST_CASE("an agent that has used up its tokens gets no more answers", "[agents][model_loop]") {
  ScriptedModel model([](const agents::ModelRequest&, const agents::CallLimits&) -> agents::ModelAnswer {
    return tests::calls({{"", "weather", R"({"town":"Rome"})"}});
  });
  auto tools = box();
  CHECK(failure_of(talk(model, &tools, {6, 8, 150})) == ModelFailureKind::truncated);
  CHECK(model.asked().size() == 2);
}

TEST_CASE("a reply of the wrong shape is asked for once more, and then is a failure", "[agents][model_loop]") {
  int tries = 0;
  ScriptedModel second([&](const agents::ModelRequest&, const agents::CallLimits&) -> agents::ModelAnswer {
    return tests::says(++tries == 1 ? R"({"ok":"yes"})" : R"({"ok":true})");
  });
  CHECK(reply_of(talk(second, nullptr)) == R"({"ok":true})");
  for (const std::string spoilt : {"", "I think it is fine.", R"({"ok":true,"more":1})", "[]", R"({"ok":true)",
                                   "\xFF\xFE", R"({"ok":NaN})", R"({})"}) {
    INFO(spoilt);
    ScriptedModel never([&](const agents::ModelRequest&, const agents::CallLimits&) -> agents::ModelAnswer {
      return tests::says(spoilt);
    });
    CHECK(failure_of(talk(never, nullptr)) == ModelFailureKind::malformed);
    CHECK(never.asked().size() == 2);
  }
}

TEST_CASE("a failure of the model ends the conversation as it is", "[agents][model_loop]") {
  for (const auto kind : {ModelFailureKind::timeout, ModelFailureKind::blocked, ModelFailureKind::quota}) {
    ScriptedModel model([&](const agents::ModelRequest&, const agents::CallLimits&) -> agents::ModelAnswer {
      return tests::fails(kind);
    });
    auto tools = box();
    CHECK(failure_of(talk(model, &tools)) == kind);
    CHECK(model.asked().size() == 1);
  }
}

TEST_CASE("JSON that is nested without end or larger than a reply may be is refused before it is parsed",
          "[agents][json_check]") {
  CHECK(agents::schema_violation(schema, std::string(100'000, '[')) == "/: is nested too deeply");
  CHECK(agents::schema_violation(schema, std::string(agents::largest_json + 1, ' ')) == "/: is too large");
  CHECK(agents::schema_violation(schema, R"({"ok":true})") == std::nullopt);
  CHECK(agents::schema_violation(schema, R"({"ok":true,"x":")" + std::string(40, '[') + R"("})") ==
        "/: has a member that is not asked for");
}

TEST_CASE("equal requests have equal digests, and any part of one changes it", "[agents][event]") {
  agents::ModelRequest request{"a", "system", {agents::UserText{"case"}}, {}, schema, 100};
  const std::string digest = agents::request_digest(request);
  CHECK(digest == agents::request_digest(agents::ModelRequest(request)));
  auto other = request;
  other.turns.push_back(agents::UserText{""});
  CHECK(agents::request_digest(other) != digest);
  other = request;
  other.system = "syste";
  other.turns = {agents::UserText{"mcase"}};
  CHECK(agents::request_digest(other) != digest);
}
