#include "adapters/json/json_quote.hpp"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include <nlohmann/json.hpp>

namespace guardian::adapters {
namespace {

using Word = std::uint64_t;

constexpr Word ones = 0x0101010101010101U;
constexpr Word tops = ones * 0x80U;

bool is_plain(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x20 && byte < 0x80 && c != '"' && c != '\\';
}

// The top bit of a byte is set where it is not plain. A borrow may set one above it, but only there: the lowest is
// right.
Word not_plain(Word word) {
  const Word quotes = word ^ (ones * static_cast<unsigned char>('"'));
  const Word backslashes = word ^ (ones * static_cast<unsigned char>('\\'));
  return (word | (word - ones * 0x20U) | (quotes - ones) | (backslashes - ones)) & tops;
}

Word word_at(const char* at) {
  Word word = 0;
  std::memcpy(&word, at, sizeof word);
  return word;
}

// Copies the text if all of it is plain; otherwise says no, and what was written is for nothing. The end of a text is
// looked at and copied as the word that ends there, some of it again: a loop over single bytes costs more.
bool copy_plain(std::string_view text, char* at) {
  const char* from = text.data();
  const std::size_t size = text.size();
  if (size < sizeof(Word)) {
    for (std::size_t i = 0; i < size; ++i) {
      if (!is_plain(from[i])) return false;
      at[i] = from[i];
    }
    return true;
  }
  const auto copy_word = [&](std::size_t place) {
    const Word word = word_at(from + place);
    std::memcpy(at + place, &word, sizeof word);
    return not_plain(word) == 0;
  };
  const std::size_t last = size - sizeof(Word);
  for (std::size_t place = 0; place < last; place += sizeof(Word)) {
    if (!copy_word(place)) return false;
  }
  return copy_word(last);
}

// The length of the well-formed UTF-8 sequence at the start (RFC 3629), or 0.
std::size_t sequence_length(std::string_view text) noexcept {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto continues = [&](std::size_t i, unsigned low, unsigned high) {
    return i < text.size() && byte(i) >= low && byte(i) <= high;
  };
  const unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return continues(1, 0x80, 0xBF) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    const unsigned low = lead == 0xE0 ? 0xA0 : 0x80;
    const unsigned high = lead == 0xED ? 0x9F : 0xBF;
    return continues(1, low, high) && continues(2, 0x80, 0xBF) ? 3 : 0;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    const unsigned low = lead == 0xF0 ? 0x90 : 0x80;
    const unsigned high = lead == 0xF4 ? 0x8F : 0xBF;
    return continues(1, low, high) && continues(2, 0x80, 0xBF) && continues(3, 0x80, 0xBF) ? 4 : 0;
  }
  return 0;
}

// The letter behind the backslash; 0: the number of the character stands there.
char escape_letter(char c) {
  switch (c) {
    case '"': return '"';
    case '\\': return '\\';
    case '\b': return 'b';
    case '\f': return 'f';
    case '\n': return 'n';
    case '\r': return 'r';
    case '\t': return 't';
    default: return 0;
  }
}

constexpr std::size_t longest_escape = 6;

char* put_escaped(char* at, char c) {
  static constexpr std::string_view hex = "0123456789abcdef";
  *at++ = '\\';
  if (const char letter = escape_letter(c); letter != 0) {
    *at++ = letter;
    return at;
  }
  for (const char of_number : {'u', '0', '0'}) *at++ = of_number;
  *at++ = hex[static_cast<unsigned char>(c) >> 4U];
  *at++ = hex[static_cast<unsigned char>(c) & 15U];
  return at;
}

// Eight bytes at a time: in JSON that is quoted itself, as the ledger keeps it, one in eight is not plain.
void append_with_escapes(TextBuffer& out, std::string_view text) {
  constexpr std::size_t piece = 1024;
  constexpr std::size_t at_once = sizeof(Word) + longest_escape;  // what one turn of the loop may write
  const std::size_t start = out.size();
  char* at = out.room(piece);
  const char* nearly_full = at + piece - at_once;
  *at++ = '"';
  for (std::size_t i = 0; i < text.size();) {
    if (at >= nearly_full) {
      out.written_to(at);
      at = out.room(piece);
      nearly_full = at + piece - at_once;
    }
    if (i + sizeof(Word) <= text.size()) {
      const Word word = word_at(text.data() + i);
      const Word odd = not_plain(word);
      std::size_t plain = odd == 0 ? sizeof word : 0;
      if constexpr (std::endian::native == std::endian::little) {
        if (odd != 0) plain = static_cast<std::size_t>(std::countr_zero(odd)) / 8;
      }
      std::memcpy(at, &word, sizeof word);
      at += plain;
      i += plain;
      if (odd == 0) continue;
    }
    const char c = text[i];
    if (is_plain(c)) {
      *at++ = c;
      ++i;
    } else if (static_cast<unsigned char>(c) < 0x80) {
      at = put_escaped(at, c);
      ++i;
    } else {
      const std::size_t length = sequence_length(text.substr(i));
      if (length == 0) {  // what stands for broken bytes is the library's to say
        out.cut_to(start);
        out.add(nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
        return;
      }
      at = std::copy_n(text.data() + i, length, at);
      i += length;
    }
  }
  out.written_to(at);
  out.add('"');
}

}  // namespace

void append_quoted(TextBuffer& out, std::string_view text) {
  char* const at = out.room(text.size() + 2);
  if (!copy_plain(text, at + 1)) return append_with_escapes(out, text);
  *at = '"';
  at[text.size() + 1] = '"';
  out.written_to(at + text.size() + 2);
}

}  // namespace guardian::adapters
