#include "core/date.hpp"

#include <array>
#include <charconv>
#include <cstdio>

namespace guardian::core {
namespace {

constexpr double seconds_of_day = 86'400.0;

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

// Minutes ahead of UTC of what stands behind a time: "", "Z", "+01:00", "-0500", "+02".
int zone_offset(Scanner& scan) {
  if (scan.rest.empty() || scan.rest == "Z" || scan.rest == "z") return 0;
  const int sign = scan.take('-') ? -1 : 1;
  if (sign == 1) scan.expect('+');
  const int hours = scan.digits(2);
  int minutes = 0;
  if (!scan.rest.empty()) {
    scan.take(':');
    minutes = scan.digits(2);
  }
  if (!scan.rest.empty() || hours > 14 || minutes > 59) scan.ok = false;
  return sign * (hours * 60 + minutes);
}

}  // namespace

std::optional<Moment> moment_of_day(int year, int month, int day) {
  if (year < 1900 || year > 2199 || month < 1 || month > 12 || day < 1 || day > 31) return std::nullopt;
  const std::chrono::year_month_day date(std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)});
  if (!date.ok()) return std::nullopt;
  return Moment{std::chrono::sys_days(date), false};
}

std::optional<Moment> parse_moment(std::string_view text) {
  Scanner scan{text};
  const int year = scan.digits(4);
  const bool compact = !scan.take('-');
  const int month = scan.digits(2);
  if (!compact) scan.expect('-');
  const int day = scan.digits(2);
  if (!scan.ok) return std::nullopt;
  auto moment = moment_of_day(year, month, day);
  if (!moment || scan.rest.empty()) return moment;

  if (compact || (!scan.take('T') && !scan.take(' '))) return std::nullopt;
  const int hour = scan.digits(2);
  scan.expect(':');
  const int minute = scan.digits(2);
  int second = 0;
  if (scan.take(':')) {
    second = scan.digits(2);
    if (scan.take('.')) {
      scan.digits(1);
      while (!scan.rest.empty() && scan.rest.front() >= '0' && scan.rest.front() <= '9') scan.rest.remove_prefix(1);
    }
  }
  if (!scan.ok || hour > 23 || minute > 59 || second > 59) return std::nullopt;
  const int offset = zone_offset(scan);
  if (!scan.ok) return std::nullopt;
  moment->time += std::chrono::hours(hour) + std::chrono::minutes(minute - offset) + std::chrono::seconds(second);
  moment->has_time = true;
  return moment;
}

std::string utc_text(std::chrono::sys_seconds time) {
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

double days_between(const Moment& from, const Moment& to) {
  if (from.has_time && to.has_time) return static_cast<double>((to.time - from.time).count()) / seconds_of_day;
  const auto first = std::chrono::floor<std::chrono::days>(from.time);
  const auto last = std::chrono::floor<std::chrono::days>(to.time);
  return static_cast<double>((last - first).count());
}

}  // namespace guardian::core
