#include "knowledge/injection_letters.hpp"

#include <algorithm>

namespace guardian::knowledge {
namespace {

constexpr char32_t between(char32_t character, char32_t first, char32_t last) {
  return character >= first && character <= last;
}

// Base letters of U+00C0 to U+017F; a blank is a sign.
constexpr std::string_view latin =
    "aaaaaaaceeeeiiii"
    "dnooooo ouuuuyts"
    "aaaaaaaceeeeiiii"
    "dnooooo ouuuuyty"
    "aaaaaaccccccccdd"
    "ddeeeeeeeeeegggg"
    "gggghhhhiiiiiiii"
    "iiiijjkkklllllll"
    "lllnnnnnnnnnoooo"
    "oooorrrrrrssssss"
    "ssttttttuuuuuuuu"
    "uuuuwwyyyzzzzzzs";
static_assert(latin.size() == 0xC0);

struct LookAlike {
  char32_t character;
  char letter;
};

// Letters of other alphabets, and phonetic ones, that are drawn like Latin ones. Sorted.
constexpr std::array look_alikes{
    LookAlike{0x0251, 'a'}, LookAlike{0x0261, 'g'}, LookAlike{0x0262, 'g'}, LookAlike{0x0269, 'i'},
    LookAlike{0x026A, 'i'}, LookAlike{0x0274, 'n'}, LookAlike{0x0280, 'r'}, LookAlike{0x028F, 'y'},
    LookAlike{0x0299, 'b'}, LookAlike{0x029C, 'h'}, LookAlike{0x029F, 'l'}, LookAlike{0x0391, 'a'},
    LookAlike{0x0392, 'b'}, LookAlike{0x0395, 'e'}, LookAlike{0x0396, 'z'}, LookAlike{0x0397, 'h'},
    LookAlike{0x0399, 'i'}, LookAlike{0x039A, 'k'}, LookAlike{0x039C, 'm'}, LookAlike{0x039D, 'n'},
    LookAlike{0x039F, 'o'}, LookAlike{0x03A1, 'p'}, LookAlike{0x03A4, 't'}, LookAlike{0x03A5, 'y'},
    LookAlike{0x03A7, 'x'}, LookAlike{0x03B1, 'a'}, LookAlike{0x03B5, 'e'}, LookAlike{0x03B7, 'n'},
    LookAlike{0x03B9, 'i'}, LookAlike{0x03BA, 'k'}, LookAlike{0x03BD, 'v'}, LookAlike{0x03BF, 'o'},
    LookAlike{0x03C1, 'p'}, LookAlike{0x03C4, 't'}, LookAlike{0x03C5, 'u'}, LookAlike{0x03C7, 'x'},
    LookAlike{0x03C9, 'w'}, LookAlike{0x0405, 's'}, LookAlike{0x0406, 'i'}, LookAlike{0x0407, 'i'},
    LookAlike{0x0408, 'j'},

    LookAlike{0x0430, 'a'}, LookAlike{0x0432, 'b'}, LookAlike{0x0433, 'r'}, LookAlike{0x0435, 'e'},
    LookAlike{0x043A, 'k'}, LookAlike{0x043C, 'm'}, LookAlike{0x043D, 'h'}, LookAlike{0x043E, 'o'},
    LookAlike{0x043F, 'n'}, LookAlike{0x0440, 'p'}, LookAlike{0x0441, 'c'}, LookAlike{0x0442, 't'},
    LookAlike{0x0443, 'y'}, LookAlike{0x0445, 'x'}, LookAlike{0x0451, 'e'}, LookAlike{0x0455, 's'},
    LookAlike{0x0456, 'i'}, LookAlike{0x0457, 'i'}, LookAlike{0x0458, 'j'}, LookAlike{0x04BB, 'h'},
    LookAlike{0x04CF, 'l'}, LookAlike{0x0501, 'd'}, LookAlike{0x051B, 'q'}, LookAlike{0x051D, 'w'},
    LookAlike{0x0578, 'n'}, LookAlike{0x057D, 'u'}, LookAlike{0x0585, 'o'}, LookAlike{0x1D00, 'a'},
    LookAlike{0x1D04, 'c'}, LookAlike{0x1D05, 'd'}, LookAlike{0x1D07, 'e'}, LookAlike{0x1D0A, 'j'},
    LookAlike{0x1D0B, 'k'}, LookAlike{0x1D0D, 'm'}, LookAlike{0x1D0F, 'o'}, LookAlike{0x1D18, 'p'},
    LookAlike{0x1D1B, 't'}, LookAlike{0x1D1C, 'u'}, LookAlike{0x1D20, 'v'}, LookAlike{0x1D21, 'w'},
    LookAlike{0x1D22, 'z'}, LookAlike{0x212A, 'k'}, LookAlike{0x212E, 'e'}, LookAlike{0xA731, 's'},
    LookAlike{0xA7AE, 'i'}};

// What stands in for a letter in a word; a blank for what does not.
constexpr std::string_view digit_letters = "oizeasgtbg";

Letter of_ascii(char character) {
  if (character >= 'A' && character <= 'Z') character = static_cast<char>(character - 'A' + 'a');
  if (character == 'l') return {LetterClass::letter, 'i'};
  if (character >= 'a' && character <= 'z') return {LetterClass::letter, static_cast<char32_t>(character)};
  if (character >= '0' && character <= '9')
    return {LetterClass::digit, static_cast<char32_t>(digit_letters[static_cast<std::size_t>(character - '0')])};
  if (character == '@') return {LetterClass::digit, 'a'};
  if (character == '$') return {LetterClass::digit, 's'};
  if (character == '\'') return {LetterClass::nothing, 0};
  return {LetterClass::separator, static_cast<char32_t>(character)};
}

std::array<Letter, 128> made_ascii() {
  std::array<Letter, 128> letters{};
  for (std::size_t i = 0; i < letters.size(); ++i) letters[i] = of_ascii(static_cast<char>(i));
  return letters;
}

// The ASCII character behind a styled one; 0 when there is none.
char plain_form(char32_t c) {
  const auto from = [&](char32_t first, char start) { return static_cast<char>(start + static_cast<int>(c - first)); };
  if (between(c, 0xFF01, 0xFF5E)) return from(0xFF01, '!');
  if (between(c, 0x1D400, 0x1D6A3)) {  // mathematical letters: upper and lower case in turn
    const auto position = static_cast<int>((c - 0x1D400) % 52);
    return static_cast<char>(position < 26 ? 'A' + position : 'a' + position - 26);
  }
  if (between(c, 0x1D7CE, 0x1D7FF)) return static_cast<char>('0' + static_cast<int>((c - 0x1D7CE) % 10));
  if (between(c, 0x249C, 0x24B5)) return from(0x249C, 'a');
  if (between(c, 0x24B6, 0x24CF)) return from(0x24B6, 'A');
  if (between(c, 0x24D0, 0x24E9)) return from(0x24D0, 'a');
  if (between(c, 0x1F130, 0x1F149)) return from(0x1F130, 'A');
  if (between(c, 0x1F150, 0x1F169)) return from(0x1F150, 'A');
  if (between(c, 0x1F170, 0x1F189)) return from(0x1F170, 'A');
  return tag_character(c);
}

}  // namespace

CodePoint code_point_at(std::string_view text, std::size_t at) noexcept {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(at);
  if (first < 0x80) return {first, 1, true};
  std::size_t bytes = 0;
  char32_t value = 0;
  if (first >= 0xC2 && first <= 0xDF) {
    bytes = 2;
    value = first & 0x1FU;
  } else if (first >= 0xE0 && first <= 0xEF) {
    bytes = 3;
    value = first & 0x0FU;
  } else if (first >= 0xF0 && first <= 0xF4) {
    bytes = 4;
    value = first & 0x07U;
  }
  if (bytes == 0 || text.size() - at < bytes) return {};
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((byte(at + i) & 0xC0U) != 0x80U) return {};
    value = (value << 6U) | (byte(at + i) & 0x3FU);
  }
  const char32_t least = bytes == 2 ? 0x80 : bytes == 3 ? 0x800 : 0x10000;
  if (value < least || value > 0x10FFFF || between(value, 0xD800, 0xDFFF)) return {};
  return {value, bytes, true};
}

