#include "knowledge/order_grammar.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <optional>
#include <utility>

#include "knowledge/order_schedule.hpp"
#include "knowledge/order_words.hpp"
#include "knowledge/text.hpp"

namespace guardian::knowledge {
namespace {

using core::DoseUnit;

constexpr double ml_per_teaspoon = 5.0;
constexpr double ml_per_tablespoon = 15.0;
constexpr double most_counted = 20.0;  // a bare number above this is no count of tablets
constexpr double least_bag_ml = 50.0;  // "1 g/200 mL q12h" is a bag; "250 mg/5 mL" is a concentration
constexpr double most_scheme = 10.0;   // tablets at one time of the day
constexpr double hour = 1.0 / 24.0;    // in days

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_strength(DoseUnit unit) {
  switch (unit) {
    case DoseUnit::mg:
    case DoseUnit::mcg:
    case DoseUnit::g:
    case DoseUnit::units:
    case DoseUnit::meq:
    case DoseUnit::mmol:
    case DoseUnit::percent:
    case DoseUnit::mg_per_kg: return true;
    case DoseUnit::none:
    case DoseUnit::ml:
    case DoseUnit::tablet:
    case DoseUnit::drop:
    case DoseUnit::puff:
    case DoseUnit::patch: return false;
  }
  return false;
}

// Milligrams of one of a unit of mass; 0 of another unit.
double milligrams(DoseUnit unit) {
  if (unit == DoseUnit::mg) return 1.0;
  if (unit == DoseUnit::mcg) return 0.001;
  return unit == DoseUnit::g ? 1000.0 : 0.0;
}

// What a strength is measured by.
enum class Per : std::uint8_t { unit, ml, time, unreadable };

struct Strength {
  std::vector<double> values;
  DoseUnit unit = DoseUnit::none;
  Per per = Per::unit;
  double per_amount = 1.0;  // millilitres, or days
  std::size_t part = 0;     // the name before it
  StrengthList list = StrengthList::single;
  bool is_timed = false;  // a time of its own follows: "20 units in the morning and 10 units at night"
};

std::vector<OrderAtom> atoms_of(const SpelledText& text, std::span<const NameSpan> names) {
  std::vector<OrderAtom> atoms;
  auto name = names.begin();
  for (std::size_t i = 0; i < text.words.size(); ++i) {
    const SpelledWord& word = text.words[i];
    while (name != names.end() && name->first + name->count <= i) ++name;
    if (name != names.end() && name->first <= i) {
      if (i == name->first) atoms.push_back({word.text, word.gap, false, true, 0.0});
      continue;
    }
    std::string gap = word.gap;
    for (std::size_t at = 0; at < word.text.size();) {
      std::size_t end = at;
      const bool number = is_digit(word.text[at]);
      while (end < word.text.size() && (is_digit(word.text[end]) || word.text[end] == '.') == number) ++end;
      std::string run = word.text.substr(at, end - at);
      at = end;
      const auto value = number ? parse_number(run) : std::nullopt;
      const double worded = number ? 0.0 : number_word(run);
      if (run.size() > 3 && run.ends_with("prn") && !atoms.empty() && atoms.back().is_number) {  // "q4hprn"
        atoms.push_back({run.substr(0, run.size() - 3), std::exchange(gap, ""), false, false, 0.0});
        run = "prn";
      }
      // "500 mg ii bd": Roman numbers count tablets behind a strength.
      const bool roman =
          (run == "ii" || run == "iii") && !atoms.empty() && dose_unit(atoms.back().text) != DoseUnit::none;
      if (roman) {
        atoms.push_back({run, std::exchange(gap, ""), true, false, static_cast<double>(run.size())});
        continue;
      }
      const bool counts = worded > 0.0 && run != "once" && run != "twice" && run != "thrice";
      atoms.push_back(
          {std::move(run), std::exchange(gap, ""), value.has_value() || counts, false, value.value_or(worded)});
    }
    if (!atoms.empty() && atoms.back().is_number && text.after(i).find('%') != std::string::npos) {
      atoms.push_back({"percent", "", false, false, 0.0});
    }
  }
  return atoms;
}

class OrderReader {
 public:
  OrderReader(const SpelledText& text, std::span<const NameSpan> names)
      : atoms_(atoms_of(text, names)), schedule_(atoms_) {}

