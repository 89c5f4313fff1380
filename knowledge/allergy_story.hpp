#pragma once
// Finds where a note tells a reaction as a story, with the substance before or behind it: "lips swelled after
// amoxicillin", "broke out in hives on Bactrim", "penicillin gave her a rash". Part of the reader of allergies in
// notes: it says which words tell the reaction and where a substance would have to stand. Pure and thread-safe; never
// fails.

#include <cstddef>
#include <string_view>
#include <vector>

#include "knowledge/clinical_text.hpp"

namespace guardian::knowledge {

struct AllergyStory {
  std::size_t first = 0;  // words [first, last) of the reaction
  std::size_t last = 0;
  std::size_t substance = 0;  // it begins here, or ends before this word
  bool is_before = false;
};

// In the order of the text. Left out: what is denied, feared, asked or of another person.
[[nodiscard]] std::vector<AllergyStory> find_allergy_stories(const ClinicalWords& words,
                                                             const ClinicalLexicon& reactions, std::string_view note);

}  // namespace guardian::knowledge
