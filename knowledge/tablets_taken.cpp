#include "knowledge/tablets_taken.hpp"

#include <algorithm>
#include <array>

#include "knowledge/text.hpp"

namespace guardian::knowledge {
namespace {

// More than any label has taken at once (methotrexate 2.5 mg: 10 tablets on its day of the week).
constexpr double many = 12.0;
constexpr double most = 1000.0;  // a larger number is a strength or a year

constexpr std::array<std::string_view, 8> verbs = {"took",     "taken",     "swallowed", "ingested",
                                                   "consumed", "overdosed", "ate",       "swallowing"};
constexpr std::array<std::string_view, 9> units = {"tablet",  "tab", "tabs", "pill",    "pills",
                                                   "capsule", "cap", "caps", "capsules"};
constexpr std::array<std::string_view, 9> between = {
    "about", "approximately", "approx", "around", "roughly", "up", "to", "at", "over"};
// Before the verb: not so, or not the patient.
constexpr std::array<std::string_view, 21> denials = {
    "not",    "no",     "deny",    "denies", "denied", "never",   "nt", "son",    "daughter", "husband", "wife",
    "mother", "father", "brother", "sister", "friend", "partner", "if", "should", "didnt",    "hasnt"};
// Behind: a course, or what a day has.
constexpr std::array<std::string_view, 26> courses = {
    "daily", "day",     "days",   "week",   "weeks", "month",  "months",   "each",     "every",
    "per",   "total",   "course", "weekly", "bd",    "tds",    "qds",      "bid",      "tid",
    "since", "between", "across", "so",     "year",  "refill", "supplied", "dispensed"};

// "over the last hour" is at once, "over 10 days" a course: the words behind say which.
bool is_course(const ClinicalWords& words, std::size_t at) {
  constexpr std::size_t looked_at = 8;
  for (std::size_t i = at; i < words.size() && i < at + looked_at; ++i) {
    if ((words.before(i) & gap::boundary) != 0) return false;
    if (is_one_of(words.spelling(i), courses)) {
      return i + 1 >= words.size() || words.spelling(i + 1) != "ago";  // "2 days ago": then
    }
  }
  return false;
}

bool is_denied(const ClinicalWords& words, std::size_t verb) {
  constexpr std::size_t looked_at = 5;
  for (std::size_t i = verb; i > 0 && i + looked_at > verb; --i) {
    if ((words.before(i) & gap::boundary) != 0) return false;
    if (is_one_of(words.spelling(i - 1), denials)) return true;
  }
  return false;
}

}  // namespace

std::optional<TextSpan> many_tablets_taken(const ClinicalWords& words) {
  constexpr std::size_t name_words = 5;  // "16 x 500 mg paracetamol tablets"
  for (std::size_t verb = 0; verb + 2 < words.size(); ++verb) {
    if (!is_one_of(words.spelling(verb), verbs)) continue;
    std::size_t at = verb + 1;
    while (at < words.size() && is_one_of(words.spelling(at), between)) ++at;
    if (at >= words.size() || (words.before(at) & gap::boundary) != 0) continue;
    const auto number = parse_number(words.spelling(at));
    if (!number || *number <= many || *number > most) continue;
    static constexpr std::array<std::string_view, 7> strengths = {"mg", "mcg", "g", "ug", "ml", "unit", "iu"};
    if (at + 1 < words.size() && is_one_of(words.spelling(at + 1), strengths)) continue;
    for (std::size_t unit = at + 1; unit < words.size() && unit <= at + 1 + name_words; ++unit) {
      if ((words.before(unit) & (gap::boundary | gap::comma)) != 0) break;
      if (!is_one_of(words.spelling(unit), units)) continue;
      if (is_denied(words, verb) || is_course(words, unit + 1)) break;
      return TextSpan{words.words[verb].begin, words.words[unit].end};
    }
  }
  return std::nullopt;
}

}  // namespace guardian::knowledge
