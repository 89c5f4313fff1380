#pragma once
// The facts of a review as an oracle takes them. Pure.

#include <string>

#include "audit/patient_oracle.hpp"
#include "core/review.hpp"

namespace guardian::audit {

// Of an ingredient of a medicine: "drug" or "stopped_drug".
[[nodiscard]] bool is_medicine(const core::StatedFact& fact);

// A medicine that an agent read in the note, in which the case was screened again.
[[nodiscard]] bool is_of_agent(const core::StatedFact& fact);

// Whether the case had a list of results: the review shows it when a result was read or refused.
[[nodiscard]] bool shows_results(const core::Review& review);

[[nodiscard]] OracleCase oracle_case(const core::Review& review, bool with_agents, bool results_stated);

}  // namespace guardian::audit
