#pragma once
// A case as the matcher reads it: what a screening leaves behind for those who ask "what if". Spans into the screener
// that made it; valid until its next screening.

#include <span>
#include <string>

#include "knowledge/drug_fact.hpp"
#include "knowledge/local_rules.hpp"
#include "knowledge/patient_finding_text.hpp"
#include "knowledge/patient_state.hpp"

namespace guardian::knowledge {

struct ScreenedCase {
  std::span<const DrugFact> facts;
  std::span<const std::string> elements;  // by DrugFact::source
  const PatientState* patient = nullptr;  // null of a list of names without a patient
  std::span<const PatientSource> sources;
  const RuleForce* force =
      nullptr;  // what counts of the rules of hospitals on the day of the case; null: no such rules
};

}  // namespace guardian::knowledge
