#include "knowledge/tablets_taken.hpp"

#include "knowledge/text.hpp"
#include "knowledge/word_list.hpp"

namespace guardian::knowledge {
namespace {

// More than any label has taken at once (methotrexate 2.5 mg: 10 tablets on its day of the week).
constexpr double many = 12.0;
constexpr double most = 1000.0;  // a larger number is a strength or a year

constexpr WordList verbs = {"took", "taken", "swallowed", "ingested", "consumed", "overdosed", "ate", "swallowing"};
constexpr WordList units = {"tablet", "tab", "tabs", "pill", "pills", "capsule", "cap", "caps", "capsules"};
constexpr WordList between = {"about", "approximately", "approx", "around", "roughly", "up", "to", "at", "over"};
// Before the verb: not so, or not the patient.
constexpr WordList denials = {"not",    "no",       "deny",    "denies", "denied", "never",  "nt",
                              "son",    "daughter", "husband", "wife",   "mother", "father", "brother",
                              "sister", "friend",   "partner", "if",     "should", "didnt",  "hasnt"};
// Behind: a course, or what a day has.
constexpr WordList courses = {"daily", "day",   "days",   "week",     "weeks",    "month",   "months",
                              "each",  "every", "per",    "total",    "course",   "weekly",  "bd",
                              "tds",   "qds",   "bid",    "tid",      "since",    "between", "across",
                              "so",    "year",  "refill", "supplied", "dispensed"};

// "over the last hour" is at once, "over 10 days" a course: the words behind say which.
bool is_course(const ClinicalWords& words, std::size_t at) {
  constexpr std::size_t looked_at = 8;
  for (std::size_t i = at; i < words.size() && i < at + looked_at; ++i) {
    if ((words.before(i) & gap::boundary) != 0) return false;
    if (courses.has(words.spelling(i))) {
      return i + 1 >= words.size() || words.spelling(i + 1) != "ago";  // "2 days ago": then
    }
  }
  return false;
}

bool is_denied(const ClinicalWords& words, std::size_t verb) {
  constexpr std::size_t looked_at = 5;
  for (std::size_t i = verb; i > 0 && i + looked_at > verb; --i) {
    if ((words.before(i) & gap::boundary) != 0) return false;
    if (denials.has(words.spelling(i - 1))) return true;
  }
  return false;
}

}  // namespace

std::optional<TextSpan> many_tablets_taken(const ClinicalWords& words) {
  constexpr std::size_t name_words = 5;  // "16 x 500 mg paracetamol tablets"
  for (std::size_t verb = 0; verb + 2 < words.size(); ++verb) {
    if (!verbs.has(words.spelling(verb))) continue;
    std::size_t at = verb + 1;
    while (at < words.size() && between.has(words.spelling(at))) ++at;
    if (at >= words.size() || (words.before(at) & gap::boundary) != 0) continue;
    const auto number = parse_number(words.spelling(at));
    if (!number || *number <= many || *number > most) continue;
    static constexpr WordList strengths = {"mg", "mcg", "g", "ug", "ml", "unit", "iu"};
    if (at + 1 < words.size() && strengths.has(words.spelling(at + 1))) continue;
    // "24 of his amlodipine"; "20 of the 28 doses" is how well somebody takes them.
    static constexpr WordList owners = {"his", "her", "my", "their", "them", "those"};
    if (at + 2 < words.size() && words.spelling(at + 1) == "of" && owners.has(words.spelling(at + 2)) &&
        !is_denied(words, verb) && !is_course(words, at + 3))
      return TextSpan{words.words[verb].begin, words.words[at + 2].end};
    for (std::size_t unit = at + 1; unit < words.size() && unit <= at + 1 + name_words; ++unit) {
      if ((words.before(unit) & (gap::boundary | gap::comma)) != 0) break;
      if (!units.has(words.spelling(unit))) continue;
      if (is_denied(words, verb) || is_course(words, unit + 1)) break;
      return TextSpan{words.words[verb].begin, words.words[unit].end};
    }
  }
  return std::nullopt;
}

}  // namespace guardian::knowledge
