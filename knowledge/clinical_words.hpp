#pragma once
// The words of a free clinical text: normalised for comparison, each with where it stands in the text and with what
// parts it from the word before. Takes any bytes; pure and thread-safe; time is linear in the text.
//
// Normalised: lower case, accents dropped, possessive and plural ending dropped ("Crohn's", "seizures", "MIs"), British
// spelling as American ("haematemesis", "tumour", "sulpha"), Roman numerals as digits behind "stage", "NYHA" and the
// like. Names of a table and words of a note pass through the same function, so that both agree.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace guardian::knowledge {

// What stands between a word and the one before; several may hold.
namespace gap {
inline constexpr std::uint32_t newline = 1U << 0U;      // a line end that ends a thought (not the wrap of a long line)
inline constexpr std::uint32_t blank_line = 1U << 1U;   // and an empty line
inline constexpr std::uint32_t sentence = 1U << 2U;     // ". ", "!", "..."
inline constexpr std::uint32_t semicolon = 1U << 3U;    // and bullets
inline constexpr std::uint32_t comma = 1U << 4U;        // and "|"
inline constexpr std::uint32_t colon = 1U << 5U;        // and "="
inline constexpr std::uint32_t slash = 1U << 6U;        //
inline constexpr std::uint32_t dash = 1U << 7U;         // a dash that parts, not the hyphen of a word
inline constexpr std::uint32_t hyphen = 1U << 8U;       // joins two words
inline constexpr std::uint32_t open = 1U << 9U;         // ( [ {
inline constexpr std::uint32_t close = 1U << 10U;       // ) ] }
inline constexpr std::uint32_t query = 1U << 11U;       // "?" tied to the word behind: "?PE"
inline constexpr std::uint32_t question = 1U << 12U;    // "?" tied to the word before: "PE?"
inline constexpr std::uint32_t minus_mark = 1U << 13U;  // "(-)"
inline constexpr std::uint32_t plus_mark = 1U << 14U;   // "(+)"
inline constexpr std::uint32_t unticked = 1U << 15U;    // "[ ]"
inline constexpr std::uint32_t ticked = 1U << 16U;      // "[x]"
inline constexpr std::uint32_t boundary = newline | sentence | semicolon | question;
inline constexpr std::uint32_t list_end = boundary | comma | close;
}  // namespace gap

struct ClinicalWord {
  std::uint32_t begin = 0;  // bytes of the text
  std::uint32_t end = 0;
  std::uint32_t gap = 0;  // what stands before
  std::uint32_t at = 0;   // of the spelling
  std::uint32_t size = 0;
  bool capital = false;   // the first letter is upper case
  bool capitals = false;  // two letters or more and all of them upper case
};

struct ClinicalWords {
  std::string spellings;  // of all words, one behind the other
  std::vector<ClinicalWord> words;
  std::uint32_t tail = 0;  // the gap behind the last word; the end of a text counts as a newline

  [[nodiscard]] std::size_t size() const { return words.size(); }
  [[nodiscard]] std::string_view spelling(std::size_t i) const {
    return {spellings.data() + words[i].at, words[i].size};
  }
  // What stands before word `i`; of the position behind the last word: behind it.
  [[nodiscard]] std::uint32_t before(std::size_t i) const { return i < words.size() ? words[i].gap : tail; }
};

[[nodiscard]] ClinicalWords clinical_words(std::string_view text);

}  // namespace guardian::knowledge
