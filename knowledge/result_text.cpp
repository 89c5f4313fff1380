#include "knowledge/result_text.hpp"

#include <algorithm>
#include <cmath>

#include "knowledge/text.hpp"
#include "knowledge/word_list.hpp"

namespace guardian::knowledge {
namespace {

constexpr WordList flags = {"h", "l",  "hh", "ll",   "n",   "a",        "aa",       "c",
                            "*", "**", "!",  "high", "low", "abnormal", "critical", "normal"};

bool starts_with(std::string_view text, std::string_view start) { return text.substr(0, start.size()) == start; }

bool is_flag(std::string_view text) { return flags.has(lower_case(trimmed(text))); }

// "<", ">=", "less than", and the signs for at most and at least.
bool is_limit(std::string_view text) {
  const std::string lower = lower_case(text);
  for (const std::string_view sign :
       {"<", ">", "=<", "=>", "\xE2\x89\xA4", "\xE2\x89\xA5", "less than", "more than", "greater than", "above",
        "below", "under", "over", "at least", "at most", "up to"}) {
    if (starts_with(lower, sign)) return lower.find_first_of("0123456789") != std::string::npos;
  }
  return false;
}

// The digits of a number with its commas and points as one point; empty when they can be read in two ways or in none.
std::string plain_digits(std::string_view digits) {
  const auto commas = std::count(digits.begin(), digits.end(), ',');
  const auto points = std::count(digits.begin(), digits.end(), '.');
  std::string plain(digits);
  if (commas == 0) return points <= 1 ? plain : std::string();
  const std::size_t first = digits.find(',');
  const std::size_t point = digits.find('.');
  const auto groups_of_three = [&] {
    for (std::size_t at = first; at != std::string_view::npos; at = digits.find(',', at + 1)) {
      const std::size_t next = std::min({digits.find(',', at + 1), point, digits.size()});
      if (next - at != 4) return false;
    }
    return first >= 1 && first <= 3 && digits.front() != '0';
  };
  if (commas >= 2 || points == 1) {
    if (points > 1 || (points == 1 && point < digits.rfind(',')) || !groups_of_three()) return {};
    plain.erase(std::remove(plain.begin(), plain.end(), ','), plain.end());
    return plain;
  }
  if (digits.size() - first == 4 && digits.front() != '0' && first <= 3) return {};  // "1,234"
  plain[first] = '.';
  return plain;
}

// What stands behind the number, without a reference range and flags; nothing else is taken away.
std::string_view unit_part(std::string_view rest) {
  rest = trimmed(rest);
  for (bool changed = true; changed && !rest.empty();) {
    changed = false;
    const char close = rest.back();
    if (close == ')' || close == ']') {
      const std::size_t open = rest.rfind(close == ')' ? '(' : '[');
      if (open == std::string_view::npos) break;
      const std::string_view inside = trimmed(rest.substr(open + 1, rest.size() - open - 2));
      const bool is_range = !inside.empty() && (is_digit(inside.front()) || is_limit(inside)) &&
                            inside.find_first_of("-<>") != std::string_view::npos &&
                            (open == 0 || rest[open - 1] == ' ');
      if (is_range || is_flag(inside)) {
        rest = trimmed(rest.substr(0, open));
        changed = true;
      } else if (open == 0) {
        return inside;  // "5.9 (mmol/L)"
      }
      continue;
    }
    const std::size_t blank = rest.find_last_of(" \t,;");
    const std::string_view last = blank == std::string_view::npos ? rest : rest.substr(blank + 1);
    if (is_flag(last)) {
      rest = blank == std::string_view::npos ? std::string_view() : trimmed(rest.substr(0, blank));
      while (!rest.empty() && (rest.back() == ',' || rest.back() == ';')) rest.remove_suffix(1);
      changed = true;
    }
  }
  return rest;
}

}  // namespace

ResultText read_result_text(std::string_view original) {
  ResultText result;
  std::string_view text = trimmed(original);
  if (is_limit(text)) {
    result.kind = ResultKind::limit;
    return result;
  }
  const bool negative = !text.empty() && text.front() == '-';
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) text.remove_prefix(1);
  std::size_t size = std::min(text.find_first_not_of("0123456789.,"), text.size());
  while (size > 0 && !is_digit(text[size - 1])) --size;  // "5.9, high", "3." of a sentence
  const std::string digits = plain_digits(text.substr(0, size));
  const auto number = parse_number(digits.empty() || digits.front() != '.' ? digits : "0" + digits);
  if (!number || !std::isfinite(*number)) return result;
  std::string_view rest = text.substr(size);
  while (!rest.empty() && (rest.front() == ',' || rest.front() == '.')) rest.remove_prefix(1);
  rest = trimmed(rest);
  // "3.5-5.0", "120/80", "5 6" and "5 to 10" are two numbers, "2+" a grade.
  const bool second_number =
      !rest.empty() && (is_digit(rest.front()) || rest.front() == '-' || rest.front() == '+' || rest.front() == ':' ||
                        starts_with(rest, "to ") || starts_with(rest, "\xE2\x80\x93") ||
                        (rest.front() == '/' && rest.size() > 1 && (is_digit(rest[1]) || rest[1] == ' ')));
  if (second_number) return result;
  result.kind = ResultKind::number;
  result.number = negative ? -*number : *number;
  result.unit = std::string(unit_part(rest));
  return result;
}

}  // namespace guardian::knowledge
