#pragma once
// Whether a text says only what the review bears out: each claim against the findings, evidence records, facts and
// numbers that it may rest on. Sentences that stand in the review word for word are borne out; of the others,
// citations, medicines, numbers with units, severity words and denials are checked. What has none of these and shares
// few words with its finding is uncheckable, which is no praise. Pure; safe to call from several threads.

#include <cstddef>
#include <vector>

#include "audit/drug_names.hpp"
#include "core/audit_report.hpp"
#include "core/explanation.hpp"
#include "core/review.hpp"

namespace guardian::audit {

// What is wrong with a claim, gravest last.
enum class ClaimFlaw : std::uint8_t { none, no_structure, severity, citation, number, medicine, contradiction };

struct Grounding {
  std::vector<core::ClaimCheck> checks;  // in the order of the claims
  std::vector<ClaimFlaw> flaws;          // of each
  std::size_t citations = 0;
  std::size_t good_citations = 0;
  std::size_t wanting = 0;  // claims about a finding
  std::size_t cited = 0;    // of these, with a citation that is good

  [[nodiscard]] std::size_t count(core::ClaimState state) const;
};

// Without `names` no medicine is looked for in the text.
[[nodiscard]] Grounding ground(const core::Explanation& explanation, const core::Review& review,
                               const DrugNames* names);

}  // namespace guardian::audit
