#include "knowledge/everyday_words.hpp"

#include <string_view>
#include <unordered_set>

#include "knowledge/text.hpp"
#include "knowledge/text_map.hpp"

namespace guardian::knowledge {
namespace {

using WordSet = std::unordered_set<std::string_view, TextHash, std::equal_to<>>;

WordSet read_words() {
  WordSet words;
  for (const std::string_view line : split(everyday_words_text(), "\n")) {
    if (line.empty() || line.front() == '#') continue;
    for (const std::string_view word : split(line, " ")) {
      if (!word.empty()) words.insert(word);
    }
  }
  return words;
}

}  // namespace

bool is_everyday_word(std::string_view normalised) {
  static const WordSet words = read_words();
  return words.contains(normalised) ||
         (normalised.ends_with('s') && words.contains(normalised.substr(0, normalised.size() - 1)));
}

}  // namespace guardian::knowledge
