// Whether a review holds what a row expects, and the reason when it does not.

#include <catch2/catch.hpp>

#include "audit/suite/summary.hpp"
#include "audit/suite/verdict.hpp"

using namespace guardian;
using namespace guardian::audit::suite;
namespace population = guardian::audit::population;
using core::Decision;
using core::Finding;
using core::FindingType;
using core::Review;
using core::Severity;
using core::TriageLevel;

namespace {

Finding finding(FindingType type, Severity severity, std::vector<std::string> subjects,
                std::vector<std::string> elements = {"/medications/0", "/medications/1"}) {
  Finding one;
  one.type = type;
  one.severity = severity;
  one.subjects = std::move(subjects);
  one.elements = std::move(elements);
  one.interruptive = core::is_interruptive(severity);
  one.rules = {"R1"};
  return one;
}

// Two medicines of which a major interaction is known.
Review review() {
  Review one;
  one.resolved = {{"/medications/0", "Coumadin", {"warfarin"}, {}, "oral", {}, "brand", 1.0, ""},
                  {"/medications/1", "Diflucan", {"fluconazole"}, {}, "oral", {}, "brand", 1.0, ""}};
  one.findings = {finding(FindingType::drug_drug, Severity::major, {"fluconazole", "warfarin"})};
  one.decision = Decision::escalate;
  one.triage = core::Triage{};
  one.triage->level = TriageLevel::soon;
  one.triage->news2.applicable = true;
  one.triage->news2.score = 3;
  one.not_assessed = {{"R2", "the INR of the last week", true}};
  return one;
}

Expectation row() {
  Expectation one;
  one.id = "pair";
  one.subject.medications.resize(2);
  one.subject.medications[0].element = "/medications/0";
  one.subject.medications[1].element = "/medications/1";
  one.between = {"/medications/0", "/medications/1"};
  return one;
}

FindingPattern pattern(std::vector<FindingType> types, Severity from, Severity to, std::vector<std::string> subjects) {
  return {"pattern", std::move(types), from, to, false, std::move(subjects)};
}

std::vector<MissReason> reasons(const Expectation& expected, const Review& given) {
  std::vector<MissReason> found;
  for (const Miss& miss : judge(expected, given).misses) {
    CHECK(miss.text.find('\n') == std::string::npos);
    found.push_back(miss.reason);
  }
  return found;
}

using Reasons = std::vector<MissReason>;

}  // namespace

TEST_CASE("a finding that is as severe as wanted holds, and a less severe one is named so", "[audit][suite]") {
  Expectation expected = row();
  expected.least = Severity::major;
  CHECK(judge(expected, review()).held());
  CHECK(judge(expected, review()).severest == Severity::major);
  expected.least = Severity::critical;
  CHECK(reasons(expected, review()) == Reasons{MissReason::lower_severity});
  Review nothing = review();
  nothing.findings.clear();
  CHECK(reasons(expected, nothing) == Reasons{MissReason::no_rule});
  CHECK_FALSE(judge(expected, nothing).severest);
}

TEST_CASE("a severe finding about one medicine of a pair does not stand for the pair", "[audit][suite]") {
  Expectation expected = row();
  expected.least = Severity::major;
  Review given = review();
  given.findings = {finding(FindingType::dose, Severity::critical, {"warfarin"}, {"/medications/0"})};
  CHECK(reasons(expected, given) == Reasons{MissReason::no_rule});
  expected.between.clear();  // of a case any finding counts
  CHECK(judge(expected, given).held());
}

TEST_CASE("what may not be more severe fails by any finding that is", "[audit][suite]") {
  Expectation expected = row();
  expected.most = Severity::moderate;
  CHECK(reasons(expected, review()) == Reasons{MissReason::unwanted_finding});
  expected.most = Severity::major;
  CHECK(judge(expected, review()).held());
}

TEST_CASE("a name that is not read is a miss, and whether anything is near it is told", "[audit][suite]") {
  Expectation expected = row();
  expected.most = Severity::critical;
  Review given = review();
  given.unresolved = {{"/medications/0", "Zorbaxidol", "not known", {}}};
  CHECK(reasons(expected, given) == Reasons{MissReason::drug_unknown});
  given.unresolved = {{"/medications/0", "Warferol", "between two", {{"warfarin", {"warfarin"}, 0.8, "near"}}}};
  CHECK(reasons(expected, given) == Reasons{MissReason::name_unresolved});
  expected.must_find = {pattern({FindingType::unresolved}, Severity::minor, Severity::critical, {})};
  given.findings.push_back(finding(FindingType::unresolved, Severity::major, {"Warferol"}, {"/medications/0"}));
  CHECK(judge(expected, given).held());
}

TEST_CASE("a medicine has to be read as the row says, or left open", "[audit][suite]") {
  Expectation expected = row();
  expected.reads_as = {{false, {"warfarin"}}, {false, {"fluconazole"}}};
  CHECK(judge(expected, review()).held());
  expected.reads_as[1].ingredients = {"ketoconazole"};
  CHECK(reasons(expected, review()) == Reasons{MissReason::misread});
  expected.reads_as[1] = {true, {}};
  CHECK(reasons(expected, review()) == Reasons{MissReason::misread});
  Review given = review();
  given.resolved.pop_back();
  given.unresolved = {{"/medications/1", "Diflu", "doubtful", {{"Diflucan", {"fluconazole"}, 0.7, "near"}}}};
  CHECK(judge(expected, given).held());
  expected.reads_as[1] = {false, {"fluconazole"}};
  CHECK(reasons(expected, given) == Reasons{MissReason::name_unresolved});
}

