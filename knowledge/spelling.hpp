#pragma once
// How a written name is compared: folding of case, accents and punctuation, words with what stands between them, and
// the distance of two spellings. Pure; takes any bytes.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace guardian::knowledge {

// One word of a text: lower-case letters and digits, and a decimal point within a number. Initials with dots ("b.i.d.",
// "D.H.E.") are one word, an apostrophe does not part words, "1,000" is "1000" and ".5" is "0.5".
struct SpelledWord {
  std::string text;
  std::string gap;  // folded characters between the word before and this one
};

struct SpelledText {
  std::vector<SpelledWord> words;
  std::string tail;  // what stands after the last word

  // What stands behind the word at `position`.
  [[nodiscard]] const std::string& after(std::size_t position) const {
    return position + 1 < words.size() ? words[position + 1].gap : tail;
  }
};

// ASCII of the same meaning: accents dropped, "½" as "1/2", "×" as "x", dashes as "-", line ends as ";"; other bytes
// are blanks.
[[nodiscard]] std::string folded(std::string_view text);

[[nodiscard]] SpelledText spelled(std::string_view text);

// Insertions, deletions, substitutions and swaps of neighbours that part two spellings; `limit + 1` when there are
// more, or when a spelling is longer than any name (96 bytes).
[[nodiscard]] int spelling_distance(std::string_view one, std::string_view other, int limit);

// The same distance of one spelling to many others, without a limit: a column of the table of distances is one word of
// bits (Hyyro 2003, "A bit-vector algorithm for computing Levenshtein and Damerau edit distances"), so it takes a few
// operations for each letter of the other. At most 64 bytes of `one`.
class SpellingDistances {
 public:
  static constexpr std::size_t longest = 64;
  explicit SpellingDistances(std::string_view one);
  [[nodiscard]] int to(std::string_view other) const noexcept;

 private:
  std::array<std::uint64_t, 256> places_{};  // where each byte stands in the spelling
  std::size_t size_ = 0;
};

}  // namespace guardian::knowledge
