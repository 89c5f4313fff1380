#pragma once
// Reads a medicine as people write it: which ingredients it means, and dose, route and frequency in the same words.
// Deterministic, pure, offline. It gives every interpretation with its score and reason; it decides only when one
// stands clear of the others, never between look-alikes, and never for an ambiguous abbreviation. Thread-safe.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/medication.hpp"
#include "knowledge/concept_graph.hpp"
#include "knowledge/name_index.hpp"

namespace guardian::knowledge {

class KnowledgeBase;

enum class MatchKind : std::uint8_t { exact, synonym, brand, abbreviation, code, fuzzy };
[[nodiscard]] std::string_view to_string(MatchKind kind) noexcept;

// One thing that the words may mean. Scores run from 0 to 1; 1 is a name that is known as it stands.
struct Interpretation {
  std::string name;  // the known name it rests on
  std::vector<IngredientIndex> ingredients;
  MatchKind kind = MatchKind::exact;
  double score = 0.0;
  std::string reason;  // "brand", "one letter from `warfarin`", "brand in AU", ...
  // The ingredients together are a marketed fixed combination that the knowledge base names (Nuedexta), not only two
  // medicines that somebody wrote in one line.
  bool fixed_product = false;
};

struct Resolution {
  bool resolved = false;
  std::string reason;                           // when not resolved: why, in words for a pharmacist
  std::vector<Interpretation> interpretations;  // best first; when resolved the first one is meant
  std::string route;  // of the knowledge base's route table; empty when neither the words nor the product say one
  core::Dose dose;
  std::string note;  // "also a brand of terazosin in AU", "code says warfarin, the text says ..."
};

struct ResolveRequest {
  std::string text;
  std::string code;
  std::string code_system;
  std::string locale;  // ISO country; empty: none is preferred
};

[[nodiscard]] Resolution resolve(const KnowledgeBase& base, const ResolveRequest& request);

}  // namespace guardian::knowledge
