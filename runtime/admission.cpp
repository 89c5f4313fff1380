#include "runtime/admission.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "agents/guard.hpp"

namespace guardian::runtime {
namespace {

using agents::GuardStage;

core::Degradation withheld(const std::string& agent, GuardStage stage, const std::string& why) {
  return {agent, "withheld: " + std::string(to_string(stage)) + ": " + why};
}

bool says_nothing(const agents::Proposal& proposal) {
  return proposal.medicines.empty() && proposal.symptoms.empty() && proposal.concerns.empty() &&
         proposal.raises.empty() && proposal.triage.empty();
}

}  // namespace

Admission admit(const agents::AgentResult& result, const RescreenProposal& rescreen, const agents::EventSink& events) {
  Admission admission{result.report, result.degradation, std::nullopt, result.proposal};
  RescreenResult again;
  const auto screen = [&] {
    return agents::withheld_by(
        to_string(GuardStage::rescreen), result.report.name,
        [&]() -> std::optional<std::string> {
          again = rescreen(admission.proposal);
          return std::nullopt;
        },
        events, &again.refused);
  };
  auto why = screen();
  if (why && admission.proposal != result.by_rules) {
    admission.degradation = withheld(result.report.name, GuardStage::rescreen, *why);
    admission.report.by = "rules";
    admission.proposal = result.by_rules;
    again = {};
    why = screen();
  }
  if (why) {
    admission.degradation = withheld(result.report.name, GuardStage::rescreen, *why);
    admission.proposal = {};
    admission.proposal.agent = result.report.name;
    return admission;
  }
  auto& refused = admission.report.refused;
  refused.insert(refused.end(), again.refused.begin(), again.refused.end());
  admission.screening = std::move(again.screening);
  return admission;
}

core::Review reconciled(const core::Review& assessed, const std::vector<agents::Proposal>& proposals,
                        const ReconcileReview& reconcile, const agents::EventSink& events) {
  Assessment assessment;
  std::vector<std::string> refused;
  const auto why = agents::withheld_by(
      to_string(GuardStage::reconcile), "reconcile",
      [&]() -> std::optional<std::string> {
        assessment = reconcile(assessed);
        for (const Refusal& refusal : assessment.refusals) refused.push_back(refusal.agent + ": " + refusal.what);
        return std::nullopt;
      },
      events, &refused);
  if (!why) return std::move(assessment.review);
  core::Review review = assessed;
  for (const agents::Proposal& proposal : proposals) {
    if (says_nothing(proposal)) continue;
    review.degradations.push_back(withheld(proposal.agent, GuardStage::reconcile, *why));
    for (core::AgentReport& report : review.agents) {
      if (report.name == proposal.agent) report.by = "rules";
    }
  }
  return review;
}

}  // namespace guardian::runtime
