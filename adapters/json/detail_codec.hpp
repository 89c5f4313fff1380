#pragma once
// Writes what an audit finds beside the statistics that the reference vectors name: where groups meet, confidence
// within groups, drift by feature, coverage by label, cases that a gate still needs. Pure. What is not defined is null.

#include <vector>

#include "adapters/json/json_value.hpp"
#include "audit/population/audit.hpp"

namespace guardian::adapters {

// Adds the members that have something to say.
void add_details(const audit::population::PopulationAudit& audit, const audit::population::Population& population,
                 JsonObject& object);

[[nodiscard]] JsonValue encode_feature_drift(const std::vector<audit::population::FeatureDrift>& drift);

}  // namespace guardian::adapters
