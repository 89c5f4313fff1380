#pragma once
// What a client can do at a click: take a draft back, or put another medicine in its place. Pure.

#include <cstddef>
#include <string>
#include <vector>

#include "adapters/cds_hooks/card.hpp"
#include "adapters/cds_hooks/hook_call.hpp"
#include "adapters/fhir/chart.hpp"
#include "core/review.hpp"
#include "knowledge/order_alternatives.hpp"

namespace guardian::adapters::cds_hooks {

struct SuggestionInput {
  const HookCall& call;
  const fhir::Chart& chart;
  const core::Review& review;
  const std::string& card;                                       // its UUID
  const std::vector<knowledge::OrderAlternative>& alternatives;  // checked against this patient
};

// `drafts` are places in the medications of the chart. A replacement is an alternative, or one of the review's plan;
// both were checked against this patient. Creation comes before removal: some clients do only the first action.
[[nodiscard]] std::vector<Suggestion> suggestions_for(const SuggestionInput& input,
                                                      const std::vector<std::size_t>& drafts);

// To go on, and write the findings into the chart as DetectedIssues (PDDI-CDS): as they are, or of orders with what is
// done about them, which is the mitigation of the issue. One action a finding.
[[nodiscard]] std::vector<Suggestion> issue_suggestions(const SuggestionInput& input,
                                                        const std::vector<const core::Finding*>& findings,
                                                        bool of_orders);

}  // namespace guardian::adapters::cds_hooks
