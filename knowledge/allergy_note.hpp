#pragma once
// Finds what a note tells of allergies ("allergic to penicillin (rash)", "Allergies: ...", "NKDA"). The part of
// `AllergyReader` that reads notes: it finds where an allergy is told and lets the reader read each. Never fails; pure
// and thread-safe.

#include <string_view>
#include <vector>

#include "knowledge/allergy_reader.hpp"

namespace guardian::knowledge {

// `allergens` and `reactions` are the lexicons of `reader`.
[[nodiscard]] NoteAllergies read_note_allergies(const AllergyReader& reader, const ClinicalLexicon& allergens,
                                                const ClinicalLexicon& reactions, std::string_view note,
                                                const ScannedText& scanned, const TextContext& context,
                                                const DrugNames& drug_names);

// The words by which a note speaks of allergies.
[[nodiscard]] std::vector<LexiconLabel> allergy_labels();

}  // namespace guardian::knowledge
