#include "knowledge/result_age.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "knowledge/number_words.hpp"
#include "knowledge/spelling.hpp"
#include "knowledge/text.hpp"
#include "knowledge/word_list.hpp"

namespace guardian::knowledge {
namespace {

constexpr double days_of_month = 30.4375;
constexpr double days_of_year = 365.25;
constexpr auto widest_zone = std::chrono::hours(14);  // Kiribati

using Days = std::pair<std::string_view, double>;

constexpr std::array<Days, 27> units_of_time{{{"min", 1.0 / 1440},
                                              {"mins", 1.0 / 1440},
                                              {"minute", 1.0 / 1440},
                                              {"minutes", 1.0 / 1440},
                                              {"h", 1.0 / 24},
                                              {"hr", 1.0 / 24},
                                              {"hrs", 1.0 / 24},
                                              {"hour", 1.0 / 24},
                                              {"hours", 1.0 / 24},
                                              {"d", 1.0},
                                              {"day", 1.0},
                                              {"days", 1.0},
                                              {"w", 7.0},
                                              {"wk", 7.0},
                                              {"wks", 7.0},
                                              {"week", 7.0},
                                              {"weeks", 7.0},
                                              {"fortnight", 14.0},
                                              {"mo", days_of_month},
                                              {"mos", days_of_month},
                                              {"mth", days_of_month},
                                              {"month", days_of_month},
                                              {"months", days_of_month},
                                              {"yr", days_of_year},
                                              {"yrs", days_of_year},
                                              {"year", days_of_year},
                                              {"years", days_of_year}}};

constexpr std::array<Days, 22> fixed_words{{{"today", 0.0},
                                            {"now", 0.0},
                                            {"just now", 0.0},
                                            {"right now", 0.0},
                                            {"this morning", 0.0},
                                            {"this afternoon", 0.0},
                                            {"this evening", 0.0},
                                            {"tonight", 0.0},
                                            {"current", 0.0},
                                            {"currently", 0.0},
                                            {"same day", 0.0},
                                            {"earlier today", 0.0},
                                            {"at present", 0.0},
                                            {"heute", 0.0},
                                            {"aujourd'hui", 0.0},
                                            {"hoy", 0.0},
                                            {"oggi", 0.0},
                                            {"yesterday", 1.0},
                                            {"last night", 1.0},
                                            {"gestern", 1.0},
                                            {"day before yesterday", 2.0},
                                            {"the day before yesterday", 2.0}}};

constexpr std::array<std::string_view, 12> months{"january",   "february", "march",    "april",
                                                  "may",       "june",     "july",     "august",
                                                  "september", "october",  "november", "december"};

constexpr WordList earlier_words = {"baseline", "previous", "previously", "prior",     "earlier",
                                    "old",      "initial",  "past",       "preceding", "admission"};

template <std::size_t size>
std::optional<double> value_of(const std::array<Days, size>& table, std::string_view word) {
  const auto* const row =
      std::find_if(table.begin(), table.end(), [&](const Days& entry) { return entry.first == word; });
  return row == table.end() ? std::nullopt : std::optional<double>(row->second);
}

bool all_digits(std::string_view text) { return !text.empty() && std::all_of(text.begin(), text.end(), is_digit); }

std::vector<std::string> words_of(std::string_view text, std::string_view separators) {
  std::vector<std::string> words;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t first = text.find_first_not_of(separators, at);
    if (first == std::string_view::npos) break;
    const std::size_t end = std::min(text.find_first_of(separators, first), text.size());
    words.emplace_back(text.substr(first, end - first));
    at = end;
  }
  return words;
}

ResultAge known(double days) { return {AgeKind::known, days}; }

// "3 days ago", "3d", "2 wk ago", "an hour ago"; nothing for another text.
std::optional<double> days_ago(std::string_view text) {
  std::vector<std::string> words = words_of(text, " .,");
  if (words.empty()) return std::nullopt;
  for (const std::string_view about : {"~", "about", "approximately", "approx", "ca", "around"}) {
    if (words.front() == about && words.size() > 1) words.erase(words.begin());
  }
  for (const std::string_view ago : {"ago", "old", "back", "earlier", "before", "prior"}) {
    if (words.back() == ago && words.size() > 1) {
      words.pop_back();
      break;
    }
  }
  // "3d" is "3 d"; a decimal point was taken as a separator above, so "1.5 d" is read from the text itself.
  std::string number = words.front();
  std::string unit = words.size() > 1 ? words[1] : std::string();
  if (words.size() == 1) {
    const std::size_t digits = std::min(number.find_first_not_of("0123456789"), number.size());
    unit = number.substr(digits);
    number.resize(digits);
  } else if (words.size() > 2) {
    if (words.size() != 3 || !all_digits(words[0]) || !all_digits(words[1])) return std::nullopt;
    const std::string decimal = words[0] + "." + words[1];
    if (text.find(decimal) == std::string_view::npos) return std::nullopt;
    number = decimal;
    unit = words[2];
  }
  const auto days = value_of(units_of_time, unit);
  std::optional<double> count;
  if (number == "a" || number == "an") count = 1.0;
  if (const int written = written_number(number); written > 0) count = written;
  if (!count && number.size() <= 6 && !number.empty() && is_digit(number.front())) count = parse_number(number);
  if (!days || !count) return std::nullopt;
  return *count * *days;
}

bool is_future_word(std::string_view text) {
  return text == "tomorrow" || text.substr(0, 9) == "tomorrow " ||
         (text.substr(0, 3) == "in " && days_ago(text.substr(3)));
}

// 1 to 12 of "nov", "Sept", "november"; 0 for another word.
int month_of(std::string_view word) {
  if (word.size() < 3) return 0;
  for (std::size_t i = 0; i < months.size(); ++i) {
    if (months[i].substr(0, word.size()) == word) return static_cast<int>(i) + 1;
  }
  return 0;
}

int small_number(std::string_view word) {
  for (const std::string_view suffix : {"st", "nd", "rd", "th"}) {
    if (word.size() > 2 && word.substr(word.size() - 2) == suffix) {
      word.remove_suffix(2);
      break;
    }
  }
  if (!all_digits(word) || word.size() > 4) return -1;
  int value = 0;
  for (const char c : word) value = value * 10 + (c - '0');
  return value;
}

// "2 nov 2026", "nov 2, 2026", "2026-nov-02", "25/12/2026", "2026/11/02", each with a time of day that is not looked
// at; nothing when it is none of these or when day and month may be swapped.
std::optional<core::Moment> written_date(std::string_view text) {
  std::vector<std::string> words = words_of(text, " ,./-");
  while (words.size() > 3 && words.back().find(':') != std::string::npos) words.pop_back();
  if (words.size() > 3 && words.front().size() >= 3 && month_of(words.front()) == 0 && !is_digit(words.front()[0])) {
    words.erase(words.begin());  // a day of the week
  }
  if (words.size() != 3) return std::nullopt;
  const auto number = [&](std::size_t i) { return small_number(words[i]); };
  if (words[0].size() == 4 && all_digits(words[0])) {
    const int month = month_of(words[1]) != 0 ? month_of(words[1]) : number(1);
    return core::moment_of_day(number(0), month, number(2));
  }
  if (words[2].size() != 4 || !all_digits(words[2])) return std::nullopt;
  const int year = number(2);
  if (const int month = month_of(words[1])) return core::moment_of_day(year, month, number(0));
  if (const int month = month_of(words[0])) return core::moment_of_day(year, month, number(1));
  const auto day_first = core::moment_of_day(year, number(1), number(0));
  const auto month_first = core::moment_of_day(year, number(0), number(1));
  if (day_first && month_first && !(*day_first == *month_first)) return std::nullopt;
  return day_first ? day_first : month_first;
}

ResultAge age_of(const core::Moment& taken, const AsOf& as_of) {
  if (!as_of) return {AgeKind::not_understood, std::nullopt};
  const double days = core::days_between(taken, *as_of);
  if (days >= 0.0) return known(days);
  // A review that is dated without a time may be at any hour of its day: there only a later day is ahead.
  const bool in_reach = as_of->has_time && taken.time - as_of->time <= widest_zone;
  return in_reach ? known(0.0) : ResultAge{AgeKind::future, std::nullopt};
}

}  // namespace

