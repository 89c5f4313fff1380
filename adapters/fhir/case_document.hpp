#pragma once
// Reads a case from a document of any format that is accepted: the project's own, a patient file of the Python Patient
// Safety Guardian, or, told by `resourceType`, a FHIR R4 Bundle of any type about one patient. Pure, safe to call from
// any thread; never throws on bad input.

#include <string_view>
#include <vector>

#include "adapters/fhir/chart.hpp"
#include "adapters/json/case_codec.hpp"

namespace guardian::adapters::fhir {

struct CaseDocument {
  CaseDecoding decoding;
  bool is_fhir = false;
  std::vector<ChartMedication> medications;  // of a Bundle, in the order of those of the case
};

// `now` is the time of review of a Bundle that has no `timestamp` (ISO 8601, UTC): ages count from it. A case of
// another format without a time keeps none.
//
// Of a Bundle, a MedicationRequest with the status draft is an order, everything else is on the record. A medicine that
// cannot be read becomes an entry without words, which no review passes over.
[[nodiscard]] CaseDocument decode_document(std::string_view json_text, std::string_view now);

}  // namespace guardian::adapters::fhir
