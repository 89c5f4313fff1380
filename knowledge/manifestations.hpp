#pragma once
// What is seen of a patient that somebody may ask the cause of: symptoms, conditions, values outside their usual range.
// Read from the words of a question, or taken from a case. Pure; thread-safe.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "knowledge/clinical_text.hpp"
#include "knowledge/drug_causes.hpp"
#include "knowledge/knowledge_base.hpp"
#include "knowledge/screened_case.hpp"

namespace guardian::knowledge {

struct Manifestation {
  ConceptIndex what{};
  int direction = 0;                 // of a quantity: raised (+1) or lowered (-1); 0: a condition
  std::string title;                 // in words of the knowledge base: "muscle pain", "low sodium"
  std::optional<double> began_days;  // before the review, where that is known

  friend bool operator==(const Manifestation&, const Manifestation&) = default;
};

// Those that the text names and does not deny, whatever else it says of them. A value counts where the text says which
// way it is changed ("high potassium"), or where the one of the case is outside of its usual range; `screened` may be
// null.
[[nodiscard]] std::vector<Manifestation> manifestations_in(const KnowledgeBase& base, std::string_view text,
                                                           const TextContext& context, const ScreenedCase* screened,
                                                           const CauseTables& tables = default_cause_tables());

// Symptoms and changed states of a case, and its values outside their usual range.
[[nodiscard]] std::vector<Manifestation> manifestations_of(const KnowledgeBase& base, const ScreenedCase& screened,
                                                           const CauseTables& tables = default_cause_tables());

}  // namespace guardian::knowledge
