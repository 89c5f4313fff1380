#include "agents/mask_dates.hpp"

#include <cmath>

#include "agents/mask_lexicon.hpp"
#include "knowledge/text.hpp"

namespace guardian::agents {
namespace {

using knowledge::is_digit;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_word(char c) { return is_letter(c) || is_digit(c) || static_cast<unsigned char>(c) >= 0xC3; }

struct Number {
  int value = 0;
  std::size_t digits = 0;
};

class Reader {
 public:
  Reader(std::string_view text, std::size_t at, DateHint hint) : text_(text), at_(at), begin_(at), hint_(hint) {}

  std::optional<DateReading> read() {
    if (auto found = numbers(); found) return found;
    at_ = begin_;
    if (auto found = day_first(); found) return found;
    at_ = begin_;
    return month_first();
  }

 private:
  [[nodiscard]] char here(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }

  Number number() {
    Number read;
    while (is_digit(here()) && read.digits < 5) {
      read.value = read.value * 10 + (here() - '0');
      ++read.digits;
      ++at_;
    }
    return read;
  }

  void blanks() {
    while (here() == ' ' || here() == '\t') ++at_;
  }

  unsigned month_word() {
    std::size_t end = at_;
    while (end < text_.size() && is_letter(text_[end])) ++end;
    const std::string word = knowledge::lower_case(text_.substr(at_, end - at_));
    constexpr std::string_view whole =
        " jan january feb february mar march apr april may jun june jul july aug august sep sept september oct october "
        "nov november dec december ";
    if (word.size() < 3 || whole.find(" " + word + " ") == std::string_view::npos) return 0;
    at_ = end;
    return MaskLexicon::month(word);
  }

  [[nodiscard]] std::optional<DateReading> done(std::optional<core::Moment> moment) const {
    if (is_word(here())) return std::nullopt;
    if ((here() == '.' || here() == '-' || here() == '/') && is_digit(here(1))) return std::nullopt;  // it goes on
    return DateReading{at_, moment};
  }

  static int whole_year(Number year) {
    return year.digits == 2 ? year.value + (year.value < 40 ? 2000 : 1900) : year.value;
  }

  static std::optional<core::Moment> day(int year, int month, int day) {
    if (month < 1 || month > 12 || day < 1 || day > 31) return std::nullopt;
    return core::moment_of_day(year, month, day);
  }

  // Numbers alone: 2026-11-02T08:00Z, 02/11/2026, 2.11.26, and 3/11 where a date is expected.
  std::optional<DateReading> numbers() {
    const Number first = number();
    const char sign = here();
    if (first.digits == 0 || first.digits == 3 || first.digits > 4 || (sign != '-' && sign != '/' && sign != '.'))
      return std::nullopt;
    ++at_;
    const Number second = number();
    if (second.digits == 0 || second.digits > 2) return std::nullopt;
    if (here() != sign || !is_digit(here(1))) {
      const bool fits = second.value >= 1 && first.value >= 1 && (first.value <= 12 || second.value <= 12) &&
                        first.value <= 31 && second.value <= 31;
      if (first.digits > 2 || sign == '.' || !hint_.expected || !fits) return std::nullopt;
      return done(std::nullopt);
    }
    ++at_;
    const Number third = number();
    if (first.digits == 4) {
      if (third.digits > 2) return std::nullopt;
      const auto moment = day(first.value, second.value, third.value);
      time_of_day();
      return done(moment);
    }
    if (third.digits != 2 && third.digits != 4) return std::nullopt;
    const int year = whole_year(third);
    const auto month_first = day(year, first.value, second.value);
    const auto day_first = day(year, second.value, first.value);
    if (!month_first && !day_first) return std::nullopt;
    std::optional<core::Moment> moment = month_first ? month_first : day_first;
    if (month_first && day_first && *month_first != *day_first) {
      moment = std::nullopt;
      if (hint_.order_known) moment = hint_.month_first ? month_first : day_first;
    }
    return done(moment);
  }

