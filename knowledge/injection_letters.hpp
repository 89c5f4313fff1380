#pragma once
// The letter that a character is read as, whatever alphabet or dress it comes in: what look-alike letters, digits in
// words, full-width and mathematical forms have in common. Pure.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace guardian::knowledge {

struct CodePoint {
  char32_t value = 0;
  std::size_t bytes = 1;
  bool valid = false;
};

// The character at `at`; an invalid byte is one character by itself.
[[nodiscard]] CodePoint code_point_at(std::string_view text, std::size_t at) noexcept;

enum class LetterClass : std::uint8_t {
  separator,  // `letter` is the ASCII sign, 0 when it is none
  letter,     // `letter` is what it is read as
  digit,      // the same, for a digit or sign that stands in for a letter
  ideogram,   // a word by itself
  nothing     // takes no room: combining marks, zero width, soft hyphens
};

struct Letter {
  LetterClass kind = LetterClass::separator;
  char32_t letter = 0;
};

// "l", "I" and "1" are one letter, and so are "o" and "0".
[[nodiscard]] Letter letter_of(char32_t character) noexcept;

// The same of all single bytes, for speed.
[[nodiscard]] const std::array<Letter, 128>& ascii_letters() noexcept;

[[nodiscard]] bool is_zero_width(char32_t character) noexcept;
[[nodiscard]] bool is_variation_selector(char32_t character) noexcept;

// The ASCII character that an invisible tag character stands for; 0 for another character.
[[nodiscard]] char tag_character(char32_t character) noexcept;

}  // namespace guardian::knowledge
