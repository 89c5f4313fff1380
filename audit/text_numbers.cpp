#include "audit/text_numbers.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "knowledge/text.hpp"

namespace guardian::audit {
namespace {

using knowledge::is_digit;

constexpr double tolerance = 1e-6;  // relative

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c & 0x80) != 0; }

struct Unit {
  std::string_view word;
  std::string_view kind;
  double factor;  // to the base unit of the kind
};

constexpr std::array<Unit, 45> units{{
    {"kg", "mass", 1e6},
    {"g", "mass", 1e3},
    {"gram", "mass", 1e3},
    {"grams", "mass", 1e3},
    {"mg", "mass", 1.0},
    {"milligrams", "mass", 1.0},
    {"mcg", "mass", 1e-3},
    {"ug", "mass", 1e-3},
    {"\xC2\xB5g", "mass", 1e-3},
    {"\xCE\xBCg", "mass", 1e-3},
    {"ng", "mass", 1e-6},
    {"pg", "mass", 1e-9},
    {"l", "volume", 1.0},
    {"dl", "volume", 0.1},
    {"ml", "volume", 1e-3},
    {"mol", "substance", 1e3},
    {"mmol", "substance", 1.0},
    {"umol", "substance", 1e-3},
    {"nmol", "substance", 1e-6},
    {"pmol", "substance", 1e-9},
    {"\xC2\xB5mol", "substance", 1e-3},
    {"meq", "equivalents", 1.0},
    {"u", "units", 1.0},
    {"iu", "units", 1.0},
    {"unit", "units", 1.0},
    {"units", "units", 1.0},
    {"%", "percent", 1.0},
    {"percent", "percent", 1.0},
    {"min", "time", 1.0 / 1440.0},
    {"minutes", "time", 1.0 / 1440.0},
    {"h", "time", 1.0 / 24.0},
    {"hour", "time", 1.0 / 24.0},
    {"hours", "time", 1.0 / 24.0},
    {"d", "time", 1.0},
    {"day", "time", 1.0},
    {"days", "time", 1.0},
    {"week", "time", 7.0},
    {"weeks", "time", 7.0},
    {"month", "time", 30.4375},
    {"months", "time", 30.4375},
    {"y", "time", 365.25},
    {"year", "time", 365.25},
    {"years", "time", 365.25},
    {"mmhg", "pressure", 1.0},
    {"bpm", "rate", 1.0},
}};

const Unit* unit_of(std::string_view word) {
  const auto found = std::find_if(units.begin(), units.end(), [&](const Unit& unit) {
    return !word.empty() && unit.word.front() == word.front() && unit.word == word;
  });
  return found == units.end() ? nullptr : &*found;
}

// "mg/dL": the first part says what is counted; the others divide it. What is not known stays as it is written.
void apply_unit(std::string_view text, TextNumber& number) {
  const std::string lower = knowledge::lower_case(knowledge::trimmed(text));
  if (lower.empty()) return;
  bool first = true;
  for (std::string_view rest = lower;;) {
    const std::size_t slash = rest.find('/');
    const std::string_view part = knowledge::trimmed(rest.substr(0, slash));
    const Unit* unit = unit_of(part);
    if (first) {
      if (unit == nullptr) return;
      number.kind = unit->kind;
      number.amount *= unit->factor;
      first = false;
    } else {
      number.kind += '/';
      number.kind += unit == nullptr ? part : unit->kind;
      if (unit != nullptr) number.amount /= unit->factor;
    }
    if (slash == std::string_view::npos) return;
    rest.remove_prefix(slash + 1);
  }
}

// The word after a number, or one that stands at it: "mg/dL", "%", "mL/min/1.73m2".
std::string_view unit_at(std::string_view text, std::size_t at) {
  if (at < text.size() && (text[at] == ' ' || text[at] == '-')) ++at;
  std::size_t end = at;
  if (end < text.size() && text[end] == '%') return text.substr(at, 1);
  while (end < text.size() && (is_letter(text[end]) || text[end] == '/' || text[end] == '%' ||
                               (end > at && (is_digit(text[end]) || text[end] == '.'))))
    ++end;
  while (end > at && (text[end - 1] == '.' || text[end - 1] == '/')) --end;
  return text.substr(at, end - at);
}

}  // namespace

TextNumber number_with_unit(double value, std::string_view unit) {
  TextNumber number{value, value, {}};
  apply_unit(unit, number);
  return number;
}

std::vector<TextNumber> numbers_in(std::string_view text) {
  std::vector<TextNumber> numbers;
  add_numbers(text, numbers);
  return numbers;
}

void add_numbers(std::string_view text, std::vector<TextNumber>& numbers) {
  for (std::size_t i = 0; i < text.size();) {
    if (!is_digit(text[i])) {
      ++i;
      continue;
    }
    const bool in_word = i > 0 && (is_letter(text[i - 1]) || text[i - 1] == '_');
    std::string digits;
    std::size_t end = i;
    for (; end < text.size(); ++end) {
      const bool more = end + 1 < text.size() && is_digit(text[end + 1]);
      if (is_digit(text[end]) || (text[end] == '.' && more && digits.find('.') == std::string::npos)) {
        digits += text[end];
      } else if (!(text[end] == ',' && more && end + 3 < text.size() && is_digit(text[end + 2]) &&
                   is_digit(text[end + 3]))) {
        break;
      }
    }
    if (!in_word) {
      double value = 0.0;
      std::from_chars(digits.data(), digits.data() + digits.size(), value);
      numbers.push_back(number_with_unit(value, unit_at(text, end)));
    }
    // What hangs on to a number (1.73m2) is its unit.
    while (end < text.size() && (is_letter(text[end]) || is_digit(text[end]))) ++end;
    i = end;
  }
}

bool same_number(const TextNumber& said, const TextNumber& known) {
  const auto close = [](double one, double other) {
    return std::abs(one - other) <= tolerance * std::max(std::abs(one), std::abs(other));
  };
  if (said.kind.empty() || known.kind.empty()) return said.kind.empty() && close(said.value, known.value);
  if (!close(said.amount, known.amount)) return false;
  // "5 mg" is said of "5 mg/day" too: the dose of a day of what is given once a day.
  return said.kind == known.kind || known.kind == said.kind + "/time" || said.kind == known.kind + "/time";
}

}  // namespace guardian::audit