TEST_CASE("patterns ask for type, severity and subjects together", "[audit][suite]") {
  Expectation expected = row();
  expected.must_find = {pattern({FindingType::drug_drug}, Severity::major, Severity::critical, {"warfarin"})};
  CHECK(judge(expected, review()).held());
  expected.must_find = {pattern({FindingType::dose}, Severity::minor, Severity::critical, {"warfarin"})};
  CHECK(reasons(expected, review()) == Reasons{MissReason::no_rule});
  expected.must_find = {pattern({}, Severity::minor, Severity::critical, {"digoxin"})};
  CHECK(reasons(expected, review()) == Reasons{MissReason::no_rule});
  expected.must_find = {pattern({FindingType::drug_drug}, Severity::critical, Severity::critical, {})};
  CHECK(reasons(expected, review()) == Reasons{MissReason::lower_severity});
  expected.must_find = {pattern({FindingType::drug_drug}, Severity::minor, Severity::minor, {})};
  CHECK(reasons(expected, review()) == Reasons{MissReason::unwanted_finding});
  expected.must_find.clear();
  expected.must_not = {pattern({FindingType::drug_drug}, Severity::minor, Severity::critical, {})};
  CHECK(reasons(expected, review()) == Reasons{MissReason::unwanted_finding});
  expected.must_not = {pattern({FindingType::dose}, Severity::minor, Severity::critical, {})};
  CHECK(judge(expected, review()).held());
}

TEST_CASE("triage, decision and status are held to both of their bounds", "[audit][suite]") {
  Expectation expected = row();
  expected.triage = {TriageLevel::soon, TriageLevel::soon};
  expected.news2 = "3";
  expected.decision = {Decision::escalate, std::nullopt};
  expected.complete = true;
  expected.not_assessed = {"inr"};
  CHECK(judge(expected, review()).held());
  expected.triage = {TriageLevel::urgent, std::nullopt};
  expected.news2 = "none";
  expected.decision = {std::nullopt, Decision::caution};
  expected.complete = false;
  expected.not_assessed = {"potassium"};
  CHECK(reasons(expected, review()) == Reasons{MissReason::wrong_status, MissReason::wrong_status,
                                               MissReason::wrong_triage, MissReason::wrong_triage,
                                               MissReason::wrong_decision});
  Review given = review();
  given.triage.reset();
  CHECK(reasons(expected, given).at(2) == MissReason::wrong_triage);
}

TEST_CASE("a review that failed is a miss with its message", "[audit][suite]") {
  const core::Result<Review> failed = core::fail(core::ErrorCode::knowledge_unavailable, "texts cannot be read");
  const Verdict verdict = judge(row(), failed);
  REQUIRE(verdict.misses.size() == 1);
  CHECK(verdict.misses[0] == Miss{MissReason::not_reviewed, "texts cannot be read"});
}

TEST_CASE("categories are counted with exact intervals and the reason of the first miss", "[audit][suite]") {
  Suite suite{"made_up", {row(), row(), row()}};
  suite.rows[0].category = "b";
  suite.rows[1].category = "a";
  suite.rows[2].category = "b";
  const JudgedSuite judged{&suite, {{}, {}, {{{MissReason::no_rule, "x"}, {MissReason::wrong_triage, "y"}}, {}}}};
  const Summary summary = summarise({&judged, 1});
  CHECK(summary.all.held == population::Proportion{2, 3});
  CHECK(summary.all.interval.lower == Approx(0.094299).epsilon(1e-4));  // R: binom.test(2, 3)
  CHECK(summary.all.interval.upper == Approx(0.991596).epsilon(1e-4));
  REQUIRE(summary.categories.size() == 2);
  CHECK(summary.categories[0].category == "a");
  CHECK(summary.categories[0].interval.lower == Approx(0.025));
  CHECK(summary.categories[0].interval.upper == 1.0);
  CHECK(summary.categories[1].held == population::Proportion{1, 2});
  CHECK(summary.categories[1].misses[static_cast<std::size_t>(MissReason::no_rule)] == 1);
  CHECK(summary.categories[1].misses[static_cast<std::size_t>(MissReason::wrong_triage)] == 0);
}

TEST_CASE("between two knowledge bases rows are lost, gained or change their severity", "[audit][suite]") {
  const Suite suite{"made_up", {row(), row(), row(), row()}};
  const Verdict missed{{{MissReason::no_rule, "x"}}, {}};
  const JudgedSuite before{&suite, {{{}, Severity::major}, missed, {{}, Severity::major}, {{}, Severity::minor}}};
  const JudgedSuite after{&suite, {missed, {{}, Severity::major}, {{}, Severity::critical}, {{}, Severity::minor}}};
  const auto changed = changes({&before, 1}, {&after, 1});
  REQUIRE(changed.size() == 3);
  CHECK(changed[0].kind == ChangeKind::lost);
  CHECK(changed[0].before == "major");
  CHECK(changed[0].after == "nothing (no rule)");
  CHECK(changed[1].kind == ChangeKind::gained);
  CHECK(changed[2].kind == ChangeKind::severity);
  CHECK(changed[2].row == &suite.rows[2]);
}
