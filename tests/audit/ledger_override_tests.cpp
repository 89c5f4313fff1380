#include "audit/ledger/override.hpp"

#include <catch2/catch.hpp>

#include "audit/ledger/vocabulary.hpp"

using namespace guardian;
using audit::ledger::Override;
using audit::ledger::OverrideState;

namespace {

core::Finding finding(const std::string& id, core::Severity severity, std::vector<std::string> subjects) {
  core::Finding made;
  made.id = id;
  made.severity = severity;
  made.subjects = std::move(subjects);
  return made;
}

core::Review review() {
  core::Review made;
  made.findings = {finding("a", core::Severity::major, {"warfarin", "aspirin"}),
                   finding("b", core::Severity::moderate, {"atorvastatin"})};
  made.triage.emplace();
  made.triage->level = core::TriageLevel::soon;
  return made;
}

Override override_of_a() {
  Override made;
  made.finding = "a";
  made.expires_ms = 1'000;
  made.severity = core::Severity::major;
  made.triage = core::TriageLevel::soon;
  made.findings = {"a", "b"};
  return made;
}

}  // namespace

TEST_CASE("an override holds until it expires, to the millisecond", "[audit][ledger][override]") {
  CHECK(state_of(override_of_a(), review(), 999) == OverrideState::in_force);
  CHECK(state_of(override_of_a(), review(), 1'000) == OverrideState::expired);
}

TEST_CASE("an override no longer holds when the case has become worse", "[audit][ledger][override]") {
  core::Review now = review();
  now.findings[0].severity = core::Severity::critical;
  CHECK(state_of(override_of_a(), now, 1) == OverrideState::more_severe);

  now = review();
  now.findings[0].contraindication = true;
  CHECK(state_of(override_of_a(), now, 1) == OverrideState::more_severe);

  now = review();
  now.findings[0].raise.emplace();
  now.findings[0].raise->to = core::Severity::critical;
  CHECK(state_of(override_of_a(), now, 1) == OverrideState::more_severe);

  now = review();
  now.triage->level = core::TriageLevel::urgent;
  CHECK(state_of(override_of_a(), now, 1) == OverrideState::more_urgent);

  now = review();
  now.findings.push_back(finding("c", core::Severity::major, {"warfarin", "fluconazole"}));
  CHECK(state_of(override_of_a(), now, 1) == OverrideState::more_findings);
}

TEST_CASE("what has nothing to do with an overridden finding leaves the override be", "[audit][ledger][override]") {
  core::Review now = review();
  now.findings.push_back(finding("c", core::Severity::critical, {"tizanidine", "ciprofloxacin"}));
  now.findings.push_back(finding("d", core::Severity::moderate, {"warfarin"}));
  CHECK(state_of(override_of_a(), now, 1) == OverrideState::in_force);
  now = review();
  now.findings.erase(now.findings.begin());
  CHECK(state_of(override_of_a(), now, 1) == OverrideState::without_finding);
  now = review();
  now.findings[0].severity = core::Severity::moderate;
  now.triage.reset();
  CHECK(state_of(override_of_a(), now, 1) == OverrideState::in_force);
}

TEST_CASE("a critical finding or a contraindication cannot be overridden for long", "[audit][ledger][override]") {
  constexpr std::int64_t day = 86'400'000;
  using audit::ledger::longest_override_ms;
  CHECK(longest_override_ms(core::Severity::critical, false) == 7 * day);
  CHECK(longest_override_ms(core::Severity::moderate, true) == 7 * day);
  CHECK(longest_override_ms(core::Severity::major, false) == 90 * day);
}

TEST_CASE("the NCC MERP categories go from A to I", "[audit][ledger][override]") {
  int known = 0;
  for (char letter = 'A'; letter <= 'Z'; ++letter) known += audit::ledger::harm_meaning(letter).has_value() ? 1 : 0;
  CHECK(known == 9);
  CHECK(audit::ledger::harm_meaning('I') == "death");
}
