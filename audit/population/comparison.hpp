#pragma once
// Two models on the same cases: is one better, or is no difference shown? Pure and deterministic.

#include <string>
#include <vector>

#include "audit/population/trust_score.hpp"
#include "core/result.hpp"

namespace guardian::audit::population {

enum class Preference { first, second, none };  // none: no difference is shown

struct ScoreDifference {
  std::string name;  // "score" or a dimension that both have
  double first = 0.0;
  double second = 0.0;
  Interval interval;  // of first - second, 95 %, by resampling cases in pairs
  Preference preference = Preference::none;
};
// Right answers of one where the other is wrong, and the exact test that these are equally frequent (McNemar 1947).
struct McNemar {
  std::size_t only_first_right = 0;
  std::size_t only_second_right = 0;
  double p_value = 1.0;
};
struct Comparison {
  TrustScore first;
  TrustScore second;
  std::vector<ScoreDifference> differences;
  McNemar correctness;
  Preference recommended = Preference::none;
  std::string reason;
};

// Fails when the true labels are not the same. A blocked model, or one with too few cases, is never recommended.
[[nodiscard]] core::Result<Comparison> compare(const Population& first, const Population& second,
                                               const TrustPolicy& policy);

[[nodiscard]] McNemar mcnemar(const std::vector<double>& first_correct, const std::vector<double>& second_correct);

}  // namespace guardian::audit::population
