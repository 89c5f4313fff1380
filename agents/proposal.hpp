#pragma once
// What an agent proposes. Nothing here is believed: runtime/reconcile decides what of it becomes part of a review, and
// can only add or raise. Plain data; offsets and quotes are of the note as the case has it.

#include <optional>
#include <string>
#include <vector>

#include "core/finding.hpp"
#include "core/triage_level.hpp"

namespace guardian::agents {

// A medicine or substance that only the note names.
struct NoteMedicine {
  std::string quote;  // occurs in the note, byte for byte
  std::string text;   // the medicine as the quote writes it, with dose and frequency
  bool stopped = false;
  std::optional<double> stopped_days_ago;

  friend bool operator==(const NoteMedicine&, const NoteMedicine&) = default;
};

// A symptom or condition that the note tells in words that the lexicon lacks.
struct NoteSymptom {
  std::string quote;
  std::string name;  // in words that the knowledge base knows

  friend bool operator==(const NoteSymptom&, const NoteSymptom&) = default;
};

// A hazard that no rule has.
struct Concern {
  core::FindingType type = core::FindingType::drug_drug;
  core::Severity severity = core::Severity::minor;
  std::vector<std::string> subjects;
  std::string title;
  std::string reason;
  std::string management;
  std::vector<std::string> rows;  // ids that a tool returned to this agent

  friend bool operator==(const Concern&, const Concern&) = default;
};

struct FindingRaise {
  std::string finding;  // id
  std::string reason;

  friend bool operator==(const FindingRaise&, const FindingRaise&) = default;
};

struct TriageRaise {
  core::TriageLevel level = core::TriageLevel::routine;
  std::string quote;  // of the note; what it rests on
  std::string reason;

  friend bool operator==(const TriageRaise&, const TriageRaise&) = default;
};

struct Proposal {
  std::string agent;
  std::vector<NoteMedicine> medicines;
  std::vector<NoteSymptom> symptoms;
  std::vector<Concern> concerns;
  std::vector<FindingRaise> raises;
  std::vector<TriageRaise> triage;
  std::vector<std::string> rows_seen;  // ids that tools returned

  friend bool operator==(const Proposal&, const Proposal&) = default;
};

}  // namespace guardian::agents
