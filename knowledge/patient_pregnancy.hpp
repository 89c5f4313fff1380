#pragma once
// Pregnancy and breastfeeding of a patient: true, false or not known; not known only of those who could be.

#include "knowledge/patient_facts.hpp"

namespace guardian::knowledge {

// By sex and age, unless the case says that there is no pregnancy.
[[nodiscard]] bool may_be_pregnant(const PatientFacts& facts);

// Adds pregnancy, its trimester, childbearing potential and lactation as far as they are known.
void read_pregnancy(PatientFacts& facts);

}  // namespace guardian::knowledge
