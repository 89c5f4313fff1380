#pragma once
// How loudly a card speaks: the severity of the finding, and for the two pairs that PDDI-CDS works out in full its own
// minimal information model, never milder than the severity asks. Pure.

#include <functional>
#include <string_view>

#include "adapters/cds_hooks/card.hpp"
#include "core/finding.hpp"
#include "core/review.hpp"
#include "knowledge/knowledge_base.hpp"

namespace guardian::adapters::cds_hooks {

// Whether an ingredient (by its name) belongs to a class of the knowledge base ("nsaid").
using BelongsTo = std::function<bool(std::string_view ingredient, std::string_view class_name)>;

// By this knowledge base, which must outlive what is returned.
[[nodiscard]] BelongsTo membership(const knowledge::KnowledgeBase& base);

// critical -> critical, major -> warning, the rest -> info.
[[nodiscard]] Indicator indicator_of(core::Severity severity) noexcept;

// The review has the medicines that the pair is seen among. Which pairs have an indicator of their own is data
// (indicator_policy.tsv).
[[nodiscard]] Indicator indicator_of(const core::Finding& finding, const core::Review& review,
                                     const BelongsTo& belongs);

}  // namespace guardian::adapters::cds_hooks
