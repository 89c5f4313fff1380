#include "agents/answer_audit.hpp"

#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/support/temporary_knowledge.hpp"

namespace {

using namespace guardian;

core::Finding finding(std::string id, core::Severity severity, std::vector<std::string> medicines) {
  core::Finding made;
  made.id = std::move(id);
  made.severity = severity;
  made.medicines = made.subjects = std::move(medicines);
  made.rules = {"RULE-" + made.id};
  made.effect = "The INR rises within 5 days.";
  return made;
}

// Warfarin with fluconazole (major), amlodipine alone in the case, metformin at its limit (critical).
agents::SeenFacts seen() {
  agents::SeenFacts facts(*tests::shipped_knowledge());
  facts.add(finding("f1", core::Severity::major, {"fluconazole", "warfarin"}));
  facts.add(finding("f2", core::Severity::critical, {"metformin"}));
  facts.add_text("amlodipine 5 mg daily, age 71, lisinopril 10 mg");
  return facts;
}

agents::AuditedClaims audit(const std::string& text, std::vector<std::string> cited = {"f1"}, bool opinion = false) {
  const std::vector<agents::ProposedClaim> claims = {{text, std::move(cited), {}, {}, opinion}};
  return agents::audit_claims(seen(), claims);
}

}  // namespace

TEST_CASE("a claim that contradicts a finding is withheld, however it is put", "[agents][answer_audit]") {
  for (const char* text : {
           "Warfarin and fluconazole are safe together.",
           "There is no interaction between warfarin and Diflucan.",
           "Coumadin can be combined with fluconazole.",
           "The pair is fine for warfarin and fluconazole in practice.",
           "Warfarin does not interact with fluconazole.",
           "You may ignore the alert on warfarin.",
           "The warfarin finding is a false alarm.",
           "Only a minor interaction of fluconazole and warfarin.",
           "The risk of warfarin with fluconazole is negligible.",
           "Metformin is safe at this kidney function.",
           "Metformin is not contraindicated.",
           "All of this is safe.",
           "There are no problems with this list.",
           "WARFARIN AND FLUCONAZOLE ARE SAFE",
           "warfarin, fluconazole: it isn't a problem, no concerns",
       }) {
    INFO(text);
    const auto audited = audit(text);
    CHECK(audited.claims.empty());
    REQUIRE(audited.withheld.size() == 1);
    // Why, and none of its words.
    CHECK(audited.withheld[0].find("arfarin") == std::string::npos);
    CHECK(audit(text, {}, true).claims.empty());
  }
}

TEST_CASE("a claim that agrees with the findings is shown and verified", "[agents][answer_audit]") {
  for (const char* text : {
           "Fluconazole raises the effect of warfarin.",
           "Warfarin with fluconazole is not safe.",
           "The INR rises within 5 days.",
           "Fluconazole is a major problem beside warfarin; check the INR.",
           "Metformin should be stopped.",
       }) {
    INFO(text);
    const auto audited = audit(text);
    CHECK(audited.withheld.empty());
    REQUIRE(audited.claims.size() == 1);
    CHECK(audited.claims[0].verified);
    CHECK(audited.claims[0].by == "model");
    CHECK(audited.claims[0].findings == std::vector<std::string>{"f1"});
  }
}

TEST_CASE("a claim of medicines without a finding may be reassuring", "[agents][answer_audit]") {
  const auto audited = audit("Amlodipine does not interact with lisinopril.");
  CHECK(audited.withheld.empty());
  CHECK(audited.claims.size() == 1);
}

TEST_CASE("a dose that is nowhere is withheld", "[agents][answer_audit]") {
  CHECK(audit("Give fluconazole 800 mg instead.").claims.empty());
  CHECK(audit("Lower warfarin to 2.5mg.").claims.empty());
  CHECK(audit("Amlodipine 5 mg is in the case.").claims.size() == 1);
  CHECK(audit("Lisinopril 10 mg is in the case.").withheld.empty());
}

TEST_CASE("what cites nothing, or brings a medicine or a number that nobody has seen, is shown as unverified",
          "[agents][answer_audit]") {
  const auto doubt = [](const agents::AuditedClaims& audited) {
    REQUIRE(audited.claims.size() == 1);
    CHECK_FALSE(audited.claims[0].verified);
    return audited.claims[0].doubt;
  };
  CHECK(doubt(audit("Fluconazole raises warfarin.", {})).find("cites nothing") != std::string::npos);
  CHECK(doubt(audit("Fluconazole raises warfarin.", {"made-up"})).find("nobody has seen") != std::string::npos);
  CHECK(doubt(audit("Fluconazole raises warfarin.", {"f1", "made-up"})).find("nobody has seen") != std::string::npos);
  CHECK(doubt(audit("Digoxin would be worse.")).find("names a medicine") != std::string::npos);
  CHECK(doubt(audit("It happens in 37 of 100.")).find("a number") != std::string::npos);
  CHECK(doubt(audit("It may be a viral infection.", {}, true)).find("opinion") != std::string::npos);
  // Even with a source.
  CHECK(doubt(audit("The INR rises.", {"f1"}, true)).find("opinion") != std::string::npos);
}

TEST_CASE("what a tool gave may be cited and named, and what it warned of not contradicted", "[agents][answer_audit]") {
  auto facts = seen();
  facts.add_tool_answer(R"({"add":["ibuprofen"]})",
                        R"({"new":[{"id":"t1","severity":"major","medicines":["ibuprofen","warfarin"]}],"n":42})");
  const auto of = [&](const std::string& text) {
    const std::vector<agents::ProposedClaim> claims = {{text, {"t1"}, {}, {}, false}};
    return agents::audit_claims(facts, claims);
  };
  REQUIRE(of("Ibuprofen raises the risk of bleeding with warfarin in 42.").claims.size() == 1);
  CHECK(of("Ibuprofen raises the risk of bleeding with warfarin in 42.").claims[0].verified);
  CHECK(of("Ibuprofen can be combined with warfarin.").claims.empty());
  CHECK(of("Ibuprofen is fine.").claims.empty());
}

TEST_CASE("an empty claim is no claim", "[agents][answer_audit]") {
  const auto audited = audit(" \n");
  CHECK(audited.claims.empty());
  CHECK(audited.withheld.empty());
}
