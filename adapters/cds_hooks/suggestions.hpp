#pragma once
// What a client can do at a click: take a draft back, or put another medicine in its place. Pure.

#include <cstddef>
#include <string>
#include <vector>

#include "adapters/cds_hooks/card.hpp"
#include "adapters/cds_hooks/hook_call.hpp"
#include "adapters/fhir/chart.hpp"
#include "core/review.hpp"

namespace guardian::adapters::cds_hooks {

struct SuggestionInput {
  const HookCall& call;
  const fhir::Chart& chart;
  const core::Review& review;
  const std::string& card;  // its UUID
};

// `drafts` are places in the medications of the chart. A replacement is one of the review's plan, which was checked
// against this patient. Creation comes before removal: some clients do only the first action.
[[nodiscard]] std::vector<Suggestion> suggestions_for(const SuggestionInput& input,
                                                      const std::vector<std::size_t>& drafts);

}  // namespace guardian::adapters::cds_hooks
