#pragma once
// What follows from the values of a patient: kidney function, body size, corrected calcium, NEWS2, and the bounds that
// the stage of a disease sets to a value that is not known. Formulas and their sources: core/kidney_function.hpp,
// core/news2.hpp.

#include "knowledge/patient_facts.hpp"

namespace guardian::knowledge {

// A stated estimate stands; otherwise each is computed, or it is said why not.
void derive_measures(PatientFacts& facts);

// What the stage of a disease says of a value that is not known.
void apply_bounds(PatientFacts& facts);

}  // namespace guardian::knowledge
