#pragma once
// Writes the comparison of two models. Pure.

#include "adapters/json/json_value.hpp"
#include "audit/population/comparison.hpp"

namespace guardian::adapters {

[[nodiscard]] JsonValue encode_comparison(const audit::population::Comparison& comparison);

}  // namespace guardian::adapters
