#pragma once
// Writes the extended analysis of a population and its trust score. Pure. What is not defined is null; what had no
// input is absent.

#include "adapters/json/json_value.hpp"
#include "audit/population/extended.hpp"
#include "audit/population/trust_score.hpp"

namespace guardian::adapters {

[[nodiscard]] JsonValue encode_extended(const audit::population::Extended& extended,
                                        const audit::population::Population& population);
[[nodiscard]] JsonValue encode_trust_score(const audit::population::TrustScore& score);

[[nodiscard]] JsonValue encode_interval(const audit::population::Interval& interval);
[[nodiscard]] JsonValue encode_area(const audit::population::RiskCoverageArea& area);

}  // namespace guardian::adapters
