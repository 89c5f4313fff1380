#pragma once
// How hard a text is to read: the Flesch-Kincaid grade, the years of American schooling that reading it takes.
// Kincaid, Fishburne, Rogers, Chissom: Derivation of new readability formulas for Navy enlisted personnel, Research
// Branch Report 8-75, Naval Technical Training Command, 1975:
//   grade = 0.39 words per sentence + 11.8 syllables per word - 15.59.
// Syllables are counted by the rules of English spelling and a short list of exceptions; on running text the count is a
// few per cent off at most. Pure; English only.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace guardian::agents {

// Words that stand on a package, in lower case and sorted: who reads them matches them by sight, whatever their length.
// Each counts as a word of two syllables at most.
using NameWords = std::vector<std::string>;

// Adds the words of `name` to `names`, which stays sorted.
void add_name(NameWords& names, std::string_view name);

struct TextCounts {
  std::size_t sentences = 0;  // ended by . ! ? or a line; a text without any is one
  std::size_t words = 0;      // a word with a hyphen is one
  std::size_t syllables = 0;

  friend bool operator==(const TextCounts&, const TextCounts&) = default;
};

// At least 1 for anything with a letter or digit. A number has one for each digit; "INR" is read letter by letter.
[[nodiscard]] std::size_t syllables(std::string_view word);

[[nodiscard]] TextCounts count_text(std::string_view text, const NameWords& names = {});

// 0 for a text without words; may be below 0 for the simplest.
[[nodiscard]] double flesch_kincaid_grade(const TextCounts& counts);

}  // namespace guardian::agents