  OrderReading read() {
    for (std::size_t i = 0; i < atoms_.size();) i += step(i);
    OrderReading reading;
    read_route(reading);
    reading.dose.as_needed = schedule_.as_needed();
    reading.dose.times_per_day = schedule_.times_per_day();
    reading.dose.duration_days = schedule_.duration_days();
    reading.has_interval = reading.dose.times_per_day.has_value();
    read_dose(reading);
    reading.day_limit = limit_;
    reading.is_open = reading.dose.as_needed || schedule_.is_range() || ranged_ || !reading.has_interval;
    return reading;
  }

 private:
  [[nodiscard]] std::string_view word(std::size_t at) const {
    return at < atoms_.size() && !atoms_[at].is_name ? std::string_view(atoms_[at].text) : std::string_view{};
  }
  [[nodiscard]] bool is_number(std::size_t at) const { return at < atoms_.size() && atoms_[at].is_number; }
  [[nodiscard]] bool has_slash(std::size_t at) const {
    return at < atoms_.size() && atoms_[at].gap.find('/') != std::string::npos;
  }

  // "max 4 g", "dispense 30 tablets": not what is given at a time.
  [[nodiscard]] bool is_no_dose(std::size_t at) const {
    constexpr std::array<std::string_view, 5> quantities{"disp", "dispense", "qty", "quantity", "supply"};
    return is_limit(at) || is_behind(at, quantities);
  }
  [[nodiscard]] bool is_limit(std::size_t at) const {
    constexpr std::array<std::string_view, 6> limits{"max", "maximum", "nte", "exceed", "exceeding", "than"};
    return is_behind(at, limits);
  }
  [[nodiscard]] bool is_behind(std::size_t at, std::span<const std::string_view> words) const {
    for (std::size_t i = at > 2 ? at - 2 : 0; i < at; ++i) {
      if (std::find(words.begin(), words.end(), word(i)) != words.end()) return true;
    }
    return false;
  }

  // How many atoms say that what stands before is of a day: "/day", "/24 h", "in 24 hours", "a day", "daily".
  [[nodiscard]] std::size_t length_of_day(std::size_t at) const {
    if (word(at) == "daily") return 1;
    const bool by_word = word(at) == "in" || word(at) == "per" || word(at) == "a" || word(at) == "each";
    if (!by_word && !has_slash(at)) return 0;
    const std::size_t first = at + (by_word ? 1U : 0U);
    const OrderNumbers numbers = read_numbers(atoms_, first);
    const double amount = numbers.length > 0 ? numbers.most() : 1.0;
    const std::size_t unit_at = first + numbers.length + (word(first) == "a" ? 1U : 0U);
    const double days = amount * days_of_unit(word(unit_at));
    return days > 0.99 && days < 1.01 ? unit_at + 1 - at : 0;
  }

  // "1-0-1", "1-1-1-1", "½-0-0": how many at each time of the day, from morning to night.
  std::size_t read_scheme(std::size_t at) {
    std::vector<double> values;
    std::size_t i = at;
    while (is_number(i) && values.size() < 5) {
      const bool fraction = is_number(i + 1) && atoms_[i + 1].gap == "/" && atoms_[i].value == 1.0 &&
                            (atoms_[i + 1].value == 2.0 || atoms_[i + 1].value == 4.0);
      values.push_back(fraction ? 1.0 / atoms_[i + 1].value : atoms_[i].value);
      i += fraction ? 2 : 1;
      const std::string_view gap = i < atoms_.size() ? std::string_view(atoms_[i].gap) : std::string_view{};
      if (gap != "-" && gap != " - " && gap != "+" && gap != " + ") break;
    }
    const bool joined = is_number(i) && (atoms_[i].gap == "-" || atoms_[i].gap == "/" || atoms_[i].gap == "+");
    const auto fits = [](double value) { return value <= most_scheme && 2.0 * value == std::floor(2.0 * value); };
    const DoseUnit unit = dose_unit(word(i));
    if (joined || values.size() < 3 || values.size() > 4 || !std::all_of(values.begin(), values.end(), fits)) return 0;
    if (is_strength(unit) && unit != DoseUnit::units) return 0;
    std::erase(values, 0.0);
    if (values.empty()) return i - at;
    schedule_.state(static_cast<double>(values.size()));
    for (const double value : values) amounts_.push_back(unit == DoseUnit::units ? 1.0 : value);
    if (unit == DoseUnit::units) {
      Strength strength;
      strength.values = {values.front()};
      strength.unit = unit;
      strength.part = part_;
      if (std::adjacent_find(values.begin(), values.end(), std::not_equal_to<>()) != values.end())
        strength.per = Per::unreadable;
      strengths_.push_back(std::move(strength));
    }
    return i + (unit == DoseUnit::none ? 0U : 1U) - at;
  }

