#include "knowledge/order_atoms.hpp"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "knowledge/order_words.hpp"
#include "knowledge/text.hpp"

namespace guardian::knowledge {
namespace {

using core::DoseUnit;

bool is_fraction(double numerator, double denominator) {
  return numerator > 0.0 && numerator < denominator && (denominator == 2.0 || denominator == 3.0 || denominator == 4.0);
}

// "five hundred", "two hundred and fifty", "twenty five": the word goes on with the number before it.
bool goes_on_with_number(std::vector<OrderAtom>& atoms, std::string_view word, double value) {
  const auto is_written = [](const OrderAtom& atom) { return atom.is_number && !is_digit(atom.text.front()); };
  const bool multiplies = word == "hundred" || word == "thousand";
  if (atoms.empty()) return false;
  if (multiplies && atoms.back().is_number && atoms.back().value < value) {
    atoms.back().value *= value;
    return true;
  }
  const bool by_and = atoms.size() > 1 && atoms.back().text == "and" && is_written(atoms[atoms.size() - 2]);
  OrderAtom& before = by_and ? atoms[atoms.size() - 2] : atoms.back();
  const double step = before.value >= 1000.0 ? 1000.0 : before.value >= 100.0 ? 100.0 : 10.0;
  const bool fits = is_written(before) && before.value >= 20.0 && value >= 1.0 && value < step &&
                    before.value == step * static_cast<double>(static_cast<int>(before.value / step));
  if (multiplies || !fits || (by_and && step < 100.0)) return false;
  before.value += value;
  if (by_and) atoms.pop_back();
  return true;
}

}  // namespace

std::vector<OrderAtom> atoms_of(const SpelledText& text, std::span<const NameSpan> names) {
  std::vector<OrderAtom> atoms;
  atoms.reserve(text.words.size() + 4);
  auto name = names.begin();
  for (std::size_t i = 0; i < text.words.size(); ++i) {
    const SpelledWord& word = text.words[i];
    while (name != names.end() && name->first + name->count <= i) ++name;
    if (name != names.end() && name->first <= i) {
      if (i == name->first) atoms.push_back({word.text, word.gap, false, true, 0.0});
      continue;
    }
    std::string gap = word.gap;
    for (std::size_t at = 0; at < word.text.size();) {
      std::size_t end = at;
      const bool number = is_digit(word.text[at]);
      while (end < word.text.size() && (is_digit(word.text[end]) || word.text[end] == '.') == number) ++end;
      std::string run = word.text.substr(at, end - at);
      at = end;
      const auto value = number ? parse_number(run) : std::nullopt;
      const double worded = number ? 0.0 : number_word(run);
      if (run.size() > 3 && run.ends_with("prn") && !atoms.empty() && atoms.back().is_number) {  // "q4hprn"
        atoms.push_back({run.substr(0, run.size() - 3), std::exchange(gap, ""), false, false, 0.0});
        run = "prn";
      }
      // "500 mg ii bd": Roman numbers count tablets behind a strength.
      const bool roman =
          (run == "ii" || run == "iii") && !atoms.empty() && dose_unit(atoms.back().text) != DoseUnit::none;
      if (roman) {
        atoms.push_back({run, std::exchange(gap, ""), true, false, static_cast<double>(run.size())});
        continue;
      }
      const bool counts = worded > 0.0 && run != "once" && run != "twice" && run != "thrice";
      if (counts && gap.find_first_of("/,-;") == std::string::npos && goes_on_with_number(atoms, run, worded)) {
        gap.clear();
        continue;
      }
      atoms.push_back(
          {std::move(run), std::exchange(gap, ""), value.has_value() || counts, false, value.value_or(worded)});
    }
    if (!atoms.empty() && atoms.back().is_number && text.after(i).find('%') != std::string::npos) {
      atoms.push_back({"percent", "", false, false, 0.0});
    }
  }
  return atoms;
}

bool has_word(std::span<const OrderAtom> atoms, std::string_view wanted) {
  return std::any_of(atoms.begin(), atoms.end(),
                     [&](const OrderAtom& atom) { return !atom.is_name && atom.text == wanted; });
}

double OrderNumbers::most() const { return *std::max_element(values.begin(), values.end()); }
double OrderNumbers::least() const { return *std::min_element(values.begin(), values.end()); }

OrderNumbers read_numbers(std::span<const OrderAtom> atoms, std::size_t at) {
  OrderNumbers numbers;
  const auto is_number = [&](std::size_t i) { return i < atoms.size() && atoms[i].is_number; };
  if (!is_number(at)) return numbers;
  std::size_t i = at;
  double first = atoms[i].value;
  // "1 1/2", "one and a half"
  if (is_number(i + 1) && is_number(i + 2) && atoms[i + 1].gap == " " && atoms[i + 2].gap == "/" &&
      is_fraction(atoms[i + 1].value, atoms[i + 2].value)) {
    first += atoms[i + 1].value / atoms[i + 2].value;
    i += 2;
  } else if (i + 2 < atoms.size() && atoms[i + 1].text == "and") {
    const std::size_t half = atoms[i + 2].text == "a" ? i + 3 : i + 2;
    if (half < atoms.size() && atoms[half].text == "half") {
      first += 0.5;
      i = half;
    }
  } else if (is_number(i + 1) && atoms[i + 1].gap == "/" && is_fraction(first, atoms[i + 1].value) &&
             !(is_number(i + 2) && atoms[i + 2].gap == "/")) {
    first /= atoms[i + 1].value;
    ++i;
  } else if (is_number(i + 1) && atoms[i + 1].gap == "," && atoms[i + 1].text.size() <= 2 &&
             atoms[i + 1].text.find('.') == std::string::npos) {
    first += atoms[i + 1].value / (atoms[i + 1].text.size() == 1 ? 10.0 : 100.0);  // "2,5 mg": no one writes a list so
    ++i;
  }
  if (first == 1.0 && i == at && i + 1 < atoms.size() && atoms[i + 1].text == "half") {  // "one-half", "one half"
    first = 0.5;
    ++i;
  }
  numbers.values.push_back(first);
  for (;;) {
    const bool by_word = i + 1 < atoms.size() && atoms[i + 1].text == "to";
    const std::size_t next = by_word ? i + 2 : i + 1;
    if (!is_number(next)) break;
    const std::string& gap = atoms[next].gap;
    const bool slash = gap == "/" || gap == " / ";
    if (!by_word && !slash && gap != "-" && gap != " - ") break;
    const char separator = slash && !by_word ? '/' : '-';
    if (numbers.separator != 0 && numbers.separator != separator) break;
    numbers.separator = separator;
    numbers.values.push_back(atoms[next].value);
    i = next;
  }
  numbers.length = i + 1 - at;
  return numbers;
}

}  // namespace guardian::knowledge
