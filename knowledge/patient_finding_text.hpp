#pragma once
// Puts what the rules about the patient came to into words: findings, red flags, what was not assessed. Reads rule
// texts from the knowledge base; otherwise pure.

#include <span>
#include <string>
#include <vector>

#include "core/finding.hpp"
#include "core/result.hpp"
#include "core/review.hpp"
#include "core/triage.hpp"
#include "knowledge/knowledge_base.hpp"
#include "knowledge/patient_matcher.hpp"
#include "knowledge/patient_state.hpp"

namespace guardian::knowledge {

// Where a fact about the patient was read: ConditionFact::source and its like are positions in a list of these.
struct PatientSource {
  std::string element;  // JSON pointer
  std::string words;    // "CKD 3b", "creatinine 2.3 mg/dL", "black stools"
  bool from_note = false;
};

// A case as the matcher saw it.
struct MatchedPatient {
  std::span<const DrugFact> facts;
  std::span<const std::string> elements;  // by DrugFact::source
  const PatientState& state;
  std::span<const PatientSource> sources;
  std::string_view day;  // of the review; empty: not known
};

// Findings of the same type about the same subjects are one. In the order of type, subjects, rules.
[[nodiscard]] core::Result<std::vector<core::Finding>> patient_findings(const KnowledgeBase& base,
                                                                        const PatientOutcome& outcome,
                                                                        const MatchedPatient& subject);

// Most urgent first.
[[nodiscard]] core::Result<std::vector<core::RedFlag>> red_flags(const KnowledgeBase& base,
                                                                 const PatientOutcome& outcome,
                                                                 const MatchedPatient& subject);

// What a rule waits for, in words: "creatinine clearance", "dose of metformin".
[[nodiscard]] std::string wanted_text(const KnowledgeBase& base, const PatientUnevaluated& missing);
[[nodiscard]] std::string wanted_text(const KnowledgeBase& base, IngredientIndex of, WantedFact wanted);

// "potassium 5.9 mmol/L", "eGFR 24 mL/min/1.73m2", "eGFR 15 to 29 mL/min/1.73m2".
[[nodiscard]] std::string value_text(const KnowledgeBase& base, const QuantityFact& fact);

}  // namespace guardian::knowledge
