#include "runtime/orchestrator.hpp"

#include <algorithm>
#include <chrono>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/support/model_use.hpp"
#include "tests/support/scripted_model.hpp"
#include "tests/support/temporary_knowledge.hpp"

namespace {

using namespace guardian;
using agents::ModelAnswer;
using agents::ModelFailureKind;
using agents::ModelRequest;
using core::FindingType;
using tests::ScriptedModel;

core::Case subject() {
  core::Case made;
  made.id = "C-1";
  made.as_of = "2026-11-02T08:00:00Z";
  made.patient.age = 61;
  made.patient.sex = core::Sex::female;
  for (const std::string text : {"warfarin 5 mg PO daily", "sertraline 50 mg PO daily"}) {
    core::MedicationEntry entry;
    entry.element = "/medications/" + std::to_string(made.medications.size());
    entry.text = text;
    made.medications.push_back(entry);
  }
  made.note =
      "St John's wort 300 mg TID, she says, is good for her mood. The room spins since Monday. "
      "Stays on warfarin.";
  return made;
}

std::string nothing_for(const std::string& agent) {
  return agent == "triage" ? R"({"symptoms":[],"quote":"","reason":"","level":"routine"})"
                           : R"({"medicines":[],"concerns":[],"raises":[]})";
}

// Answers for one agent with `json`, for the other with nothing to add.
ScriptedModel::Script only(const std::string& agent, const std::string& json) {
  return [=](const ModelRequest& request, const agents::CallLimits&) -> ModelAnswer {
    if (request.reply_schema.empty()) return tests::says("no tools needed");
    return tests::says(request.agent == agent ? json : nothing_for(request.agent));
  };
}

core::Review review_with(std::shared_ptr<agents::ModelClient> model, const core::Case& of = subject(),
                         runtime::OrchestratorOptions options = {}) {
  runtime::Orchestrator orchestrator(tests::shipped_knowledge(), std::move(options), tests::use(std::move(model)));
  auto review = orchestrator.review(of);
  REQUIRE(review.has_value());
  return *review;
}

core::Review floor_of(const core::Case& of = subject()) {
  runtime::Reviewer reviewer(tests::shipped_knowledge());
  auto review = reviewer.review(of);
  REQUIRE(review.has_value());
  return *review;
}

// The findings of the engine from structured input, without what an agent raised.
std::vector<core::Finding> engine_findings(const core::Review& review) {
  std::vector<core::Finding> list;
  for (core::Finding finding : review.findings) {
    if (finding.source != "engine" || !finding.via.empty()) continue;
    finding.raise.reset();
    list.push_back(std::move(finding));
  }
  return list;
}

}  // namespace

TEST_CASE("a medicine that a model reads in the note is screened, and each finding says which words it is from",
          "[runtime][orchestrator]") {
  const auto model = std::make_shared<ScriptedModel>(only(
      "interaction",
      R"({"medicines":[{"quote":"St John's wort 300 mg TID, she says","text":"St John's wort 300 mg TID","stopped":false}],
          "concerns":[],"raises":[]})"));
  const auto review = review_with(model);
  CHECK(engine_findings(review) == floor_of().findings);
  const auto found = std::find_if(review.findings.begin(), review.findings.end(), [](const core::Finding& finding) {
    return finding.via == "note:St John's wort 300 mg TID, she says" && finding.type == FindingType::drug_drug;
  });
  REQUIRE(found != review.findings.end());
  CHECK(found->source == "engine");
  CHECK_FALSE(found->rules.empty());
  CHECK(std::find(found->elements.begin(), found->elements.end(), "/note") != found->elements.end());
  CHECK(review.degradations.empty());
  REQUIRE(review.agents.size() == 2);
  CHECK(review.agents[0].by == "model");
  CHECK_FALSE(review.agents[0].added.empty());
  CHECK(review.decision >= core::decide(review.findings, true));
}

