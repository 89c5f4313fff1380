#include "knowledge/note_age.hpp"

#include <algorithm>
#include <string_view>

#include "core/age.hpp"
#include "knowledge/number_words.hpp"
#include "knowledge/text.hpp"
#include "knowledge/word_list.hpp"

namespace guardian::knowledge {
namespace {

constexpr double oldest = 120.0;
constexpr double weeks_of_year = core::days_of_year / 7.0;
constexpr std::size_t opening_words = 4;  // "This is a 6 yo", "Pt 68F"
constexpr std::size_t adjectives = 3;     // "6 yo previously healthy boy"

constexpr WordList persons = {"boy",     "girl",   "man",     "woman",   "male",       "female",    "gentleman",
                              "lady",    "infant", "baby",    "child",   "toddler",    "m",         "f",
                              "patient", "pt",     "newborn", "neonate", "teenager",   "teen",      "person",
                              "lad",     "youth",  "men",     "women",   "adolescent", "kid",       "student",
                              "nurse",   "farmer", "smoker",  "driver",  "retired",    "caucasian", "hispanic",
                              "asian",   "black",  "white",   "african", "diabetic",   "widow",     "primip",
                              "multip",  "wm",     "wf",      "bm",      "bf",         "resident"};
constexpr WordList relatives = {"son",     "daughter", "grandson", "granddaughter", "grandchild",    "brother",
                                "sister",  "mother",   "father",   "mom",           "mum",           "dad",
                                "husband", "wife",     "partner",  "friend",        "cousin",        "uncle",
                                "aunt",    "sibling",  "twin",     "grandmother",   "grandfather",   "neighbour",
                                "nephew",  "niece",    "neighbor", "carer",         "grandchildren", "children"};
// Right before the age: it is somebody's, or of something that somebody has.
constexpr WordList of_another = {"his", "her", "their", "my", "our", "with", "has", "of"};
// Behind a bare age: what the patient does or has.
constexpr WordList goes_on = {"with",    "who",   "presents", "presented", "presenting", "admitted", "here",
                              "brought", "known", "has",      "h/o",       "hx",         "pmh",      "s/p",
                              "for",     "on",    "found",    "seen",      "referred"};

bool is_month(std::string_view word) { return word == "month" || word == "mo" || word == "mos" || word == "mth"; }
bool is_week(std::string_view word) { return word == "week" || word == "wk" || word == "wks"; }
bool is_year(std::string_view word) { return word == "year" || word == "yr" || word == "yrs" || word == "y"; }
bool is_day(std::string_view word) { return word == "day" || word == "days"; }

class Finder {
 public:
  explicit Finder(const ClinicalWords& words) : words_(words) {}

  std::optional<NoteAge> find() const {
    std::size_t sentence = 0;
    for (std::size_t i = 0; i < words_.size(); ++i) {
      if (i > 0 && (words_.before(i) & gap::boundary) != 0) sentence = i;
      const std::string_view word = words_.spelling(i);
      if (!is_digit(word[0]) && written_number(word) == 0) continue;
      const auto age = age_at(i, sentence);
      if (age && age->years <= oldest) return age;
    }
    return std::nullopt;
  }

 private:
  [[nodiscard]] std::string_view spelling(std::size_t i) const {
    return i < words_.size() && (words_.before(i) & gap::boundary) == 0 ? words_.spelling(i) : std::string_view{};
  }

