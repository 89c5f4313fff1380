// A model's words take the template's place only through the guards, and never where the template's must stand.

#include "agents/explanation_agent.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include <rapidcheck.h>
#include <catch2/catch.hpp>

#include "agents/explanation_guards.hpp"
#include "tests/support/scripted_model.hpp"
#include "tests/support/temporary_knowledge.hpp"

namespace {

using namespace guardian;
using namespace guardian::core;
using agents::EventKind;
using agents::ModelAnswer;
using agents::ModelFailureKind;
using agents::ModelRequest;
using agents::NarrativeResult;
using tests::ScriptedModel;

constexpr const char* planted = "Xanthippe Quellmeister";

ResolvedMedication medicine(const std::string& element, const std::string& text, const std::string& ingredient) {
  ResolvedMedication medication;
  medication.element = element;
  medication.text = text;
  medication.ingredients = {ingredient};
  medication.match = "exact";
  return medication;
}

Finding finding_of(const std::string& id, Severity severity, const std::string& drug, const std::string& effect) {
  Finding finding;
  finding.id = id;
  finding.type = FindingType::drug_drug;
  finding.severity = severity;
  finding.subjects = finding.medicines = {drug, "warfarin"};
  finding.mechanism = "It slows the breakdown of warfarin.";
  finding.effect = effect;
  finding.management = "Check the INR within 3 days.";
  finding.monitoring = {"INR"};
  finding.evidence = {{"E-" + id, "label", "FDA", "Coumadin", "7", "2023", "", "verified"}};
  finding.elements = {"/medications/0", "/orders/0"};
  return finding;
}

// A critical finding f1, a moderate one f2, and a name that was not read, with a person in it.
Review review() {
  Review made;
  made.resolved = {medicine("/medications/0", "warfarin 5 mg PO daily", "warfarin"),
                   medicine("/orders/0", "fluconazole 200 mg", "fluconazole"),
                   medicine("/medications/1", "sertraline 50 mg", "sertraline")};
  made.findings = {finding_of("f1", Severity::critical, "fluconazole", "Fatal bleeding."),
                   finding_of("f2", Severity::moderate, "sertraline", "Bleeding.")};
  made.unresolved = {{"/medications/2", std::string("the pill of ") + planted, "no known name", {}}};
  made.complete = false;
  made.decision = decide(made.findings, made.complete);
  return made;
}

const agents::MaskLexicon& lexicon() {
  static const agents::MaskLexicon built = agents::MaskLexicon::build(*tests::shipped_knowledge());
  return built;
}

NarrativeResult written_by(agents::ModelClient* model, const Review& of = review(),
                           const agents::EventSink& events = {}) {
  const Case subject{};
  agents::ModelAccess access{model, {}, {}};
  access.call_limits.deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  return agents::write_explanation({subject, of, tests::shipped_knowledge(), &lexicon()}, {}, access, events);
}

NarrativeResult written_as(const std::string& json, const Review& of = review()) {
  ScriptedModel model([&](const ModelRequest&, const agents::CallLimits&) -> ModelAnswer { return tests::says(json); });
  return written_by(&model, of);
}

struct Written {
  std::string section, audience, kind, text;
  std::string source = {};  // empty: the statement of its kind
};

std::string reply(const std::vector<Written>& claims) {
  std::string json = R"({"sections":[)";
  for (const Written& claim : claims) {
    const std::string source =
        claim.source.empty() ? claim.section + "." + claim.audience + "." + claim.kind : claim.source;
    json += std::string(&claim == &claims.front() ? "" : ",") + R"({"section":")" + claim.section +
            R"(","audience":")" + claim.audience + R"(","claims":[{"kind":")" + claim.kind + R"(","sources":[")" +
            source + R"("],"text":")" + claim.text + R"("}]})";
  }
  return json + "]}";
}

const Claim* find(const Explanation& text, const std::string& about, Audience audience, ClaimKind kind) {
  const auto at = std::find_if(text.claims.begin(), text.claims.end(), [&](const Claim& claim) {
    return claim.about == about && claim.audience == audience && claim.kind == kind;
  });
  return at == text.claims.end() ? nullptr : &*at;
}

const std::string good_reason = "Fluconazole keeps warfarin in the blood for longer.";

}  // namespace

TEST_CASE("without a model the explanation is the template's", "[agents][explanation]") {
  const NarrativeResult result = written_by(nullptr);
  CHECK(result.explanation == agents::explain(review()));
  CHECK(result.report.by == "rules");
  CHECK_FALSE(result.degradation);
}

