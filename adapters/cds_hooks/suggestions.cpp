#include "adapters/cds_hooks/suggestions.hpp"

#include <algorithm>

#include "adapters/cds_hooks/card_text.hpp"
#include "adapters/cds_hooks/cards.hpp"
#include "adapters/json/json_text.hpp"

namespace guardian::adapters::cds_hooks {
namespace {

constexpr std::size_t longest_label = 80;

std::string draft_of(const SuggestionInput& input, const std::string& medicine) {
  JsonText out;
  out.open_object();
  out.text("resourceType", "MedicationRequest");
  out.text("status", "draft");
  out.text("intent", "order");
  out.open_object("medicationCodeableConcept");
  out.text("text", medicine);
  out.close_object();
  out.open_object("subject");
  out.text("reference", "Patient/" + input.call.patient);
  out.close_object();
  if (!input.call.encounter.empty()) {
    out.open_object("encounter");
    out.text("reference", "Encounter/" + input.call.encounter);
    out.close_object();
  }
  out.close_object();
  return out.take();
}

Action removal(const fhir::ChartMedication& draft, const std::string& name) {
  return {ActionType::remove, one_line("Take back the draft order: " + name), {}, draft.reference};
}

}  // namespace

std::vector<Suggestion> suggestions_for(const SuggestionInput& input, const std::vector<std::size_t>& drafts) {
  std::vector<Suggestion> suggestions;
  for (const std::size_t at : drafts) {
    const fhir::ChartMedication& draft = input.chart.medications[at];
    if (draft.reference.empty()) continue;
    const std::string name = one_line(input.chart.subject.medications[at].text, longest_label);
    if (input.review.plan && input.review.plan->feasible && !input.review.plan->best.empty()) {
      for (const core::PlanChange& change : input.review.plan->best.front().changes) {
        if (change.element != draft.element || change.action != core::PlanAction::switch_to) continue;
        suggestions.push_back({one_line("Order " + change.to + " in its place", longest_label),
                               uuid_of(input.card + "|switch|" + draft.reference + '|' + change.to),
                               {{ActionType::create,
                                 one_line("Draft an order for " + change.to + ", dose to be stated"),
                                 draft_of(input, change.to),
                                 {}},
                                removal(draft, name)}});
      }
    }
    suggestions.push_back({one_line("Cancel " + name, longest_label),
                           uuid_of(input.card + "|cancel|" + draft.reference),
                           {removal(draft, name)}});
  }
  return suggestions;
}

}  // namespace guardian::adapters::cds_hooks