bool says_earlier(std::string_view word) { return earlier_words.has(word); }

ResultAge read_result_age(std::string_view when, const AsOf& as_of) {
  const std::string_view bare = trimmed(when);
  if (bare.empty()) return {AgeKind::not_stated, std::nullopt};
  if (const auto moment = core::parse_moment(bare)) return age_of(*moment, as_of);

  const std::string lower = folded(bare);
  const std::string text = joined(words_of(lower, " "), " ");
  if (const auto days = value_of(fixed_words, text)) return known(*days);
  if (const auto days = days_ago(text)) return known(*days);
  for (const std::string_view day : {"today ", "today,", "today;", "yesterday ", "yesterday,"}) {
    if (text.substr(0, day.size()) != day) continue;
    return known(day.front() == 't' ? 0.0 : 1.0);  // with a time of day behind it
  }
  if (is_future_word(text)) return {AgeKind::future, std::nullopt};
  if (const auto moment = written_date(text)) return age_of(*moment, as_of);
  const std::string_view last =
      std::string_view(text).substr(text.rfind(' ') == std::string::npos ? 0 : text.rfind(' ') + 1);
  if (says_earlier(last)) return {AgeKind::earlier, std::nullopt};  // "baseline", "at baseline"
  return {AgeKind::not_understood, std::nullopt};
}

}  // namespace guardian::knowledge
