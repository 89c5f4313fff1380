#pragma once
// Holds a review against the expectation of a suite's row: every point that is not as expected, with the reason that
// tells where to look. Pure; safe to call from any thread. Texts name rules, concepts and medicines of the row, never
// other words of the case.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/suite/expectation.hpp"
#include "core/result.hpp"
#include "core/review.hpp"

namespace guardian::audit::suite {

enum class MissReason : std::uint8_t {
  name_unresolved,   // known names are near, or it has several meanings
  drug_unknown,      // nothing that the knowledge base knows is near
  misread,           // read as something else
  no_rule,           // no finding of that kind
  lower_severity,    // found, and less severe than expected
  unwanted_finding,  // found, and must not be, or is too severe
  wrong_triage,
  wrong_decision,
  wrong_status,  // complete, incomplete, or not listed as not assessed
  not_reviewed   // the review failed
};
inline constexpr std::size_t miss_reasons = 10;
[[nodiscard]] std::string_view to_string(MissReason reason) noexcept;  // "name unresolved"

struct Miss {
  MissReason reason = MissReason::no_rule;
  std::string text;  // what was expected and what there was, on one line

  friend bool operator==(const Miss&, const Miss&) = default;
};

struct Verdict {
  std::vector<Miss> misses;                // the one to look at first stands first
  std::optional<core::Severity> severest;  // of the findings that the row asks for, else of all

  [[nodiscard]] bool held() const noexcept { return misses.empty(); }

  friend bool operator==(const Verdict&, const Verdict&) = default;
};

[[nodiscard]] bool matches(const FindingPattern& pattern, const core::Finding& finding);
[[nodiscard]] Verdict judge(const Expectation& row, const core::Result<core::Review>& review);

}  // namespace guardian::audit::suite
