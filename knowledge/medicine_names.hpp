#pragma once
// Where a text names medicines that the knowledge base knows as they stand, and since when a text says that each is
// taken. Deterministic. Pure; takes any bytes; thread-safe.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "knowledge/clinical_text.hpp"
#include "knowledge/concept_graph.hpp"

namespace guardian::knowledge {

class KnowledgeBase;

struct MentionedMedicine {
  std::string words;                         // as written
  std::vector<IngredientIndex> ingredients;  // empty: the name means several things
  WordRange range;                           // in clinical_words() of the text
  TextSpan span;
};

// In the order of the text; none overlaps another. Names of three letters and fewer, and names of what is measured
// ("potassium") and is no level of a medicine, are left out.
[[nodiscard]] std::vector<MentionedMedicine> medicines_named(const KnowledgeBase& base, std::string_view text);

struct MedicineStart {
  std::vector<IngredientIndex> ingredients;
  double days_ago = 0.0;
  std::string words;  // as written
};

// "started lisinopril 3 weeks ago", "lisinopril was added in May": what is not said to have begun is left out.
[[nodiscard]] std::vector<MedicineStart> medicine_starts(const KnowledgeBase& base, std::string_view text,
                                                         const TextContext& context);

}  // namespace guardian::knowledge
