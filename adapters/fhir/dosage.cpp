#include "adapters/fhir/dosage.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string_view>

#include "adapters/fhir/codes.hpp"
#include "adapters/fhir/resource.hpp"
#include "knowledge/text.hpp"

namespace guardian::adapters::fhir {
namespace {

constexpr std::size_t most_dosages = 6;
constexpr double most_of_anything = 1e6;  // doses, periods: beyond it is no number of an order

void add(std::string& text, std::string_view words) {
  if (words.empty()) return;
  if (!text.empty()) text += ' ';
  text += words;
}

std::optional<double> amount(JsonView number) {
  const auto value = number.number();
  return value && *value > 0.0 && *value < most_of_anything ? value : std::nullopt;
}
std::optional<double> amount_of(JsonView quantity) { return amount(quantity.member("value")); }

std::string_view unit_word(JsonView unit, JsonView code) {
  const std::string_view word = knowledge::trimmed(unit.text_or());
  return dose_unit_word(word.empty() ? knowledge::trimmed(code.text_or()) : word);
}
std::string_view unit_of(JsonView quantity) { return unit_word(quantity.member("unit"), quantity.member("code")); }

std::string quantity_text(JsonView quantity) {
  const auto [number, unit, code] = pick<3>(quantity, {"value", "unit", "code"});
  const auto value = amount(number);
  if (!value) return {};
  std::string text = number_text(*value);
  add(text, plain_text(unit_word(unit, code)));
  return text;
}

// "1-2 tablets"
std::string range_text(JsonView range) {
  const auto low = amount_of(range.member("low"));
  const auto high = amount_of(range.member("high"));
  if (!high) return quantity_text(range.member("low"));
  std::string text = low ? number_text(*low) + "-" : std::string();
  return text + quantity_text(range.member("high"));
}

// "10 mg/h" of a quantity or a ratio
std::string rate_text(JsonView dose) {
  if (const JsonView rate = dose.member("rateQuantity"); rate.is_object()) return quantity_text(rate);
  if (const JsonView range = dose.member("rateRange"); range.is_object()) return range_text(range);
  const JsonView ratio = dose.member("rateRatio");
  const std::string above = quantity_text(ratio.member("numerator"));
  const auto below = amount_of(ratio.member("denominator"));
  if (above.empty() || !below) return {};
  const std::string_view unit = unit_of(ratio.member("denominator"));
  return above + "/" + (*below == 1.0 ? std::string() : number_text(*below) + " ") + plain_text(unit);
}

std::string dose_text(JsonView dosage, JsonView dose_and_rate) {
  JsonView dose = first_of(dose_and_rate);
  if (!dose.is_object()) dose = dosage;  // STU3, and an administration
  const auto [quantity, given, range] = pick<3>(dose, {"doseQuantity", "dose", "doseRange"});
  std::string text = quantity_text(quantity);
  if (text.empty()) text = quantity_text(given);
  if (text.empty()) text = range_text(range);
  return text.empty() ? rate_text(dose) : text;
}

struct PeriodUnit {
  std::string_view code;
  std::string_view singular;
  std::string_view plural;
  double days;
};
constexpr PeriodUnit period_units[] = {{"s", "second", "seconds", 1.0 / 86400.0},
                                       {"min", "minute", "minutes", 1.0 / 1440.0},
                                       {"h", "hour", "hours", 1.0 / 24.0},
                                       {"d", "day", "days", 1.0},
                                       {"wk", "week", "weeks", 7.0},
                                       {"mo", "month", "months", 30.4375},
                                       {"a", "year", "years", 365.25}};

const PeriodUnit* period_unit(std::string_view code) {
  const auto* const row = std::find_if(std::begin(period_units), std::end(period_units),
                                       [&](const PeriodUnit& one) { return one.code == code; });
  return row == std::end(period_units) ? nullptr : row;
}

std::string times(double count, std::string_view of) {
  return (count == 1.0 ? std::string("once") : number_text(count) + " times") + " a " + std::string(of);
}

std::string interval_text(double frequency, double period, std::optional<double> longest, const PeriodUnit& unit) {
  if (unit.code == "h" && frequency > 1.0 && std::fmod(period, 24.0) == 0.0)
    return interval_text(frequency, period / 24.0, std::nullopt, period_units[3]);
  if (unit.code == "d" && period < 1.0) return interval_text(frequency, period * 24.0, std::nullopt, period_units[2]);
  if (period == 1.0 && !longest) {
    if (frequency == 1.0) {
      if (unit.code == "d") return "once daily";
      if (unit.code == "wk" || unit.code == "mo") return times(1.0, unit.singular);
      return "every " + std::string(unit.singular);
    }
    if (unit.code == "d" || unit.code == "wk" || unit.code == "mo") return times(frequency, unit.singular);
  }
  std::string text = frequency == 1.0 ? std::string() : number_text(frequency) + " times ";
  text += "every " + number_text(period);
  if (longest) text += " to " + number_text(*longest);
  return text + " " + std::string(unit.plural);
}

// How often; empty when it is not said.
std::string repeat_text(JsonView repeat) {
  const auto [often, oftener, every, longer, in_units, in_units_stu3, weekdays, clock, whens] =
      pick<9>(repeat, {"frequency", "frequencyMax", "period", "periodMax", "periodUnit", "periodUnits", "dayOfWeek",
                       "timeOfDay", "when"});
  // The most that may be given: a limit is checked against it.
  const double frequency = std::max(amount(often).value_or(0.0), amount(oftener).value_or(0.0));
  const auto period = amount(every);
  const PeriodUnit* unit = period_unit(in_units.present() ? in_units.text_or() : in_units_stu3.text_or());
  const std::size_t days = weekdays.size();
  const double clock_times = static_cast<double>(clock.size());
  std::string moment;
  double moments = 0.0;
  whens.each_entry([&](JsonView when, std::size_t) {
    const std::string_view words = moment_words(when.text_or());
    if (words.empty()) return;
    moments += 1.0;
    moment = words;
  });
  if (days > 0 && days < 7) {
    const double a_day = std::max({1.0, clock_times, unit != nullptr && unit->code == "d" ? frequency : 0.0});
    return times(static_cast<double>(days) * a_day, "week");
  }
  if (frequency > 0.0 || (period && unit != nullptr)) {
    if (!period || unit == nullptr) return {};
    const auto longest = amount(longer);
    std::string text =
        interval_text(std::max(frequency, 1.0), *period, longest && *longest > *period ? longest : std::nullopt, *unit);
    if (moments == 1.0 && frequency == 1.0 && text == "once daily") add(text, moment);
    return text;
  }
  if (moments == 1.0) return "once daily " + moment;
  const double a_day = std::max(clock_times, moments);
  return a_day > 0.0 ? (a_day == 1.0 ? std::string("once daily") : times(a_day, "day")) : std::string();
}

std::string timing_text(JsonView timing, JsonView repeat) {
  if (std::string text = repeat_text(repeat); !text.empty()) return text;
  const CodeableConcept code(timing.member("code"));
  std::string_view words;
  code.any_coding([&](std::string_view, std::string_view one, std::string_view) {
    words = timing_words(one);
    return !words.empty();
  });
  if (!words.empty()) return std::string(words);
  if (const std::string_view written = code.words(); !written.empty()) return plain_text(written);
  return timing.member("event").size() == 1 ? "once" : std::string();
}

// "for 7 days"
std::string duration_text(JsonView repeat) {
  auto [bounds, range, period, count] = pick<4>(repeat, {"boundsDuration", "boundsRange", "boundsPeriod", "count"});
  if (!bounds.is_object()) bounds = range.member("high");
  if (const auto value = amount_of(bounds)) {
    const std::string_view code = bounds.member("code").text_or(bounds.member("unit").text_or());
    const PeriodUnit* unit = period_unit(code);
    return "for " + number_text(*value) + " " + (unit != nullptr ? std::string(unit->plural) : plain_text(code));
  }
  const auto start = moment_of(period.member("start").text_or(), Partial::start);
  const auto end = moment_of(period.member("end").text_or(), Partial::end);
  if (start && end) {
    const double days = std::round(core::days_between(*start, *end));
    if (days >= 1.0) return "for " + number_text(days) + " days";
  }
  if (const auto doses = amount(count)) return "x " + number_text(*doses) + " doses";
  return {};
}

std::string route_text(JsonView route) {
  const CodeableConcept given(route);
  std::string_view word;
  given.any_coding([&](std::string_view, std::string_view code, std::string_view) {
    word = route_word(code);
    return !word.empty();
  });
  if (!word.empty()) return std::string(word);
  std::string words = knowledge::lower_case(clinical_words(given.words()));
  constexpr std::string_view tail = " route";
  if (const auto at = words.find(tail); at != std::string::npos) words.erase(at);
  constexpr std::size_t longest = 40;
  return words.size() > longest ? std::string() : words;
}

// "max 4000 mg in 24 hours"
std::string limit_text(JsonView limit) {
  limit = first_of(limit);
  const JsonView per = limit.member("denominator");
  const auto span = amount_of(per);
  const PeriodUnit* unit = period_unit(per.member("code").text_or(per.member("unit").text_or()));
  const std::string most = quantity_text(limit.member("numerator"));
  if (most.empty() || !span || unit == nullptr || std::abs(*span * unit->days - 1.0) > 1e-6) return {};
  return "max " + most + " in 24 hours";
}

// The first sentence of what the prescriber wrote: those behind it name other things ("do not take with aspirin").
std::string written_text(JsonView written) {
  std::string_view text = written.text_or();
  if (const auto line = text.find_first_of("\r\n;"); line != std::string_view::npos) text = text.substr(0, line);
  for (std::size_t at = text.find(". "); at != std::string_view::npos; at = text.find(". ", at + 1)) {
    if (at + 2 < text.size() && text[at + 2] >= 'A' && text[at + 2] <= 'Z') {
      text = text.substr(0, at);
      break;
    }
  }
  constexpr std::size_t longest = 240;
  std::string words = plain_text(text.substr(0, longest));
  while (!words.empty() && (words.back() == '.' || words.back() == ' ')) words.pop_back();
  return words;
}

std::string one_dosage(JsonView dosage) {
  const auto [written, timing, route, by_need, by_need_r5, for_what, for_what_r5, dose_and_rate, limit] =
      pick<9>(dosage, {"text", "timing", "route", "asNeededBoolean", "asNeeded", "asNeededCodeableConcept",
                       "asNeededFor", "doseAndRate", "maxDosePerPeriod"});
  const JsonView repeat = timing.member("repeat");
  std::string dose = dose_text(dosage, dose_and_rate);
  const std::string often = timing_text(timing, repeat);
  std::string text;
  if (dose.empty() || often.empty()) text = written_text(written);
  if (!text.empty()) return text;
  text = std::move(dose);
  add(text, often);
  if (route.present()) add(text, route_text(route));
  const bool as_needed = by_need.boolean().value_or(false) || by_need_r5.boolean().value_or(false) ||
                         for_what.is_object() || for_what_r5.size() > 0;
  if (as_needed) add(text, "as needed");
  add(text, duration_text(repeat));
  if (limit.present()) add(text, limit_text(limit));
  return text;
}

}  // namespace

std::string dosage_text(JsonView dosages) {
  if (dosages.is_object()) return one_dosage(dosages);
  std::string text;
  std::optional<double> sequence;
  dosages.each_entry([&](JsonView dosage, std::size_t index) {
    if (index >= most_dosages) return;
    const std::string words = one_dosage(dosage);
    if (words.empty()) return;
    const auto number = dosage.member("sequence").number();
    // Of one number they are taken side by side, else one after the other.
    if (!text.empty()) text += number && sequence && *number > *sequence ? " then " : " and ";
    text += words;
    sequence = number;
  });
  return text;
}

}  // namespace guardian::adapters::fhir
