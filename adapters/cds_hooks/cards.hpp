#pragma once
// A review as the cards of a CDS service: one card a problem, worst first, at most a few that interrupt (critical ones
// always do), and everything else in one card. Pure; the same review and call give the same cards.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/cds_hooks/card.hpp"
#include "adapters/cds_hooks/hook_call.hpp"
#include "adapters/cds_hooks/indicator.hpp"
#include "adapters/fhir/chart.hpp"
#include "core/review.hpp"
#include "knowledge/order_alternatives.hpp"

namespace guardian::adapters::cds_hooks {

inline constexpr std::string_view override_system = "urn:guardian:override-reason";

struct CardPolicy {
  std::size_t most_interruptive = 3;  // cards of `warning`; those that are critical are not counted
  std::string reasons_system = std::string(override_system);  // of the codes by which a card is overridden
  bool record_issues = false;  // cards offer to create DetectedIssues; a client's own setting goes before it
};

struct CardInput {
  const HookCall& call;
  const fhir::Chart& chart;
  const core::Review& review;
  std::vector<std::string> missing;                         // what could not be had and was not checked, in words
  std::string link;                                         // to the review; empty: none
  std::vector<knowledge::OrderAlternative> alternatives{};  // to drafts, checked against this patient
  bool without_alternatives = false;                        // none were looked for: the time was short
};

// The elements of the drafts that cards which interrupt speak of: those that something else might be ordered for.
[[nodiscard]] std::vector<std::string> interrupted_orders(const CardInput& input, const BelongsTo& belongs);

[[nodiscard]] std::vector<Card> cards_of(const CardInput& input, const CardPolicy& policy, const BelongsTo& belongs);

// A version-5-like UUID of `text`: the same text gives the same one.
[[nodiscard]] std::string uuid_of(const std::string& text);

}  // namespace guardian::adapters::cds_hooks
