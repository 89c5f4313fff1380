#pragma once
// Every name that the knowledge base knows, by its normalised spelling: canonical names, synonyms, brands,
// abbreviations, RxNorm codes; and the near ones of a misspelling. Immutable; safe to read from several threads.

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "knowledge/concept_graph.hpp"
#include "knowledge/rule_set.hpp"
#include "knowledge/store.hpp"

namespace guardian::knowledge {

enum class NameKind : std::uint8_t { canonical, synonym, brand, abbreviation, ambiguous };

// One meaning of a name.
struct NameEntry {
  std::string name;  // as the knowledge base writes it
  NameKind kind = NameKind::canonical;
  std::vector<IngredientIndex> ingredients;  // in the order of the row; of an ambiguous name: the alternatives
  std::string route;                         // of a product for one route; else empty
  std::vector<std::string> countries;        // empty: everywhere
  std::string strengths;
};

// A known spelling near a misspelt one. `distance` counts insertions, deletions, substitutions and swaps of neighbours.
struct NearName {
  std::string key;
  int distance = 0;
  double score = 0.0;  // 1 - distance / longer length
};

// Lower case, accents folded, punctuation and runs of blanks as one blank; what two spellings of one name have in
// common. A decimal point stays, an apostrophe and the dots of initials ("D.H.E.") vanish.
[[nodiscard]] std::string normalised_name(std::string_view text);

class NameIndex {
 public:
  [[nodiscard]] static NameIndex build(const KnowledgeTables& tables, const ConceptGraph& graph);
  NameIndex(NameIndex&&) noexcept;
  NameIndex& operator=(NameIndex&&) noexcept;
  ~NameIndex();

  // All meanings of a normalised name; empty when it is not known. A name of six letters or more is also found when its
  // words are written apart or together ("depoprovera", "co trimoxazole").
  [[nodiscard]] std::span<const NameEntry> find(std::string_view normalised) const;
  [[nodiscard]] std::span<const NameEntry> find_code(std::string_view rxcui) const;

  // Names of just these ingredients together, in any order, that have strengths.
  [[nodiscard]] std::vector<const NameEntry*> products_of(std::span<const IngredientIndex> ingredients) const;

  // The longest known name, in words, at the start of `words[from...]`; 0 when there is none.
  [[nodiscard]] std::size_t longest_match(std::span<const std::string> words, std::size_t from) const;

  // Known spellings within `max_distance`, nearest first, then by score, then alphabetically.
  [[nodiscard]] std::vector<NearName> near(std::string_view normalised, int max_distance) const;

  // Known names that begin with the words of this one and go on ("cartia xt" of "cartia"), alphabetically.
  [[nodiscard]] std::vector<std::string> longer_names(std::string_view normalised) const;

  // Whether two normalised names are a pair that people mix up.
  [[nodiscard]] bool are_lookalikes(std::string_view one, std::string_view other) const;
  // All normalised names that people mix up with this one, alphabetically.
  [[nodiscard]] std::span<const std::string> lookalikes_of(std::string_view normalised) const;

  // The title of the class that the words name ("statins", "MAO inhibitor"); empty when they name none.
  [[nodiscard]] std::string_view class_title(std::string_view normalised) const;

  [[nodiscard]] std::size_t size() const noexcept;

 private:
  struct Impl;
  explicit NameIndex(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace guardian::knowledge
