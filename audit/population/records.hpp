#pragma once
// The audit of recommendations as they were made: records, of which some were reviewed by a person. Which ones were is
// rarely chance, so each label counts 1 / (probability that it was reviewed) (Begg and Greenes 1983). Pure.

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "audit/population/record_drift.hpp"
#include "audit/population/trust_score.hpp"

namespace guardian::audit::population {

struct Record {
  std::string id;
  std::string time;  // sortable text such as ISO 8601; empty: unknown
  std::map<std::string, std::string> groups;
  std::string prediction;            // the final verdict
  std::optional<std::string> label;  // what it should have been; none: not reviewed
  std::optional<double> confidence;  // from 0 to 1
  std::string severity;              // of the true event: critical, major, moderate, minor; empty: none
  double review_probability = 1.0;   // above 0, at most 1
  std::size_t checkable_claims = 0;
  std::size_t supported_claims = 0;
  std::size_t suppressed_findings = 0;     // findings of the engine that did not reach the reader
  std::optional<double> faithfulness;      // of its text: 0 as by chance, 1 as well as can be (docs/audit.md)
  std::map<std::string, double> features;  // numbers to be watched for drift; not known: absent
};

// Verdicts that stop the order or call a person.
[[nodiscard]] bool stops(const std::string& verdict) noexcept;

struct RecordSummary {
  std::size_t records = 0;
  std::size_t labelled = 0;
  double effective_size = 0.0;  // (sum w)^2 / sum w^2
  double error_rate = 0.0;      // of the labels as they are
  double weighted_error_rate = 0.0;
  Interval weighted_interval;  // 95 %, by resampling
  double harm = 0.0;           // weighted mean: missed critical 10, missed major 5, needless stop 2, other error 1
  Proportion missed_critical;
  Proportion unsupported_claims;
  std::size_t suppressed_findings = 0;
  std::optional<double> faithfulness;  // mean of those that were assessed
  std::size_t assessed_texts = 0;
  bool is_in_order = false;  // every record has a time
};
struct RecordAudit {
  Population population;  // the labelled ones, in the order of time where all have one; empty without any label
  RecordSummary summary;
  std::vector<Gate> gates;
  CaseFeatures features;            // of all records, labelled or not: features, confidence, groups
  std::vector<FeatureDrift> drift;  // of the last ones against those before, in the order of time
};
// Fails when there is no record, or a number is outside its range.
[[nodiscard]] core::Result<RecordAudit> audit_records(std::vector<Record> records, const TrustPolicy& policy);

// The same with drift from an earlier set of records instead.
void set_reference(RecordAudit& audit, const CaseFeatures& earlier);

// The score of the population with gates and dimensions of its records, and the weights of policy.hpp for them: errors
// by their harm, faithfulness, drift. No label, or too small an effective size, is insufficient.
[[nodiscard]] TrustScore with_records(TrustScore score, const RecordAudit& audit, const TrustPolicy& policy);

}  // namespace guardian::audit::population
