#pragma once
// Names of medicines in running text, as the knowledge base knows them: ingredients, synonyms and brands. Made once for
// a knowledge base; immutable, so any number of threads may share it.

#include <bitset>
#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "knowledge/knowledge_base.hpp"

namespace guardian::audit {

struct NamedDrug {
  std::string_view text;                                  // as it stands there
  const std::vector<std::string>* ingredients = nullptr;  // null: looks like a medicine, but none that is known
};

class DrugNames {
 public:
  explicit DrugNames(const knowledge::KnowledgeBase& base);

  // The longest names, in the order of the text. A brand counts with a capital only; foods, nutrients and substances
  // that are results as well (potassium) do not count, nor does what a blood test measures ("a thyroid blood test").
  [[nodiscard]] std::vector<NamedDrug> find(std::string_view text) const;

 private:
  struct Name {
    std::string words;  // lower case
    bool brand = false;
    std::vector<std::string> ingredients;
  };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  void add(std::string words, bool brand, const std::vector<std::string>& ingredients);
  // Of the first letter of a word, its middle and last one, and its length; words of other names may share the place.
  [[nodiscard]] static std::size_t place(std::string_view word);

  std::unordered_map<std::string, std::vector<Name>, Hash, std::equal_to<>> by_first_word_;  // longest first
  std::bitset<65536> first_words_;  // a place each: most words of a text are no name, and this says so at once
};

}  // namespace guardian::audit
