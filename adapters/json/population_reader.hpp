#pragma once
// Reads the predictions of a population from a JSON object of plain arrays (docs/population-audit.md, "Input"). Pure.
// Failures name the element and hold no value of it.

#include "adapters/json/json_value.hpp"
#include "audit/population/population.hpp"
#include "core/result.hpp"

namespace guardian::adapters {

[[nodiscard]] core::Result<audit::population::Population> read_population(const JsonObject& object);

// A feature from one value for each case; numbers order by size, words by bytes.
[[nodiscard]] audit::population::Feature make_feature(std::string name, const std::vector<std::string>& values,
                                                      bool are_numbers);

}  // namespace guardian::adapters