TEST_CASE("what a model writes well stands in its place, with what it rests on", "[agents][explanation]") {
  const NarrativeResult result = written_as(reply({{"F1", "clinician", "why", good_reason}}));
  CHECK((result.degradation ? result.degradation->reason : std::string()) == "");
  CHECK(result.report.refused.empty());
  CHECK(result.report.by == "model");
  CHECK(result.report.prompt.rfind("sha256:", 0) == 0);
  CHECK(result.explanation.by == "model");
  CHECK(result.explanation.model == "scripted-1");
  const Claim* claim = find(result.explanation, "f1", Audience::clinician, ClaimKind::why);
  REQUIRE(claim != nullptr);
  CHECK(claim->text == good_reason);
  CHECK(claim->by == "model");
  CHECK(claim->findings == std::vector<std::string>{"f1"});
  CHECK(claim->id == "f1.clinician.why");
  // All others are the template's.
  Explanation other = result.explanation;
  Explanation expected = agents::explain(review());
  for (Explanation* text : {&other, &expected}) {
    text->claims.erase(std::remove_if(text->claims.begin(), text->claims.end(),
                                      [](const Claim& one) { return one.id == "f1.clinician.why"; }),
                       text->claims.end());
  }
  CHECK(other.claims == expected.claims);
}

TEST_CASE("a section that a guard objects to stays the template's, and the review says why", "[agents][explanation]") {
  struct Bad {
    Written claim;
    std::string guard;
  };
  const std::vector<Bad> all{
      {{"F1", "clinician", "what", "These two should not meet."}, "must say"},
      {{"F1", "clinician", "what", "Fluconazole is a problem."}, "must say"},
      {{"F1", "clinician", "why", "Bleeding in 40 of 100 patients."}, "numbers"},
      {{"F1", "clinician", "why", "Bleeding within seven days."}, "numbers"},
      {{"F1", "clinician", "why", "Bleeding, as with aspirin."}, "medicines"},
      {{"F1", "clinician", "why", "Bleeding, worse with Xarelto."}, "medicines"},
      {{"F1", "clinician", "why", "Bleeding is unlikely."}, "wording"},
      {{"F1", "clinician", "why", "A mild bleeding."}, "wording"},
      {{"F2", "clinician", "effect", "The combination is safe."}, "wording"},
      {{"F2", "patient", "effect", "Stop taking both and see what comes."}, "wording"},
      {{"F2", "patient", "effect", "Do not worry, you may bleed a bit."}, "wording"},
      {{"F2", "patient", "effect",
        "Concomitant administration potentially precipitates haemorrhagic complications necessitating "
        "multidisciplinary evaluation alongside individualised anticoagulation intensification considerations."},
       "reading grade"},
      {{"F1", "clinician", "why", "Bleeding, see https://example.org/x."}, "plain text"},
      {{"F1", "clinician", "why", "Bleeding <b>now</b>."}, "plain text"},
      {{"F1", "clinician", "why", "Bleeding, says [NAME-9]."}, "plain text"},
  };
  for (const Bad& bad : all) {
    INFO(bad.claim.text);
    const NarrativeResult result = written_as(reply({bad.claim}));
    CHECK(result.explanation.claims == agents::explain(review()).claims);
    CHECK(result.explanation.by == "template");
    REQUIRE(result.report.refused.size() == 1);
    CHECK(result.report.refused[0].find(": " + bad.guard + ": ") != std::string::npos);
    CHECK(result.report.refused[0].find("leed") == std::string::npos);  // none of the model's words
  }
}

TEST_CASE("a withheld section is an event and takes no other with it", "[agents][explanation]") {
  const std::string json =
      reply({{"F2", "clinician", "effect", "The combination is safe."}, {"F1", "clinician", "why", good_reason}});
  ScriptedModel model([&](const ModelRequest&, const agents::CallLimits&) -> ModelAnswer { return tests::says(json); });
  std::vector<agents::Event> events;
  const NarrativeResult result = written_by(&model, review(), [&](const agents::Event& event) {
    if (event.kind == EventKind::guard_decided && event.decision == agents::GuardDecision::withheld)
      events.push_back(event);
  });
  REQUIRE(events.size() == 1);
  CHECK(events[0].step == "explanation");
  CHECK(events[0].name == "wording");
  CHECK(find(result.explanation, "f1", Audience::clinician, ClaimKind::why)->by == "model");
  CHECK(find(result.explanation, "f2", Audience::clinician, ClaimKind::effect)->by == "template");
}

TEST_CASE("how soon, what a critical finding can do and asks for, and how much was found are not a model's to write",
          "[agents][explanation]") {
  const std::vector<Written> all{{"F1", "patient", "action", "Go on as before."},
                                 {"F1", "patient", "effect", "You may bleed."},
                                 {"F1", "clinician", "action", "Check the INR within 3 days."},
                                 {"review", "clinician", "what", "One finding."},
                                 {"F1", "clinician", "why", good_reason, "F2.clinician.why"},
                                 {"F9", "clinician", "effect", good_reason, "F1.clinician.why"}};
  for (const Written& claim : all) {
    INFO(claim.section + " " + claim.kind);
    const NarrativeResult result = written_as(reply({claim}));
    CHECK(result.explanation.claims == agents::explain(review()).claims);
    CHECK(result.report.refused.size() == 1);
  }
  // The schema has no kind for how soon.
  const NarrativeResult late = written_as(reply({{"F1", "patient", "urgency", "Next month will do."}}));
  CHECK(late.explanation.claims == agents::explain(review()).claims);
  CHECK(late.degradation);
}

