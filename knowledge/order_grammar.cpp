#include "knowledge/order_grammar.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <optional>
#include <utility>

#include "knowledge/order_dose.hpp"
#include "knowledge/order_route.hpp"
#include "knowledge/order_schedule.hpp"
#include "knowledge/order_words.hpp"
#include "knowledge/text.hpp"

namespace guardian::knowledge {
namespace {

using core::DoseUnit;

constexpr double ml_per_tablespoon = 15.0;
constexpr double most_scheme = 10.0;  // tablets at one time of the day

class OrderReader {
 public:
  OrderReader(const SpelledText& text, std::span<const NameSpan> names) : OrderReader(atoms_of(text, names)) {}
  explicit OrderReader(std::vector<OrderAtom> atoms) : atoms_(std::move(atoms)), schedule_(atoms_) {}
  OrderReader(const OrderReader&) = delete;  // the schedule looks at the atoms
  OrderReader& operator=(const OrderReader&) = delete;

  OrderReading read() {
    if (auto first = read_first_phase()) return *std::move(first);
    for (std::size_t i = 0; i < atoms_.size();) i += step(i);
    OrderReading reading;
    const RouteHint route = read_route(atoms_, schedule_.speaks_of_eyes());
    reading.route = route.route;
    reading.route_from_form = route.from_form;
    reading.dose.as_needed = schedule_.as_needed();
    reading.dose.times_per_day = schedule_.times_per_day();
    reading.dose.duration_days = schedule_.duration_days();
    reading.has_interval = reading.dose.times_per_day.has_value();
    read_dose(quantities_, atoms_, schedule_, reading);
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
  // "Aug 2006" in the name of a product: a year, and no number of tablets.
  [[nodiscard]] bool is_year(std::size_t at) const {
    constexpr std::array<std::string_view, 24> months{
        "january",   "february", "march",    "april",    "may",  "june", "july", "august",
        "september", "october",  "november", "december", "jan",  "feb",  "mar",  "apr",
        "jun",       "jul",      "aug",      "sep",      "sept", "oct",  "nov",  "dec"};
    const double value = atoms_[at].value;
    return at > 0 && value >= 1900.0 && value < 2100.0 && value == std::floor(value) &&
           std::find(months.begin(), months.end(), word(at - 1)) != months.end();
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

  // "10 mg BID x 7 days then 5 mg BID": the first dose, where it is the higher of a day. Of a rising one it is not
  // known which is given now.
  [[nodiscard]] std::optional<OrderReading> read_first_phase() const {
    const auto then = std::find_if(atoms_.begin(), atoms_.end(),
                                   [](const OrderAtom& atom) { return !atom.is_name && atom.text == "then"; });
    if (then == atoms_.end() || has_word(std::span(then + 1, atoms_.end()), "then")) return std::nullopt;
    OrderReading first = OrderReader(std::vector<OrderAtom>(atoms_.begin(), then)).read();
    const core::Dose later = OrderReader(std::vector<OrderAtom>(then + 1, atoms_.end())).read().dose;
    const core::Dose& now = first.dose;
    if (!now.duration_days || !now.times_per_day || !later.times_per_day) return std::nullopt;
    if (now.strengths.size() != 1 || later.strengths.size() != 1 || now.strength_unit != later.strength_unit)
      return std::nullopt;
    const auto of_day = [](const core::Dose& dose) {
      return dose.strengths.front() * dose.amount.value_or(1.0) * *dose.times_per_day;
    };
    if (of_day(later) > of_day(now)) return std::nullopt;
    first.has_later_dose = true;
    return first;
  }

  // "1:1000" of epinephrine: a gram in a thousand millilitres. Gives the position behind it.
  std::size_t read_ratio(std::size_t at) {
    constexpr std::array<double, 4> usual{1000.0, 2000.0, 10000.0, 100000.0};
    const bool ratio = is_number(at) && atoms_[at].value == 1.0 && is_number(at + 1) && atoms_[at + 1].gap == ":" &&
                       std::find(usual.begin(), usual.end(), atoms_[at + 1].value) != usual.end();
    // Of lidocaine with epinephrine the volume is of both.
    if (!ratio || part_ != 1 || !quantities_.strengths.empty()) return 0;
    WrittenStrength strength;
    strength.values = {1000.0 / atoms_[at + 1].value};
    strength.unit = DoseUnit::mg;
    strength.per = Per::ml;
    strength.part = part_;
    quantities_.strengths.push_back(std::move(strength));
    return 2;
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
    quantities_.scheme += values.size();
    const double largest = *std::max_element(values.begin(), values.end());
    for (const double value : values) quantities_.amounts.push_back(unit == DoseUnit::units ? value / largest : value);
    if (unit == DoseUnit::units) {
      WrittenStrength strength;
      strength.values = {largest};
      strength.unit = unit;
      strength.part = part_;
      quantities_.strengths.push_back(std::move(strength));
    }
    return i + (unit == DoseUnit::none ? 0U : 1U) - at;
  }

  std::size_t step(std::size_t i) {
    if (atoms_[i].is_name) {
      ++part_;
      return 1;
    }
    if (const std::size_t length = read_ratio(i); length > 0) return length;
    if (const std::size_t length = read_scheme(i); length > 0) return length;
    if (const std::size_t length = schedule_.read(i); length > 0) {
      if (!quantities_.strengths.empty() && quantities_.strengths.back().part == part_)
        quantities_.strengths.back().is_timed = true;
      return length;
    }
    return atoms_[i].is_number ? read_quantity(i) : 1;
  }

  // A number that is no time: a strength, an amount, or something else ("#30", "refills 2").
  std::size_t read_quantity(std::size_t at) {
    if (is_year(at)) return 1;
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
      WrittenStrength strength;
      strength.values = numbers.values;
      strength.unit = unit;
      strength.part = part_;
      strength.list = numbers.separator == '/'   ? StrengthList::slash
                      : numbers.separator == '-' ? StrengthList::hyphen
                                                 : StrengthList::single;
      const std::size_t end = read_denominator(read_upper(next + 1, strength), strength);
      if (!skipped) quantities_.strengths.push_back(strength);
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
      if (by_hour || per_hour) {
        const double hours = 24.0 * days_of_unit(word(next + (by_hour ? 1 : 2)));
        quantities_.ml_per_hour = quantities_.runs ? 0.0 : numbers.most() * each / hours;
        quantities_.runs = true;
      }
      if (diluent) quantities_.diluent_ml = numbers.most() * each;
      quantities_.liquid = quantities_.liquid || !(by_hour || per_hour || diluent);
      if (!skipped && !by_hour && !per_hour && !diluent) quantities_.millilitres.push_back(numbers.most() * each);
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
  std::size_t read_upper(std::size_t at, WrittenStrength& strength) const {
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

  // The m of "mg/m2", "mg/m^2" and "mg/m" with the sign of a square: a dose by the metre there is none.
  static bool is_square_metre(std::string_view word) { return word == "m2" || word == "m"; }

  // "80 units/kg", "1500 units/m2", "0.5 mEq/kg"; none of what is not counted so.
  static DoseUnit by_body_size(DoseUnit unit, std::string_view measure) {
    if (unit == DoseUnit::units && is_square_metre(measure)) return DoseUnit::units_per_m2;
    if (measure != "kg") return DoseUnit::none;
    if (unit == DoseUnit::units) return DoseUnit::units_per_kg;
    if (unit == DoseUnit::meq) return DoseUnit::meq_per_kg;
    return unit == DoseUnit::mmol ? DoseUnit::mmol_per_kg : DoseUnit::none;
  }

  // Of a body, a length or a volume by which nothing here is counted.
  static bool is_other_measure(std::string_view word) {
    return word == "m2" || word == "m" || word == "l" || word == "sqcm";
  }

  // What follows the unit of a strength: "/5 mL", "/hr", "/kg/day", "/325 mg". Gives the position behind it.
  std::size_t read_denominator(std::size_t at, WrittenStrength& strength) const {
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
      } else if (numbers.length == 0 && is_square_metre(word(unit_at)) && milligrams(strength.unit) > 0.0) {
        for (double& value : strength.values) value *= milligrams(strength.unit);
        strength.unit = DoseUnit::mg_per_m2;
        at = unit_at + 1;
        if (is_number(at) && atoms_[at].value == 2.0) ++at;  // "m2" is read as a letter and a number
        continue;
      } else if (const DoseUnit counted =
                     numbers.length == 0 ? by_body_size(strength.unit, word(unit_at)) : DoseUnit::none;
                 counted != DoseUnit::none) {
        strength.unit = counted;
        at = unit_at + 1;
        if (counted == DoseUnit::units_per_m2 && is_number(at) && atoms_[at].value == 2.0) ++at;
        continue;
      } else if (word(unit_at) == "kg" || (numbers.length == 0 && is_other_measure(word(unit_at)))) {
        strength.per = Per::unreadable;  // there is no unit for "5 %/kg" or "500 units/L"
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
      } else {
        return i;
      }
      at = unit_at + 1;
    }
    return at;
  }

  // A number without a unit: "lisinopril 20", "875-125", or the count in "100mg caps 2 PO BID".
  void read_bare(std::size_t at, const OrderNumbers& numbers) {
    const bool first = quantities_.strengths.empty() || quantities_.strengths.back().part != part_;
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
    WrittenStrength strength;
    strength.values = numbers.values;
    strength.part = part_;
    strength.list = numbers.separator == '/' ? StrengthList::slash
                    : listed                 ? StrengthList::hyphen
                                             : StrengthList::single;
    quantities_.strengths.push_back(std::move(strength));
  }

  void count(double amount, DoseUnit unit) {
    quantities_.amounts.push_back(amount);
    if (unit != DoseUnit::none) quantities_.counted = unit;
  }

  std::vector<OrderAtom> atoms_;
  OrderSchedule schedule_;
  std::size_t part_ = 0;
  OrderQuantities quantities_;
  std::optional<DayLimit> limit_;
  bool ranged_ = false;  // "1-2 tablets"
};

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
