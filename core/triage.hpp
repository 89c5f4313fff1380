#pragma once
// How soon somebody has to act, and why.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/finding.hpp"
#include "core/news2.hpp"
#include "core/triage_level.hpp"

namespace guardian::core {

// A pattern of what a medicine may have caused.
struct RedFlag {
  std::string id;
  TriageLevel level = TriageLevel::routine;
  std::string title;
  std::string action;
  std::vector<std::string> subjects;  // the medicines, then what was seen
  std::vector<std::string> seen;      // the words and values of the case that show it
  std::vector<EvidenceRecord> evidence;

  friend bool operator==(const RedFlag&, const RedFlag&) = default;
};

// The highest of what vital signs, red flags and findings ask for, with the reasons of that and lower levels.
struct Triage {
  TriageLevel level = TriageLevel::routine;
  News2 news2;
  std::vector<RedFlag> red_flags;  // most urgent first
  std::vector<std::string> reasons;

  friend bool operator==(const Triage&, const Triage&) = default;
};

}  // namespace guardian::core
