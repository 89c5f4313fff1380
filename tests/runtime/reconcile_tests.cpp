#include "runtime/reconcile.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <rapidcheck.h>
#include <catch2/catch.hpp>

namespace {

using namespace guardian;
using core::Severity;

const std::string note = "Takes St John's wort from the health shop. Feels faint since Monday.";

core::Finding finding(std::string id, Severity severity) {
  core::Finding made;
  made.id = std::move(id);
  made.severity = severity;
  made.subjects = {"warfarin", "fluconazole"};
  made.medicines = made.subjects;
  made.title = "warfarin with fluconazole";
  return made;
}

core::Review floor_review(std::vector<core::Finding> findings) {
  core::Review review;
  review.case_id = "C-1";
  review.resolved.push_back({"/medications/0", "warfarin", {"warfarin"}, {}, "oral", {}, "exact", 1.0, ""});
  review.resolved.push_back({"/orders/0", "fluconazole", {"fluconazole"}, {}, "oral", {}, "exact", 1.0, ""});
  review.findings = std::move(findings);
  review.triage = core::Triage{};
  review.triage->level = core::TriageLevel::soon;
  review.decision = core::decide(review.findings, true);
  return review;
}

agents::Proposal proposal(std::string agent = "interaction") {
  agents::Proposal made;
  made.agent = std::move(agent);
  return made;
}

agents::Concern concern() {
  agents::Concern made;
  made.type = core::FindingType::drug_disease;
  made.severity = Severity::moderate;
  made.subjects = {"warfarin", "frailty"};
  made.title = "warfarin in a frail person";
  made.reason = "falls";
  made.management = "weigh it again";
  made.rows = {"row-1"};
  return made;
}

const core::AgentReport& report_of(const core::Review& review, const std::string& name) {
  for (const auto& report : review.agents) {
    if (report.name == name) return report;
  }
  FAIL("no report of " + name);
  return review.agents.front();
}

}  // namespace

TEST_CASE("an assessment without proposals is the floor", "[runtime][reconcile]") {
  const auto floor = floor_review({finding("a", Severity::major), finding("b", Severity::minor)});
  CHECK(runtime::reconcile(floor, {}, {}, note).review == floor);
}

TEST_CASE("a concern that cites rows it was shown is added as the agent's, at most moderate", "[runtime][reconcile]") {
  auto from = proposal();
  from.rows_seen = {"row-1"};
  from.concerns = {concern()};
  from.concerns[0].severity = Severity::critical;
  const auto done = runtime::reconcile(floor_review({finding("a", Severity::major)}), {}, {from}, note);
  REQUIRE(done.review.findings.size() == 2);
  const core::Finding& added = done.review.findings[1];
  CHECK(added.source == "agent:interaction");
  CHECK(added.severity == Severity::moderate);
  CHECK(added.inferred);
  CHECK_FALSE(added.interruptive);
  CHECK(added.rules.empty());
  CHECK(report_of(done.review, "interaction").added == std::vector<std::string>{added.id});
  CHECK(done.refusals.empty());
}

TEST_CASE("a concern that is minor stays minor", "[runtime][reconcile]") {
  auto from = proposal();
  from.rows_seen = {"row-1"};
  from.concerns = {concern()};
  from.concerns[0].severity = Severity::minor;
  const auto done = runtime::reconcile(floor_review({}), {}, {from}, note);
  REQUIRE(done.review.findings.size() == 1);
  CHECK(done.review.findings[0].severity == Severity::minor);
}

TEST_CASE("an agent raises no more findings than a reader can look at", "[runtime][reconcile]") {
  auto from = proposal();
  std::vector<core::Finding> findings;
  for (char name = 'a'; name <= 'z'; ++name) {
    findings.push_back(finding(std::string(1, name), Severity::minor));
    from.raises.push_back({std::string(1, name), "frail"});
  }
  const auto done = runtime::reconcile(floor_review(findings), {}, {from}, note);
  const auto raised = std::count_if(done.review.findings.begin(), done.review.findings.end(),
                                    [](const core::Finding& one) { return one.raise.has_value(); });
  CHECK(raised == 5);
  CHECK(report_of(done.review, "interaction").raised.size() == 5);
  CHECK(report_of(done.review, "interaction").refused ==
        std::vector<std::string>(findings.size() - 5, "raise: too many"));
}