  std::size_t step(std::size_t i) {
    if (atoms_[i].is_name) {
      ++part_;
      return 1;
    }
    if (const std::size_t length = read_scheme(i); length > 0) return length;
    if (const std::size_t length = schedule_.read(i); length > 0) {
      if (!strengths_.empty() && strengths_.back().part == part_) strengths_.back().is_timed = true;
      return length;
    }
    return atoms_[i].is_number ? read_quantity(i) : 1;
  }

  // A number that is no time: a strength, an amount, or something else ("#30", "refills 2").
  std::size_t read_quantity(std::size_t at) {
    OrderNumbers numbers = read_numbers(atoms_, at);
    std::size_t next = at + numbers.length;
    ranged_ = ranged_ || (numbers.separator == '-' && numbers.values.front() < numbers.values.back());
    const bool skipped = atoms_[at].gap.find_first_of("#=") != std::string::npos || is_no_dose(at);
    DoseUnit unit = dose_unit(word(next));
    if (word(next) == "million" || word(next) == "mega") {
      for (double& value : numbers.values) value *= 1e6;
      unit = dose_unit(word(++next));
      if (unit == DoseUnit::none) {  // "2.4 million"
        unit = DoseUnit::units;
        --next;
      }
    } else if (word(next) == "mu" || word(next) == "miu") {
      const bool milliunits = has_slash(next + 1);  // "2 mU/min"; else a million ("2.4 MU")
      for (double& value : numbers.values) value *= milliunits ? 0.001 : 1e6;
      unit = DoseUnit::units;
    }
    if (is_strength(unit)) {
      Strength strength;
      strength.values = numbers.values;
      strength.unit = unit;
      strength.part = part_;
      strength.list = numbers.separator == '/'   ? StrengthList::slash
                      : numbers.separator == '-' ? StrengthList::hyphen
                                                 : StrengthList::single;
      const std::size_t end = read_denominator(read_upper(next + 1, strength), strength);
      if (!skipped) strengths_.push_back(strength);
      if (!is_limit(at)) return end - at;
      const bool of_day = strength.per == Per::time && strength.per_amount == 1.0;
      const std::size_t day = of_day ? 0 : length_of_day(end);
      if (of_day || day > 0) limit_ = DayLimit{strength.values.back(), strength.unit};
      return end + day - at;
    }
    if (unit == DoseUnit::ml || word(next).starts_with("teaspoon") || word(next) == "tsp" ||
        word(next).starts_with("tablespoon") || word(next) == "tbsp") {
      const double each = unit == DoseUnit::ml                                  ? 1.0
                          : word(next).starts_with("te") || word(next) == "tsp" ? ml_per_teaspoon
                                                                                : ml_per_tablespoon;
      const bool by_hour =
          has_slash(next + 1) && days_of_unit(word(next + 1)) > 0.0 && days_of_unit(word(next + 1)) < 1.0;
      const bool per_hour =
          word(next + 1) == "per" && days_of_unit(word(next + 2)) > 0.0 && days_of_unit(word(next + 2)) < 1.0;
      const bool diluent = at > 0 && word(at - 1) == "in";
      runs_ = runs_ || by_hour || per_hour;
      liquid_ = liquid_ || !(by_hour || per_hour || diluent);
      if (!skipped && !by_hour && !per_hour && !diluent) millilitres_.push_back(numbers.most() * each);
      return next + (by_hour ? 2U : per_hour ? 3U : 1U) - at;
    }
    const bool counted = unit != DoseUnit::none;  // tablets, puffs
    if (counted) ++next;
    if (is_limit(at)) {
      const std::size_t day = length_of_day(next);
      if (day > 0) limit_ = DayLimit{numbers.most(), DoseUnit::none};
      return next + day - at;
    }
    if (counted) {
      if (!skipped) count(numbers.most(), unit);
      return next - at;
    }
    if (!skipped) read_bare(at, numbers);
    return std::max<std::size_t>(numbers.length, 1);
  }

