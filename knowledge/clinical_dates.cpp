#include "knowledge/clinical_dates.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "knowledge/text.hpp"
#include "knowledge/word_list.hpp"

namespace guardian::knowledge {
namespace {

constexpr double days_of_year = 365.25;
constexpr double days_of_month = 30.4375;

enum class Word : std::uint8_t { month, unit, number, ago, last, now, yesterday, childhood, age, since, lasting };

struct TimeWord {
  std::string_view spelling;
  Word word;
  double value;  // number of the month; days of the unit; the number, 0 for an unknown one; the age that ends childhood
};

// Sorted by spelling; spelled as `clinical_words` normalises ("year" is "years" too).
constexpr TimeWord time_words[] = {
    {"a", Word::number, 1},
    {"age", Word::age, 0},
    {"aged", Word::age, 0},
    {"ago", Word::ago, 0},
    {"an", Word::number, 1},
    {"apr", Word::month, 4},
    {"april", Word::month, 4},
    {"aug", Word::month, 8},
    {"august", Word::month, 8},
    {"baby", Word::childhood, 3},
    {"back", Word::ago, 0},
    {"child", Word::childhood, 18},
    {"childhood", Word::childhood, 18},
    {"couple", Word::number, 2},
    {"d", Word::unit, 1},
    {"day", Word::unit, 1},
    {"days", Word::unit, 1},
    {"dec", Word::month, 12},
    {"decade", Word::unit, 3652.5},
    {"december", Word::month, 12},
    {"earlier", Word::ago, 0},
    {"eight", Word::number, 8},
    {"eleven", Word::number, 11},
    {"feb", Word::month, 2},
    {"february", Word::month, 2},
    {"few", Word::number, 0},
    {"five", Word::number, 5},
    {"for", Word::lasting, 0},
    {"four", Word::number, 4},
    {"hour", Word::unit, 1.0 / 24},
    {"hr", Word::unit, 1.0 / 24},
    {"hrs", Word::unit, 1.0 / 24},
    {"infancy", Word::childhood, 3},
    {"infant", Word::childhood, 3},
    {"jan", Word::month, 1},
    {"january", Word::month, 1},
    {"jul", Word::month, 7},
    {"july", Word::month, 7},
    {"jun", Word::month, 6},
    {"june", Word::month, 6},
    {"last", Word::last, 0},
    {"many", Word::number, 0},
    {"mar", Word::month, 3},
    {"march", Word::month, 3},
    {"may", Word::month, 5},
    {"mo", Word::unit, days_of_month},
    {"month", Word::unit, days_of_month},
    {"mos", Word::unit, days_of_month},
    {"mth", Word::unit, days_of_month},
    {"mths", Word::unit, days_of_month},
    {"nine", Word::number, 9},
    {"nov", Word::month, 11},
    {"november", Word::month, 11},
    {"now", Word::now, 0},
    {"oct", Word::month, 10},
    {"october", Word::month, 10},
    {"one", Word::number, 1},
    {"over", Word::lasting, 0},
    {"past", Word::last, 0},
    {"previously", Word::ago, 0},
    {"sep", Word::month, 9},
    {"sept", Word::month, 9},
    {"september", Word::month, 9},
    {"seven", Word::number, 7},
    {"several", Word::number, 0},
    {"since", Word::since, 0},
    {"six", Word::number, 6},
    {"some", Word::number, 0},
    {"teen", Word::childhood, 20},
    {"teenager", Word::childhood, 20},
    {"ten", Word::number, 10},
    {"three", Word::number, 3},
    {"today", Word::now, 0},
    {"tonight", Word::now, 0},
    {"toddler", Word::childhood, 4},
    {"twelve", Word::number, 12},
    {"twenty", Word::number, 20},
    {"two", Word::number, 2},
    {"week", Word::unit, 7},
    {"wk", Word::unit, 7},
    {"wks", Word::unit, 7},
    {"x", Word::lasting, 0},
    {"y", Word::unit, days_of_year},
    {"year", Word::unit, days_of_year},
    {"yesterday", Word::yesterday, 0},
    {"yr", Word::unit, days_of_year},
    {"yrs", Word::unit, days_of_year},
};

const TimeWord* time_word(std::string_view spelling) {
  if (spelling.empty() || spelling.size() > 10) return nullptr;
  static constexpr auto starts = [] {  // the first row of each letter: most words end the search here
    std::array<std::uint8_t, 28> first{};
    for (std::size_t letter = 0; letter < 28; ++letter) {
      const char c = static_cast<char>('a' + letter);
      const auto* row = std::find_if(std::begin(time_words), std::end(time_words),
                                     [&](const TimeWord& word) { return word.spelling[0] >= c; });
      first[letter] = static_cast<std::uint8_t>(row - std::begin(time_words));
    }
    return first;
  }();
  static constexpr auto lengths = [] {  // of the words of each letter, a bit each
    std::array<std::uint32_t, 26> bits{};
    for (const TimeWord& word : time_words)
      bits[static_cast<std::size_t>(word.spelling[0] - 'a')] |= 1U << word.spelling.size();
    return bits;
  }();
  if (spelling[0] < 'a' || spelling[0] > 'z') return nullptr;
  const auto letter = static_cast<std::size_t>(spelling[0] - 'a');
  if ((lengths[letter] >> spelling.size() & 1U) == 0) return nullptr;
  for (std::size_t row = starts[letter]; row < starts[letter + 1]; ++row) {
    if (time_words[row].spelling == spelling) return &time_words[row];
  }
  return nullptr;
}

// Days since 1970-01-01 of a day of the Gregorian calendar (H. Hinnant, "chrono-compatible date algorithms").
long day_of(long year, long month, long day) {
  year -= month <= 2 ? 1 : 0;
  const long era = (year >= 0 ? year : year - 399) / 400;
  const long of_era = year - era * 400;
  const long of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

std::optional<long> whole_number(std::string_view text, std::size_t most_digits = 4) {
  if (text.empty() || text.size() > most_digits || !std::all_of(text.begin(), text.end(), is_digit))
    return std::nullopt;
  long number = 0;
  for (const char c : text) number = number * 10 + (c - '0');
  return number;
}

struct Length {
  std::size_t words = 0;       // 0: no length of time stands here
  std::optional<double> days;  // nothing: "several years"
};

class Finder {
 public:
  Finder(const ClinicalWords& words, std::optional<long> today, std::optional<double> patient_age)
      : words_(words), today_(today), patient_age_(patient_age) {}

  std::vector<TimeWords> find() {
    for (std::size_t i = 0; i < words_.size();) {
      const std::string_view word = words_.spelling(i);
      const TimeWord* time = is_digit(word[0]) ? nullptr : time_word(word);
      if (time == nullptr && !is_digit(word[0])) {
        ++i;
        continue;
      }
      const std::size_t found = times_.size();
      read_at(i, time);
      i = times_.size() > found ? times_.back().last : i + 1;
    }
    return std::move(times_);
  }

 private:
  static constexpr std::uint32_t parts = gap::boundary | gap::comma | gap::colon;

  std::string_view spelling(std::size_t i) const { return i < words_.size() ? words_.spelling(i) : std::string_view{}; }
  bool is(std::size_t i, std::string_view word) const { return spelling(i) == word; }
  const TimeWord* word_at(std::size_t i) const { return time_word(spelling(i)); }
  bool is_word(std::size_t i, Word word) const {
    const TimeWord* time = word_at(i);
    return time != nullptr && time->word == word && (words_.before(i) & gap::boundary) == 0;
  }

  void add(std::size_t first, std::size_t last, TimeKind kind, std::optional<double> age) {
    if (age && *age < 0) {
      if (*age < -1) return;  // to come
      age = 0;
    }
    times_.push_back({first, last, kind, age});
  }

  // "3 weeks", "two years", "3/52", "5d", "several months" at `i`.
  Length length_at(std::size_t i) const {
    if (i >= words_.size()) return {};
    const std::string_view word = spelling(i);
    if (is_digit(word[0])) {
      std::size_t digits = 0;
      while (digits < word.size() && (is_digit(word[digits]) || word[digits] == '.')) ++digits;
      const auto number = parse_number(word.substr(0, digits));
      if (!number || digits > 5) return {};
      if (digits < word.size()) {
        const TimeWord* unit = time_word(word.substr(digits));
        return unit != nullptr && unit->word == Word::unit ? Length{1, *number * unit->value} : Length{};
      }
      if (i + 1 >= words_.size()) return {};
      const std::uint32_t between = words_.before(i + 1);
      if ((between & gap::slash) != 0) {  // British: 3/7 days, 2/52 weeks, 6/12 months
        if (is(i + 1, "7")) return {2, *number};
        if (is(i + 1, "52")) return {2, *number * 7};
        if (is(i + 1, "12")) return {2, *number * days_of_month};
        return {};
      }
      std::size_t unit_at = i + 1;
      double most = *number;
      if ((between & (gap::dash | gap::hyphen)) != 0 && is_digit(spelling(i + 1)[0])) {  // "2-3 weeks"
        const auto upper = parse_number(spelling(i + 1));
        if (!upper) return {};
        most = *upper;
        ++unit_at;
      }
      if (is_word(unit_at, Word::unit) && (words_.before(unit_at) & parts) == 0)
        return {unit_at + 1 - i, most * word_at(unit_at)->value};
      return {};
    }
    const TimeWord* number = time_word(word);
    if (number == nullptr) return {};
    if (number->word == Word::unit && word == "year") return {1, std::nullopt};  // "years ago"
    if (number->word != Word::number) return {};
    std::size_t unit = i + 1;
    double value = number->value;
    if (word == "a" && (is(unit, "few") || is(unit, "couple"))) value = word_at(unit++)->value;
    if (is(unit, "of")) ++unit;
    if (!is_word(unit, Word::unit)) return {};
    if (value == 0) return {unit + 1 - i, std::nullopt};
    return {unit + 1 - i, value * word_at(unit)->value};
  }

  // What stands behind a length of time: "3 years" ago, "3 days" history of, "3 weeks" post.
  bool read_length(std::size_t i) {
    const Length length = length_at(i);
    if (length.words == 0) return false;
    const std::size_t next = i + length.words;
    if (next < words_.size() && (words_.before(next) & parts) == 0) {
      const bool aching = is(next, "back") && (is(next + 1, "pain") || is(next + 1, "ache") || is(next + 1, "spasm"));
      if (is_word(next, Word::ago) && !aching) {
        add(i, next + 1, length.days ? TimeKind::point : TimeKind::past, length.days);
        return true;
      }
      if (is(next, "history") || is(next, "hx") || is(next, "h/o")) {
        add(i, next, TimeKind::current, length.days);
        return true;
      }
      if (is(next, "post") || is(next, "s/p") || is(next, "after") || is(next, "following")) {
        add(i, next + 1, TimeKind::ahead, length.days);
        return true;
      }
    }
    return false;
  }

  // A date at `i`: "2019", "03/2019", "12/03/2019", "2019-03-12", "March 2019", "12 Mar 2019". The number of words; the
  // age is of the nearest day that it can mean, since what is recent counts for more.
  std::size_t date_at(std::size_t i, std::optional<double>& age) const {
    if (i >= words_.size()) return 0;
    if (const TimeWord* month = word_at(i); month != nullptr && month->word == Word::month) {
      std::size_t year_at = i + 1;
      if (year_at < words_.size() && whole_number(spelling(year_at), 2) && year_of(year_at + 1))
        ++year_at;  // March 12, 2019
      if (const auto year = year_of(year_at))
        return with_age(*year, static_cast<long>(month->value), 15, year_at + 1 - i, age);
      return nearest_day_at(i, age);
    }
    const auto number = whole_number(spelling(i));
    if (!number) return nearest_day_at(i, age);  // "12th August"
    const std::uint32_t joins = gap::slash | gap::hyphen;
    const bool joined = i + 1 < words_.size() && (words_.before(i + 1) & joins) != 0;
    constexpr long none = -1;
    const long second = joined ? whole_number(spelling(i + 1)).value_or(none) : none;
    const bool joined_twice = second != none && i + 2 < words_.size() && (words_.before(i + 2) & joins) != 0;
    const long third = joined_twice ? whole_number(spelling(i + 2)).value_or(none) : none;
    if (const auto year = year_of(i)) {
      if (second >= 1 && second <= 12 && third >= 1 && third <= 31) return with_age(*year, second, third, 3, age);
      if (second >= 1 && second <= 12 && spelling(i + 1).size() <= 2) return with_age(*year, second, 15, 2, age);
      if (const auto to = joined ? year_of(i + 1) : std::nullopt) return with_age(*to, 7, 1, 2, age);  // "2001-2010"
      static constexpr WordList units = {"mg", "ml",  "mcg", "unit", "iu", "g",  "kcal",
                                         "ng", "mls", "hrs", "hour", "h",  "kg", "cm"};
      const bool measure = i + 1 < words_.size() && units.has(spelling(i + 1));
      const bool hour = i > 0 && is(i - 1, "at");
      return measure || hour ? 0 : with_age(*year, 7, 1, 1, age);
    }
    if (*number < 1 || *number > 31) return 0;
    if (is_word(i + 1, Word::month)) {
      const auto year = year_of(i + 2);
      return year ? with_age(*year, static_cast<long>(word_at(i + 1)->value), *number, 3, age) : nearest_day_at(i, age);
    }
    if (second != none && third == none) {
      const auto year = *number <= 12 ? year_of(i + 1) : std::nullopt;
      return year ? with_age(*year, *number, 15, 2, age) : nearest_day_at(i, age);
    }
    if (third == none || second < 1 || second > 31) return 0;
    long year = third;
    if (spelling(i + 2).size() == 2 && today_) {
      year += 2000;
      if (day_of(year, 1, 1) > *today_) year -= 100;
    } else if (!year_of(i + 2)) {
      return 0;
    }
    std::optional<double> european;
    std::optional<double> american;
    if (second <= 12) with_age(year, second, *number, 3, european);
    if (*number <= 12) with_age(year, *number, second, 3, american);
    if (european && *european < 0) european.reset();
    if (american && *american < 0) american.reset();
    age = european && american ? std::min(*european, *american) : european ? european : american;
    return second <= 12 || *number <= 12 ? 3 : 0;
  }

  // A day without a year, as of the last time that it was: "12 Aug", "Aug 12", "in August"; "on 12/8" and "(12/8)",
  // either way round, the nearer. Other numbers with a slash are pressures, parts and lengths of time.
  std::size_t nearest_day_at(std::size_t i, std::optional<double>& age) const {
    if (!today_) return 0;
    const auto named_month = [&](std::size_t at) -> long {
      if (!is_word(at, Word::month)) return 0;
      const bool verb = is(at, "may") || is(at, "march") || is(at, "mar");
      return verb && !words_.words[at].capital ? 0 : static_cast<long>(word_at(at)->value);
    };
    const auto day_in = [&](std::size_t at) -> long {
      std::string_view word = spelling(at);
      for (const std::string_view ending : {"st", "nd", "rd", "th"}) {
        if (word.size() > 2 && word.substr(word.size() - 2) == ending) word.remove_suffix(2);
      }
      const auto day = whole_number(word, 2);
      return day && *day >= 1 && *day <= 31 ? *day : 0;
    };
    const std::uint32_t before = words_.before(i);
    if (const long month = named_month(i); month > 0) {
      const long day = i + 1 < words_.size() && (words_.before(i + 1) & parts) == 0 ? day_in(i + 1) : 0;
      const bool measured = is_word(i + 2, Word::unit);
      if (day > 0 && !measured) return with_last(month, day, 2, age);
      return i > 0 && is(i - 1, "in") && (before & parts) == 0 ? with_last(month, 15, 1, age) : 0;
    }
    const long day = day_in(i);
    if (day == 0) return 0;
    if (const long month = named_month(i + 1); month > 0) return with_last(month, day, 2, age);
    const long second = day_in(i + 1);
    const bool told =
        (before & gap::open) != 0 || (i > 0 && (is(i - 1, "on") || is(i - 1, "from") || is(i - 1, "dated")));
    const bool ends = (words_.before(i + 2) & (gap::list_end | gap::colon)) != 0 || i + 2 >= words_.size();
    const std::uint32_t joins = words_.before(i + 1) & gap::slash;
    if (!told || second == 0 || joins == 0 || !(ends || (before & gap::open) == 0)) return 0;
    std::optional<double> european;
    std::optional<double> american;
    if (second <= 12) with_last(second, day, 2, european);
    if (day <= 12) with_last(day, second, 2, american);
    age = european && american ? std::min(*european, *american) : european ? european : american;
    return age ? 2 : 0;
  }

  // Of the last such day that is not to come; a month that is not over has begun.
  std::size_t with_last(long month, long day, std::size_t words, std::optional<double>& age) const {
    const long this_year = 1970 + *today_ / 365;
    for (long year = this_year + 1; year >= this_year - 2; --year) {
      const long days = *today_ - day_of(year, month, day);
      const bool begun = words == 1 && *today_ >= day_of(year, month, 1);
      if (days < 0 && !begun) continue;
      age = static_cast<double>(std::max(days, 0L));
      return words;
    }
    return 0;
  }

  std::optional<long> year_of(std::size_t i) const {
    const auto year = i < words_.size() && spelling(i).size() == 4 ? whole_number(spelling(i)) : std::nullopt;
    return year && *year >= 1925 && *year <= 2100 ? year : std::nullopt;
  }

  std::size_t with_age(long year, long month, long day, std::size_t words, std::optional<double>& age) const {
    if (today_) {
      double days = static_cast<double>(*today_ - day_of(year, month, day));
      // A year or month that is not over: some day of it that has passed.
      if (days < 0 && *today_ >= day_of(year, words == 1 ? 1 : month, 1)) days = 0;
      age = days;
    }
    return words;
  }

  void read_at(std::size_t i, const TimeWord* time) {
    if (time != nullptr) {
      switch (time->word) {
        case Word::now: add(i, i + 1, TimeKind::now, 0.0); return;
        case Word::yesterday: add(i, i + 1, TimeKind::now, 1.0); return;
        case Word::since: read_since(i); return;
        case Word::lasting: read_lasting(i, i + 1); return;
        case Word::last: read_last(i); return;
        case Word::age: read_age(i); return;
        case Word::childhood: read_childhood(i, *time); return;
        case Word::month:
        case Word::number:
        case Word::unit:
        case Word::ago: break;
      }
    }
    if (read_length(i)) return;
    if (time != nullptr && time->word != Word::month) return;
    std::optional<double> age;
    const std::size_t words = date_at(i, age);
    if (words > 0) add(i, i + words, onset_before(i) ? TimeKind::onset : TimeKind::point, age);
  }

  // "diagnosed (in) 2015": began then and goes on.
  bool onset_before(std::size_t i) const {
    std::size_t at = i;
    while (at > 0 && (is(at - 1, "in") || is(at - 1, "around") || is(at - 1, "approx"))) --at;
    return at > 0 && (is(at - 1, "diagnosed") || is(at - 1, "dx") || is(at - 1, "dxd") || is(at - 1, "onset"));
  }

  // "since 2015", "since last week"; behind "none" or "free" it is the time of the last one.
  void read_since(std::size_t i) {
    const bool last_one = i > 0 && (is(i - 1, "none") || is(i - 1, "nil") || is(i - 1, "free") || is(i - 1, "nothing"));
    std::optional<double> age;
    std::size_t words = date_at(i + 1, age);
    if (words == 0) {
      const Length length = length_at(i + 1);
      if (length.words > 0) {
        age = length.days;
        words = length.words + (is_word(i + 1 + length.words, Word::ago) ? 1 : 0);
      } else if (is_word(i + 1, Word::yesterday) || is_word(i + 1, Word::now)) {
        add(i, i + 2, TimeKind::now, 1.0);
        return;
      } else if (is_word(i + 1, Word::last) && is_word(i + 2, Word::unit)) {
        age = word_at(i + 2)->value;
        words = 2;
      } else if (is_word(i + 1, Word::childhood)) {
        words = 1;
      } else if (is(i + 1, "this") || is(i + 1, "last")) {
        add(i, i + 3, TimeKind::now, 0.0);  // "since this morning", "since last night"
        times_.back().last = std::min(times_.back().last, words_.size());
        return;
      }
    }
    if (words > 0) add(i, i + 1 + words, last_one ? TimeKind::point : TimeKind::onset, age);
  }

  // "for 3 days", "x 2/52", "over the last 2 weeks".
  void read_lasting(std::size_t i, std::size_t from) {
    while (is(from, "the") || is(from, "last") || is(from, "past") || is(from, "about") || is(from, "at") ||
           is(from, "least"))
      ++from;
    const Length length = length_at(from);
    if (length.words > 0) add(i, from + length.words, TimeKind::onset, length.days);
  }

  // "last year" is a time, "the last 3 days" a duration.
  void read_last(std::size_t i) {
    if (is_word(i + 1, Word::unit)) {
      const double days = word_at(i + 1)->value;
      const bool duration = is(i, "past") || days < 7 || (i > 0 && is(i - 1, "the"));  // "in the last month"
      add(i, i + 2, duration ? TimeKind::onset : TimeKind::point, days);
      return;
    }
    if (is(i, "last") && is_word(i + 1, Word::month) && today_) {
      const long month = static_cast<long>(word_at(i + 1)->value);
      for (long year = 1970 + *today_ / 365; year >= 1970; --year) {
        const long days = *today_ - day_of(year, month, 15);
        if (days < 0) continue;
        add(i, i + 2, TimeKind::point, static_cast<double>(days));
        return;
      }
    }
    if (is(i, "last") && is(i + 1, "night")) {
      add(i, i + 2, TimeKind::now, 1.0);
      return;
    }
    const Length length = length_at(i + 1);
    if (length.words > 0 && !is(i + 1, "a")) add(i, i + 1 + length.words, TimeKind::onset, length.days);
  }

  void read_age(std::size_t i) {
    std::size_t at = i + 1;
    if (is(at, "of")) ++at;
    const auto age = whole_number(spelling(at), 3);
    if (!age || !patient_age_) return;
    const double years = *patient_age_ - static_cast<double>(*age);
    if (years >= 1) add(i, at + 1, TimeKind::point, years * days_of_year);
  }

  // "as a child", "in childhood": of a grown patient, at least the years since.
  void read_childhood(std::size_t i, const TimeWord& time) {
    const bool noun = is(i, "childhood") || is(i, "infancy");
    const bool as = i > 0 && (is(i - 1, "as") || (i > 1 && is(i - 2, "as")));
    if (!noun && !as) return;
    std::optional<double> age;
    if (patient_age_) {
      if (*patient_age_ > time.value) age = (*patient_age_ - time.value) * days_of_year;
    }
    add(i, i + 1, TimeKind::past, age);
  }

  const ClinicalWords& words_;
  std::optional<long> today_;
  std::optional<double> patient_age_;
  std::vector<TimeWords> times_;
};

}  // namespace

std::optional<long> day_number(std::string_view iso_date) {
  if (iso_date.size() < 10 || iso_date[4] != '-' || iso_date[7] != '-') return std::nullopt;
  const auto year = whole_number(iso_date.substr(0, 4));
  const auto month = whole_number(iso_date.substr(5, 2));
  const auto day = whole_number(iso_date.substr(8, 2));
  if (!year || !month || !day || *month < 1 || *month > 12 || *day < 1 || *day > 31) return std::nullopt;
  return day_of(*year, *month, *day);
}

std::vector<TimeWords> find_times(const ClinicalWords& words, std::optional<long> today,
                                  std::optional<double> patient_age_years) {
  return Finder(words, today, patient_age_years).find();
}

}  // namespace guardian::knowledge
