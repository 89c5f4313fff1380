#include "agents/readability.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace guardian::agents {
namespace {

bool is_capital(char c) { return c >= 'A' && c <= 'Z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
char lowered(char c) { return is_capital(c) ? static_cast<char>(c - 'A' + 'a') : c; }
bool is_letter(char c) { return lowered(c) >= 'a' && lowered(c) <= 'z'; }
bool is_vowel(char c) { return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u' || c == 'y'; }
// Bytes of UTF-8 beyond ASCII are taken as letters: an accented name stays one word.
bool is_word_byte(char c) { return is_letter(c) || is_digit(c) || c == '\'' || static_cast<unsigned char>(c) >= 0x80U; }

bool ends_with(std::string_view word, std::string_view end) {
  return word.size() >= end.size() && word.substr(word.size() - end.size()) == end;
}

// Words that the rules below count wrongly and that texts for patients use. Sorted.
constexpr std::array<std::pair<std::string_view, std::size_t>, 34> exceptions{
    {{"area", 3},    {"being", 2},   {"business", 2},  {"create", 2},    {"creature", 2},  {"diet", 2},
     {"doing", 2},   {"evening", 2}, {"every", 2},     {"fluid", 2},     {"fluids", 2},    {"going", 2},
     {"idea", 3},    {"ideas", 3},   {"iron", 2},      {"likely", 2},    {"lion", 2},      {"medicine", 3},
     {"people", 2},  {"poem", 2},    {"quiet", 2},     {"react", 2},     {"reaction", 3},  {"reactions", 3},
     {"science", 2}, {"someone", 2}, {"something", 2}, {"sometimes", 2}, {"somewhere", 2}, {"trial", 2},
     {"unsafe", 2},  {"useful", 2},  {"violent", 3},   {"whole", 1}}};
static_assert([] {
  for (std::size_t i = 1; i < exceptions.size(); ++i) {
    if (!(exceptions[i - 1].first < exceptions[i].first)) return false;
  }
  return true;
}());

// Two vowels that are said apart although they stand together.
bool is_hiatus(std::string_view word, std::size_t at) {
  const char first = word[at];
  const char second = word[at + 1];
  const auto before = [&](std::string_view letters) {
    return at > 0 && letters.find(word[at - 1]) != std::string_view::npos;
  };
  if (first == 'i' && (second == 'a' || second == 'o')) return !before("tcsgx");  // not "nation", "special", "region"
  if (first == 'i' && second == 'u') return true;
  if (first == 'i' && second == 'e') return word.substr(at, 4) == "ient" && !before("tcs");
  if (first == 'e' && second == 'o') return word.substr(0, at + 2) != "peo";
  if (first == 'u' && (second == 'a' || second == 'o')) return !before("qg");
  if (first == 'y' && (second == 'i' || second == 'a' || second == 'o')) return at > 0;
  return first == 'i' && second == 'i';
}

// The final letters that are written and not said.
bool ends_silently(std::string_view word, std::size_t groups) {
  if (groups < 2) return false;
  const auto letter = [&](std::size_t from_end) { return word[word.size() - from_end]; };
  if (ends_with(word, "e") && !is_vowel(letter(2))) {
    return !(letter(2) == 'l' && word.size() > 2 && !is_vowel(letter(3)));  // "table"
  }
  if (ends_with(word, "ed") && word.size() > 3 && !is_vowel(letter(3))) {
    return letter(3) != 't' && letter(3) != 'd' && !(letter(3) == 'l' && !is_vowel(letter(4)));
  }
  if (ends_with(word, "es") && word.size() > 3 && !is_vowel(letter(3))) {
    const bool sounds = letter(3) == 's' || letter(3) == 'x' || letter(3) == 'z' || letter(3) == 'c' ||
                        letter(3) == 'g' || (letter(3) == 'h' && (letter(4) == 'c' || letter(4) == 's')) ||
                        (letter(3) == 'l' && !is_vowel(letter(4)));
    return !sounds;
  }
  // "care-ful", "safe-ly", "move-ment"
  for (const std::string_view end : {"ely", "eful", "eless", "ement"}) {
    if (ends_with(word, end) && word.size() > end.size() + 1 && !is_vowel(word[word.size() - end.size() - 1]))
      return true;
  }
  return false;
}

std::size_t syllables_of_letters(std::string_view word) {
  constexpr std::size_t shortest_exception = 4;
  if (word.size() >= shortest_exception) {
    const auto known = std::lower_bound(exceptions.begin(), exceptions.end(), word,
                                        [](const auto& entry, std::string_view key) { return entry.first < key; });
    if (known != exceptions.end() && known->first == word) return known->second;
  }
  std::size_t groups = 0;
  for (std::size_t i = 0; i < word.size(); ++i) {
    if (!is_vowel(word[i]) || (word[i] == 'y' && i == 0)) continue;
    const bool continues = i > 0 && is_vowel(word[i - 1]) && !(word[i - 1] == 'y' && i == 1);
    if (!continues || is_hiatus(word, i - 1)) ++groups;
  }
  if (ends_silently(word, groups)) --groups;
  if (ends_with(word, "sm") && word.size() > 3) ++groups;   // "spasm"
  if (ends_with(word, "n't") && word.size() > 5) ++groups;  // "didn't"
  return std::max<std::size_t>(groups, 1);
}

std::string lower_letters(std::string_view word) {
  std::string text(word);
  std::transform(text.begin(), text.end(), text.begin(), lowered);
  return text;
}

bool is_name(const NameWords& names, const std::string& word) {
  return std::binary_search(names.begin(), names.end(), word);
}

}  // namespace

void add_name(NameWords& names, std::string_view name) {
  std::size_t i = 0;
  while (i < name.size()) {
    std::size_t end = i;
    while (end < name.size() && is_word_byte(name[end])) ++end;
    if (end > i) {
      const std::string word = lower_letters(name.substr(i, end - i));
      const auto place = std::lower_bound(names.begin(), names.end(), word);
      if (place == names.end() || *place != word) names.insert(place, word);
    }
    i = end + 1;
  }
}

std::size_t syllables(std::string_view word) {
  const auto digits = static_cast<std::size_t>(std::count_if(word.begin(), word.end(), is_digit));
  const auto letters = static_cast<std::size_t>(std::count_if(word.begin(), word.end(), is_letter));
  constexpr std::size_t longest_abbreviation = 5;
  if (letters == 0) return std::max<std::size_t>(digits, word.empty() ? 0 : 1);
  const bool is_abbreviation = letters >= 2 && letters <= longest_abbreviation &&
                               static_cast<std::size_t>(std::count_if(word.begin(), word.end(), is_capital)) == letters;
  if (is_abbreviation || digits > 0) return digits + letters;
  return syllables_of_letters(lower_letters(word));
}

TextCounts count_text(std::string_view text, const NameWords& names) {
  TextCounts counts;
  bool in_sentence = false;
  const auto byte = [&](std::size_t at) { return at < text.size() ? text[at] : ' '; };
  std::size_t i = 0;
  while (i < text.size()) {
    const char c = text[i];
    if (is_word_byte(c)) {
      ++counts.words;
      in_sentence = true;
      while (i < text.size()) {
        std::size_t end = i;
        while (end < text.size() && (is_word_byte(text[end]) || ((text[end] == '.' || text[end] == ',') && end > i &&
                                                                 is_digit(text[end - 1]) && is_digit(byte(end + 1)))))
          ++end;
        const std::string_view part = text.substr(i, end - i);
        const std::size_t of_part = syllables(part);
        constexpr std::size_t most_of_name = 2;
        const bool is_long_name = of_part > most_of_name && is_name(names, lower_letters(part));
        counts.syllables += is_long_name ? most_of_name : of_part;
        i = end;
        if (byte(i) != '-' || !is_word_byte(byte(i + 1))) break;
        ++i;
      }
      continue;
    }
    if ((c == '.' || c == '!' || c == '?' || c == '\n') && in_sentence) {
      ++counts.sentences;
      in_sentence = false;
    }
    ++i;
  }
  if (in_sentence) ++counts.sentences;
  return counts;
}

double flesch_kincaid_grade(const TextCounts& counts) {
  if (counts.words == 0 || counts.sentences == 0) return 0.0;
  const auto words = static_cast<double>(counts.words);
  return 0.39 * words / static_cast<double>(counts.sentences) + 11.8 * static_cast<double>(counts.syllables) / words -
         15.59;
}

}  // namespace guardian::agents
