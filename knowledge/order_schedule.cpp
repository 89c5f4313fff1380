#include "knowledge/order_schedule.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "knowledge/order_words.hpp"

namespace guardian::knowledge {
namespace {

template <std::size_t Size>
bool is_one_of(std::string_view word, const std::array<std::string_view, Size>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// "mon" to "sun" of a weekday, also abbreviated and in the plural; empty for another word.
std::string weekday(std::string_view word) {
  constexpr std::array<std::string_view, 7> names{"monday", "tuesday",  "wednesday", "thursday",
                                                  "friday", "saturday", "sunday"};
  if (word.size() < 3) return {};
  if (word.back() == 's' && word.ends_with("days")) word.remove_suffix(1);
  for (const std::string_view name : names) {
    const bool abbreviated = word == name.substr(0, 3) || word == name.substr(0, 4) || word == name.substr(0, 5);
    if (word == name || abbreviated) return std::string(name.substr(0, 3));
  }
  return {};
}

// The time of the day a word speaks of; empty for another word.
std::string day_slot(std::string_view word) {
  constexpr std::array<std::string_view, 6> morning{"qam", "mane", "morning", "mornings", "am", "breakfast"};
  constexpr std::array<std::string_view, 4> noon{"noon", "midday", "lunch", "afternoon"};
  constexpr std::array<std::string_view, 6> evening{"qpm", "evening", "evenings", "pm", "dinner", "supper"};
  constexpr std::array<std::string_view, 9> night{"qhs",   "hs",   "nightly", "night", "nights",
                                                  "nocte", "noct", "bedtime", "qn"};
  if (is_one_of(word, morning)) return "morning";
  if (is_one_of(word, noon)) return "noon";
  if (is_one_of(word, evening)) return "evening";
  return is_one_of(word, night) ? "night" : std::string{};
}

bool is_fraction(double numerator, double denominator) {
  return numerator > 0.0 && numerator < denominator && (denominator == 2.0 || denominator == 3.0 || denominator == 4.0);
}

}  // namespace

double OrderNumbers::most() const { return *std::max_element(values.begin(), values.end()); }
double OrderNumbers::least() const { return *std::min_element(values.begin(), values.end()); }

OrderNumbers read_numbers(std::span<const OrderAtom> atoms, std::size_t at) {
  OrderNumbers numbers;
  const auto is_number = [&](std::size_t i) { return i < atoms.size() && atoms[i].is_number; };
  if (!is_number(at)) return numbers;
  std::size_t i = at;
  double first = atoms[i].value;
  // "1 1/2", "one and a half"
  if (is_number(i + 1) && is_number(i + 2) && atoms[i + 1].gap == " " && atoms[i + 2].gap == "/" &&
      is_fraction(atoms[i + 1].value, atoms[i + 2].value)) {
    first += atoms[i + 1].value / atoms[i + 2].value;
    i += 2;
  } else if (i + 2 < atoms.size() && atoms[i + 1].text == "and") {
    const std::size_t half = atoms[i + 2].text == "a" ? i + 3 : i + 2;
    if (half < atoms.size() && atoms[half].text == "half") {
      first += 0.5;
      i = half;
    }
  } else if (is_number(i + 1) && atoms[i + 1].gap == "/" && is_fraction(first, atoms[i + 1].value) &&
             !(is_number(i + 2) && atoms[i + 2].gap == "/")) {
    first /= atoms[i + 1].value;
    ++i;
  } else if (is_number(i + 1) && atoms[i + 1].gap == "," && atoms[i + 1].text.size() <= 2 &&
             atoms[i + 1].text.find('.') == std::string::npos) {
    first += atoms[i + 1].value / (atoms[i + 1].text.size() == 1 ? 10.0 : 100.0);  // "2,5 mg": no one writes a list so
    ++i;
  }
  numbers.values.push_back(first);
  for (;;) {
    const bool by_word = i + 1 < atoms.size() && atoms[i + 1].text == "to";
    const std::size_t next = by_word ? i + 2 : i + 1;
    if (!is_number(next)) break;
    const std::string& gap = atoms[next].gap;
    const bool slash = gap == "/" || gap == " / ";
    if (!by_word && !slash && gap != "-" && gap != " - ") break;
    const char separator = slash && !by_word ? '/' : '-';
    if (numbers.separator != 0 && numbers.separator != separator) break;
    numbers.separator = separator;
    numbers.values.push_back(atoms[next].value);
    i = next;
  }
  numbers.length = i + 1 - at;
  return numbers;
}

OrderSchedule::OrderSchedule(std::span<const OrderAtom> atoms) : atoms_(atoms) {
  constexpr std::array<std::string_view, 11> eye_words{"ou",  "eye",  "eyes", "ophthalmic", "ophth",         "opth",
                                                       "gtt", "gtts", "drop", "drops",      "ophthalmically"};
  eyes_ = std::any_of(atoms.begin(), atoms.end(),
                      [&](const OrderAtom& atom) { return !atom.is_name && is_one_of(atom.text, eye_words); });
}

std::string_view OrderSchedule::word(std::size_t at) const {
  return at < atoms_.size() && !atoms_[at].is_name ? std::string_view(atoms_[at].text) : std::string_view{};
}

std::size_t OrderSchedule::state(double times, std::size_t length) {
  stated_ = std::max(stated_.value_or(0.0), times);
  return length;
}

// "q 4-6 h", "every 12 hours", "every other day", "each morning": `skip` atoms lead in.
std::size_t OrderSchedule::read_interval(std::size_t at, std::size_t skip) {
  const std::size_t i = at + skip;
  const std::string_view next = word(i);
  if (next == "other" || next == "alternate" || next == "second") {
    const double unit = days_of_unit(word(i + 1));
    if (unit <= 0.0) return 0;
    return state(1.0 / (2.0 * unit), skip + 2);
  }
  if (i < atoms_.size() && atoms_[i].is_number) {
    const OrderNumbers numbers = read_numbers(atoms_, i);
    std::size_t end = i + numbers.length;
    const double shortest = numbers.least();
    const double unit = days_of_unit(word(end));
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
  if (const std::string day = weekday(next); !day.empty()) {
    weekdays_.insert(day);
    return skip + 1;
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
  if (!times) return 0;
  if (word(i) == "daily") return state(count, i + 1 - at);
  if (word(i) == "weekly") return state(count / 7.0, i + 1 - at);
  if (word(i) == "monthly") return state(count / 30.0, i + 1 - at);
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

// "x14d", "x 2 weeks", "for 10 days", "x1".
std::size_t OrderSchedule::read_duration(std::size_t at) {
  const std::size_t first = word(at + 1) == "the" || word(at + 1) == "next" ? at + 2 : at + 1;
  const OrderNumbers numbers = read_numbers(atoms_, first);
  if (numbers.length == 0) return 0;
  const std::size_t unit_at = first + numbers.length;
  const double unit = days_of_unit(word(unit_at));
  const bool per_time = unit_at < atoms_.size() && atoms_[unit_at].gap.find('/') != std::string::npos;
  if (unit > 0.0 && !per_time) {
    duration_ = std::max(duration_.value_or(0.0), numbers.most() * unit);
    return unit_at + 1 - at;
  }
  if (word(at) == "x" && numbers.values.size() == 1 && numbers.values.front() == 1.0) {
    once_ = true;
    return unit_at - at + (word(unit_at) == "dose" ? 1 : 0);
  }
  if (dose_unit(word(unit_at)) != core::DoseUnit::none && word(unit_at) != "dose" && word(unit_at) != "doses") return 0;
  const bool counted = word(unit_at) == "dose" || word(unit_at) == "doses" || word(unit_at) == "treatments" ||
                       word(unit_at) == "refills";
  return word(at) == "x" || counted ? unit_at + (counted ? 1U : 0U) - at : 0;
}

std::size_t OrderSchedule::read(std::size_t at) {
  const OrderAtom& atom = atoms_[at];
  if (atom.is_name) return 0;
  if (atom.is_number) {
    const OrderNumbers numbers = read_numbers(atoms_, at);
    if (const std::size_t length = read_count(at, numbers.most(), numbers.length); length > 0) return length;
    const std::size_t unit_at = at + numbers.length;
    if (numbers.values.size() == 1 && numbers.values.front() == 1.0 &&
        (word(unit_at) == "time" || word(unit_at) == "x")) {
      once_ = true;
      return numbers.length + 1;
    }
    // "10 day course", and "24 hr" of a release form, which says nothing here.
    const double unit = days_of_unit(word(unit_at));
    if (unit <= 0.0 || word(unit_at) == "w" || atoms_[unit_at].gap.find('/') != std::string::npos) return 0;
    if (word(unit_at + 1) == "course") duration_ = numbers.most() * unit;
    return unit_at + 1 - at;
  }
  return read_word(at, atom.text);
}

std::size_t OrderSchedule::read_word(std::size_t at, std::string_view text) {
  const std::string_view next = word(at + 1);
  const bool needed = (text == "as" || text == "when" || text == "if") &&
                      (next == "needed" || next == "required" || next == "necessary");
  if (needed || text == "prn" || text == "sos") {
    as_needed_ = true;
    return needed ? 2 : 1;
  }
  if (text == "q" || text == "every" || text == "each") return read_interval(at, 1);
  if (text == "x" || text == "for") return read_duration(at);
  if (text == "once" || text == "twice" || text == "thrice") {
    if (const std::size_t length = read_count(at, number_word(text), 1); length > 0) return length;
  }
  if (text == "once" || text == "stat" || (text == "single" && next == "dose")) {
    once_ = true;
    return text == "single" ? 2 : 1;
  }
  if (text == "od" && eyes_) return 1;
  if (const double times = knowledge::times_per_day(text); times > 0.0) return state(times, 1);
  if (const std::string slot = day_slot(text); !slot.empty()) {
    slots_.insert(slot);
    return 1;
  }
  if (const std::string day = weekday(text); !day.empty() && text != "mon") {
    weekdays_.insert(day);
    return 1;
  }
  return 0;
}

std::optional<double> OrderSchedule::times_per_day() const {
  if (stated_) {
    const bool day_or_more = *stated_ >= 1.0;
    return day_or_more ? std::max(*stated_, static_cast<double>(slots_.size())) : *stated_;
  }
  if (!weekdays_.empty()) return static_cast<double>(std::max<std::size_t>(slots_.size(), 1) * weekdays_.size()) / 7.0;
  if (!slots_.empty()) return static_cast<double>(slots_.size());
  if (once_) return 1.0;
  return std::nullopt;
}

std::optional<double> OrderSchedule::duration_days() const {
  if (duration_) return duration_;
  if (once_ && !stated_ && slots_.empty() && weekdays_.empty()) return 1.0;
  return std::nullopt;
}

}  // namespace guardian::knowledge
