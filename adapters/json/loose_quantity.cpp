#include "adapters/json/loose_quantity.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <initializer_list>

#include "knowledge/text.hpp"

namespace guardian::adapters {
namespace {

constexpr double kilograms_of_pound = 0.45359237;
constexpr double centimetres_of_inch = 2.54;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// The unit as a plain word: "Lbs." and "lbs" are the same.
std::string unit_word(std::string_view unit) {
  std::string word = knowledge::lower_case(knowledge::trimmed(unit));
  if (word.rfind("\xC2\xB0", 0) == 0) word.erase(0, 2);  // the degree sign
  while (!word.empty() && word.back() == '.') word.pop_back();
  return std::string(knowledge::trimmed(word));
}

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// "5 ft 9 in", "5'9\"": the part behind the feet, or nothing when it is no number of inches.
std::optional<double> inches_behind_feet(std::string_view unit) {
  std::string_view rest;
  for (const std::string_view feet : {"feet", "foot", "ft.", "ft", "'"}) {
    if (unit.substr(0, feet.size()) == feet) {
      rest = knowledge::trimmed(unit.substr(feet.size()));
      if (rest.empty()) return 0.0;
      const auto inches = loose_quantity(rest);
      if (!inches) return std::nullopt;
      const std::string word = unit_word(inches->unit);
      return is_one_of(word, {"", "\"", "''", "in", "inch", "inches"}) ? std::optional<double>(inches->number)
                                                                       : std::nullopt;
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<LooseQuantity> loose_quantity(std::string_view text) {
  text = knowledge::trimmed(text);
  LooseQuantity quantity;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), quantity.number);
  if (error != std::errc{} || !std::isfinite(quantity.number)) return std::nullopt;
  const std::string_view rest = text.substr(static_cast<std::size_t>(end - text.data()));
  if (rest.empty()) return quantity;
  const char first = rest.front();
  const bool starts_unit = first == ' ' || first == '\t' || first == '%' || first == '\'' || first == '"' ||
                           first == '\xC2' || is_letter(first);
  if (!starts_unit) return std::nullopt;
  quantity.unit = std::string(knowledge::trimmed(rest));
  return quantity;
}

std::optional<LooseQuantity> loose_quantity(const JsonValue& value) {
  if (const double* number = value.number()) return LooseQuantity{*number, ""};
  if (const std::string* text = value.text()) return loose_quantity(*text);
  const JsonObject* object = value.object();
  const JsonValue* inner = object == nullptr ? nullptr : find_member(*object, "value");
  if (inner == nullptr || inner->object() != nullptr) return std::nullopt;
  auto quantity = loose_quantity(*inner);
  const JsonValue* unit = find_member(*object, "unit");
  if (unit != nullptr) {
    const std::string* unit_text = unit->text();
    if (unit_text == nullptr) return std::nullopt;
    if (quantity && !knowledge::trimmed(*unit_text).empty()) quantity->unit = *unit_text;
  }
  return quantity;
}

std::optional<double> kilograms(const LooseQuantity& quantity) {
  const std::string unit = unit_word(quantity.unit);
  if (is_one_of(unit, {"", "kg", "kgs", "kilo", "kilos", "kilogram", "kilograms"})) return quantity.number;
  if (is_one_of(unit, {"g", "gram", "grams"})) return quantity.number / 1000.0;
  if (is_one_of(unit, {"lb", "lbs", "pound", "pounds"})) return quantity.number * kilograms_of_pound;
  return std::nullopt;
}

std::optional<double> centimetres(const LooseQuantity& quantity) {
  const std::string unit = unit_word(quantity.unit);
  if (unit.empty()) return quantity.number < 3.0 ? quantity.number * 100.0 : quantity.number;
  if (is_one_of(unit, {"cm", "centimetre", "centimetres", "centimeter", "centimeters"})) return quantity.number;
  if (is_one_of(unit, {"m", "metre", "metres", "meter", "meters"})) return quantity.number * 100.0;
  if (is_one_of(unit, {"in", "inch", "inches", "\""})) return quantity.number * centimetres_of_inch;
  if (const auto inches = inches_behind_feet(unit)) return (quantity.number * 12.0 + *inches) * centimetres_of_inch;
  return std::nullopt;
}

std::optional<double> celsius(const LooseQuantity& quantity) {
  const std::string unit = unit_word(quantity.unit);
  const bool is_fahrenheit = is_one_of(unit, {"f", "fahrenheit", "deg f", "degrees f", "degrees fahrenheit"}) ||
                             (unit.empty() && quantity.number >= 90.0 && quantity.number <= 115.0);
  // Rounded to a hundredth: 98.6 F is 37 C, not 36.999...
  if (is_fahrenheit) return std::round((quantity.number - 32.0) / 1.8 * 100.0) / 100.0;
  if (is_one_of(unit, {"", "c", "celsius", "deg c", "degrees c", "degrees celsius"})) return quantity.number;
  return std::nullopt;
}

}  // namespace guardian::adapters
