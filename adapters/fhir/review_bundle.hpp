#pragma once
// A review as FHIR R4: a DetectedIssue for each finding, an OperationOutcome with the decision and what was left open,
// and the Provenance of them all, in a Bundle of the type collection. Pure; the same review gives the same bytes.

#include <span>
#include <string>
#include <string_view>

#include "adapters/fhir/chart.hpp"
#include "core/finding.hpp"
#include "core/review.hpp"

namespace guardian::adapters::fhir {

struct IssueContext {
  std::string_view patient;  // "Patient/1"; empty: no patient is named
  std::string_view as_of;    // the time of the review, ISO 8601 in UTC; empty: left out
  std::string_view version;  // of the program
  // What the medicines of the case were read from; a finding of others names them in words.
  std::span<const ChartMedication> medications;
};

// One finding alone, without an id: what a client may create.
[[nodiscard]] std::string detected_issue(const core::Finding& finding, const IssueContext& context);

// What was done about an issue that is left to stand.
struct IssueMitigation {
  std::string_view code;  // of v3-ActCode, value set detectedissue-mitigation-action of R4; empty: nothing was done yet
  std::string_view display;
  std::string text;         // in words; empty: the code says all
  std::string_view author;  // "Practitioner/1"; empty, or of another type: nobody is named
};

// The same as it is written into the chart by somebody who goes on, with what was done.
[[nodiscard]] std::string kept_issue(const core::Finding& finding, const IssueContext& context,
                                     const IssueMitigation& done);

// `context.as_of` and `context.version` are those of the review where they are empty.
[[nodiscard]] std::string review_bundle(const core::Review& review, IssueContext context, bool pretty);

}  // namespace guardian::adapters::fhir
