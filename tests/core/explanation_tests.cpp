#include "core/explanation.hpp"

#include <catch2/catch.hpp>

using namespace guardian::core;

TEST_CASE("what must be said is said by a claim of its kind, audience and finding that has all the words", "[core]") {
  const MustSay fact{"f1", Audience::patient, ClaimKind::what, {"warfarin", "aspirin"}};
  Explanation explanation;
  explanation.must_say = {fact};
  CHECK(unsaid(explanation) == std::vector<MustSay>{fact});

  const Claim said{"c1", Audience::patient, "f1", ClaimKind::what, "Taking aspirin and warfarin.", {"f1"}, {}};
  explanation.claims = {said};
  CHECK(unsaid(explanation).empty());

  for (const auto& change : std::vector<void (*)(Claim&)>{
           [](Claim& claim) { claim.audience = Audience::clinician; }, [](Claim& claim) { claim.findings = {"f2"}; },
           [](Claim& claim) { claim.kind = ClaimKind::why; }, [](Claim& claim) { claim.text = "Taking aspirin."; },
           [](Claim& claim) { claim.text.clear(); }}) {
    Claim other = said;
    change(other);
    explanation.claims = {other};
    CHECK(unsaid(explanation).size() == 1);
  }
}

TEST_CASE("audiences and kinds of claims have the names of the review format", "[core]") {
  CHECK(to_string(Audience::clinician) == "clinician");
  CHECK(to_string(Audience::patient) == "patient");
  CHECK(to_string(ClaimKind::what) == "what");
  CHECK(to_string(ClaimKind::urgency) == "urgency");
  CHECK(to_string(ClaimKind::scope) == "scope");
}
