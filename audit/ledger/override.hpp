#pragma once
// How long a clinician's override of a finding holds. It never takes a finding away: it says that someone has looked at
// it. It expires, and it no longer holds when the case has become worse. Times are milliseconds since 1970, UTC. Pure.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/review.hpp"

namespace guardian::audit::ledger {

struct Override {
  std::string finding;  // id
  std::string reason;   // of override_reasons
  std::int64_t made_ms = 0;
  std::int64_t expires_ms = 0;
  // The case when it was made.
  core::Severity severity = core::Severity::minor;
  bool contraindication = false;
  core::TriageLevel triage = core::TriageLevel::routine;
  std::vector<std::string> findings;  // ids of all findings then
};

enum class OverrideState : std::uint8_t {
  in_force,
  expired,
  more_severe,     // the finding is more severe than it was, or a contraindication now
  more_findings,   // a new finding, as severe or more, has a subject in common with it
  more_urgent,     // the triage level has risen
  without_finding  // the finding is not there any more
};
// For a sentence: "it has expired".
[[nodiscard]] std::string_view reason_of(OverrideState state) noexcept;

[[nodiscard]] OverrideState state_of(const Override& override, const core::Review& now, std::int64_t now_ms);

// How long an override of such a finding may hold: policy, not truth. 7 days of a critical finding or a
// contraindication, which nobody should stop seeing; 90 of any other.
[[nodiscard]] std::int64_t longest_override_ms(core::Severity severity, bool contraindication) noexcept;

}  // namespace guardian::audit::ledger