  // "6 yo", "6 y/o", "6-year-old", "68F", "aged 81"
  [[nodiscard]] std::optional<NoteAge> age_at(std::size_t i, std::size_t sentence) const {
    const std::string_view word = words_.spelling(i);
    std::size_t digits = 0;
    while (digits < word.size() && (is_digit(word[digits]) || word[digits] == '.')) ++digits;
    const auto number = digits > 0 ? parse_number(word.substr(0, digits)) : std::optional<double>(written_number(word));
    if (!number) return std::nullopt;
    const std::string_view rest = digits > 0 ? word.substr(digits) : std::string_view{};
    if (rest == "m" || rest == "f") {  // "68F"; "3m" may be metres or months
      const bool person = *number >= 16.0 && i <= sentence + opening_words && !is_of_another(i);
      return person ? named(*number, i, i + 1) : std::nullopt;
    }
    std::size_t unit_at = rest.empty() ? i + 1 : i;
    const std::string_view unit = rest.empty() ? spelling(unit_at) : rest;
    const bool labelled = i > 0 && (words_.spelling(i - 1) == "aged" || words_.spelling(i - 1) == "age");
    double years = 0.0;
    bool old = unit == "yo" || unit == "yom" || unit == "yof" || unit == "y/o";
    if (unit == "yo" || old) years = *number;
    if (unit == "y" && spelling(unit_at + 1) == "o") {
      years = *number;
      old = true;
      ++unit_at;
    }
    if (!old && is_year(unit)) years = *number;
    if (is_month(unit)) years = *number / core::months_of_year;
    if (is_week(unit)) years = *number / weeks_of_year;
    if (is_day(unit)) years = *number / core::days_of_year;
    const bool has_unit = old || is_year(unit) || is_month(unit) || is_week(unit) || is_day(unit);
    std::size_t end = has_unit ? unit_at + 1 : i + 1;
    if (has_unit && (spelling(end) == "old" || spelling(end) == "o" || spelling(end) == "age")) {
      old = true;
      ++end;
    }
    if (has_unit && spelling(end) == "of" && spelling(end + 1) == "age") {
      old = true;
      end += 2;
    }
    if (labelled && !has_unit && rest.empty()) {
      const bool at_once = i <= sentence + opening_words && (i < 2 || !is_of_another(i - 1));
      return at_once && !says_since(i) ? named(*number, i - 1, end) : std::nullopt;
    }
    if (!has_unit || !(old || labelled) || is_of_another(i)) return std::nullopt;
    return is_patient(i, end, sentence) ? named(years, i, end) : std::nullopt;
  }

  [[nodiscard]] std::optional<NoteAge> named(double years, std::size_t first, std::size_t last) const {
    return NoteAge{years, {words_.words[first].begin, words_.words[std::min(last, words_.size()) - 1].end}};
  }

  // "diabetes at age 12", "from age 6": then, not now.
  [[nodiscard]] bool says_since(std::size_t number) const {
    static constexpr WordList then = {"at", "since", "from", "until", "by", "before", "after", "around"};
    return number > 1 && then.has(words_.spelling(number - 2));
  }

  [[nodiscard]] bool is_of_another(std::size_t i) const {
    for (std::size_t at = i; at > 0 && at + 4 > i; --at) {
      if ((words_.before(at) & gap::boundary) != 0) return false;
      const std::string_view word = words_.spelling(at - 1);
      if (of_another.has(word) || relatives.has(word)) return true;
      if (word != "a" && word != "an" && word != "the" && word != "is" && word != "was") return false;
    }
    return false;
  }

  // The age of a person: one is named behind it, or the note opens with it.
  [[nodiscard]] bool is_patient(std::size_t first, std::size_t end, std::size_t sentence) const {
    for (std::size_t i = end; i <= end + adjectives; ++i) {
      const std::string_view word = spelling(i);
      if (word.empty()) break;
      if (relatives.has(word)) return false;
      if (persons.has(word)) return true;
    }
    const std::string_view next = spelling(end);
    return first <= sentence + opening_words &&
           (next.empty() || goes_on.has(next) || (words_.before(end) & (gap::comma | gap::colon | gap::dash)) != 0);
  }

  const ClinicalWords& words_;
};

}  // namespace

std::optional<NoteAge> age_in_note(const ClinicalWords& words) { return Finder(words).find(); }

}  // namespace guardian::knowledge
