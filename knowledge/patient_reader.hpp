#pragma once
// Reads what a case says of the patient (age, conditions, allergies, values, vital signs, the note) into the state that
// rules look at, and keeps where each fact was read. Pure; the vocabulary comes from the knowledge base.

#include <optional>
#include <vector>

#include "core/case.hpp"
#include "core/review.hpp"
#include "knowledge/knowledge_base.hpp"
#include "knowledge/patient_finding_text.hpp"
#include "knowledge/patient_state.hpp"

namespace guardian::knowledge {

struct PatientReading {
  std::vector<PatientSource> sources;           // what the facts of the state point to
  std::vector<core::StatedFact> facts;          // for the review
  std::vector<core::NotAssessed> not_assessed;  // words that could not be read, what was not computed and why
  bool symptoms = false;                        // the patient has complaints
  std::optional<core::Vitals> note_vitals;      // read from the note; only when the case states none
  std::optional<double> years;                  // the age of the case, or of the note when the case states none
  bool pregnant = false;                        // wherever it is stated
};

// `state` must be one of this knowledge base; it is cleared first.
[[nodiscard]] PatientReading read_patient(const KnowledgeBase& base, const core::Case& subject, PatientState& state);

// Adds a fact for each condition that a sign lit, so that a checker sees what the rules saw.
void add_sign_facts(const KnowledgeBase& base, const PatientState& state, std::span<const RuleIndex> signs,
                    PatientReading& reading);

}  // namespace guardian::knowledge
