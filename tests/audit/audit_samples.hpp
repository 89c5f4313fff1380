#pragma once
// A small review with two findings and a text of a model, for the tests of the audit.

#include <string>

#include "core/review.hpp"

namespace guardian::tests {

inline core::EvidenceRecord label_of(const std::string& id) {
  return {id, "label", "FDA label", "Prescribing information", "7", "2023", "", "verified"};
}

inline core::Review sample_review() {
  core::Review review;
  review.case_id = "C-1";
  review.as_of = "2026-11-02T08:00:00Z";
  review.kb = {"1", "2026-10-21", "sha256:00", 12};
  core::ResolvedMedication warfarin{
      "/medications/0", "Coumadin 5 mg daily", {"warfarin"}, {}, "oral", {}, "brand", 1.0, ""};
  core::ResolvedMedication fluconazole{
      "/orders/0", "fluconazole 200 mg daily", {"fluconazole"}, {}, "oral", {}, "exact", 1.0, ""};
  core::ResolvedMedication metformin{
      "/medications/1", "metformin 500 mg", {"metformin"}, {}, "oral", {}, "exact", 1.0, ""};
  review.resolved = {warfarin, metformin, fluconazole};
  core::StatedFact inr;
  inr.kind = "lab";
  inr.concept_name = "potassium";
  inr.from = "/patient/labs/0";
  inr.words = "potassium 4.2 mmol/L (today)";
  inr.value = 4.2;
  inr.unit = "mmol/L";
  inr.age_days = 0.0;
  core::StatedFact drug;
  drug.kind = "drug";
  drug.concept_name = "warfarin";
  drug.from = "/medications/0/text";
  drug.daily_mg = 5.0;
  drug.single_mg = 5.0;
  review.facts = {drug, inr};
  core::Finding major;
  major.id = "aaaa";
  major.type = core::FindingType::drug_drug;
  major.severity = core::Severity::major;
  major.subjects = {"fluconazole", "warfarin"};
  major.medicines = major.subjects;
  major.title = "fluconazole and warfarin: major, avoid or change therapy";
  major.mechanism = "Fluconazole blocks the enzyme that clears warfarin.";
  major.effect = "Serious bleeding.";
  major.management = "Cut the dose of warfarin by 25 to 50% and check the INR on day 3.";
  major.evidence = {label_of("label-warfarin")};
  major.rules = {"DDI-1"};
  core::Finding minor = major;
  minor.id = "bbbb";
  minor.severity = core::Severity::moderate;
  minor.subjects = {"metformin"};
  minor.medicines = minor.subjects;
  minor.title = "metformin: moderate, monitor or adjust";
  minor.mechanism = "Metformin is cleared by the kidney.";
  minor.effect = "Lactic acidosis.";
  minor.management = "Check the kidney function.";
  minor.evidence = {label_of("label-metformin")};
  minor.rules = {"REN-1"};
  review.findings = {major, minor};
  review.decision = core::Decision::escalate;
  review.certificate.ingredients = 3;
  review.certificate.pairs = 3;
  core::Explanation text;
  text.by = "model";
  text.model = "some-model";
  text.claims = {{"c1",
                  core::Audience::clinician,
                  "aaaa",
                  core::ClaimKind::what,
                  "Fluconazole with warfarin is a major interaction.",
                  {"aaaa"},
                  {"label-warfarin"}},
                 {"c2",
                  core::Audience::clinician,
                  "aaaa",
                  core::ClaimKind::action,
                  "Cut the dose of warfarin by 25 to 50% and check the INR on day 3.",
                  {"aaaa"},
                  {"label-warfarin"}},
                 {"c3", core::Audience::clinician, "bbbb", core::ClaimKind::effect, "Lactic acidosis.", {"bbbb"}, {}}};
  review.explanation = text;
  return review;
}

}  // namespace guardian::tests
