#pragma once
// The search and the engine in turns: the cheapest choice that the search knows no objection to is put to the engine,
// whose objections the search then knows, until the best choices stand. Work is counted, not timed: equal problems give
// equal answers.

#include <cstddef>
#include <vector>

#include "knowledge/plan_policy.hpp"
#include "knowledge/regimen.hpp"
#include "knowledge/regimen_check.hpp"
#include "knowledge/regimen_search.hpp"

namespace guardian::knowledge {

struct RegimenOutcome {
  std::vector<RegimenSolution> solutions;  // best first, each seen by the engine
  bool proven = true;                      // nothing is cheaper; without solutions: there is none
  double lower_bound = 0.0;
  std::size_t nodes = 0;
  std::vector<NoGood> no_goods;
};

[[nodiscard]] RegimenOutcome solve(const Regimen& regimen, RegimenCheck& check, Demand demand,
                                   const PlanPolicy& policy);

// The smallest set of medicines of which the no-goods leave no choice; empty when they do leave one.
[[nodiscard]] std::vector<std::uint32_t> conflict_core(const Regimen& regimen, const std::vector<NoGood>& no_goods,
                                                       std::size_t nodes);

}  // namespace guardian::knowledge
