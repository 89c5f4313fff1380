#include "adapters/cds_hooks/suggestions.hpp"

#include <algorithm>

#include "adapters/cds_hooks/card_text.hpp"
#include "adapters/cds_hooks/cards.hpp"
#include "adapters/fhir/review_bundle.hpp"
#include "adapters/json/json_text.hpp"

namespace guardian::adapters::cds_hooks {
namespace {

constexpr std::size_t longest_label = 80;

constexpr std::string_view rxnorm = "http://www.nlm.nih.gov/research/umls/rxnorm";

std::string draft_of(const SuggestionInput& input, const std::string& medicine, const std::string& rxcui) {
  JsonText out;
  out.open_object();
  out.text("resourceType", "MedicationRequest");
  out.text("status", "draft");
  out.text("intent", "order");
  out.open_object("medicationCodeableConcept");
  if (!rxcui.empty()) {
    out.open_list("coding");
    out.open_object();
    out.text("system", rxnorm);
    out.text("code", rxcui);
    out.text("display", medicine);
    out.close_object();
    out.close_list();
  }
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
    std::vector<std::string> offered;
    const auto offer = [&](const std::string& to, const std::string& rxcui, const std::string& why) {
      if (std::find(offered.begin(), offered.end(), to) != offered.end()) return;
      offered.push_back(to);
      suggestions.push_back(
          {one_line("Order " + to + " in its place", longest_label),
           uuid_of(input.card + "|switch|" + draft.reference + '|' + to),
           {{ActionType::create,
             one_line("Draft an order for " + to + ", dose to be stated" + (why.empty() ? "" : ": " + why)),
             draft_of(input, to, rxcui),
             {}},
            removal(draft, name)}});
    };
    for (const knowledge::OrderAlternative& alternative : input.alternatives) {
      if (alternative.element == draft.element) offer(alternative.to, alternative.rxcui, alternative.reason);
    }
    if (input.review.plan && input.review.plan->feasible && !input.review.plan->best.empty()) {
      for (const core::PlanChange& change : input.review.plan->best.front().changes) {
        if (change.element == draft.element && change.action == core::PlanAction::switch_to) offer(change.to, {}, {});
      }
    }
    suggestions.push_back({one_line("Cancel " + name, longest_label),
                           uuid_of(input.card + "|cancel|" + draft.reference),
                           {removal(draft, name)}});
  }
  return suggestions;
}

std::vector<Suggestion> issue_suggestions(const SuggestionInput& input,
                                          const std::vector<const core::Finding*>& findings, bool of_orders) {
  const std::string patient = "Patient/" + input.call.patient;
  const fhir::IssueContext context{patient, input.review.as_of, input.review.engine_version, input.chart.medications};
  const auto recorded = [&](std::string_view label, std::string_view name, const fhir::IssueMitigation& done) {
    Suggestion suggestion{std::string(label), uuid_of(input.card + "|issue|" + std::string(name)), {}};
    for (const core::Finding* finding : findings) {
      suggestion.actions.push_back({ActionType::create,
                                    one_line("Record in the chart: " + finding->title),
                                    fhir::kept_issue(*finding, context, done),
                                    {}});
    }
    return suggestion;
  };
  if (!of_orders) return {recorded("Record the issue in the chart", "noted", {})};
  std::vector<Suggestion> suggestions;
  suggestions.push_back(recorded("Keep the order and record why: the therapy is appropriate", "appropriate",
                                 {"1", "Therapy Appropriate", {}, input.call.user}));
  std::string tests;
  for (const core::Finding* finding : findings) {
    for (const std::string& test : finding->monitoring) {
      if (tests.find(test) == std::string::npos) tests += (tests.empty() ? "" : "; ") + test;
    }
  }
  if (!tests.empty()) {
    suggestions.push_back(recorded("Keep the order, monitor, and record both", "monitored",
                                   {"9", "Instituted Ongoing Monitoring Program", tests, input.call.user}));
  }
  return suggestions;
}

}  // namespace guardian::adapters::cds_hooks
