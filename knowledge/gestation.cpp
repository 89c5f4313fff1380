#include "knowledge/gestation.hpp"

#include <string_view>

#include "knowledge/text.hpp"
#include "knowledge/word_list.hpp"

namespace guardian::knowledge {
namespace {

constexpr double first_week = 3.0;
constexpr double last_week = 44.0;

// In the sentence of a week: of a birth, of a loss, of another or of a plan.
constexpr WordList not_of_now = {
    "born",  "birth",      "delivered",   "delivery", "section",     "cs",         "lscs",       "c-section", "svd",
    "nvd",   "caesarean",  "cesarean",    "cesarian", "miscarriage", "miscarried", "stillbirth", "stillborn", "loss",
    "iufd",  "terminated", "termination", "top",      "previous",    "previously", "prior",      "last",      "past",
    "ex",    "premature",  "preterm",     "prem",     "neonate",     "baby",       "postpartum", "postnatal", "sister",
    "wife",  "partner",    "daughter",    "mother",   "friend",      "not",        "denies",     "deny",      "if",
    "until", "induction",  "iol",         "planned",  "elective"};
// Right before a number: a pressure or a score of 40.
constexpr WordList other_numbers = {"bp", "score", "cat", "scored", "scores"};

bool is_pregnant_word(std::string_view word) {
  return word.substr(0, 7) == "pregnan" || word == "gestation" || word == "gestational" || word == "gravida" ||
         word == "antenatal" || word == "primigravida" || word == "multigravida" || word == "primip" ||
         word == "multip" || word == "trimester";
}

// "G2P1", "G3"
bool is_gravidity(std::string_view word) {
  return word.size() >= 2 && word.size() <= 8 && word[0] == 'g' && word[1] >= '1' && word[1] <= '9' &&
         word.find_first_not_of("0123456789gpa+") == std::string_view::npos;
}

std::optional<double> week_of(std::string_view number) {
  const auto weeks = parse_number(number);
  return weeks && *weeks >= first_week && *weeks <= last_week ? weeks : std::nullopt;
}

bool is_week(std::string_view word) { return word == "week" || word == "wk" || word == "wks" || word == "w"; }

struct Sentence {
  std::size_t first = 0;
  std::size_t last = 0;
  bool pregnant = false;
  bool gravida = false;
  bool of_another = false;
};

// Whether word `i` is the days in "31+4".
bool is_days(std::string_view text, const ClinicalWords& words, std::size_t i) {
  if (i == 0 || i >= words.size()) return false;
  const std::size_t end = words.words[i - 1].end;
  const std::string_view days = words.spelling(i);
  return end + 1 == words.words[i].begin && text[end] == '+' && days.size() == 1 && days[0] >= '0' && days[0] <= '6';
}

std::optional<double> week_in(std::string_view text, const ClinicalWords& words, const Sentence& sentence) {
  for (std::size_t i = sentence.first; i < sentence.last; ++i) {
    const std::string_view word = words.spelling(i);
    const auto weeks = week_of(word);
    if (!weeks || is_days(text, words, i)) continue;
    if (i > sentence.first && other_numbers.has(words.spelling(i - 1))) continue;
    const std::size_t behind_days = is_days(text, words, i + 1) ? i + 2 : i + 1;
    const std::string_view next = behind_days < sentence.last ? words.spelling(behind_days) : std::string_view{};
    if (next == "40" && (words.before(behind_days) & gap::slash) != 0 && *weeks < 43) return weeks;
    if (behind_days == i + 2 && (sentence.pregnant || sentence.gravida || is_week(next))) return weeks;
    const bool counted = is_week(next) && (sentence.pregnant || sentence.gravida);
    const std::string_view behind = i + 2 < sentence.last ? words.spelling(i + 2) : std::string_view{};
    // "pregnant, fever for 3 weeks", "3 weeks ago", "3 weeks of itching"
    const bool length = behind == "ago" || behind == "of" || behind == "history" || behind == "hx" ||
                        (i > sentence.first && (words.spelling(i - 1) == "for" || words.spelling(i - 1) == "past"));
    if (counted && !length) return weeks;
  }
  return std::nullopt;
}

}  // namespace

std::optional<double> gestation_weeks(std::string_view text, const ClinicalWords& words) {
  Sentence sentence;
  for (std::size_t i = 0; i <= words.size(); ++i) {
    const bool ends = i == words.size() || (i > 0 && (words.before(i) & gap::boundary) != 0);
    if (ends && i > sentence.first) {
      sentence.last = i;
      if (!sentence.of_another) {
        if (const auto weeks = week_in(text, words, sentence)) return weeks;
      }
      sentence = Sentence{i, i, false, false, false};
    }
    if (i == words.size()) break;
    const std::string_view word = words.spelling(i);
    sentence.pregnant = sentence.pregnant || is_pregnant_word(word);
    sentence.gravida = sentence.gravida || is_gravidity(word);
    sentence.of_another = sentence.of_another || not_of_now.has(word);
  }
  return std::nullopt;
}

std::optional<TextSpan> positive_pregnancy_test(std::string_view text, const ClinicalWords& words) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string_view word = words.spelling(i);
    const bool of_pregnancy =
        word == "test" && i > 0 && (words.spelling(i - 1) == "preg" || words.spelling(i - 1) == "pregnancy");
    if (!of_pregnancy && word != "upt" && word != "hcg" && word != "bhcg") continue;
    std::size_t at = words.words[i].end;
    while (at < text.size() && std::string_view(" :(=").find(text[at]) != std::string_view::npos) ++at;
    const std::string_view result = text.substr(at);
    const bool positive = !result.empty() && (result[0] == '+' || lower_case(result.substr(0, 3)) == "pos");
    // "pos" of "possible", "postponed"
    const bool other = result.size() > 3 && result[0] != '+' &&
                       std::string_view(" .,;)\n").find(result[3]) == std::string_view::npos &&
                       lower_case(result.substr(0, 8)) != "positive";
    if (positive && !other) return TextSpan{words.words[i].begin, at + (result[0] == '+' ? 1U : 3U)};
  }
  return std::nullopt;
}

}  // namespace guardian::knowledge