TEST_CASE("a model that fails leaves the template's text and says so", "[agents][explanation]") {
  for (const auto kind : {ModelFailureKind::timeout, ModelFailureKind::blocked, ModelFailureKind::quota}) {
    ScriptedModel model(
        [&](const ModelRequest&, const agents::CallLimits&) -> ModelAnswer { return tests::fails(kind); });
    const NarrativeResult result = written_by(&model);
    CHECK(result.explanation == agents::explain(review()));
    REQUIRE(result.degradation);
    CHECK(result.degradation->agent == "explanation");
  }
}

TEST_CASE("the model sees the statements, masked, and no more", "[agents][explanation]") {
  ScriptedModel model([&](const ModelRequest&, const agents::CallLimits&) -> ModelAnswer {
    return tests::fails(ModelFailureKind::timeout);
  });
  (void)written_by(&model);
  REQUIRE(model.asked().size() == 1);
  const ModelRequest asked = model.asked().front();
  const std::string text = std::get<agents::UserText>(asked.turns.front()).text;
  CHECK(text.find("warfarin") != std::string::npos);
  for (const char* part : {"Xanthippe", "Quellmeister"}) CHECK(text.find(part) == std::string::npos);
  CHECK(asked.tools.empty());
  CHECK(asked.system.find("school grade 6") != std::string::npos);
}

TEST_CASE("where no free text may be sent, sections that repeat words of people are not", "[agents][explanation]") {
  ScriptedModel model([&](const ModelRequest&, const agents::CallLimits&) -> ModelAnswer {
    return tests::fails(ModelFailureKind::timeout);
  });
  const Case subject{};
  const Review made = review();
  agents::ModelAccess access{&model, {}, {}};
  access.call_limits.deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  (void)agents::write_explanation({subject, made, tests::shipped_knowledge(), &lexicon(), false}, {}, access, {});
  REQUIRE(model.asked().size() == 1);
  const std::string text = std::get<agents::UserText>(model.asked().front().turns.front()).text;
  CHECK(text.find("Section F1 for the clinician") != std::string::npos);
  CHECK(text.find("Section review for the clinician") == std::string::npos);  // names what could not be read
  CHECK(text.find('"') == std::string::npos);
}

TEST_CASE("whatever a model writes, must-say facts and the template's own kinds are there",
          "[agents][explanation][property]") {
  const std::vector<std::string> words{"warfarin", "fluconazole", "sertraline", "safe",  "bleed", "stop taking",
                                       "3 days",   "7 days",      "aspirin",    "INR",   ".",     "never",
                                       "mild",     "ignore",      "<b>",        "severe"};
  const std::vector<std::string> kinds{"what", "why", "effect", "action", "watch"};
  const std::vector<std::string> sections{"review", "F1", "F2", "F3"};
  const std::vector<std::string> readers{"clinician", "patient"};
  const Explanation base_text = agents::explain(review());
  CHECK(rc::check("the floor of the text holds", [&] {
    std::string json = R"({"sections":[)";
    const auto count = *rc::gen::inRange(1, 6);
    for (int i = 0; i < count; ++i) {
      const std::string section = *rc::gen::elementOf(sections);
      const std::string reader = *rc::gen::elementOf(readers);
      std::string claims;
      const auto many = *rc::gen::inRange(1, 5);
      for (int j = 0; j < many; ++j) {
        std::string text;
        for (const std::string& word :
             *rc::gen::nonEmpty(rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(words))))
          text += word + " ";
        const std::string kind = *rc::gen::elementOf(kinds);
        const bool well_cited = *rc::gen::inRange(0, 10) > 0;
        claims += std::string(j == 0 ? "" : ",") + R"({"kind":")" + kind + R"(","sources":[")" + section + "." +
                  reader + "." + (well_cited ? kind : "scope") + R"("],"text":")" + text + R"("})";
      }
      json += std::string(i == 0 ? "" : ",") + R"({"section":")" + section + R"(","audience":")" + reader +
              R"(","claims":[)" + claims + "]}";
    }
    const NarrativeResult result = written_as(json + "]}");
    RC_ASSERT(unsaid(result.explanation).empty());
    RC_ASSERT(result.explanation.must_say == base_text.must_say);
    for (const Claim& statement : base_text.claims) {
      const Claim* shown = find(result.explanation, statement.about, statement.audience, statement.kind);
      RC_ASSERT(shown != nullptr);
      const bool stands =
          statement.kind == ClaimKind::urgency || statement.kind == ClaimKind::unknown ||
          statement.kind == ClaimKind::scope ||
          (statement.about == "f1" && (statement.kind == ClaimKind::action || statement.kind == ClaimKind::effect));
      if (stands) RC_ASSERT(shown->by == "template");
      if (shown->by == "template") RC_ASSERT(std::count(base_text.claims.begin(), base_text.claims.end(), *shown) == 1);
    }
  }));
}
