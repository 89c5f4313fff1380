#pragma once
// A hazard with its subjects, severity, reasons and proof, as plain data: what every interface shows.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/severity.hpp"

namespace guardian::core {

enum class FindingType : std::uint8_t {
  drug_drug,
  cumulative,
  washout,
  duplicate,
  drug_allergy,
  drug_disease,
  drug_lab,
  drug_renal,
  drug_hepatic,
  dose,
  drug_age,
  pregnancy,
  lactation,
  drug_food,
  timing,
  route,
  monitoring,
  guideline,
  look_alike,
  unresolved,
  prompt_injection
};
[[nodiscard]] std::string_view to_string(FindingType type) noexcept;
[[nodiscard]] bool parse_finding_type(std::string_view text, FindingType& type) noexcept;

struct EvidenceRecord {
  std::string id;
  std::string kind;
  std::string source;
  std::string title;
  std::string section;
  std::string year;
  std::string locator;
  std::string status;  // verified, draft

  friend bool operator==(const EvidenceRecord&, const EvidenceRecord&) = default;
};

// One edge of the proof: from a word of the case or a concept to the next concept.
struct PathStep {
  std::string from;
  std::string edge;
  std::string to;

  friend bool operator==(const PathStep&, const PathStep&) = default;
};

// A smallest set of medicines that brings the finding about by itself.
using Subset = std::vector<std::string>;

// What an agent thinks more of than the engine does, beside what the engine says: one step up, never to critical.
struct Raise {
  std::string by;  // agent:<name>
  Severity to = Severity::moderate;
  std::string reason;

  friend bool operator==(const Raise&, const Raise&) = default;
};

// What one source says of a finding that several sources know of.
struct FindingSource {
  std::string source;  // "guardian": our own rules
  Severity severity = Severity::minor;
  std::string level;     // how grave the source calls it, in its words; of our own: verified, draft or inferred
  std::string compared;  // with the first source: "first", "agrees", "higher" or "lower"
  std::vector<std::string> rules;
  std::string says;  // what the source advises, where that is not the text of the finding

  friend bool operator==(const FindingSource&, const FindingSource&) = default;
};

struct Finding {
  std::string id;  // short hash of type, subjects and rules
  FindingType type = FindingType::drug_drug;
  Severity severity = Severity::minor;
  bool contraindication = false;
  std::vector<std::string> subjects;
  std::vector<std::string> medicines;  // those of the subjects that are medicines
  std::string title;
  std::string mechanism;
  std::string effect;
  std::string management;
  std::vector<std::string> monitoring;
  std::string onset;
  std::vector<EvidenceRecord> evidence;
  std::vector<PathStep> path;
  std::vector<Subset> subsets;            // cumulative findings only
  std::vector<std::string> best_removal;  // medicines each of which, stopped alone, ends the finding
  std::vector<std::string> rules;
  std::vector<FindingSource> sources;  // by precedence; empty where only our own rules speak
  std::string source = "engine";       // or agent:<name>
  std::string via;                     // "note:<words>" of what was read out of free text
  std::optional<Raise> raise;
  bool inferred = false;
  bool interruptive = false;
  std::vector<std::string> context;   // what was not stated, what moved the severity
  std::vector<std::string> elements;  // JSON pointers of the medicines it speaks of

  friend bool operator==(const Finding&, const Finding&) = default;
};

// The severity with what an agent raised.
[[nodiscard]] constexpr Severity weight(const Finding& finding) noexcept {
  return finding.raise && finding.raise->to > finding.severity ? finding.raise->to : finding.severity;
}

}  // namespace guardian::core
