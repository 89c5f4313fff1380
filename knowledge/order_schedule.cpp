#include "knowledge/order_schedule.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "knowledge/order_calendar.hpp"
#include "knowledge/order_words.hpp"
#include "knowledge/word_list.hpp"

namespace guardian::knowledge {
namespace {

constexpr double hour = 1.0 / 24.0;    // in days, as all times here
constexpr double rapid = 0.75 * hour;  // a shorter interval is for a few doses, not for a day
constexpr double often = 12.0;         // "q2h x3" are three doses; "q8h x3" may be three days

bool is_whole(double value) { return value == std::floor(value); }

}  // namespace

OrderSchedule::OrderSchedule(std::span<const OrderAtom> atoms) : atoms_(atoms) {
  static constexpr WordList eye_words = {"ou",  "eye",  "eyes", "ophthalmic", "ophth",         "opth",
                                         "gtt", "gtts", "drop", "drops",      "ophthalmically"};
  eyes_ = std::any_of(atoms.begin(), atoms.end(),
                      [&](const OrderAtom& atom) { return !atom.is_name && eye_words.has(atom.text); });
}

std::string_view OrderSchedule::word(std::size_t at) const {
  return at < atoms_.size() && !atoms_[at].is_name ? std::string_view(atoms_[at].text) : std::string_view{};
}

std::string_view OrderSchedule::gap(std::size_t at) const {
  return at < atoms_.size() ? std::string_view(atoms_[at].gap) : std::string_view{};
}

// Whether one of the `reach` atoms before `at` is that word.
bool OrderSchedule::follows(std::size_t at, std::string_view earlier, std::size_t reach) const {
  for (std::size_t i = at > reach ? at - reach : 0; i < at; ++i) {
    if (word(i) == earlier) return true;
  }
  return false;
}

void OrderSchedule::state(double times) { stated_ = std::max(stated_.value_or(0.0), times); }

std::size_t OrderSchedule::state(double times, std::size_t length) {
  if (times * rapid > 1.0) {
    rapid_ = true;
  } else {
    state(times);
  }
  return length;
}

// "q 4-6 h", "every 12 hours", "every other day", "each morning": `skip` atoms lead in.
std::size_t OrderSchedule::read_interval(std::size_t at, std::size_t skip) {
  const std::size_t i = at + skip;
  const std::string_view next = word(i);
  if (next == "other" || next == "alternate" || next == "second" || next == "third") {
    const double unit = day_slot(word(i + 1)).empty() ? days_of_unit(word(i + 1)) : 1.0;
    if (unit <= 0.0) return 0;
    return state(1.0 / ((next == "third" ? 3.0 : 2.0) * unit), skip + 2);
  }
  if (i < atoms_.size() && atoms_[i].is_number) {
    const OrderNumbers numbers = read_numbers(atoms_, i);
    std::size_t end = i + numbers.length;
    const double shortest = numbers.least();
    const double unit = days_of_unit(word(end));
    range_ = range_ || numbers.values.size() > 1;
    constexpr std::array<double, 12> usual_hours{2, 3, 4, 5, 6, 8, 10, 12, 24, 36, 48, 72};
    const bool bare = word(at) == "q" && dose_unit(word(end)) == core::DoseUnit::none && gap(i).empty();
    if (unit <= 0.0 && bare && std::find(usual_hours.begin(), usual_hours.end(), shortest) != usual_hours.end()) {
      return state(1.0 / (shortest * hour), end - at);  // "q8", "q24"
    }
    // "q4h-q6h" and "4h to 6h" go on; the first is the shortest.
    if (unit <= 0.0 || shortest <= 0.0) return 0;
    if (word(end + 1) == "to" || (end + 1 < atoms_.size() && atoms_[end + 1].gap == "-" &&
                                  (word(end + 1) == "q" || atoms_[end + 1].is_number))) {
      std::size_t more = end + 1;
      while (more < atoms_.size() && !atoms_[more].is_number && more < end + 3) ++more;
      if (more < atoms_.size() && atoms_[more].is_number && days_of_unit(word(more + 1)) > 0.0) end = more + 1;
    }
    return state(1.0 / (shortest * unit), end + 1 - at);
  }
  if (const std::size_t length =
          next == "mon" && gap(i + 1).find('/') == std::string::npos && weekday(word(i + 1)).empty() ? 0
                                                                                                     : read_weekdays(i);
      length > 0) {
    return skip + length;
  }
  if (const std::string slot = day_slot(next); !slot.empty()) {
    slots_.insert(slot);
    return skip + 1;
  }
  if (const double unit = days_of_unit(next); unit > 0.0) {
    return state(1.0 / unit, skip + 1);
  }
  return 0;
}

// What follows a count: "3 times a day", "2x/week", "twice daily", "one time". `length` atoms hold the count.
std::size_t OrderSchedule::read_count(std::size_t at, double count, std::size_t length) {
  std::size_t i = at + length;
  bool times = word(at) == "once" || word(at) == "twice" || word(at) == "thrice";
  if (word(i) == "times" || word(i) == "time" || word(i) == "x") {
    times = true;
    ++i;
  }
  if (!times || count <= 0.0) return 0;
  if (const double rate = knowledge::times_per_day(word(i)); word(i) == "daily" || (rate > 0.0 && rate < 1.0)) {
    return state(count * rate, i + 1 - at);  // "once daily", "twice weekly", "once yearly"
  }
  const bool slashed = i < atoms_.size() && atoms_[i].gap.find('/') != std::string::npos;
  std::size_t unit_at = i;
  if (!slashed) {
    if (word(i) != "a" && word(i) != "per" && word(i) != "each" && word(i) != "every" && word(i) != "in") return 0;
    ++unit_at;
  }
  double unit = days_of_unit(word(unit_at));
  if (unit_at < atoms_.size() && atoms_[unit_at].is_number) {  // "once every 2 weeks"
    const OrderNumbers numbers = read_numbers(atoms_, unit_at);
    unit_at += numbers.length;
    unit = numbers.least() * days_of_unit(word(unit_at));
  } else if (word(unit_at) == "other") {
    unit = 2.0 * days_of_unit(word(++unit_at));
  } else if (!day_slot(word(unit_at)).empty()) {
    unit = 1.0;
  } else if (const std::string day = weekday(word(unit_at)); !day.empty() && word(unit_at) != "mon") {
    unit = 7.0;
  }
  if (unit <= 0.0) return 0;
  return state(count / unit, unit_at + 1 - at);
}

// A number of doses in all, or of doses after the first one.
void OrderSchedule::count_doses(std::size_t at, double count) {
  constexpr std::size_t near = 6;
  if (count < 1.0) return;
  if (follows(at, "repeat", near) || follows(at, "repeated", near)) {
    repeats_ = count;
  } else {
    doses_ = count;
  }
}

// "x14d", "x 2 weeks", "for 10 days", "x1", "x 3 doses".
std::size_t OrderSchedule::read_duration(std::size_t at) {
  const std::size_t first = word(at + 1) == "the" || word(at + 1) == "next" ? at + 2 : at + 1;
  if (const std::size_t length = read_written_duration(first); length > 0) return first + length - at;
  if ((word(first) == "a" || word(first) == "an") && days_of_unit(word(first + 1)) > 0.0) {  // "for a week"
    duration_ = std::max(duration_.value_or(0.0), days_of_unit(word(first + 1)));
    return first + 2 - at;
  }
  const OrderNumbers numbers = read_numbers(atoms_, first);
  if (numbers.length == 0) return 0;
  const std::size_t unit_at = first + numbers.length;
  const double unit = days_of_unit(word(unit_at));
  const bool per_time = gap(unit_at).find('/') != std::string::npos;
  if (unit > 0.0 && !per_time) {
    duration_ = std::max(duration_.value_or(0.0), numbers.most() * unit);
    return unit_at + 1 - at;
  }
  const bool counted = word(unit_at) == "dose" || word(unit_at) == "doses" || word(unit_at) == "treatments";
  const std::size_t length = unit_at - at;
  if (word(at) == "x" && numbers.values.size() == 1 && numbers.most() == 1.0 && !follows(at, "repeat", 2)) {
    once_ = true;
    return length + (word(unit_at) == "dose" ? 1 : 0);
  }
  if (counted) {
    count_doses(at, numbers.most());
    return length + 1;
  }
  if (word(unit_at) == "refills") return length + 1;
  if (dose_unit(word(unit_at)) != core::DoseUnit::none || word(at) != "x") return 0;
  if (follows(at, "repeat", 6) || follows(at, "repeated", 6)) {
    count_doses(at, numbers.most());
  } else if (numbers.values.size() == 1 && numbers.most() >= 1.0 && (stated_ || rapid_)) {
    multiple_ = numbers.most();
  }
  return length;
}

// "5/7", "1/52", "3/12": days, weeks and months, as written in Britain behind a frequency.
std::size_t OrderSchedule::read_written_duration(std::size_t at) {
  if (!is_number(at) || !is_number(at + 1) || gap(at + 1) != "/" || gap(at + 2).find('/') != std::string::npos)
    return 0;
  const double count = atoms_[at].value;
  const double parts = atoms_[at + 1].value;
  const double unit = parts == 7.0 ? 1.0 : parts == 52.0 ? 7.0 : parts == 12.0 ? 30.0 : 0.0;
  const bool behind_time = stated_ || !slots_.empty() || (at > 0 && (word(at - 1) == "x" || word(at - 1) == "for"));
  if (unit <= 0.0 || count < 1.0 || !is_whole(count) || !behind_time) return 0;
  if (dose_unit(word(at + 2)) != core::DoseUnit::none) return 0;
  duration_ = std::max(duration_.value_or(0.0), count * unit);
  return 2;
}

// "8am", "at 8 pm", "at 0800", "08:00": an hour of the day and no count.
std::size_t OrderSchedule::read_clock(std::size_t at) {
  constexpr double hours_a_day = 24.0;
  const bool behind_at = at > 0 && (word(at - 1) == "at" || (!clock_.empty() && word(at - 1) == "and"));
  const bool at_sign = gap(at).find('@') != std::string::npos;
  const double number = atoms_[at].value;
  if (is_number(at + 1) && gap(at + 1) == ":" && number < hours_a_day && atoms_[at + 1].text.size() == 2) {
    const bool half = word(at + 2) == "am" || word(at + 2) == "pm";
    clock_.insert(number + (word(at + 2) == "pm" && number < 12.0 ? 12.0 : 0.0));
    return half ? 3 : 2;
  }
  const std::string_view next = word(at + 1);
  const bool half_day = next == "am" || next == "pm";
  if (half_day && number >= 1.0 && number <= 12.0 && is_whole(number) &&
      (gap(at + 1).empty() || behind_at || at_sign)) {
    clock_.insert(number + (next == "pm" && number < 12.0 ? 12.0 : 0.0));
    return 2;
  }
  const bool four_digits = atoms_[at].text.size() == 4 && number < 100.0 * hours_a_day && is_whole(number);
  if (four_digits && (behind_at || at_sign) && dose_unit(next) == core::DoseUnit::none) {
    clock_.insert(number / 100.0);
    return next == "h" || next == "hrs" || next == "hours" ? 2 : 1;
  }
  return 0;
}

// "6 hourly", "3-monthly": how far apart, not how many. "2 daily" are two; so may "6 weekly" be, unless it is hyphened
// or injected.
std::size_t OrderSchedule::read_written_interval(std::size_t at, const OrderNumbers& numbers) {
  const std::size_t end = at + numbers.length;
  const std::string_view unit = word(end);
  const bool injected = follows(at, "im", at) || follows(at, "iv", at) || follows(at, "sc", at);
  const bool apart =
      unit == "hourly" || unit == "hrly" || unit == "monthly" || (unit == "weekly" && (injected || gap(end) == "-"));
  if (!apart || numbers.least() <= 0.0 || numbers.separator == '/') return 0;
  range_ = range_ || numbers.values.size() > 1;
  const double rate = unit == "hrly" ? 1.0 / hour : knowledge::times_per_day(unit);
  return state(rate / numbers.least(), numbers.length + 1);
}

// What a number of doses says: "up to 3 doses", "in 2 divided doses", "2 doses a day", "max 4 doses/day".
std::size_t OrderSchedule::read_doses(std::size_t at, double count, std::size_t length) {
  const std::size_t i = at + length;
  if (word(i) == "divided" || word(i) == "equal") {
    const bool divided_doses = word(i + 1) == "dose" || word(i + 1) == "doses" || word(i + 1) == "divided";
    return divided_doses && count >= 1.0 ? state(count, length + 2) : 0;
  }
  if ((word(i) != "doses" && word(i) != "dose") || count < 1.0) return 0;
  const bool bounded = follows(at, "max", 2) || follows(at, "maximum", 3) || follows(at, "nte", 2) ||
                       follows(at, "exceed", 2) || follows(at, "than", 2);
  const bool a_day = (gap(i + 1).find('/') != std::string::npos && days_of_unit(word(i + 1)) == 1.0) ||
                     ((word(i + 1) == "a" || word(i + 1) == "per") && days_of_unit(word(i + 2)) == 1.0) ||
                     word(i + 1) == "daily";
  if (a_day) {
    const std::size_t all = length + 1 + (word(i + 1) == "a" || word(i + 1) == "per" ? 2U : 1U);
    if (!bounded) return state(count, all);
    most_ = count;
    return all;
  }
  const bool in_all = bounded || follows(at, "to", 1) || follows(at, "total", 2) || follows(at, "repeat", 6);
  if (!in_all) return 0;
  count_doses(at, count);
  return length + 1;
}

std::size_t OrderSchedule::read_number(std::size_t at) {
  if (const std::size_t length = read_clock(at); length > 0) return length;
  if (const std::size_t length = read_written_duration(at); length > 0) return length;
  const OrderNumbers numbers = read_numbers(atoms_, at);
  if (const std::size_t length = read_count(at, numbers.most(), numbers.length); length > 0) return length;
  if (const std::size_t length = read_written_interval(at, numbers); length > 0) return length;
  if (const std::size_t length = read_doses(at, numbers.most(), numbers.length); length > 0) return length;
  const std::size_t unit_at = at + numbers.length;
  if (numbers.values.size() == 1 && numbers.most() == 1.0 && (word(unit_at) == "time" || word(unit_at) == "x")) {
    once_ = true;
    return numbers.length + 1;
  }
  // "10 day course", and "24 hr" of a release form, which says nothing here.
  const double unit = days_of_unit(word(unit_at));
  if (unit <= 0.0 || word(unit_at) == "w" || gap(unit_at).find('/') != std::string::npos) return 0;
  const bool of_week = gap(unit_at + 1).find('/') != std::string::npos || word(unit_at + 1) == "a" ||
                       word(unit_at + 1) == "per" || word(unit_at + 1) == "each";
  const std::size_t week_at = unit_at + (gap(unit_at + 1).find('/') != std::string::npos ? 1U : 2U);
  if (of_week && unit == 1.0 && days_of_unit(word(week_at)) == 7.0 && numbers.most() > 0.0) {  // "5 days a week"
    return state(numbers.most() / 7.0, week_at + 1 - at);
  }
  if (word(unit_at + 1) == "course") duration_ = numbers.most() * unit;
  if (word(unit_at + 1) == "on" || word(unit_at + 1) == "off") {  // "12 h on, 12 h off"
    cycle_ += numbers.most() * unit;
    if (word(unit_at + 1) == "on") worn_ = numbers.most() * unit;
    return unit_at + 2 - at;
  }
  return unit_at + 1 - at;
}

// A weekday or a range of them: "Mondays", "Mon-Fri", "Mon through Fri".
std::size_t OrderSchedule::read_weekdays(std::size_t at) {
  const std::string first = weekday(word(at));
  if (first.empty()) return 0;
  const bool by_word = word(at + 1) == "to" || word(at + 1) == "through" || word(at + 1) == "thru";
  const std::size_t last_at = by_word ? at + 2 : at + 1;
  const std::string last = weekday(word(last_at));
  if (!last.empty() && (by_word || gap(last_at).find('-') != std::string::npos) &&
      weekday(gap(last_at + 1) == "-" ? word(last_at + 1) : std::string_view{}).empty()) {
    for (std::string& day : weekdays_between(first, last)) weekdays_.insert(std::move(day));
    return last_at + 1 - at;
  }
  weekdays_.insert(first);
  return 1;
}

// "M/W/F", "Tu-Th-Sa": letters alone say nothing, and "w/" is "with".
std::size_t OrderSchedule::read_weekday_letters(std::size_t at) {
  std::vector<std::string> days;
  std::size_t end = at;
  for (; end < atoms_.size() && !atoms_[end].is_name && !weekday_letter(word(end)).empty(); ++end) {
    if (end > at && gap(end) != "/" && gap(end) != "-" && gap(end) != ",") break;
    days.push_back(weekday_letter(word(end)));
  }
  const bool clear = days.size() > 2 || (days.size() == 2 && days[0] == "tue" && days[1] == "thu");
  if (!clear || word(at) == "w") return 0;
  weekdays_.insert(days.begin(), days.end());
  return end - at;
}

std::size_t OrderSchedule::read(std::size_t at) {
  const OrderAtom& atom = atoms_[at];
  if (atom.is_name) return 0;
  return atom.is_number ? read_number(at) : read_word(at, atom.text);
}

std::size_t OrderSchedule::read_word(std::size_t at, std::string_view text) {
  const std::string_view next = word(at + 1);
  const bool needed = (text == "as" || text == "when" || text == "if") &&
                      (next == "needed" || next == "required" || next == "necessary");
  if (needed || text == "prn" || text == "sos") {
    as_needed_ = true;
    return needed ? 2 : 1;
  }
  if (text == "q" || text == "every" || text == "each") {
    if (text != "q" && next.starts_with("meal")) meals_ = true;
    return read_interval(at, 1);
  }
  if ((text == "alternate" || text == "alt") && (!day_slot(next).empty() || days_of_unit(next) == 1.0)) {
    return state(0.5, 2);
  }
  if (text == "achs" || text == "qac") {
    meals_ = true;
    if (text == "achs") slots_.insert("night");
    return 1;
  }
  if (text == "ac" || text == "meals") {  // "ac & hs", "before meals and at bedtime"
    std::size_t behind = at + 1;
    while (word(behind) == "and" || word(behind) == "at") ++behind;
    meals_ = meals_ || day_slot(word(behind)) == "night";
    return 1;
  }
  if (text == "x" || text == "for") return read_duration(at);
  if (text == "once" || text == "twice" || text == "thrice") {
    if (const std::size_t length = read_count(at, number_word(text), 1); length > 0) return length;
  }
  if (text == "once" && follows(at, "repeat", 2)) {
    repeats_ = 1.0;
    return 1;
  }
  if (text == "once" || text == "stat" || (text == "single" && next == "dose")) {
    once_ = true;
    return text == "single" ? 2 : 1;
  }
  if (text == "od" && eyes_) return 1;
  if ((text == "day" || text == "days") && is_number(at + 1)) {  // "day 1", "days 2-5": not how often
    return 1 + read_numbers(atoms_, at + 1).length;
  }
  if (const double times = knowledge::times_per_day(text); times > 0.0) return state(times, 1);
  if (text == "om" && at > 0 && word(at - 1) == "for") return 0;  // an ear infection
  if (text == "on") {
    // "ON", every night, behind the dose: "40 mg ON". Else a preposition.
    const WordRole before = at > 0 ? role_of(word(at - 1)) : WordRole::none;
    const bool behind_dose =
        at > 0 && !atoms_[at - 1].is_name && !word(at - 1).starts_with("patch") &&
        (atoms_[at - 1].is_number || before == WordRole::unit || before == WordRole::form || before == WordRole::route);
    const bool ends = at + 1 == atoms_.size() || next == "prn" || next == "x";
    if (behind_dose && ends) slots_.insert("night");
    return behind_dose && ends ? 1 : 0;
  }
  if (const std::string slot = day_slot(text); !slot.empty()) {
    if (!follows(at, "remove", 2) && !follows(at, "off", 2)) slots_.insert(slot);
    return 1;
  }
  if (const std::size_t length = read_weekday_letters(at); length > 0) return length;
  if (text == "mon" && at > 0 && is_number(at - 1)) return 0;  // months
  if (const std::size_t length = read_weekdays(at); length > 0) return length;
  const std::vector<std::string> group = weekdays_of(text);
  weekdays_.insert(group.begin(), group.end());
  return group.empty() ? 0 : 1;
}

std::optional<double> OrderSchedule::times_per_day() const {
  const std::size_t hours = std::max(slots_.size(), clock_.size());
  std::optional<double> times;
  if (stated_) {
    times = *stated_ >= 1.0 ? std::max(*stated_, static_cast<double>(hours)) : *stated_;
  } else if (meals_) {
    times = 3.0 + static_cast<double>(slots_.contains("night") ? 1 : 0);
  } else if (!weekdays_.empty()) {
    times = static_cast<double>(std::max<std::size_t>(hours, 1) * weekdays_.size()) / 7.0;
  } else if (hours > 0) {
    times = static_cast<double>(hours);
  } else if (once_ || (worn_ && std::abs(cycle_ - 1.0) < 1e-6)) {
    times = 1.0;
  }
  const auto bounded = doses_ || !multiple_ || (!rapid_ && times.value_or(0.0) < often) ? doses_ : multiple_;
  if (times && bounded && !rapid_) times = std::min(*times, *bounded);
  if (rapid_ && bounded) times = std::max(times.value_or(0.0), *bounded);
  if (repeats_ && (!times || *times <= 1.0 || (rapid_ && !bounded)))
    times = std::max(times.value_or(1.0), 1.0) + *repeats_;
  if (most_) times = std::min(times.value_or(*most_), *most_);
  return times;
}

std::size_t OrderSchedule::times_of_day() const {
  const bool otherwise = stated_ || meals_ || once_ || rapid_ || as_needed_ || doses_ || multiple_ || repeats_ || most_;
  return otherwise || !weekdays_.empty() ? 0 : std::max(slots_.size(), clock_.size());
}

std::optional<double> OrderSchedule::duration_days() const {
  if (duration_) return duration_;
  const auto times = times_per_day();
  const bool spaced = times && *times > 0.0 && stated_;
  if (doses_ && spaced) return std::max(1.0, *doses_ / *times);
  if (multiple_ && spaced && *times <= 1.0) return *multiple_ / *times;  // "daily x5", "weekly x 4"
  const bool few = rapid_ && (doses_ || multiple_ || repeats_) && !as_needed_;
  if ((once_ || few) && !stated_ && slots_.empty() && weekdays_.empty()) return 1.0;
  return std::nullopt;
}

}  // namespace guardian::knowledge
