#include "agents/mask_tokens.hpp"

#include "knowledge/injection_letters.hpp"
#include "knowledge/name_index.hpp"
#include "knowledge/text.hpp"

namespace guardian::agents {
namespace {

using knowledge::is_digit;

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

// Signs, units and pictures say nothing of a person; all else that is not ASCII may be part of a name.
bool is_foreign_letter(const knowledge::CodePoint& point) {
  const char32_t c = point.value;
  if (!point.valid) return true;
  if (c < 0xC0 || c == 0xD7 || c == 0xF7) return c == 0xAA || c == 0xBA;
  return !((c >= 0x2000 && c <= 0x2BFF) || (c >= 0x3000 && c <= 0x303F) || (c >= 0xFE00 && c <= 0xFE0F) ||
           (c >= 0xFF00 && c <= 0xFF0F) || (c >= 0x1F000 && c <= 0x1FAFF) || c == 0x3BC);
}

}  // namespace

std::vector<MaskToken> mask_tokens(std::string_view text, const MaskLexicon& lexicon) {
  std::vector<MaskToken> tokens;
  bool sentence = true;
  bool colon = false;
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    const auto foreign_at = [&](std::size_t i) {
      return i < text.size() && static_cast<unsigned char>(text[i]) >= 0x80 &&
             is_foreign_letter(knowledge::code_point_at(text, i));
    };
    const auto in_word = [&](std::size_t i) {
      return i < text.size() && (is_upper(text[i]) || is_lower(text[i]) || is_digit(text[i]) || foreign_at(i));
    };
    if (!in_word(at)) {
      // Not behind an initial or "Dr".
      const bool short_form = c == '.' && !tokens.empty() && tokens.back().end == at && tokens.back().letters &&
                              (tokens.back().traits.has(WordTrait::title) ||
                               (tokens.back().end - tokens.back().begin == 1 && tokens.back().capital));
      const bool ends = (c == '.' && !short_form) || c == '!' || c == '?' || c == ';';
      if (c == '\n' || (ends && (at + 1 == text.size() || is_blank(text[at + 1])))) sentence = true;
      colon = c == ':' || (colon && is_blank(c));
      at += static_cast<unsigned char>(c) < 0x80 ? 1 : knowledge::code_point_at(text, at).bytes;
      continue;
    }
    MaskToken token;
    token.begin = at;
    token.sentence = sentence;
    token.colon_before = colon;
    char before = '\0';
    while (at < text.size()) {
      const char next = text[at];
      if (in_word(at)) {
        const bool digit = is_digit(next);
        token.digits += digit ? 1 : 0;
        if (before != '\0' && digit != is_digit(before)) ++token.changes;
        if (!digit) {
          if (!token.letters) token.capital = is_upper(next);
          token.letters = true;
          token.small = token.small || is_lower(next);
        }
        const bool ascii = static_cast<unsigned char>(next) < 0x80;
        token.foreign = token.foreign || !ascii;
        before = next;
        at += ascii ? 1 : knowledge::code_point_at(text, at).bytes;
        continue;
      }
      const std::size_t width = next == '\'' ? 1 : text.substr(at, 3) == "\xE2\x80\x99" ? 3 : 0;
      if (width == 0 || before == '\0' || is_digit(before) || !in_word(at + width) || is_digit(text[at + width])) break;
      at += width;
    }
    token.end = at;
    token.lower = knowledge::lower_case(text.substr(token.begin, token.end - token.begin));
    for (auto apostrophe = token.lower.find("\xE2\x80\x99"); apostrophe != std::string::npos;
         apostrophe = token.lower.find("\xE2\x80\x99"))
      token.lower.replace(apostrophe, 3, 1, '\'');
    if (token.letters)
      token.traits = lexicon.traits(token.foreign ? knowledge::normalised_name(token.lower) : token.lower);
    tokens.push_back(std::move(token));
    sentence = colon = false;
  }
  return tokens;
}

}  // namespace guardian::agents
