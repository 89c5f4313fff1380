#pragma once
// Judges the words of an order that nobody knows: a misspelt name, a class instead of a medicine, a part of a
// combination that is not known, a word that looks like another drug, or only noise. Part of reading a product
// (product_reader.hpp).

#include <optional>
#include <string>
#include <vector>

#include "knowledge/name_reader.hpp"
#include "knowledge/resolver.hpp"
#include "knowledge/spelling.hpp"

namespace guardian::knowledge {

struct JudgedName {
  NameMention name;
  std::optional<NearName> corrected;  // when it was misspelt
};

struct JudgedWords {
  std::vector<JudgedName> names;
  std::string reason;  // of the first doubt; empty when there is none
  std::vector<Interpretation> candidates;
  std::vector<std::string> notes;
  double score = 1.0;  // lowered by each word that is not known
};

[[nodiscard]] JudgedWords judge_words(const KnowledgeBase& base, const SpelledText& text);

// "`name`", as reasons quote it.
[[nodiscard]] std::string in_quotes(std::string_view name);
// "one letter from ".
[[nodiscard]] std::string letters_from(const NearName& name);

}  // namespace guardian::knowledge
