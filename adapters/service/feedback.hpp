#pragma once
// What clients tell of cards (CDS Hooks, "Feedback"), checked. Pure.

#include <vector>

#include "adapters/json/input_problem.hpp"
#include "adapters/json/json_view.hpp"
#include "adapters/service/cds_endpoint.hpp"

namespace guardian::adapters::service {

// The cards are not looked up yet.
[[nodiscard]] std::vector<CardFeedback> read_feedback(const JsonView& body, std::vector<InputProblem>& problems);

}  // namespace guardian::adapters::service
