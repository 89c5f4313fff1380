#include "knowledge/value_text.hpp"

#include <algorithm>
#include <string>

#include "knowledge/text.hpp"
#include "knowledge/word_list.hpp"

namespace guardian::knowledge {

NumberText number_at(std::string_view text, bool in_thousands) {
  std::size_t size = 0;
  while (size < text.size() && size < 8 && is_digit(text[size])) ++size;
  if (size == 0 || size == 8) return {};
  std::string digits(text.substr(0, size));
  const auto digit_at = [&](std::size_t at) { return at < text.size() && is_digit(text[at]); };
  if (size < text.size() && (text[size] == '.' || text[size] == ',') && digit_at(size + 1)) {
    std::size_t end = size + 1;
    while (digit_at(end)) ++end;
    const bool thousands = text[size] == ',' && end - size == 4;  // "1,234": house rule of results
    const bool more = end < text.size() && (text[end] == '.' || text[end] == ',') && digit_at(end + 1);
    if (thousands && in_thousands && size <= 3 && !more) {
      digits += text.substr(size + 1, 3);
    } else {
      if (thousands || more || end - size > 5) return {};
      digits += '.';
      digits += text.substr(size + 1, end - size - 1);
    }
    size = end;
  }
  const auto value = parse_number(digits);
  return value ? NumberText{*value, size} : NumberText{};
}

std::size_t dash_size(std::string_view text) {
  if (text.empty()) return 0;
  if (text[0] == '-') return 1;
  for (const std::string_view mark : {"\xE2\x80\x93", "\xE2\x80\x94"}) {
    if (text.substr(0, mark.size()) == mark) return mark.size();
  }
  return 0;
}

std::size_t arrow_size(std::string_view text) {
  for (const std::string_view arrow : {"-->", "->", "=>", "\xE2\x86\x92"}) {
    if (text.substr(0, arrow.size()) == arrow) return arrow.size();
  }
  return 0;
}

std::size_t when_size(std::string_view text) {
  static constexpr WordList words = {
      "at",        "on",        "in",   "this",    "the",      "overnight", "midnight", "noon",   "arrival",
      "admission", "triage",    "ed",   "am",      "pm",       "yesterday", "earlier",  "last",   "night",
      "morning",   "initially", "home", "evening", "hrs",      "h",         "preop",    "pre-op", "postop",
      "post-op",   "pod",       "day",  "d",       "baseline", "adm",       "yest",     "week",   "wk"};
  constexpr std::size_t most = 4;
  std::size_t size = 0;
  std::string last;
  for (std::size_t taken = 0; taken < most; ++taken) {
    std::size_t begin = size;
    while (begin < text.size() && (is_blank(text[begin]) || text[begin] == '(')) ++begin;
    std::size_t end = begin;
    while (end < text.size() && !is_blank(text[end]) && text[end] != ')' && arrow_size(text.substr(end)) == 0) ++end;
    const std::string word = lower_case(text.substr(begin, end - begin));
    const auto of_clock = [](char c) { return is_digit(c) || c == ':'; };
    const bool digits = !word.empty() && std::all_of(word.begin(), word.end(), of_clock);
    const bool of_day = last == "pod" || last == "day" || last == "d" || last == "week" || last == "wk";
    const bool number = digits && (word.size() == 4 || word.size() == 5 || (word.size() <= 2 && of_day));
    if (begin == size || !(number || words.has(word))) break;
    last = word;
    size = end;
    while (size < text.size() && text[size] == ')') ++size;
  }
  return size;
}

}  // namespace guardian::knowledge
