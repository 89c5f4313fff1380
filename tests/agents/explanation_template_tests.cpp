#include "agents/explanation_template.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <regex>
#include <string>
#include <vector>

namespace {

using namespace guardian::core;
using guardian::agents::explain;
using Words = std::vector<std::string>;

ResolvedMedication medicine(const std::string& element, const std::string& text, const std::string& ingredient,
                            const std::string& match = "exact") {
  ResolvedMedication medication;
  medication.element = element;
  medication.text = text;
  medication.ingredients = {ingredient};
  medication.match = match;
  return medication;
}

// Warfarin that is taken and fluconazole that is ordered.
Review review_of(Severity severity) {
  Review review;
  review.resolved = {medicine("/medications/0", "Coumadin 5 mg PO daily", "warfarin", "brand"),
                     medicine("/orders/0", "fluconazole 200 mg", "fluconazole")};
  Finding finding;
  finding.id = "f1";
  finding.type = FindingType::drug_drug;
  finding.severity = severity;
  finding.subjects = {"fluconazole", "warfarin"};
  finding.medicines = finding.subjects;
  finding.mechanism = "Fluconazole slows the breakdown of warfarin.";
  finding.effect = "Fatal bleeding.";
  finding.management = "Use a local antifungal.";
  finding.monitoring = {"INR"};
  finding.evidence = {{"E1", "label", "FDA", "Coumadin", "7", "2023", "", "verified"}};
  finding.elements = {"/medications/0", "/orders/0"};
  review.findings = {finding};
  review.decision = decide(review.findings, true);
  return review;
}

const Claim* find(const Explanation& explanation, Audience audience, const std::string& about, ClaimKind kind) {
  for (const Claim& claim : explanation.claims) {
    if (claim.audience == audience && claim.about == about && claim.kind == kind) return &claim;
  }
  return nullptr;
}

std::string text_of(const Explanation& explanation, Audience audience, const std::string& about, ClaimKind kind) {
  const Claim* claim = find(explanation, audience, about, kind);
  return claim == nullptr ? std::string() : claim->text;
}

std::string all_text(const Explanation& explanation, Audience audience) {
  std::string text;
  for (const Claim& claim : explanation.claims) {
    if (claim.audience == audience) text += claim.text + "\n";
  }
  return text;
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("a clinician is told a critical finding in the words of the knowledge base", "[agents][explanation]") {
  const Explanation explanation = explain(review_of(Severity::critical));
  const auto said = [&](ClaimKind kind) { return text_of(explanation, Audience::clinician, "f1", kind); };
  CHECK(said(ClaimKind::what) ==
        "The combination of fluconazole and warfarin is a critical hazard: do not give it as it stands.");
  CHECK(said(ClaimKind::why) == "Fluconazole slows the breakdown of warfarin.");
  CHECK(said(ClaimKind::effect) == "Fatal bleeding.");
  CHECK(said(ClaimKind::action) == "Use a local antifungal.");
  CHECK(said(ClaimKind::urgency) == "Before the first dose of fluconazole.");
  CHECK(said(ClaimKind::watch) == "Monitor: INR.");
}

TEST_CASE("a patient is told a critical finding in plain words", "[agents][explanation]") {
  const Explanation explanation = explain(review_of(Severity::critical));
  const auto said = [&](ClaimKind kind) { return text_of(explanation, Audience::patient, "f1", kind); };
  CHECK(said(ClaimKind::what) == "Taking fluconazole and warfarin (Coumadin) together can be very dangerous.");
  CHECK(said(ClaimKind::effect) == "It could cause bleeding. It can be a threat to life.");
  CHECK(said(ClaimKind::action) ==
        "Do not take the first dose of fluconazole before a doctor or pharmacist tells you that it is safe.");
  CHECK(said(ClaimKind::urgency) == "Call your doctor or pharmacist today.");
  CHECK(explanation.grade_measured <= 6.0);
}

TEST_CASE("a patient is never told to stop a medicine that is taken", "[agents][explanation]") {
  Review review = review_of(Severity::critical);
  review.resolved[1].element = "/medications/1";
  review.findings[0].elements = {"/medications/0", "/medications/1"};
  review.findings[0].management = "Stop both at once.";
  const std::string action = text_of(explain(review), Audience::patient, "f1", ClaimKind::action);
  CHECK(action == "Ask a doctor or pharmacist what to do before the next dose. Do not stop a medicine on your own.");
}

TEST_CASE("how soon follows the triage level", "[agents][explanation]") {
  Review review = review_of(Severity::critical);
  Triage triage;
  triage.level = TriageLevel::emergency;
  triage.red_flags = {{"RF-1",
                       TriageLevel::emergency,
                       "Major bleeding on an antithrombotic",
                       "Hold the drug.",
                       {"warfarin"},
                       {"black stools"},
                       {{"E9", "", "", "", "", "", "", ""}}}};
  triage.reasons = {"emergency: Major bleeding on an antithrombotic"};
  review.triage = triage;
  const Explanation explanation = explain(review);
  const Claim* whole = find(explanation, Audience::patient, "", ClaimKind::urgency);
  REQUIRE(whole != nullptr);
  CHECK(whole->text ==
        "Get help now. Call your local emergency number, or go to the nearest emergency room. There may "
        "be signs of serious bleeding.");
  CHECK(whole->evidence == Words{"E9"});
  CHECK(contains(text_of(explanation, Audience::patient, "f1", ClaimKind::urgency), "Get help now."));
  CHECK(contains(text_of(explanation, Audience::clinician, "", ClaimKind::action), "Hold the drug."));
}

TEST_CASE("nothing found is not said to be safe", "[agents][explanation]") {
  Review review;
  review.resolved = {medicine("/medications/0", "lisinopril", "lisinopril")};
  review.not_assessed = {
      {"drug-allergy checks", "allergies of the patient", false}, {"R", "potassium", true}, {"S", "potassium", false}};
  review.complete = false;
  const std::string text = all_text(explain(review), Audience::patient);
  CHECK(contains(text, "It found no problem among the things it was told. That does not prove that there is none."));
  CHECK(contains(text, "It was not told, and did not look at, your allergies."));
  CHECK(contains(text, "The check is not complete: it needs a potassium blood test."));
  CHECK_FALSE(contains(text, "safe"));
  CHECK(text.find("potassium") == text.rfind("potassium"));  // wanted twice, named once
}

TEST_CASE("names that were not read and agents that failed are said", "[agents][explanation]") {
  Review review = review_of(Severity::minor);
  review.unresolved = {{"/orders/1", "Zorba\"xidol\n10 mg", "no such name", {}}};
  review.degradations = {{"triage", "timeout"}};
  review.complete = false;
  const Explanation explanation = explain(review);
  const std::string patient = all_text(explanation, Audience::patient);
  const std::string clinician = all_text(explanation, Audience::clinician);
  CHECK(contains(patient, "It could not tell which medicine is meant by \"Zorba xidol 10 mg\". That was not checked."));
  CHECK(contains(patient, "A part of the check did not work this time."));
  CHECK(contains(clinician, "Did not take part: triage (timeout)"));
  CHECK(contains(clinician, "Not resolved and not checked: \"Zorba xidol 10 mg\"."));
}

TEST_CASE("what was not known about a critical finding must be said", "[agents][explanation]") {
  Review review = review_of(Severity::critical);
  review.findings[0].context = {"dose of fluconazole not stated", "raised one step: The level is high."};
  Explanation explanation = explain(review);
  CHECK(text_of(explanation, Audience::clinician, "f1", ClaimKind::unknown) == "Dose of fluconazole not stated.");
  CHECK(text_of(explanation, Audience::patient, "f1", ClaimKind::unknown) ==
        "This check was not told the dose of fluconazole.");
  CHECK(
      contains(text_of(explanation, Audience::clinician, "f1", ClaimKind::why), "Raised one step: The level is high."));
  CHECK(unsaid(explanation).empty());
  const auto is_the_line = [](const Claim& claim) {
    return claim.audience == Audience::patient && claim.kind == ClaimKind::unknown && claim.about == "f1";
  };
  explanation.claims.erase(std::remove_if(explanation.claims.begin(), explanation.claims.end(), is_the_line),
                           explanation.claims.end());
  REQUIRE(unsaid(explanation).size() == 1);
  CHECK(unsaid(explanation)[0].kind == ClaimKind::unknown);
}

TEST_CASE("a text that leaves out a medicine of a critical finding is found out", "[agents][explanation]") {
  Explanation explanation = explain(review_of(Severity::critical));
  CHECK(unsaid(explanation).empty());
  for (Claim& claim : explanation.claims) {
    if (claim.audience == Audience::patient && claim.kind == ClaimKind::what) claim.text = "Warfarin is a medicine.";
  }
  REQUIRE(unsaid(explanation).size() == 1);
  CHECK(unsaid(explanation)[0].words == Words{"fluconazole", "warfarin"});
  CHECK(explain(review_of(Severity::major)).must_say.empty());
}

TEST_CASE("from grade nine on a patient text has the medical words too", "[agents][explanation]") {
  const Explanation full = explain(review_of(Severity::critical), {9.0});
  CHECK(text_of(full, Audience::patient, "f1", ClaimKind::why) ==
        "In medical words: Fatal bleeding. Fluconazole slows the breakdown of warfarin.");
  CHECK(find(explain(review_of(Severity::critical), {6.0}), Audience::patient, "f1", ClaimKind::why) == nullptr);
  CHECK(full.grade_wanted == 9.0);
}

TEST_CASE("every finding type and severity makes whole sentences", "[agents][explanation]") {
  const std::regex broken(
      R"rx(  | [.,;]|,,|\.\.|\(\)|\{|\}|undefined|\b(\w+) \1\b|[,;]\.$|\b(with|and|or|of|the)\.)rx");
  for (int type = 0; type <= static_cast<int>(FindingType::prompt_injection); ++type) {
    for (const Severity severity : {Severity::minor, Severity::moderate, Severity::major, Severity::critical}) {
      for (const Words& others : {Words{}, Words{"heart failure"}, Words{"eGFR 41", "potassium"}}) {
        for (const bool single : {false, true}) {
          Review review = review_of(severity);
          Finding& finding = review.findings[0];
          finding.type = static_cast<FindingType>(type);
          finding.contraindication = single;
          if (single) finding.medicines = {"warfarin"};
          if (finding.type == FindingType::unresolved) finding.medicines.clear();
          finding.subjects = finding.medicines;
          finding.subjects.insert(finding.subjects.end(), others.begin(), others.end());
          if (finding.type == FindingType::unresolved) finding.subjects = {"Zorb 10 mg"};
          if (finding.type == FindingType::drug_allergy && others.empty()) continue;
          if (finding.type == FindingType::monitoring && others.empty()) continue;
          const Explanation explanation = explain(review);
          for (const Claim& claim : explanation.claims) {
            INFO(to_string(finding.type) << " " << claim.id << ": " << claim.text);
            CHECK_FALSE(std::regex_search(claim.text, broken));
            CHECK((claim.text.front() < 'a' || claim.text.front() > 'z'));
            CHECK(std::string(".!?").find(claim.text.back()) != std::string::npos);
          }
        }
      }
    }
  }
}

TEST_CASE("the same review gives the same explanation", "[agents][explanation]") {
  CHECK(explain(review_of(Severity::critical)) == explain(review_of(Severity::critical)));
}
