#pragma once
// Writes the analysis and the score of TrustLens 0.5.0 with the names that it gives them. Pure.

#include "adapters/json/json_value.hpp"
#include "audit/population/compat_score.hpp"

namespace guardian::adapters {

[[nodiscard]] JsonValue encode_compat_results(const audit::population::CompatResults& results,
                                              const audit::population::Population& population);
[[nodiscard]] JsonValue encode_compat_score(const audit::population::CompatScore& score);

[[nodiscard]] JsonValue encode_conformal(const audit::population::ConformalCoverage& coverage);
[[nodiscard]] JsonValue encode_reliability(const std::vector<audit::population::Bin>& curve);
[[nodiscard]] JsonValue encode_subgroups(const audit::population::SubgroupPerformance& performance,
                                         const audit::population::Feature& feature);
[[nodiscard]] JsonValue encode_odds(const audit::population::EqualizedOdds& odds,
                                    const audit::population::Feature& feature);

// Single metrics: calibration error and curve at 5, 10 and 15 uniform and quantile bins, coverage by label and by size
// of the set, plain alignment of embeddings.
[[nodiscard]] JsonValue encode_metrics(const audit::population::Population& population);

// An object from names and numbers.
[[nodiscard]] JsonValue encode_parts(const std::vector<audit::population::Part>& parts);

}  // namespace guardian::adapters
