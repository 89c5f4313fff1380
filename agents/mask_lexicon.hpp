#pragma once
// What a word of a chart is: clinical, common English, a name. Built once from a knowledge base; immutable; safe to
// read from several threads.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "knowledge/knowledge_base.hpp"
#include "knowledge/text_map.hpp"

namespace guardian::agents {

// What a word may be, as bits.
enum class WordTrait : std::uint32_t {
  title = 1U << 0U,
  relation = 1U << 1U,
  person_verb = 1U << 2U,
  eponym = 1U << 3U,
  eponym_noun = 1U << 4U,
  label = 1U << 5U,
  date_word = 1U << 6U,
  year_word = 1U << 7U,
  street = 1U << 8U,
  street_any_case = 1U << 9U,
  dwelling = 1U << 10U,
  month = 1U << 11U,
  weekday = 1U << 12U,
  unit = 1U << 13U,
  abbreviation = 1U << 14U,
  clinical = 1U << 15U,  // of the knowledge base or of the table
  quantity = 1U << 16U,  // in the name of a test or a vital sign
  common = 1U << 17U,    // in an English dictionary in lower case
  given = 1U << 18U,
  proper = 1U << 19U  // in an English dictionary with a capital: given names, surnames, places
};

class WordTraits {
 public:
  constexpr WordTraits() = default;
  [[nodiscard]] constexpr bool has(WordTrait trait) const noexcept {
    return (bits_ & static_cast<std::uint32_t>(trait)) != 0;
  }
  constexpr void add(WordTrait trait) noexcept { bits_ |= static_cast<std::uint32_t>(trait); }
  constexpr void add(WordTraits other) noexcept { bits_ |= other.bits_; }

 private:
  std::uint32_t bits_ = 0;
};

class MaskLexicon {
 public:
  // The words of the knowledge base beside those that are built in.
  [[nodiscard]] static MaskLexicon build(const knowledge::KnowledgeBase& base);

  // Of a word in lower case, with or without 's; British spellings count as the American ones.
  [[nodiscard]] WordTraits traits(std::string_view lower) const;

  // 1 to 12; 0 for what is no month.
  [[nodiscard]] static unsigned month(std::string_view lower);

 private:
  MaskLexicon() = default;
  void add_table(std::string_view text);
  void add_lines(std::string_view lines, WordTrait trait);
  void add_words(std::string_view text, WordTrait trait);
  [[nodiscard]] WordTraits listed(std::string_view lower) const;
  [[nodiscard]] bool is_british(std::string_view lower) const;

  knowledge::TextMap<WordTraits> words_;
  std::vector<std::string> suffixes_;
};

// Built in: the table, and the dictionary, one word a line.
[[nodiscard]] std::string_view mask_words_text();
[[nodiscard]] std::string_view common_words_text();
[[nodiscard]] std::string_view proper_words_text();

}  // namespace guardian::agents
