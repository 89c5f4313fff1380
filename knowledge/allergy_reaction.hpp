#pragma once
// Finds a reaction that is named together with its drug where no word says allergy: "angioedema with lisinopril",
// "allopurinol-induced SJS". Never fails; pure and thread-safe.

#include <functional>
#include <string_view>
#include <vector>

#include "core/case.hpp"
#include "knowledge/allergy_reader.hpp"

namespace guardian::knowledge {

// Each with the name of the drug and the reaction as written. Left out: what is denied, feared or of a relative, an
// intolerance (nausea is no allergy), and a substance for which `is_condition` is true.
[[nodiscard]] std::vector<core::Allergy> reactions_with_drug(const ClinicalLexicon& allergens,
                                                             const ClinicalLexicon& reactions, std::string_view text,
                                                             const TextContext& context, const DrugNames& drug_names,
                                                             const std::function<bool(std::string_view)>& is_condition);

}  // namespace guardian::knowledge
