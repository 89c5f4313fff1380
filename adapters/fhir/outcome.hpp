#pragma once
// OperationOutcome (FHIR R4) as JSON: what went wrong with a request, or what a review leaves open. Pure. `diagnostics`
// are for the person who can mend it and never hold patient data.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace guardian::adapters::fhir {

enum class IssueSeverity : std::uint8_t { fatal, error, warning, information };

struct OutcomeIssue {
  IssueSeverity severity = IssueSeverity::error;
  std::string code = "processing";  // of http://hl7.org/fhir/issue-type: "invalid", "required", "not-found" ...
  std::string diagnostics;          // empty: left out
  std::vector<std::string> expression = {};  // FHIRPaths of what is at fault
};

// An OperationOutcome needs an issue: without one it tells of a success.
[[nodiscard]] std::string operation_outcome(const std::vector<OutcomeIssue>& issues, bool pretty = false);

}  // namespace guardian::adapters::fhir
