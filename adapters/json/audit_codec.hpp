#pragma once
// From a document of inputs to the audit of it, as plain data: what `guardian audit analyze` prints. Pure. Which audit
// it is, the members of the document say (docs/population-audit.md).

#include <string>
#include <string_view>

#include "adapters/json/json_value.hpp"
#include "audit/population/audit.hpp"
#include "audit/population/records.hpp"
#include "core/result.hpp"

namespace guardian::adapters {

inline constexpr std::string_view audit_schema = "guardian-audit/1";

struct AuditOptions {
  bool compat = false;
  audit::population::AuditPolicy policy;
};

// With `compat`: {"results", "trust_score"} of TrustLens 0.5.0, for predictions of classes or of numbers only. Else
// {"schema", "kind", ...} with the statistics under "extended".
[[nodiscard]] core::Result<JsonValue> audit_document(const JsonObject& document, const AuditOptions& options);

// Whether it holds predictions of classes.
[[nodiscard]] bool is_population(const JsonObject& document);

// What audit_document gives for predictions of classes; `records` where these came from records.
[[nodiscard]] JsonValue encode_audit(const audit::population::PopulationAudit& audit,
                                     const audit::population::Population& population,
                                     const audit::population::RecordAudit* records);

}  // namespace guardian::adapters
