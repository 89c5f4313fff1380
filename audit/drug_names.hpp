#pragma once
// Names of medicines in running text, as the knowledge base knows them: ingredients, synonyms and brands. Made once for
// a knowledge base; immutable, so any number of threads may share it.

#include <memory>
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
  // that are results as well (potassium) do not count.
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

  std::unordered_map<std::string, std::vector<Name>, Hash, std::equal_to<>> by_first_word_;  // longest first
};

}  // namespace guardian::audit