bool is_zero_width(char32_t c) noexcept {
  return between(c, 0x200B, 0x200D) || between(c, 0x2060, 0x2064) || c == 0xFEFF || c == 0x180E;
}

bool is_variation_selector(char32_t c) noexcept { return between(c, 0xFE00, 0xFE0F) || between(c, 0xE0100, 0xE01EF); }

char tag_character(char32_t c) noexcept { return between(c, 0xE0020, 0xE007E) ? static_cast<char>(c - 0xE0000) : '\0'; }

Letter letter_of(char32_t c) noexcept {
  if (c < 128) return ascii_letters()[static_cast<std::size_t>(c)];
  if (between(c, 0xC0, 0x17F)) {
    const char base = latin[static_cast<std::size_t>(c - 0xC0)];
    return base == ' ' ? Letter{} : of_ascii(base);
  }
  if (is_zero_width(c) || is_variation_selector(c) || c == 0xAD || c == 0x2019 || between(c, 0x300, 0x36F) ||
      between(c, 0x20D0, 0x20FF) || between(c, 0x200E, 0x200F) || between(c, 0x202A, 0x202E) ||
      between(c, 0x2066, 0x2069))
    return {LetterClass::nothing, 0};
  if (between(c, 0x410, 0x42F)) c += 0x20;  // Cyrillic capitals
  const auto* const found =
      std::lower_bound(look_alikes.begin(), look_alikes.end(), c,
                       [](const LookAlike& one, char32_t wanted) { return one.character < wanted; });
  if (found != look_alikes.end() && found->character == c) return of_ascii(found->letter);
  if (c == 0x3002) return of_ascii('.');
  if (const char plain = plain_form(c); plain != '\0') return of_ascii(plain);
  if (between(c, 0x3040, 0x30FF) || between(c, 0x3400, 0x9FFF) || between(c, 0x20000, 0x3134F))
    return {LetterClass::ideogram, c};
  if (between(c, 0x2000, 0x206F) || between(c, 0x2190, 0x2BFF) || between(c, 0x3000, 0x303F) || c < 0xC0 ||
      between(c, 0xE000, 0xF8FF) || c >= 0x1F000)
    return {};
  return {LetterClass::letter, c};
}

const std::array<Letter, 128>& ascii_letters() noexcept {
  static const std::array<Letter, 128> letters = made_ascii();
  return letters;
}

}  // namespace guardian::knowledge