  // The other end of a range with a unit of its own: "-1 mg" of "0.5 mg-1 mg", "to 1 mg". Gives the position behind it.
  std::size_t read_upper(std::size_t at, Strength& strength) const {
    const bool by_word = word(at) == "to";
    const std::size_t i = by_word ? at + 1 : at;
    const bool dash = is_number(i) && (atoms_[i].gap == "-" || atoms_[i].gap == " - ");
    if (strength.values.size() != 1 || !is_number(i) || !(by_word || dash)) return at;
    const OrderNumbers numbers = read_numbers(atoms_, i);
    const DoseUnit unit = dose_unit(word(i + numbers.length));
    const double factor = unit == strength.unit ? 1.0 : milligrams(unit) / milligrams(strength.unit);
    if (numbers.values.size() != 1 || !is_strength(unit) || !(factor > 0.0 && factor < 1e9)) return at;
    strength.values.push_back(numbers.most() * factor);
    strength.list = StrengthList::hyphen;
    return i + numbers.length + 1;
  }

  // What follows the unit of a strength: "/5 mL", "/hr", "/kg/day", "/325 mg". Gives the position behind it.
  std::size_t read_denominator(std::size_t at, Strength& strength) const {
    while (has_slash(at) || word(at) == "per") {
      const std::size_t i = word(at) == "per" ? at + 1 : at;
      const OrderNumbers numbers = read_numbers(atoms_, i);
      const std::size_t unit_at = i + numbers.length;
      const double amount = numbers.length > 0 ? numbers.most() : 1.0;
      const DoseUnit unit = dose_unit(word(unit_at));
      const double days = days_of_unit(word(unit_at));
      if (unit == DoseUnit::ml && amount > 0.0) {
        strength.per = strength.per == Per::unit ? Per::ml : Per::unreadable;
        strength.per_amount = amount;
      } else if (days > 0.0 && amount > 0.0) {
        strength.per = strength.per == Per::unit ? Per::time : Per::unreadable;
        strength.per_amount = amount * days;
      } else if (word(unit_at) == "kg" && strength.unit != DoseUnit::percent && milligrams(strength.unit) > 0.0) {
        for (double& value : strength.values) value *= milligrams(strength.unit);
        strength.unit = DoseUnit::mg_per_kg;
      } else if (word(unit_at) == "kg") {
        strength.per = Per::unreadable;  // there is no unit for "18 units/kg"
      } else if (numbers.length > 0 && (is_strength(unit) || unit == DoseUnit::none)) {
        const double factor =
            unit == DoseUnit::none || unit == strength.unit ? 1.0 : milligrams(unit) / milligrams(strength.unit);
        if (!(factor > 0.0 && factor < 1e9)) strength.per = Per::unreadable;
        for (const double value : numbers.values) strength.values.push_back(value * factor);
        strength.list = StrengthList::slash;
        if (unit == DoseUnit::none) {
          at = unit_at;
          continue;
        }
      } else if (unit != DoseUnit::none || word(unit_at) == "dose") {
        // per tablet, puff, drop: what a strength is anyway
      } else if (word(unit_at) == "m2" || word(unit_at) == "m" || word(unit_at) == "l" || word(unit_at) == "sqcm") {
        strength.per = Per::unreadable;
      } else {
        return i;
      }
      at = unit_at + 1;
    }
    return at;
  }

