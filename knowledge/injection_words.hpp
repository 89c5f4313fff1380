#pragma once
// One pass over a text: its words as the phrases know them, and what else may hide an instruction. Pure; linear.

#include <cstddef>
#include <string_view>
#include <vector>

#include "knowledge/injection.hpp"
#include "knowledge/injection_phrases.hpp"

namespace guardian::knowledge {

struct InjectionScan {
  std::vector<InjectionWord> words;
  std::vector<InjectionMark> marks;  // literals and hidden characters; without quotes
  std::vector<TextSpan> long_words;  // that no phrase has: perhaps encoded, perhaps words without blanks
  std::size_t escapes = 0;           // "%20", "&#105;", "\u0069"
  std::size_t single_letters = 0;    // the most in a row
  bool phrase_begins = false;
  bool rot13 = false;
  bool backward = false;
};

// Below 4 GB.
[[nodiscard]] InjectionScan scan_for_injections(std::string_view text);

// The known words that letters without blanks are made of, longest first: of the words [first, last) of one letter, or
// of the characters of one long word.
[[nodiscard]] std::vector<InjectionWord> words_of_letters(const std::vector<InjectionWord>& letters, std::size_t first,
                                                          std::size_t last);
[[nodiscard]] std::vector<InjectionWord> words_within(std::string_view text, TextSpan word);

}  // namespace guardian::knowledge
