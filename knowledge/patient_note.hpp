#pragma once
// Reads the note of a case: conditions, symptoms, allergies, values and what NEWS2 asks for.

#include <optional>
#include <string>

#include "knowledge/patient_facts.hpp"
#include "knowledge/written_values.hpp"

namespace guardian::knowledge {

// What NEWS2 asks for beside numbers.
struct NoteSigns {
  std::optional<bool> supplemental_oxygen;
  std::string consciousness;  // A C V P U; empty: not said
};

// `allergies_unknown`: the list of the case says that they could not be learned.
[[nodiscard]] NoteSigns read_note(PatientFacts& facts, WrittenValues& values, bool allergies_unknown);

}  // namespace guardian::knowledge
