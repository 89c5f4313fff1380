#include "knowledge/order_words.hpp"

#include <algorithm>
#include <unordered_map>

#include "knowledge/number_words.hpp"
#include "knowledge/order_vocabulary.hpp"
#include "knowledge/text.hpp"
#include "knowledge/text_map.hpp"
#include "knowledge/word_list.hpp"

namespace guardian::knowledge {
namespace {

using namespace order_vocabulary;

template <class Value>
using WordMap = std::unordered_map<std::string_view, Value, TextHash>;

// All that is known of a word, so that it is looked up once.
struct KnownWord {
  WordRole role = WordRole::none;
  Modifier modifier = Modifier::none;
  DoseUnit unit = DoseUnit::none;
  double number = 0.0;
  double days = 0.0;   // of a unit of time
  double times = 0.0;  // a day
  RouteHint route;
};

WordMap<KnownWord> known_words() {
  WordMap<KnownWord> map;
  // The first list that names a word holds.
  const auto add = [&](std::string_view words, auto KnownWord::*member, auto value, auto nothing) {
    for (const std::string_view word : split(words, " ")) {
      if (word.empty()) continue;
      auto& kept = map[word].*member;
      if (kept == nothing) kept = value;
    }
  };
  for (const RoleWords& list : roles) add(list.words, &KnownWord::role, list.role, WordRole::none);
  add(modifiers_of_names, &KnownWord::modifier, Modifier::of_any_name, Modifier::none);
  add(modifiers_of_brands, &KnownWord::modifier, Modifier::of_brands, Modifier::none);
  for (const UnitWords& list : units) add(list.words, &KnownWord::unit, list.unit, DoseUnit::none);
  for (const TimeWords& row : time_units) add(row.words, &KnownWord::days, row.days, 0.0);
  for (const TimeWords& row : rates) add(row.words, &KnownWord::times, row.days, 0.0);
  for (const auto& [word, value] : number_words) map[word].number = value;
  for (std::size_t i = 0; i < one_to_twelve.size(); ++i) map[one_to_twelve[i]].number = static_cast<double>(i + 1);
  const auto add_route = [&](std::string_view word, RouteHint hint) {
    if (!word.empty() && map[word].route.route.empty()) map[word].route = hint;
  };
  for (const RouteWords& list : routes) {
    for (const std::string_view word : split(list.words, " ")) add_route(word, RouteHint{list.route, list.from_form});
  }
  for (const auto& [word, route] : rare_routes) add_route(word, RouteHint{route, false});
  for (auto& [word, known] : map) {
    const bool counts = known.number > 0.0 && known.times <= 0.0;
    if (counts && word != "once" && word != "twice" && word != "thrice") known.role = WordRole::number;
  }
  return map;
}

const WordMap<KnownWord>& all_words() {
  static const WordMap<KnownWord> map = known_words();
  return map;
}

const KnownWord& look_up(std::string_view word) {
  static const KnownWord unknown;
  const WordMap<KnownWord>& words = all_words();
  const auto at = words.find(word);
  return at == words.end() ? unknown : at->second;
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
  if (is_digit(word.front()) ||
      ((word.front() == 'q' || word.front() == 'x') && word.size() > 1 && is_digit(word[1]))) {
    return is_glued_quantity(word) ? WordRole::number : WordRole::none;
  }
  return look_up(word).role;
}

bool nearly_harmless(std::string_view word) {
  if (word.size() < 7) return false;
  const int reach = word.size() < 9 ? 1 : 2;
  return std::any_of(all_words().begin(), all_words().end(), [&](const auto& known) {
    const WordRole role = known.second.role;
    const bool harmless =
        role == WordRole::salt || role == WordRole::release || role == WordRole::form || role == WordRole::route;
    return harmless && known.first.size() >= 7 && spelling_distance(known.first, word, reach) <= reach;
  });
}

Modifier modifier_of(std::string_view word) { return look_up(word).modifier; }

RouteHint route_hint(std::string_view word) { return look_up(word).route; }

bool is_local_route(std::string_view route) {
  static constexpr WordList local = {"topical", "ophthalmic",   "otic",         "nasal",        "inhaled",
                                     "vaginal", "intrauterine", "intravesical", "intravitreal", "dental"};
  return local.has(route);
}

DoseUnit dose_unit(std::string_view word) { return look_up(word).unit; }

double number_word(std::string_view word) { return look_up(word).number; }

double days_of_unit(std::string_view word) { return look_up(word).days; }

double times_per_day(std::string_view word) { return look_up(word).times; }

}  // namespace guardian::knowledge
