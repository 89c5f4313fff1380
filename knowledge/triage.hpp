#pragma once
// How soon somebody has to act: the highest of what the vital signs, the red flags and the findings ask for. Pure.

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/case.hpp"
#include "core/finding.hpp"
#include "core/triage.hpp"

namespace guardian::knowledge {

struct TriageContext {
  // The ingredients that the patient takes already: a critical finding that speaks of no other medicine is happening
  // now, one about an order can still be prevented.
  std::span<const std::string> taken;
  bool symptoms = false;                         // the patient has complaints, not only numbers
  std::optional<core::Vitals> note_vitals = {};  // vital signs that only the note states
  std::optional<double> years = {};              // of the case, or of its note
  bool pregnant = false;                         // wherever it is stated
};

[[nodiscard]] core::Triage triage_of(const core::Case& subject, std::span<const core::Finding> findings,
                                     std::vector<core::RedFlag> red_flags, const TriageContext& context);

}  // namespace guardian::knowledge