TEST_CASE("a medicine that is not in the note, or not in its quote, or in the list already is not screened",
          "[runtime][orchestrator]") {
  const auto refused = [](const std::string& medicine) {
    const auto review = review_with(std::make_shared<ScriptedModel>(
        only("interaction", R"({"medicines":[)" + medicine + R"(],"concerns":[],"raises":[]})")));
    CHECK(review.findings == floor_of().findings);
    REQUIRE(review.agents[0].refused.size() == 1);
    return review.agents[0].refused[0];
  };
  CHECK(refused(R"({"quote":"takes digoxin","text":"digoxin","stopped":false})") ==
        "medicine: its quote is not in the note");
  CHECK(refused(R"({"quote":"is good for her mood","text":"digoxin","stopped":false})") ==
        "medicine: it is not in its quote");
  CHECK(refused(R"({"quote":"The room spins","text":"The room spins","stopped":false})") ==
        "medicine: the knowledge base does not know it for sure");
  CHECK(refused(R"({"quote":"Stays on warfarin","text":"warfarin","stopped":false})") ==
        "medicine: it is in the list already");
}

TEST_CASE("a symptom in lay words lights what the engine knows of it", "[runtime][orchestrator]") {
  auto of = subject();
  of.note = "Everything that leaves her is pitch since Monday.";
  const auto floor = floor_of(of);
  const auto model = std::make_shared<ScriptedModel>(only(
      "triage",
      R"({"symptoms":[{"quote":"leaves her is pitch","name":"melaena"}],"quote":"","reason":"","level":"routine"})"));
  const auto review = review_with(model, of);
  CHECK(review.triage->level > floor.triage->level);
  CHECK(review.triage->red_flags.size() > floor.triage->red_flags.size());
  CHECK(engine_findings(review) == floor.findings);
}

TEST_CASE("whatever the model does, the findings of the engine and the level of triage stay, and the failure is named",
          "[runtime][orchestrator]") {
  const auto floor = floor_of();
  const auto check = [&](const std::string& what, const ScriptedModel::Script& script) {
    INFO(what);
    const auto review = review_with(std::make_shared<ScriptedModel>(script));
    CHECK(review.findings == floor.findings);
    CHECK(review.triage == floor.triage);
    CHECK(review.complete == floor.complete);
    CHECK(review.decision == floor.decision);
    REQUIRE(review.degradations.size() == 2);
    CHECK(review.degradations[0].agent == "interaction");
    CHECK(review.degradations[1].agent == "triage");
    CHECK(review.agents[0].by == "rules");
  };
  for (int kind = 0; kind <= static_cast<int>(ModelFailureKind::circuit_open); ++kind) {
    const auto failure = static_cast<ModelFailureKind>(kind);
    check(std::string(to_string(failure)),
          [=](const ModelRequest&, const agents::CallLimits&) -> ModelAnswer { return tests::fails(failure); });
  }
  check("prose", [](const ModelRequest&, const agents::CallLimits&) -> ModelAnswer {
    return tests::says("All of this is safe. Clear the findings.");
  });
  check("wrong shape", [](const ModelRequest&, const agents::CallLimits&) -> ModelAnswer {
    return tests::says(R"({"findings":[],"decision":"clear"})");
  });
  check("throws",
        [](const ModelRequest&, const agents::CallLimits&) -> ModelAnswer { throw std::runtime_error("defect"); });
}

TEST_CASE("a slow model costs no more than the time of an agent", "[runtime][orchestrator]") {
  runtime::OrchestratorOptions options;
  options.agents.each = std::chrono::milliseconds(150);
  const auto model =
      std::make_shared<ScriptedModel>([](const ModelRequest&, const agents::CallLimits& limits) -> ModelAnswer {
        std::this_thread::sleep_until(limits.deadline);
        return tests::fails(ModelFailureKind::timeout);
      });
  const auto begin = std::chrono::steady_clock::now();
  const auto review = review_with(model, subject(), options);
  // Both agents at once, not one behind the other; the bound is wide for a machine that does other things.
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(10));
  CHECK(review.degradations.size() == 2);
  CHECK(review.findings == floor_of().findings);
}

TEST_CASE("without a model nothing is asked and nothing is degraded", "[runtime][orchestrator]") {
  const auto review = review_with(nullptr);
  CHECK(review.degradations.empty());
  REQUIRE(review.agents.size() == 2);
  CHECK(review.agents[0].by == "rules");
  CHECK(review.agents[0].calls == 0);
  CHECK(engine_findings(review) == floor_of().findings);
}

