#pragma once
// Which sources speak in a finding, and how grave each calls it. Pure.

#include <string>
#include <vector>

#include "core/finding.hpp"

namespace guardian::knowledge {

inline constexpr const char* own_source = "guardian";

// A rule of the finding as its source words it.
struct SourceVoice {
  std::string rule;
  std::string source;  // empty: our own
  int precedence = 0;  // of another source
  core::Severity severity = core::Severity::minor;
  std::string level;   // in the words of the source; of our own: verified, draft or inferred
  std::string advice;  // the management text, names filled in
};

// By precedence, then name; empty when only our own rules speak. `shown` is the advice of the finding itself, which is
// not repeated.
[[nodiscard]] std::vector<core::FindingSource> finding_sources(const std::vector<SourceVoice>& voices,
                                                               const std::string& shown);

}  // namespace guardian::knowledge
