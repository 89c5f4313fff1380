#include "knowledge/order_words.hpp"

#include <algorithm>
#include <array>
#include <unordered_map>

#include "knowledge/number_words.hpp"
#include "knowledge/order_vocabulary.hpp"
#include "knowledge/text.hpp"

namespace guardian::knowledge {
namespace {

using namespace order_vocabulary;

template <class Value>
using WordMap = std::unordered_map<std::string_view, Value>;

template <class Value>
void add_words(WordMap<Value>& map, std::string_view words, const Value& value) {
  for (const std::string_view word : split(words, " ")) {
    if (!word.empty()) map.emplace(word, value);
  }
}

const WordMap<double>& number_map() {
  static const WordMap<double> map = [] {
    WordMap<double> made;
    for (const auto& [word, value] : number_words) made.emplace(word, value);
    for (std::size_t i = 0; i < one_to_twelve.size(); ++i) made.emplace(one_to_twelve[i], static_cast<double>(i + 1));
    return made;
  }();
  return map;
}

const WordMap<WordRole>& role_map() {
  static const WordMap<WordRole> map = [] {
    WordMap<WordRole> made;
    for (const RoleWords& list : roles) add_words(made, list.words, list.role);
    return made;
  }();
  return map;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

template <std::size_t Size>
WordMap<double> days_by_word(const std::array<TimeWords, Size>& table) {
  WordMap<double> made;
  for (const TimeWords& row : table) add_words(made, row.words, row.days);
  return made;
}

double value_in(const WordMap<double>& map, std::string_view word) {
  const auto at = map.find(word);
  return at == map.end() ? 0.0 : at->second;
}

// Whether a word of digits and letters is a quantity with what belongs to it: "100mg", "q6h", "x14d", "2tabs", "5x".
bool is_glued_quantity(std::string_view word) {
  std::size_t at = 0;
  if (word.starts_with("q") || word.starts_with("x")) at = 1;
  if (at >= word.size() || !is_digit(word[at])) return false;
  while (at < word.size() && (is_digit(word[at]) || word[at] == '.')) ++at;
  const std::string_view rest = word.substr(at);
  if (rest.empty() || rest == "x" || rest == "th" || rest == "st" || rest == "nd" || rest == "rd" || rest == "w")
    return true;
  const bool as_needed = rest.size() > 3 && rest.ends_with("prn");
  const std::string_view unit = as_needed ? rest.substr(0, rest.size() - 3) : rest;
  return dose_unit(unit) != DoseUnit::none || days_of_unit(unit) > 0.0 || unit == "kg" || unit == "l" || unit == "ng" ||
         unit == "mm";
}

}  // namespace

WordRole role_of(std::string_view word) {
  if (word.empty()) return WordRole::none;
  if (number_word(word) > 0.0 && times_per_day(word) <= 0.0 && word != "once" && word != "twice" && word != "thrice") {
    return WordRole::number;
  }
  if (is_digit(word.front()) ||
      ((word.front() == 'q' || word.front() == 'x') && word.size() > 1 && is_digit(word[1]))) {
    return is_glued_quantity(word) ? WordRole::number : WordRole::none;
  }
  const auto at = role_map().find(word);
  return at == role_map().end() ? WordRole::none : at->second;
}

bool nearly_harmless(std::string_view word) {
  if (word.size() < 7) return false;
  const int reach = word.size() < 9 ? 1 : 2;
  return std::any_of(role_map().begin(), role_map().end(), [&](const auto& known) {
    const WordRole role = known.second;
    const bool harmless =
        role == WordRole::salt || role == WordRole::release || role == WordRole::form || role == WordRole::route;
    return harmless && known.first.size() >= 7 && spelling_distance(known.first, word, reach) <= reach;
  });
}

Modifier modifier_of(std::string_view word) {
  static const WordMap<Modifier> map = [] {
    WordMap<Modifier> made;
    add_words(made, modifiers_of_names, Modifier::of_any_name);
    add_words(made, modifiers_of_brands, Modifier::of_brands);
    return made;
  }();
  const auto at = map.find(word);
  return at == map.end() ? Modifier::none : at->second;
}

RouteHint route_hint(std::string_view word) {
  static const WordMap<RouteHint> map = [] {
    WordMap<RouteHint> made;
    for (const RouteWords& list : routes) add_words(made, list.words, RouteHint{list.route, list.from_form});
    for (const auto& [word_of_route, route] : rare_routes) made.emplace(word_of_route, RouteHint{route, false});
    return made;
  }();
  const auto at = map.find(word);
  return at == map.end() ? RouteHint{} : at->second;
}

bool is_local_route(std::string_view route) {
  constexpr std::array<std::string_view, 10> local{"topical", "ophthalmic",   "otic",         "nasal",        "inhaled",
                                                   "vaginal", "intrauterine", "intravesical", "intravitreal", "dental"};
  return std::find(local.begin(), local.end(), route) != local.end();
}

DoseUnit dose_unit(std::string_view word) {
  static const WordMap<DoseUnit> map = [] {
    WordMap<DoseUnit> made;
    for (const UnitWords& list : units) add_words(made, list.words, list.unit);
    return made;
  }();
  const auto at = map.find(word);
  return at == map.end() ? DoseUnit::none : at->second;
}

double number_word(std::string_view word) { return value_in(number_map(), word); }

double days_of_unit(std::string_view word) {
  static const WordMap<double> map = days_by_word(time_units);
  return value_in(map, word);
}

double times_per_day(std::string_view word) {
  static const WordMap<double> map = days_by_word(rates);
  return value_in(map, word);
}

}  // namespace guardian::knowledge