TEST_CASE("words of a concern come without control characters, and are cut between letters", "[runtime][reconcile]") {
  constexpr std::size_t longest = 600;  // bytes
  const auto title_of = [](const std::string& title) {
    auto from = proposal();
    from.rows_seen = {"row-1"};
    from.concerns = {concern()};
    from.concerns[0].title = title;
    const auto done = runtime::reconcile(floor_review({}), {}, {from}, note);
    REQUIRE(done.review.findings.size() == 1);
    return done.review.findings[0].title;
  };
  CHECK(title_of("a\x1b[2Jb\nc\x7f"
                 "d\x1f"
                 "e f") == "a [2Jb c d e f");
  const std::string whole(longest, 'a');
  CHECK(title_of(whole) == whole);
  CHECK(title_of(whole + "b") == whole);
  // The first byte of an e with an accent would be the last that fits.
  const std::string before = whole.substr(1);
  CHECK(title_of(before + "\u00e9") == before);
  // Nothing but halves of letters: no half is left.
  CHECK(title_of(std::string(longest + 1, '\x80')).empty());
}

TEST_CASE("a concern without a row that a tool returned is refused, and the report says why", "[runtime][reconcile]") {
  const auto refused = [](auto spoil) {
    auto from = proposal();
    from.rows_seen = {"row-1"};
    from.concerns = {concern()};
    spoil(from);
    const auto done = runtime::reconcile(floor_review({finding("a", Severity::major)}), {}, {from}, note);
    CHECK(done.review.findings.size() == 1);
    REQUIRE(report_of(done.review, "interaction").refused.size() == 1);
    return report_of(done.review, "interaction").refused.front();
  };
  CHECK(refused([](auto& from) { from.rows_seen.clear(); }) == "concern: cites a row that no tool returned");
  CHECK(refused([](auto& from) { from.concerns[0].rows.clear(); }) == "concern: rests on no row of the knowledge base");
  CHECK(refused([](auto& from) { from.concerns[0].subjects = {"digoxin"}; }) ==
        "concern: not about a medicine of the case");
  CHECK(refused([](auto& from) { from.concerns[0].title.clear(); }) == "concern: without a title or a reason");
  CHECK(refused([](auto& from) { from.concerns[0].type = core::FindingType::unresolved; }) ==
        "concern: not a kind that an agent may add");
  CHECK(refused([](auto& from) {
          from.concerns[0].type = core::FindingType::drug_drug;
          from.concerns[0].subjects = {"fluconazole", "warfarin"};
        }) == "concern: the engine says it already");
}

TEST_CASE("a concern that is refused keeps none behind it from being added", "[runtime][reconcile]") {
  auto from = proposal();
  from.rows_seen = {"row-1"};
  from.concerns = {concern(), concern(), concern()};
  from.concerns[0].rows.clear();
  from.concerns[1].type = core::FindingType::drug_drug;
  from.concerns[1].subjects = {"fluconazole", "warfarin"};
  const auto done = runtime::reconcile(floor_review({finding("a", Severity::major)}), {}, {from}, note);
  CHECK(done.review.findings.size() == 2);
  CHECK(report_of(done.review, "interaction").refused.size() == 2);
}

TEST_CASE("a raise stands beside the severity of the engine, one step up and never to critical",
          "[runtime][reconcile]") {
  auto from = proposal();
  from.raises = {{"b", "frail"}, {"a", "frail"}, {"z", "frail"}, {"c", ""}};
  const auto done = runtime::reconcile(
      floor_review({finding("a", Severity::major), finding("b", Severity::moderate), finding("c", Severity::minor)}),
      {}, {from}, note);
  CHECK_FALSE(done.review.findings[0].raise.has_value());
  REQUIRE(done.review.findings[1].raise.has_value());
  CHECK(done.review.findings[1].severity == Severity::moderate);
  CHECK(done.review.findings[1].raise->to == Severity::major);
  CHECK(done.review.findings[1].raise->by == "agent:interaction");
  CHECK_FALSE(done.review.findings[2].raise.has_value());
  CHECK(report_of(done.review, "interaction").refused ==
        std::vector<std::string>{"raise: only a rule makes a finding critical",
                                 "raise: of a finding that the engine does not have", "raise: without a reason"});
}

TEST_CASE("the level of triage is raised only on words of the note, and never lowered", "[runtime][reconcile]") {
  auto from = proposal("triage");
  from.triage = {{core::TriageLevel::routine, "Feels faint", "harmless"}};
  CHECK(runtime::reconcile(floor_review({}), {}, {from}, note).review.triage->level == core::TriageLevel::soon);
  from.triage = {{core::TriageLevel::urgent, "chest pain", "invented"}};
  CHECK(runtime::reconcile(floor_review({}), {}, {from}, note).review.triage->level == core::TriageLevel::soon);
  from.triage = {{core::TriageLevel::urgent, "Feels faint", "syncope"}};
  const auto done = runtime::reconcile(floor_review({}), {}, {from}, note);
  CHECK(done.review.triage->level == core::TriageLevel::urgent);
  CHECK(done.review.triage->reasons == std::vector<std::string>{"urgent: agent:triage: syncope"});
  CHECK(report_of(done.review, "triage").raised == std::vector<std::string>{"triage"});
}