  // A number without a unit: "lisinopril 20", "875-125", or the count in "100mg caps 2 PO BID".
  void read_bare(std::size_t at, const OrderNumbers& numbers) {
    const bool first = strengths_.empty() || strengths_.back().part != part_;
    const std::string_view before = at > 0 ? word(at - 1) : std::string_view{};
    const bool listed = numbers.values.size() > 1;
    const bool verb =
        before == "take" || before == "takes" || before == "give" || before == "use" || before == "inject";
    if (verb || (!first && numbers.most() <= most_counted)) {
      const WordRole next = role_of(word(at + numbers.length));
      const bool counts = verb || next == WordRole::route || next == WordRole::frequency || next == WordRole::form ||
                          (at > 0 && role_of(before) == WordRole::form);
      if (counts && numbers.separator != '/') count(numbers.most(), DoseUnit::none);
      return;
    }
    const double value = numbers.values.front();
    const bool whole = value == static_cast<double>(static_cast<long long>(std::min(value, 1e15)));
    const bool beside = at > 0 && (atoms_[at - 1].is_name || role_of(before) == WordRole::release ||
                                   role_of(before) == WordRole::salt || role_of(before) == WordRole::form);
    if (!listed && first && part_ > 0 && whole && value >= 1.0 && value <= 4.0 &&
        role_of(word(at + numbers.length)) == WordRole::frequency) {
      count(value, DoseUnit::none);  // "co-codamol 8/500 two QDS": the strength is in the name
      return;
    }
    if (!first || part_ == 0 || !beside || (!listed && whole && value <= 4.0)) return;
    Strength strength;
    strength.values = numbers.values;
    strength.part = part_;
    strength.list = numbers.separator == '/' ? StrengthList::slash
                    : listed                 ? StrengthList::hyphen
                                             : StrengthList::single;
    strengths_.push_back(std::move(strength));
  }

  void count(double amount, DoseUnit unit) {
    amounts_.push_back(amount);
    if (unit != DoseUnit::none) counted_ = unit;
  }

  void read_route(OrderReading& reading) const;
  void read_dose(OrderReading& reading) const;
  [[nodiscard]] std::optional<Strength> one_strength(std::optional<double>& amount) const;
  [[nodiscard]] std::optional<Strength> strength_of_parts() const;
  void read_rate(const Strength& strength, OrderReading& reading) const;
  [[nodiscard]] bool has_word(std::string_view wanted) const {
    return std::any_of(atoms_.begin(), atoms_.end(),
                       [&](const OrderAtom& atom) { return !atom.is_name && atom.text == wanted; });
  }

