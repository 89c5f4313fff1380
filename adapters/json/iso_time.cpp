#include "adapters/json/iso_time.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>

namespace guardian::adapters {
namespace {

// Takes what it reads off the front of the text; `ok` stays false after the first mismatch.
struct Scanner {
  std::string_view rest;
  bool ok = true;

  int digits(std::size_t count) {
    int value = 0;
    if (rest.size() < count || rest.substr(0, count).find_first_not_of("0123456789") != std::string_view::npos) {
      ok = false;
      return 0;
    }
    std::from_chars(rest.data(), rest.data() + count, value);
    rest.remove_prefix(count);
    return value;
  }
  bool take(char c) {
    if (rest.empty() || rest.front() != c) return false;
    rest.remove_prefix(1);
    return true;
  }
  void expect(char c) {
    if (!take(c)) ok = false;
  }
};

std::string formatted(std::chrono::sys_seconds time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  std::array<char, 64> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%04d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  return buffer.data();
}

}  // namespace

std::optional<std::string> utc_time(std::string_view text) {
  Scanner scan{text};
  const int year = scan.digits(4);
  scan.expect('-');
  const int month = scan.digits(2);
  scan.expect('-');
  const int day = scan.digits(2);
  const std::chrono::year_month_day date(std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)});
  if (!scan.ok || !date.ok() || year < 1900 || year > 2199) return std::nullopt;
  if (scan.rest.empty()) return std::string(text);

  scan.expect('T');
  const int hour = scan.digits(2);
  scan.expect(':');
  const int minute = scan.digits(2);
  int second = 0;
  if (scan.take(':')) {
    second = scan.digits(2);
    if (scan.take('.')) {
      scan.digits(1);
      scan.rest.remove_prefix(std::min(scan.rest.find_first_not_of("0123456789"), scan.rest.size()));
    }
  }
  if (!scan.ok || hour > 23 || minute > 59 || second > 59) return std::nullopt;
  if (scan.rest == "Z") return std::string(text);

  int offset = 0;  // minutes ahead of UTC
  if (!scan.rest.empty()) {
    const int sign = scan.take('-') ? -1 : 1;
    if (sign == 1) scan.expect('+');
    const int hours = scan.digits(2);
    scan.expect(':');
    const int minutes = scan.digits(2);
    if (!scan.ok || !scan.rest.empty() || hours > 14 || minutes > 59) return std::nullopt;
    offset = sign * (hours * 60 + minutes);
  }
  return formatted(std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute - offset) +
                   std::chrono::seconds(second));
}

}  // namespace guardian::adapters
