#include "knowledge/quantity_name.hpp"

#include "knowledge/spelling.hpp"
#include "knowledge/word_list.hpp"

namespace guardian::knowledge {
namespace {

constexpr WordList harmless_words = {
    "serum",  "plasma", "blood",   "whole",   "level", "levels",  "lvl",       "concentration", "conc",     "lab",
    "labs",   "result", "results", "value",   "test",  "fasting", "random",    "poc",           "bedside",  "stat",
    "repeat", "latest", "last",    "current", "most",  "recent",  "today",     "todays",        "measured", "point",
    "of",     "care",   "in",      "or",      "the",   "s",       "capillary", "fingerstick"};

}  // namespace

std::string normalised_quantity_name(std::string_view text) {
  std::string key;
  for (const char c : folded(text)) {
    const bool is_word = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (c == '%' || c == '#') {
      if (!key.empty() && key.back() != ' ') key += ' ';
      key += c;
      key += ' ';
    } else if (is_word) {
      key += c;
    } else if (c != '\'' && !key.empty() && key.back() != ' ') {
      key += ' ';
    }
  }
  while (!key.empty() && key.back() == ' ') key.pop_back();
  return key;
}

bool is_harmless_beside_a_test(std::string_view word) { return harmless_words.has(word); }

}  // namespace guardian::knowledge
