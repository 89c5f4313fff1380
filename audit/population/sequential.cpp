#include "audit/population/sequential.hpp"

#include <algorithm>
#include <cmath>

#include "audit/population/numbers.hpp"

namespace guardian::audit::population {

Sequential watch(std::span<const double> losses, const SequentialPolicy& policy) {
  Sequential watched;
  const double scale = 1.0 - policy.p0 + policy.odds_ratio * policy.p0;
  watched.p1 = policy.odds_ratio * policy.p0 / scale;
  double sum = 0.0;
  std::vector<double> bets(policy.lambdas.size(), 1.0);
  for (std::size_t i = 0; i < losses.size(); ++i) {
    sum = std::max(0.0, sum + losses[i] * std::log(policy.odds_ratio) - std::log(scale));
    watched.cusum.push_back(sum);
    if (sum >= policy.limit && !watched.cusum_alarm) watched.cusum_alarm = i;
    for (std::size_t k = 0; k < bets.size(); ++k) bets[k] *= 1.0 + policy.lambdas[k] * (losses[i] - policy.p0);
    watched.evidence.push_back(mean(bets));
    if (watched.evidence.back() >= policy.evidence_limit && !watched.evidence_alarm) watched.evidence_alarm = i;
  }
  return watched;
}

}  // namespace guardian::audit::population