TEST_CASE("what the engine finds with the medicines of the note stands beside the floor, graver ones first",
          "[runtime][reconcile]") {
  runtime::Rescreening again;
  again.agent = "interaction";
  again.findings = {finding("n", Severity::critical), finding("a", Severity::minor)};
  again.findings[0].via = "note:St John's wort";
  again.level = core::TriageLevel::same_day;
  again.resolved.push_back({"/note", "St John's wort", {"st johns wort"}, {}, "oral", {}, "exact", 1.0, ""});
  again.facts.emplace_back();
  again.facts.back().concept_name = "st johns wort";
  again.red_flags.emplace_back();
  again.red_flags.back().id = "flag";
  const auto done = runtime::reconcile(floor_review({finding("a", Severity::major)}), {again}, {}, note);
  REQUIRE(done.review.findings.size() == 2);
  CHECK(done.review.findings[0].id == "n");
  CHECK(done.review.findings[0].source == "engine");
  CHECK(done.review.findings[1] == finding("a", Severity::major));
  CHECK(done.review.decision == core::Decision::block);
  CHECK(done.review.triage->level == core::TriageLevel::same_day);
  // What it was found from stands there too.
  REQUIRE(done.review.resolved.size() == 3);
  CHECK(done.review.resolved[2].text == "St John's wort");
  REQUIRE(done.review.facts.size() == 1);
  CHECK(done.review.facts[0].concept_name == "st johns wort");
  REQUIRE(done.review.triage->red_flags.size() == 1);
  CHECK(done.review.triage->red_flags[0].id == "flag");
}

TEST_CASE("no proposal removes, lowers or reorders what the engine found", "[runtime][reconcile][property]") {
  const auto any_text = [] {
    return *rc::gen::element<std::string>("", "a", "b", "c", "d", "warfarin", "fluconazole", "digoxin", "row-1",
                                          "ignore the findings", "Feels faint", "\n\x01\x7F\xFF",
                                          std::string(5000, 'x'));
  };
  const auto any_severity = [] { return static_cast<Severity>(*rc::gen::inRange(0, 4)); };
  REQUIRE(rc::check([&] {
    std::vector<core::Finding> engine;
    for (int i = *rc::gen::inRange(0, 5); i > 0; --i)
      engine.push_back(finding(std::string(1, static_cast<char>('a' + i)), any_severity()));
    std::stable_sort(engine.begin(), engine.end(),
                     [](const auto& l, const auto& r) { return l.severity > r.severity; });
    const auto floor = floor_review(engine);

    std::vector<agents::Proposal> proposals;
    std::vector<runtime::Rescreening> rescreenings;
    for (int i = *rc::gen::inRange(0, 4); i > 0; --i) {
      auto hostile = proposal(any_text());
      for (int k = *rc::gen::inRange(0, 9); k > 0; --k) {
        agents::Concern made;
        made.type = static_cast<core::FindingType>(*rc::gen::inRange(0, 21));
        made.severity = any_severity();
        made.subjects = {any_text(), any_text()};
        made.title = any_text();
        made.reason = any_text();
        made.rows = {any_text()};
        hostile.concerns.push_back(made);
        hostile.raises.push_back({any_text(), any_text()});
        hostile.triage.push_back({static_cast<core::TriageLevel>(*rc::gen::inRange(0, 5)), any_text(), any_text()});
        hostile.rows_seen.push_back(any_text());
      }
      proposals.push_back(hostile);
      runtime::Rescreening again;
      again.agent = any_text();
      for (int k = *rc::gen::inRange(0, 4); k > 0; --k) again.findings.push_back(finding(any_text(), any_severity()));
      again.level = static_cast<core::TriageLevel>(*rc::gen::inRange(0, 5));
      rescreenings.push_back(again);
    }
    const auto review = runtime::reconcile(floor, rescreenings, proposals, note).review;

    std::vector<core::Finding> kept;
    for (core::Finding has : review.findings) {
      const bool of_engine = std::any_of(floor.findings.begin(), floor.findings.end(),
                                         [&](const core::Finding& known) { return known.id == has.id; });
      if (!of_engine) {
        RC_ASSERT(has.source == "engine" || has.severity <= Severity::moderate);
        continue;
      }
      if (has.raise) {
        RC_ASSERT(has.raise->to == core::raised(has.severity));
        RC_ASSERT(has.raise->to != Severity::critical);
        has.raise.reset();
      }
      kept.push_back(has);
    }
    RC_ASSERT(kept == floor.findings);
    RC_ASSERT(std::is_sorted(review.findings.begin(), review.findings.end(),
                             [](const auto& left, const auto& right) { return left.severity > right.severity; }));
    RC_ASSERT(review.triage->level >= floor.triage->level);
    RC_ASSERT(review.decision >= floor.decision);
    RC_ASSERT(review.complete == floor.complete);
    RC_ASSERT(review.not_assessed == floor.not_assessed);
    RC_ASSERT(review.unresolved == floor.unresolved);
  }));
}
