#pragma once
// What one row of a regression suite expects of a review: a case, what must and must not be found, how severe, how
// urgent, which decision. Plain data without a format: adapters/suite reads it from TSV and JSON (docs/regression.md).
// An expectation that is empty or unset asks for nothing.

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "core/case.hpp"
#include "core/finding.hpp"
#include "core/severity.hpp"
#include "core/triage_level.hpp"

namespace guardian::audit::suite {

// Findings of some types or a range of severity that name all of some subjects; they may name others as well.
struct FindingPattern {
  std::string text;                      // as the suite writes it
  std::vector<core::FindingType> types;  // empty: any
  core::Severity from = core::Severity::minor;
  core::Severity to = core::Severity::critical;
  bool interruptive = false;  // only those that interrupt
  std::vector<std::string> subjects;

  friend bool operator==(const FindingPattern&, const FindingPattern&) = default;
};

// Both ends are included; an end that is not set is open.
template <class Word>
struct Bounds {
  std::optional<Word> from;
  std::optional<Word> to;

  friend bool operator==(const Bounds&, const Bounds&) = default;
};

// What a medicine is to be read as: its ingredients in any order, or nothing that is known for sure.
struct Reading {
  bool unresolved = false;
  std::vector<std::string> ingredients;

  friend bool operator==(const Reading&, const Reading&) = default;
};

struct Expectation {
  std::string place;  // "critical_interactions.tsv:17", "injections.json: /cases/3"
  std::string id;     // unique in its suite; the medicines where the suite gives none
  std::string category;
  core::Case subject;

  std::vector<FindingPattern> must_find;
  std::vector<FindingPattern> must_not;
  // The most severe finding. In a row of medicines `least` is asked of one that speaks of all of `between`.
  std::optional<core::Severity> least;
  std::optional<core::Severity> most;
  std::vector<std::string> between;       // elements of the case; empty: any finding counts
  std::vector<std::string> not_assessed;  // words of what must be listed as not assessed
  std::optional<bool> complete;
  Bounds<core::TriageLevel> triage;
  std::optional<std::string> news2;  // the score, or "none" where it must not apply
  Bounds<core::Decision> decision;
  std::vector<Reading> reads_as;  // one for each medicine of the case; empty: each must be read, as whatever

  std::string source;
  std::string note;

  friend bool operator==(const Expectation&, const Expectation&) = default;
};

struct Suite {
  std::string name;  // the file's, without folder and extension
  std::vector<Expectation> rows;
};

}  // namespace guardian::audit::suite