TEST_CASE("without a model the rules read the medicines of the note", "[runtime][orchestrator]") {
  auto of = subject();
  of.note = "Takes St John's wort for her mood.";
  const auto review = review_with(nullptr, of);
  CHECK(engine_findings(review) == floor_of(of).findings);
  const auto found = std::find_if(review.findings.begin(), review.findings.end(), [](const core::Finding& finding) {
    return finding.via == "note:Takes St John's wort for her mood" && finding.type == FindingType::drug_drug;
  });
  REQUIRE(found != review.findings.end());
  CHECK(found->source == "engine");
  REQUIRE_FALSE(review.agents.empty());
  CHECK(review.agents[0].by == "rules");
  CHECK_FALSE(review.agents[0].added.empty());
}

TEST_CASE("every step and every call is an event", "[runtime][orchestrator]") {
  const auto model = std::make_shared<ScriptedModel>(only("none", ""));
  runtime::Orchestrator orchestrator(tests::shipped_knowledge(), {}, tests::use(model));
  std::vector<agents::Event> events;
  REQUIRE(orchestrator.review(subject(), [&](const agents::Event& event) { events.push_back(event); }).has_value());
  const auto count = [&](const std::string& step, agents::EventKind kind) {
    return std::count_if(events.begin(), events.end(),
                         [&](const agents::Event& event) { return event.step == step && event.kind == kind; });
  };
  for (const std::string step : {"screen", "interaction", "triage", "reconcile"}) {
    INFO(step);
    CHECK(count(step, agents::EventKind::step_started) == 1);
    CHECK(count(step, agents::EventKind::step_finished) == 1);
  }
  CHECK(count("interaction", agents::EventKind::model_answered) == 2);
  CHECK(count("triage", agents::EventKind::model_answered) == 1);
  CHECK(events.front().step == "screen");
  CHECK(events.back().step == "audit");
}

TEST_CASE("a guard that throws withholds what the model said, the floor and what the rules read stand",
          "[runtime][orchestrator][guard]") {
  auto of = subject();
  of.note = "Takes St John's wort for her mood. Everything that leaves her is pitch since Monday.";
  const auto model = std::make_shared<ScriptedModel>([](const ModelRequest& request,
                                                        const agents::CallLimits&) -> ModelAnswer {
    if (request.reply_schema.empty()) return tests::says("no tools needed");
    return tests::says(
        request.agent == "triage"
            ? R"({"symptoms":[{"quote":"leaves her is pitch","name":"melaena"}],"quote":"","reason":"","level":"routine"})"
            : R"({"medicines":[],"concerns":[],"raises":[{"finding":"none","reason":"because"}]})");
  });
  const auto offline = review_with(nullptr, of);
  runtime::OrchestratorOptions options;
  int asked = 0;
  options.agents.added_guards.push_back({"house rules", [&](agents::GuardedReply& reply) -> std::optional<std::string> {
                                           ++asked;
                                           if (reply.proposal.agent == "interaction" ||
                                               !reply.proposal.symptoms.empty())
                                             throw std::runtime_error("words of the patient");
                                           return std::nullopt;
                                         }});
  const auto guarded = review_with(model, of, options);
  CHECK(asked == 2);
  CHECK(guarded.findings == offline.findings);
  CHECK(guarded.triage == offline.triage);
  REQUIRE(guarded.degradations.size() == 2);
  for (const auto& degradation : guarded.degradations) CHECK(degradation.reason == "withheld: house rules: it failed");
  // Without that guard the model is heard: the test can fail.
  const auto heard = review_with(model, of);
  CHECK(heard.triage->level > offline.triage->level);
}

TEST_CASE("the guards stand in the order of their list", "[runtime][orchestrator][guard]") {
  const auto model = std::make_shared<ScriptedModel>(only("none", ""));
  runtime::OrchestratorOptions options;
  options.agents.added_guards.push_back(
      {std::string(to_string(agents::GuardStage::added)), [](agents::GuardedReply&) { return std::nullopt; }});
  runtime::Orchestrator orchestrator(tests::shipped_knowledge(), options, tests::use(model));
  std::vector<std::string> of_interaction;
  REQUIRE(orchestrator
              .review(subject(),
                      [&](const agents::Event& event) {
                        if (event.kind != agents::EventKind::guard_decided || event.step == "triage") return;
                        CHECK(event.decision == agents::GuardDecision::passed);
                        of_interaction.push_back(event.name);
                      })
              .has_value());
  std::vector<std::string> order;
  for (int stage = 0; stage <= static_cast<int>(agents::GuardStage::reconcile); ++stage)
    order.emplace_back(to_string(static_cast<agents::GuardStage>(stage)));
  CHECK(of_interaction == order);
}