  void time_of_day() {
    const std::size_t back = at_;
    if (here() != 'T' || !is_digit(here(1))) return;
    ++at_;
    while (is_digit(here()) || here() == ':' || here() == '.') ++at_;
    if (here() == 'Z') {
      ++at_;
    } else if (here() == '+' || here() == '-') {
      ++at_;
      while (is_digit(here()) || here() == ':') ++at_;
    }
    if (at_ < text_.size() && is_word(text_[at_])) at_ = back;
  }

  // What separates the parts where the month is a word.
  void separator() {
    blanks();
    if (here() == '-' || here() == '/' || here() == '.' || here() == ',') ++at_;
    blanks();
  }

  std::optional<Number> year() {
    const std::size_t back = at_;
    separator();
    if (here() == '\'') ++at_;
    const Number read = number();
    const bool is_year = read.digits == 4 ? read.value >= 1900 && read.value < 2200 : read.digits == 2;
    if (is_year && !is_word(here()) && !(here() == '.' && is_digit(here(1))) && here() != ':' && here() != '/' &&
        !(read.digits == 2 && followed_by_word()))
      return read;
    at_ = back;
    return std::nullopt;
  }

  [[nodiscard]] bool followed_by_word() const { return here() == ' ' && is_letter(here(1)); }

  // 2 November 2026, 2nd of Nov, 02-Nov-26, 2Nov2026
  std::optional<DateReading> day_first() {
    const Number date = number();
    if (date.digits == 0 || date.digits > 2) return std::nullopt;
    for (const std::string_view end : {"st", "nd", "rd", "th"}) {
      if (text_.substr(at_, 2) == end) {
        at_ += 2;
        break;
      }
    }
    separator();
    if (text_.substr(at_, 3) == "of ") at_ += 3;
    const unsigned month = month_word();
    if (month == 0) return std::nullopt;
    return with_year(date, month);
  }

  // November 2, 2026; Nov 2; November 2026
  std::optional<DateReading> month_first() {
    const bool capital = here() >= 'A' && here() <= 'Z';
    const unsigned month = month_word();
    if (month == 0 || !capital) return std::nullopt;
    const std::size_t behind = at_;
    if (here() == '.') ++at_;
    blanks();
    if (here() == '-' || here() == '/') ++at_;
    const Number date = number();
    if (date.digits == 4) return done(std::nullopt);
    if (date.digits == 0 || date.digits > 2 || (here() == '.' && is_digit(here(1)))) {
      at_ = behind;
      return std::nullopt;
    }
    for (const std::string_view end : {"st", "nd", "rd", "th"}) {
      if (text_.substr(at_, 2) == end) {
        at_ += 2;
        break;
      }
    }
    return with_year(date, month);
  }

  std::optional<DateReading> with_year(Number date, unsigned month) {
    const auto year = this->year();
    return done(year ? day(whole_year(*year), static_cast<int>(month), date.value) : std::nullopt);
  }

  std::string_view text_;
  std::size_t at_;
  std::size_t begin_;
  DateHint hint_;
};

std::string counted(long number, const std::string& what) {
  return std::to_string(number) + " " + what + (number == 1 ? "" : "s");
}

}  // namespace

std::optional<DateReading> date_at(std::string_view text, std::size_t at, DateHint hint) {
  return Reader(text, at, hint).read();
}

std::string time_from(const core::Moment& date, const core::Moment& as_of) {
  constexpr double days_of_month = 30.4375;
  constexpr double days_of_year = 365.25;
  constexpr long oldest = 89;
  const double days = core::days_between(date, {as_of.time, false});
  const double distance = std::abs(std::round(days));
  std::string length;
  if (distance < 1) return "today";
  if (distance < 90) {
    length = counted(static_cast<long>(distance), "day");
  } else if (distance < 2 * days_of_year) {
    length = counted(std::lround(distance / days_of_month), "month");
  } else {
    const long years = static_cast<long>(distance / days_of_year);
    length = years > oldest ? "over " + std::to_string(oldest) + " years" : counted(years, "year");
  }
  return days > 0 ? length + " ago" : "in " + length;
}

}  // namespace guardian::agents
