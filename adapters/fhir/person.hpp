#pragma once
// Who a chart is of, and what Patient, AllergyIntolerance and Condition say of that person. Pure.

#include <string>
#include <string_view>
#include <vector>

#include "adapters/fhir/records.hpp"
#include "adapters/fhir/resource.hpp"
#include "adapters/json/input_problem.hpp"
#include "core/case.hpp"

namespace guardian::adapters::fhir {

// The patient, and how resources refer to that patient.
struct Identity {
  std::string_view id;
  std::string_view full_url;  // of the entry of the Patient in a Bundle
  JsonView resource;          // the Patient; nothing when only the id is known
};

// `wanted` is the id that was asked for, also as "Patient/1"; empty: that of the only patient. A problem when there is
// none, or more than one to choose from.
[[nodiscard]] Identity identify(const Records& records, std::string_view wanted, std::vector<InputProblem>& problems);

// Whether the record is of this patient. One that does not say whose it is counts as of the patient of its Bundle.
[[nodiscard]] bool is_of(const Record& record, const Identity& identity);

void read_person(JsonView patient, const ReviewTime& now, core::Patient& value);
// The age in whole years; in months below two years, in days below one month. Nothing for a date ahead of the review.
void set_age(std::string_view birth_date, const ReviewTime& now, core::Patient& value);

void read_allergy(JsonView resource, core::Patient& value);
void read_condition(JsonView resource, const ReviewTime& now, core::Patient& value);

}  // namespace guardian::adapters::fhir
