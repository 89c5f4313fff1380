#include "audit/invariants.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "knowledge/text.hpp"

namespace guardian::audit {
namespace {

using core::CheckState;
using core::Finding;
using core::InvariantCheck;

InvariantCheck check(const char* id, std::vector<std::string> about, const char* reason) {
  const bool holds = about.empty();
  return {id, holds ? CheckState::holds : CheckState::fails, holds ? "" : reason, std::move(about)};
}

InvariantCheck nothing_lost(const std::vector<Finding>& floor, const core::Review& review) {
  std::vector<std::string> about;
  for (const Finding& finding : floor) {
    const bool kept = std::any_of(review.findings.begin(), review.findings.end(), [&](const Finding& out) {
      return out.id == finding.id && out.severity >= finding.severity && weight(out) >= weight(finding) &&
             (out.contraindication || !finding.contraindication);
    });
    if (!kept) about.push_back(finding.id);
  }
  return check("I1", std::move(about), "a finding of the engine does not go out, or goes out lowered");
}

InvariantCheck decision_stands(const std::vector<Finding>& floor, const core::Review& review) {
  const auto wanted = std::max(core::decide(floor, review.complete), core::decide(review.findings, review.complete));
  std::vector<std::string> about;
  if (review.decision < wanted) about.emplace_back(to_string(wanted));
  return check("I2", std::move(about), "the decision is below what the findings ask for");
}

// Claims with one of these flaws.
InvariantCheck of_claims(const char* id, const core::Review& review, const Grounding& grounding,
                         std::initializer_list<ClaimFlaw> flaws, const char* reason) {
  if (!review.explanation) return {id, CheckState::not_applicable, "", {}};
  std::vector<std::string> about;
  for (std::size_t i = 0; i < grounding.flaws.size(); ++i) {
    if (std::find(flaws.begin(), flaws.end(), grounding.flaws[i]) != flaws.end())
      about.push_back(grounding.checks[i].claim);
  }
  return check(id, std::move(about), reason);
}

// Options of a plan were run through the engine; what is left of them must have been there before, or be answered.
InvariantCheck no_new_findings(const core::Review& review) {
  if (!review.plan || review.plan->best.empty()) return {"I6", CheckState::not_applicable, "", {}};
  std::set<std::string> known;
  for (const Finding& finding : review.findings) known.insert(finding.id);
  std::vector<std::string> about;
  for (const core::PlanOption& option : review.plan->best) {
    for (const core::PlanFinding& left : option.remaining) {
      if (left.severity >= core::Severity::major && !known.contains(left.id)) about.push_back(left.id);
    }
  }
  return check("I6", std::move(about), "a proposed change brings a grave finding that was not there");
}

InvariantCheck all_known(const core::Review& review) {
  std::vector<std::string> about;
  for (const core::UnresolvedMedication& medicine : review.unresolved) about.push_back(medicine.element);
  for (const core::NotAssessed& missing : review.not_assessed) {
    if (missing.must_know) about.push_back(missing.rule);
  }
  return check("I7", std::move(about), "a name is not resolved, or a fact that must be known is missing");
}

bool reads_like_a_failure(const std::string& text) {
  constexpr std::array<std::string_view, 9> marks{"error",  "exception", "traceback", "timeout",      "timed out",
                                                  "http 4", "http 5",    "as an ai",  "i cannot help"};
  const std::string start = knowledge::lower_case(std::string_view(text).substr(0, 40));
  return std::any_of(marks.begin(), marks.end(),
                     [&](std::string_view mark) { return start.find(mark) != std::string::npos; });
}

InvariantCheck no_failure(const core::Review& review) {
  std::vector<std::string> about;
  for (const core::Degradation& failed : review.degradations) about.push_back(failed.agent);
  if (review.explanation && review.explanation->by == "model") {
    for (const core::Claim& claim : review.explanation->claims) {
      if (reads_like_a_failure(claim.text)) about.push_back(claim.id);
    }
  }
  return check("I8", std::move(about), "an agent or a model failed");
}

}  // namespace

std::vector<InvariantCheck> check_invariants(const std::vector<Finding>& floor, const core::Review& review,
                                             const Grounding& grounding) {
  return {nothing_lost(floor, review),
          decision_stands(floor, review),
          of_claims("I3", review, grounding, {ClaimFlaw::contradiction}, "a claim contradicts a finding"),
          of_claims("I4", review, grounding, {ClaimFlaw::medicine, ClaimFlaw::number},
                    "a claim has a medicine or a number that nothing bears out"),
          of_claims("I5", review, grounding, {ClaimFlaw::citation}, "a claim cites what is not there or not its own"),
          no_new_findings(review),
          all_known(review),
          no_failure(review)};
}

bool holds(const std::vector<InvariantCheck>& checks, std::string_view id) {
  return std::none_of(checks.begin(), checks.end(),
                      [&](const InvariantCheck& one) { return one.id == id && one.state == CheckState::fails; });
}

}  // namespace guardian::audit
