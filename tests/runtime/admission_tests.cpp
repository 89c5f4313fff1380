#include "runtime/admission.hpp"

#include <stdexcept>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

namespace {

using namespace guardian;

agents::AgentResult both_halves() {
  agents::AgentResult result;
  result.report.name = result.proposal.agent = "interaction";
  result.report.by = "model";
  result.proposal.medicines.push_back({"takes digoxin", "digoxin", false, std::nullopt});
  result.by_rules = result.proposal;
  result.proposal.medicines.push_back({"something green", "something", false, std::nullopt});
  return result;
}

runtime::RescreenResult screened(const agents::Proposal& proposal) {
  runtime::RescreenResult result;
  result.screening.emplace();
  result.screening->agent = proposal.agent;
  return result;
}

std::vector<agents::Event> heard;
const agents::EventSink hear = [](const agents::Event& event) { heard.push_back(event); };

}  // namespace

TEST_CASE("a rescreen that throws on what a model said is made with what the rules read", "[runtime][admission]") {
  heard.clear();
  const auto admitted = runtime::admit(
      both_halves(),
      [](const agents::Proposal& proposal) {
        if (proposal.medicines.size() > 1) throw std::runtime_error("defect");
        return screened(proposal);
      },
      hear);
  CHECK(admitted.proposal == both_halves().by_rules);
  CHECK(admitted.screening.has_value());
  CHECK(admitted.report.by == "rules");
  REQUIRE(admitted.degradation.has_value());
  CHECK(*admitted.degradation == core::Degradation{"interaction", "withheld: rescreen: it failed"});
  REQUIRE(heard.size() == 2);
  CHECK(heard[0].decision == agents::GuardDecision::withheld);
  CHECK(heard[1].decision == agents::GuardDecision::passed);
}

TEST_CASE("a rescreen that always throws takes nothing of the agent", "[runtime][admission]") {
  const auto admitted = runtime::admit(
      both_halves(), [](const agents::Proposal&) -> runtime::RescreenResult { throw std::runtime_error("defect"); },
      hear);
  CHECK(admitted.proposal.medicines.empty());
  CHECK_FALSE(admitted.screening.has_value());
  CHECK(admitted.degradation.has_value());
}

TEST_CASE("a rescreen that holds changes nothing of what the agent said", "[runtime][admission]") {
  heard.clear();
  const auto admitted = runtime::admit(
      both_halves(),
      [](const agents::Proposal& proposal) {
        auto result = screened(proposal);
        result.refused.emplace_back("medicine: too many");
        return result;
      },
      hear);
  CHECK(admitted.proposal == both_halves().proposal);
  CHECK(admitted.report.by == "model");
  CHECK(admitted.report.refused == std::vector<std::string>{"medicine: too many"});
  CHECK_FALSE(admitted.degradation.has_value());
  REQUIRE(heard.size() == 1);
  CHECK(heard[0].decision == agents::GuardDecision::reduced);
}

TEST_CASE("a reconciliation that throws leaves the floor and names who proposed something", "[runtime][admission]") {
  core::Review floor;
  core::Finding finding;
  finding.id = "f-1";
  floor.findings.push_back(finding);
  for (const std::string name : {"interaction", "triage"}) {
    core::AgentReport report;
    report.name = name;
    report.by = "model";
    floor.agents.push_back(report);
  }
  agents::Proposal silent;
  silent.agent = "triage";
  const auto review = runtime::reconciled(
      floor, {both_halves().proposal, silent},
      [](core::Review changed) -> runtime::Assessment {
        changed.findings.clear();
        throw std::runtime_error("defect");
      },
      hear);
  CHECK(review.findings == floor.findings);
  CHECK(review.degradations == std::vector<core::Degradation>{{"interaction", "withheld: reconcile: it failed"}});
  CHECK(review.agents[0].by == "rules");
  CHECK(review.agents[1].by == "model");
}
