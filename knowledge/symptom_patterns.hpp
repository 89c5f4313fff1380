#pragma once
// Symptoms as people tell them, whose words stand apart: "her left calf has come up like a balloon" is a part of the
// body and a state of it with other words between. A pattern names the groups of words that have to stand near each
// other in one clause; phrases without words between are names of conditions in the knowledge base. How what was found
// is meant (denied, past, of a relative) is for the caller to say. The patterns are data: `symptom_patterns.tsv`, where
// their syntax stands. Pure; immutable; safe to read from several threads; time is linear in the text.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "knowledge/clinical_context.hpp"
#include "knowledge/phrase_table.hpp"

namespace guardian::knowledge {

struct SymptomPattern {
  enum class Order : std::uint8_t {
    as_written,  // ">"
    either,      // "~": of two groups; in the other order only when no other part of the body has claimed the state
    sentence     // "&": all of them in one sentence, over commas
  };
  std::vector<std::string> conditions;
  std::vector<std::size_t> groups;  // of SymptomPatterns::groups, two or more
  Order order = Order::as_written;
  std::size_t most_between = 0;  // words between two groups, small ones not counted
};

struct SymptomPatterns {
  std::vector<std::vector<std::string>> groups;  // phrases
  std::vector<SymptomPattern> patterns;
  std::vector<std::string> parts;   // of the body: none stands between the words of a pattern
  std::vector<std::string> breaks;  // words over which no pattern goes: "fine", "normal"
  std::vector<std::string> small;   // words that part nothing: "the", "like"
};

// Fails with the line that means nothing.
[[nodiscard]] core::Result<SymptomPatterns> parse_symptom_patterns(std::string_view text);

// Those that are built in, and their text.
[[nodiscard]] const SymptomPatterns& default_symptom_patterns();
[[nodiscard]] std::string_view default_symptom_patterns_text();

struct FoundPattern {
  std::size_t first = 0;  // words [first, last) from the first of the pattern to its last
  std::size_t last = 0;
  std::size_t pattern = 0;  // of SymptomPatterns::patterns
};

class PatternFinder {
 public:
  // Adds the words of the patterns to the vocabulary, which numbers those of texts afterwards.
  PatternFinder(const SymptomPatterns& patterns, Vocabulary& vocabulary);

  // In the order of the text; two of them may overlap.
  [[nodiscard]] std::vector<FoundPattern> find(const MarkedText& text) const;

 private:
  class Search;

  PhraseTable phrases_;
  std::vector<std::vector<std::size_t>> groups_of_;  // of each phrase
  std::vector<std::uint8_t> is_part_;                // of each phrase
  std::vector<std::vector<std::size_t>> by_first_;   // patterns that begin with a group
  std::vector<std::vector<std::size_t>> by_second_;  // patterns of either order whose second group it is
  std::vector<SymptomPattern> patterns_;
  std::vector<WordId> breaks_;  // sorted
  std::vector<WordId> small_;   // sorted
};

}  // namespace guardian::knowledge
