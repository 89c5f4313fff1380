#pragma once
// Writes FHIR dosages as the words of an order, as the order grammar of the knowledge folder reads them: "1 tablet 2
// times a day oral for 7 days". Pure.

#include <string>

#include "adapters/json/json_view.hpp"

namespace guardian::adapters::fhir {

// `dosages` is a list of Dosage, or one of them; also that of a MedicationAdministration and those of STU3. Its fields
// are read when they say how much and how often; else the words of the prescriber stand, and what there is without
// them. Empty when nothing is said.
[[nodiscard]] std::string dosage_text(JsonView dosages);

}  // namespace guardian::adapters::fhir
