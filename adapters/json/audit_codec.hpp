#pragma once
// From a document of inputs to the audit of it, as plain data: what `guardian audit analyze` prints. Pure. Which audit
// it is, the members of the document say (docs/population-audit.md).

#include <string>
#include <string_view>

#include "adapters/json/json_value.hpp"
#include "audit/population/trust_score.hpp"
#include "core/result.hpp"

namespace guardian::adapters {

inline constexpr std::string_view audit_schema = "guardian-audit/1";

struct AuditOptions {
  bool compat = false;
  audit::population::TrustPolicy policy;
};

// With `compat`: {"results", "trust_score"} of TrustLens 0.5.0, for predictions of classes or of numbers only. Else
// {"schema", "kind", ...} with the statistics under "extended".
[[nodiscard]] core::Result<JsonValue> audit_document(const JsonObject& document, const AuditOptions& options);

}  // namespace guardian::adapters
