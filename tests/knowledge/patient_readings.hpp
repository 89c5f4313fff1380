#pragma once
// What the shipped knowledge base reads of a case or a note, for the tests of the reader.

#include <algorithm>
#include <set>
#include <string>

#include "knowledge/patient_reader.hpp"
#include "tests/support/temporary_knowledge.hpp"

namespace guardian::tests {

inline core::Case case_of(const std::string& note) {
  core::Case subject;
  subject.id = "case";
  subject.as_of = "2026-11-02T08:00:00Z";
  subject.note = note;
  subject.patient.states_conditions = true;
  return subject;
}

inline knowledge::PatientReading read(const core::Case& subject) {
  const auto& base = shipped_knowledge();
  knowledge::PatientState state = base->patient_state();
  return knowledge::read_patient(*base, subject, state);
}

// "class:penicillin anaphylaxis" of each allergy.
inline std::set<std::string> allergies_of(const core::Case& subject) {
  std::set<std::string> allergies;
  for (const core::StatedFact& fact : read(subject).facts) {
    if (fact.kind == "allergy") allergies.insert(fact.concept_name + " " + fact.reaction);
  }
  return allergies;
}
inline std::set<std::string> allergies_of(const std::string& note) { return allergies_of(case_of(note)); }

inline bool lights(const core::Case& subject, const std::string& condition) {
  const auto facts = read(subject).facts;
  return std::any_of(facts.begin(), facts.end(), [&](const core::StatedFact& fact) {
    return fact.concept_name == condition && fact.truth != "unknown";
  });
}

}  // namespace guardian::tests
