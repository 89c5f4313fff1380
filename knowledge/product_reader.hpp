#pragma once
// Decides what the names in an order mean together: one product, a combination of parts, or doubt. Doubt always wins: a
// part that is not known, a word that looks like another drug, two names that contradict each other. Pure and
// thread-safe.

#include <string>
#include <string_view>
#include <vector>

#include "knowledge/name_index.hpp"
#include "knowledge/order_grammar.hpp"
#include "knowledge/resolver.hpp"
#include "knowledge/spelling.hpp"

namespace guardian::knowledge {

struct ProductReading {
  bool resolved = false;
  bool names_something = false;  // a known name stands in the words, whatever else does
  std::string reason;            // when not resolved
  Interpretation meaning;        // when resolved
  std::vector<Interpretation> candidates;
  std::string route;      // of the product itself, where it has one
  std::string strengths;  // of the product, as the knowledge base writes them
  std::vector<std::string> notes;
  std::vector<NameSpan> names;  // what is no grammar
};

[[nodiscard]] ProductReading read_product(const KnowledgeBase& base, const SpelledText& text, std::string_view locale);

}  // namespace guardian::knowledge
