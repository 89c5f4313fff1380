#pragma once
// Records of recommendations, one JSON object a line (docs/population-audit.md, "Records"). Pure. Failures name line
// and element and hold no value of it.

#include <string_view>
#include <vector>

#include "adapters/json/json_value.hpp"
#include "audit/population/records.hpp"
#include "core/result.hpp"

namespace guardian::adapters {

// Whether the text is lines of objects rather than one document.
[[nodiscard]] bool looks_like_records(std::string_view text);

[[nodiscard]] core::Result<std::vector<audit::population::Record>> read_records(std::string_view text);

[[nodiscard]] JsonValue encode_records(const audit::population::RecordSummary& summary);

}  // namespace guardian::adapters
