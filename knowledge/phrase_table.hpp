#pragma once
// Phrases of words, found longest first in a text whose words are numbers. Built once, then immutable and safe to read
// from several threads. A lookup allocates nothing.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "knowledge/text_map.hpp"

namespace guardian::knowledge {

using WordId = std::uint32_t;
inline constexpr WordId unknown_word = 0;

class Vocabulary {
 public:
  WordId add(std::string_view word);
  [[nodiscard]] WordId find(std::string_view word) const;  // `unknown_word` when it is not there
  [[nodiscard]] std::size_t size() const { return ids_.size(); }

 private:
  TextMap<WordId> ids_;
};

class PhraseTable {
 public:
  struct Match {
    std::size_t words = 0;     // 0: nothing found
    std::uint32_t phrase = 0;  // as numbered by the caller
  };

  // The number that the same phrase was added with before; else nothing, and it is added.
  std::optional<std::uint32_t> add(std::span<const WordId> words, std::uint32_t phrase);

  // The longest phrase at `from` that ends before `end`.
  [[nodiscard]] Match longest(std::span<const WordId> words, std::size_t from, std::size_t end) const;

  // Whether some phrase starts with the word.
  [[nodiscard]] bool starts(WordId word) const { return word < first_.size() && first_[word] != 0; }

 private:
  static constexpr std::uint32_t no_phrase = 0xFFFFFFFFU;

  std::uint32_t step(std::uint32_t node, WordId word) const;
  std::uint32_t grown(std::uint32_t node, WordId word);

  struct Edge {
    WordId word;
    std::uint32_t node;
  };
  struct Node {
    std::uint32_t phrase = no_phrase;
    std::vector<Edge> edges;  // sorted by word
  };
  std::vector<Node> nodes_ = std::vector<Node>(1);
  std::vector<std::uint32_t> first_;  // node behind the first word; 0 for none
};

}  // namespace guardian::knowledge