  std::vector<OrderAtom> atoms_;
  OrderSchedule schedule_;
  std::size_t part_ = 0;
  std::vector<Strength> strengths_;
  std::vector<double> amounts_;
  std::vector<double> millilitres_;
  DoseUnit counted_ = DoseUnit::none;
  std::optional<DayLimit> limit_;
  bool liquid_ = false;
  bool runs_ = false;    // "at 125 mL/hr"
  bool ranged_ = false;  // "1-2 tablets"
};

bool all_equal(const std::vector<double>& values) {
  return std::adjacent_find(values.begin(), values.end(), [](double a, double b) { return a != b; }) == values.end();
}

// One strength behind each name: "A 25 MG / B 37.5 MG".
std::optional<Strength> OrderReader::strength_of_parts() const {
  Strength all;
  all.list = StrengthList::parts;
  bool same_unit = true;
  for (std::size_t i = 0; i < strengths_.size(); ++i) {
    const Strength& one = strengths_[i];
    if (one.values.size() != 1 || one.per != Per::unit || (i > 0 && one.part == strengths_[i - 1].part))
      return std::nullopt;
    same_unit = same_unit && one.unit == strengths_.front().unit;
  }
  for (const Strength& one : strengths_) {
    if (!same_unit && milligrams(one.unit) <= 0.0) return std::nullopt;
    all.values.push_back(one.values.front() * (same_unit ? 1.0 : milligrams(one.unit)));
  }
  all.unit = same_unit ? strengths_.front().unit : DoseUnit::mg;
  return all;
}

// Of several strengths behind one name the dose: "100 units/mL 20 units", "10 mg tabs take 40 mg".
std::optional<Strength> OrderReader::one_strength(std::optional<double>& amount) const {
  std::vector<Strength> plain;
  std::vector<Strength> other;
  for (const Strength& strength : strengths_) {
    auto& list = strength.per == Per::unit ? plain : other;
    const bool twice = std::any_of(list.begin(), list.end(), [&](const Strength& known) {
      return known.values == strength.values && known.unit == strength.unit && known.per_amount == strength.per_amount;
    });
    if (!twice) list.push_back(strength);
  }
  if (plain.empty()) return other.size() == 1 ? std::optional(other.front()) : std::nullopt;
  if (plain.size() == 1) {
    if (!other.empty()) amount.reset();
    if (!other.empty() && other.front().per == Per::time) return std::nullopt;
    return plain.front();
  }
  if (plain.size() > 2 || plain[0].values.size() != 1 || plain[1].values.size() != 1) return std::nullopt;
  const double first = plain[0].values[0] * (plain[0].unit == plain[1].unit ? 1.0 : milligrams(plain[0].unit));
  const double second = plain[1].values[0] * (plain[0].unit == plain[1].unit ? 1.0 : milligrams(plain[1].unit));
  if (first <= 0.0 || second <= 0.0) return std::nullopt;
  const double ratio = second / first;
  if (std::any_of(atoms_.begin(), atoms_.end(), [](const OrderAtom& atom) { return atom.text == "then"; }))
    return std::nullopt;                                            // a taper
  if (plain[0].is_timed && plain[1].is_timed) return std::nullopt;  // "20 units in the morning, 10 units at night"
  const bool multiple =
      ratio >= 0.5 && ratio <= most_counted && 2.0 * ratio == static_cast<double>(static_cast<int>(2.0 * ratio));
  if (!multiple || (amount && *amount != ratio)) return std::nullopt;
  amount = ratio;
  return plain[0];
}

// A strength of a time: "900 mg/day" and "1 g/8 h" say how much and how often; what is worn is released until it is
// changed; "10 mEq/hr" runs for a time that is not stated.
void OrderReader::read_rate(const Strength& strength, OrderReading& reading) const {
  core::Dose& dose = reading.dose;
  const double days = strength.per_amount;
  const bool worn = reading.route == "transdermal" || dose.times_per_day.value_or(2.0) < 1.0;
  reading.is_rate = true;
  if (days > 1.5 * hour && !worn) {
    if (!dose.times_per_day) dose.times_per_day = 1.0 / days;
    dose.amount = 1.0 / (*dose.times_per_day * days);
    return;
  }
  const bool given = reading.route.empty() || reading.route == "transdermal";
  if (!dose.times_per_day || *dose.times_per_day > 1.0 || !given) {
    dose.strengths.clear();
    dose.amount.reset();
    return;
  }
  // "15 mg/16 h" is taken off after 16 hours.
  const double on = days > 1.5 * hour && days < 1.0 ? days : schedule_.worn_days().value_or(1.0 / *dose.times_per_day);
  dose.amount = on / days;
}

void OrderReader::read_dose(OrderReading& reading) const {
  core::Dose& dose = reading.dose;
  std::optional<double> amount;
  if (!amounts_.empty() && all_equal(amounts_)) amount = amounts_.front();
  const bool one_volume = !millilitres_.empty() && all_equal(millilitres_);
  if (one_volume) reading.millilitres = millilitres_.front();
  reading.is_liquid = liquid_ || std::any_of(strengths_.begin(), strengths_.end(),
                                             [](const Strength& one) { return one.per == Per::ml; });

  const bool parts = !strengths_.empty() && strengths_.front().part != strengths_.back().part;
  const auto strength = strengths_.empty() ? std::nullopt : parts ? strength_of_parts() : one_strength(amount);
  const bool disagree = amounts_.size() > 1 && !all_equal(amounts_);  // "1 in the morning, 2 at night": not one dose
  if (!strength || strength->per == Per::unreadable || disagree) {
    if (strengths_.empty() && !disagree) {
      dose.amount = amount;
      dose.strength_unit = amount ? counted_ : DoseUnit::none;
      if (!amount && one_volume) {
        dose.amount = millilitres_.front();
        dose.strength_unit = DoseUnit::ml;
      }
    }
    return;
  }
  dose.strengths = strength->values;
  dose.strength_unit = strength->unit;
  dose.amount = amount;
  reading.strength_list = strength->list;
  if (strength->per == Per::ml) {
    for (double& value : dose.strengths) value /= strength->per_amount;
    dose.amount = one_volume ? std::optional(millilitres_.front()) : std::nullopt;
    // "40 mg/0.4 mL", "2.5 mg/3 mL" are single doses; of "100 mg/mL" and "250 mg/5 mL" it is not stated how much is
    // given. A bag is given whole when it is given at times, and not when it runs at a rate.
    const bool small = strength->per_amount < ml_per_teaspoon && strength->per_amount != 1.0;
    const bool bag = strength->per_amount >= least_bag_ml && !runs_ && (dose.times_per_day || has_word("over"));
    if (!dose.amount && (small || bag)) dose.amount = strength->per_amount;
    if (!dose.amount || runs_) {
      dose.strengths.clear();
      dose.amount.reset();
      return;  // the unit is known
    }
  }
  if (strength->per == Per::time) read_rate(*strength, reading);
  if (dose.strengths.empty()) dose.strength_unit = DoseUnit::none;
}

void OrderReader::read_route(OrderReading& reading) const {
  constexpr std::array<std::string_view, 13> tablets{
      "tab", "tabs", "tablet", "tablets", "cap", "caps", "capsule", "capsules", "caplet", "caplets", "er", "xr", "sr"};
  const auto has = [&](std::string_view wanted) { return has_word(wanted); };
  const bool swallowed = std::any_of(tablets.begin(), tablets.end(), has);
  std::string_view stated;
  std::string_view form;
  const auto take = [](std::string_view& kept, std::string_view route) {
    // Of several routes a systemic one counts: more is to be feared of it.
    if (kept.empty() || (is_local_route(kept) && !is_local_route(route))) kept = route;
  };
  for (std::size_t i = 0; i < atoms_.size(); ++i) {
    const std::string_view text = word(i);
    const std::string_view next = word(i + 1);
    RouteHint hint = route_hint(text);
    if (text == "os" && i > 0 && word(i - 1) == "per") hint = {"oral", false};
    if ((text == "os" || text == "od") && hint.route.empty() && schedule_.speaks_of_eyes())
      hint = {"ophthalmic", false};
    if (text == "pr" && !swallowed && i > 0 && !atoms_[i - 1].is_name)
      hint = {"rectal", false};  // "PR" is prolonged release too
    if ((text == "ad" || text == "as" || text == "au") && (has("ear") || has("ears") || has("otic")))
      hint = {"otic", false};
    if (text == "sub" && next == "q") hint = {"subcutaneous", false};
    if (text == "oral" &&
        (next.starts_with("inhal") || next == "gel" || next == "rinse" || next == "paste" || next == "topical")) {
      hint = {next.starts_with("inhal") ? "inhaled" : "buccal", false};
    }
    if (text == "tube" && i > 0) hint = {"oral", false};
    if ((text == "gel" || text == "gels") && (next == "cap" || next == "caps" || next == "tab" || next == "tabs" ||
                                              (i > 0 && word(i - 1).starts_with("liqui")))) {
      hint = {"oral", true};
    }
    if (text == "intra" && (next == "articular" || next == "vitreal" || next == "vesical")) {
      hint = {next == "articular" ? "intraarticular" : next == "vitreal" ? "intravitreal" : "intravesical", false};
    }
    if ((text == "inhalation" || text == "inhalations" || text == "inhalant") && has("nasal")) hint = {"nasal", false};
    if (hint.route.empty()) continue;
    take(hint.from_form ? form : stated, hint.route);
  }
  if (stated == "oral" && form == "buccal") stated = form;  // "oral lozenge"
  reading.route = stated.empty() ? form : stated;
  reading.route_from_form = stated.empty() && !form.empty();
}

}  // namespace

OrderReading read_order(const SpelledText& text, std::span<const NameSpan> names) {
  return OrderReader(text, names).read();
}

OrderReading read_order(std::string_view original) {
  const SpelledText text = spelled(original);
  std::vector<std::string> name_words;
  std::vector<NameSpan> names;
  bool named = false;  // a name was read, and no quantity since
  bool quantity = false;
  for (std::size_t i = 0; i < text.words.size(); ++i) {
    const WordRole role = role_of(text.words[i].text);
    if (text.words[i].gap.find_first_of("/+&") != std::string::npos && role == WordRole::none)
      quantity = false;  // the next part
    if (!quantity && (role == WordRole::none || (role == WordRole::salt && names.empty()))) {
      name_words.push_back(text.words[i].text);
      if (named && names.back().first + names.back().count == i) {
        ++names.back().count;
      } else {
        names.push_back({i, 1});
      }
      named = true;
    } else if ((role == WordRole::number || role == WordRole::frequency) && named) {
      quantity = true;
    }
  }
  OrderReading reading = read_order(text, names);
  reading.name_words = std::move(name_words);
  return reading;
}

}  // namespace guardian::knowledge
