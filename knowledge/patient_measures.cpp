#include "knowledge/patient_measures.hpp"

#include "core/kidney_function.hpp"
#include "core/news2.hpp"

namespace guardian::knowledge {
namespace {

std::optional<double> known(double number) { return number == number ? std::optional<double>(number) : std::nullopt; }

}  // namespace

void derive_measures(PatientFacts& facts) {
  const core::Patient& patient = facts.subject().patient;
  core::KidneyInputs inputs{facts.years, patient.sex, patient.weight_kg, patient.height_cm, std::nullopt};
  const auto creatinine = facts.number_of("creatinine");
  if (creatinine) inputs.creatinine_mg_dl = creatinine->low;
  if (const auto weight = facts.number_of("weight")) inputs.weight_kg = weight->low;
  const auto same_source = [&](const QuantityFact& fact) {
    const PatientSource where = facts.reading().sources[fact.source];
    return facts.source(where.element, where.words, where.from_note);
  };
  // A stated estimate stands; otherwise each is computed, or it is said why not.
  if (creatinine && !facts.number_of("crcl")) {
    if (const auto clearance = core::cockcroft_gault(inputs)) {
      facts.add_quantity("crcl", clearance->ml_min, same_source(*creatinine), known(creatinine->age_days));
    } else {
      facts.not_assessed("creatinine clearance (Cockcroft-Gault)", clearance.error().message);
    }
  }
  if (creatinine && !facts.number_of("egfr")) {
    if (const auto egfr = core::ckd_epi_2021(inputs)) {
      facts.add_quantity("egfr", *egfr, same_source(*creatinine), known(creatinine->age_days));
    } else {
      facts.not_assessed("eGFR (CKD-EPI 2021)", egfr.error().message);
    }
  }
  if (!facts.number_of("bmi")) {
    if (const auto bmi = core::body_mass_index(patient.weight_kg, patient.height_cm))
      facts.add_quantity("bmi", *bmi, facts.source("/patient/weight_kg", "weight and height"));
  }
  if (const auto surface = core::body_surface_area(patient.weight_kg, patient.height_cm))
    facts.add_quantity("bsa", *surface, facts.source("/patient/weight_kg", "weight and height"));
  const auto calcium = facts.number_of("calcium");
  const auto albumin = facts.number_of("albumin");
  if (calcium && albumin && !facts.number_of("calcium_corrected")) {
    if (const auto corrected = core::corrected_calcium(calcium->low, albumin->low))
      facts.add_quantity("calcium_corrected", *corrected, same_source(*calcium), known(calcium->age_days));
  }
  if (facts.subject().vitals) {
    const core::News2 score = core::news2(*facts.subject().vitals, facts.years, patient.pregnant);
    if (score.applicable && score.complete)
      facts.add_quantity("news2", score.score, facts.source("/vitals", "vital signs"), 0.0);
  }
}

void apply_bounds(PatientFacts& facts) {
  for (const PatientTables::ConditionBound& bound : facts.base().patient_tables().condition_bounds) {
    const auto condition = facts.base().condition(bound.condition);
    const auto quantity = facts.base().quantity(bound.quantity);
    if (!condition || !quantity || facts.state().lit(*condition) != Truth::yes) continue;
    const QuantityFact* fact = facts.state().value_of(*quantity);
    if (fact != nullptr && fact->low == fact->high) continue;
    const ConditionFact* shown_by = facts.state().lighting(*condition);
    const PatientSource where = facts.reading().sources[shown_by->source];
    facts.add_bounds(bound.quantity, bound.low, bound.high, facts.source(where.element, where.words, where.from_note));
  }
}

}  // namespace guardian::knowledge
