#pragma once
// The sentences of the template explanation by finding type, severity and triage level, as tables. A pattern has
// places: {drugs} medicines, {with} what they meet (an allergy, a condition, a result), {and_with} the same after " and
// ", {orders} those that are only ordered.

#include <string_view>

#include "core/finding.hpp"
#include "core/severity.hpp"
#include "core/triage_level.hpp"

namespace guardian::agents {

struct TypeWords {
  core::FindingType type = core::FindingType::drug_drug;
  std::string_view clinician;        // the hazard as the start of a sentence; a verdict follows
  std::string_view clinician_whole;  // a whole sentence that stands for both; {severity}; may be empty
  std::string_view patient;          // the same in plain words
  std::string_view default_place;    // plain {with} of this type where the table of words has none; {name} is its name
  std::string_view patient_whole;    // a whole sentence that stands for start and verdict; may be empty
  std::string_view effect;           // plain, with {harms}; empty: "It could cause {harms}."
  std::string_view action;           // plain, below critical, in place of that of the severity; may be empty
};
[[nodiscard]] const TypeWords& words_of(core::FindingType type);

struct SeverityWords {
  core::Severity severity = core::Severity::minor;
  std::string_view clinician;        // verdict after the start of TypeWords::clinician
  std::string_view contraindicated;  // the same for a contraindication
  std::string_view patient;          // verdict in plain words
  std::string_view one;              // what a patient is told that there is
  std::string_view several;
  std::string_view action;        // plain, on medicines that are taken
  std::string_view order_action;  // plain, where one of them is only ordered
};
[[nodiscard]] const SeverityWords& words_of(core::Severity severity);

struct LevelWords {
  core::TriageLevel level = core::TriageLevel::routine;
  std::string_view clinician;  // part of a sentence
  std::string_view patient;    // whole sentences
};
[[nodiscard]] const LevelWords& words_of(core::TriageLevel level);

[[nodiscard]] std::string_view decision_words(core::Decision decision);

}  // namespace guardian::agents
