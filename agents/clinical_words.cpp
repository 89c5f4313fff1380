#include <algorithm>
#include <array>
#include <span>

#include "agents/mask_tokens.hpp"
#include "agents/text_mask.hpp"

namespace guardian::agents {
namespace {

// Without these a text would say the contrary.
constexpr std::array<std::string_view, 10> denials{"no",     "not",    "non", "never",    "without",
                                                   "denies", "denied", "nil", "negative", "none"};

// In names of the knowledge base as in any text ("disease of the liver").
constexpr std::array<std::string_view, 44> joining{
    "a",  "about", "after", "all",  "an",   "and", "any",   "are",  "as",   "at", "be",  "been", "both",  "but", "by",
    "do", "for",   "from",  "had",  "has",  "her", "his",   "in",   "into", "is", "it",  "its",  "more",  "of",  "on",
    "or", "other", "since", "some", "that", "the", "their", "this", "to",   "up", "was", "were", "while", "with"};

bool is_one_of(std::span<const std::string_view> words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool is_clinical(const MaskToken& token) {
  if (is_one_of(denials, token.lower)) return true;
  if (is_one_of(joining, token.lower)) return false;
  return token.traits.has(WordTrait::clinical) || token.traits.has(WordTrait::quantity) ||
         token.traits.has(WordTrait::unit) || token.traits.has(WordTrait::abbreviation);
}

// Of two numbers ("120/80", "2.5"), or a number and what it counts.
bool are_joined(std::string_view between) {
  return between.size() <= 3 && between.find_first_not_of(" .,/-%:<>=") == std::string_view::npos;
}

}  // namespace

std::string clinical_words(std::string_view text, const MaskLexicon& lexicon, MaskTable& table) {
  const std::vector<MaskToken> tokens = mask_tokens(text, lexicon);
  const MaskedText masked = mask(text, lexicon, table);
  const auto hidden = [&](const MaskToken& token) {
    return std::any_of(masked.pieces.begin(), masked.pieces.end(), [&](const MaskedText::Piece& piece) {
      return token.begin < piece.original.end && token.end > piece.original.begin;
    });
  };
  const auto gap = [&](std::size_t i) { return text.substr(tokens[i].end, tokens[i + 1].begin - tokens[i].end); };
  std::vector<bool> kept(tokens.size(), false);
  std::vector<bool> open(tokens.size(), false);  // not hidden
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    open[i] = !hidden(tokens[i]);
    // The mask leaves letters with digits only where they are a dose or a known name.
    kept[i] = open[i] && tokens[i].letters && (tokens[i].digits > 0 || is_clinical(tokens[i]));
  }
  const auto number = [&](std::size_t i) { return open[i] && !tokens[i].letters; };
  // A number stands with what is kept next to it, in both directions, and numbers with each other.
  for (std::size_t i = tokens.size(); i-- > 0;) {
    if (number(i) && i + 1 < tokens.size() && kept[i + 1] && are_joined(gap(i))) kept[i] = true;
  }
  for (std::size_t i = 1; i < tokens.size(); ++i) {
    if (number(i) && kept[i - 1] && are_joined(gap(i - 1))) kept[i] = true;
  }
  std::string words;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (!kept[i]) continue;
    if (!words.empty()) words += i > 0 && kept[i - 1] && are_joined(gap(i - 1)) ? std::string(gap(i - 1)) : " ";
    words += text.substr(tokens[i].begin, tokens[i].end - tokens[i].begin);
  }
  return words;
}

}  // namespace guardian::agents
