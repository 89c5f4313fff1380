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

std::optional<double> amount_of(JsonView quantity, std::string_view name = "value") {
  const auto value = quantity.member(name).number();
  return value && *value > 0.0 && *value < most_of_anything ? value : std::nullopt;
}

std::string_view unit_of(JsonView quantity) {
  const std::string_view unit = knowledge::trimmed(quantity.member("unit").text_or());
  return dose_unit_word(unit.empty() ? knowledge::trimmed(quantity.member("code").text_or()) : unit);
}

std::string quantity_text(JsonView quantity) {
  const auto value = amount_of(quantity);
  if (!value) return {};
  std::string text = number_text(*value);
  add(text, plain_text(unit_of(quantity)));
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

std::string dose_text(JsonView dosage) {
  JsonView dose = first_of(dosage.member("doseAndRate"));
  if (!dose.is_object()) dose = dosage;  // STU3, and an administration
  std::string text = quantity_text(dose.member("doseQuantity"));
  if (text.empty()) text = quantity_text(dose.member("dose"));
  if (text.empty()) text = range_text(dose.member("doseRange"));
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
  double frequency = amount_of(repeat, "frequency").value_or(0.0);
  // The most that may be given: a limit is checked against it.
  frequency = std::max(frequency, amount_of(repeat, "frequencyMax").value_or(0.0));
  const auto period = amount_of(repeat, "period");
  const PeriodUnit* unit = period_unit(repeat.member("periodUnit").text_or(repeat.member("periodUnits").text_or()));
  const std::size_t days = repeat.member("dayOfWeek").size();
  const double clock_times = static_cast<double>(repeat.member("timeOfDay").size());
  std::string moment;
  double moments = 0.0;
  repeat.member("when").each_entry([&](JsonView when, std::size_t) {
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
    const auto longest = amount_of(repeat, "periodMax");
    std::string text =
        interval_text(std::max(frequency, 1.0), *period, longest && *longest > *period ? longest : std::nullopt, *unit);
    if (moments == 1.0 && frequency == 1.0 && text == "once daily") add(text, moment);
    return text;
  }
  if (moments == 1.0) return "once daily " + moment;
  const double a_day = std::max(clock_times, moments);
  return a_day > 0.0 ? (a_day == 1.0 ? std::string("once daily") : times(a_day, "day")) : std::string();
}

std::string timing_text(JsonView timing) {
  if (std::string text = repeat_text(timing.member("repeat")); !text.empty()) return text;
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
  JsonView bounds = repeat.member("boundsDuration");
  if (!bounds.is_object()) bounds = repeat.member("boundsRange").member("high");
  if (const auto value = amount_of(bounds)) {
    const std::string_view code = bounds.member("code").text_or(bounds.member("unit").text_or());
    const PeriodUnit* unit = period_unit(code);
    return "for " + number_text(*value) + " " + (unit != nullptr ? std::string(unit->plural) : plain_text(code));
  }
  const JsonView period = repeat.member("boundsPeriod");
  const auto start = moment_of(period.member("start").text_or(), Partial::start);
  const auto end = moment_of(period.member("end").text_or(), Partial::end);
  if (start && end) {
    const double days = std::round(core::days_between(*start, *end));
    if (days >= 1.0) return "for " + number_text(days) + " days";
  }
  if (const auto count = amount_of(repeat, "count")) return "x " + number_text(*count) + " doses";
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
std::string written_text(JsonView dosage) {
  std::string_view text = dosage.member("text").text_or();
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

bool as_needed(JsonView dosage) {
  return dosage.member("asNeededBoolean").boolean().value_or(false) ||
         dosage.member("asNeeded").boolean().value_or(false) || dosage.member("asNeededCodeableConcept").is_object() ||
         dosage.member("asNeededFor").size() > 0;
}

std::string one_dosage(JsonView dosage) {
  std::string dose = dose_text(dosage);
  const JsonView timing = dosage.member("timing");
  const std::string often = timing_text(timing);
  std::string text;
  if (dose.empty() || often.empty()) text = written_text(dosage);
  if (!text.empty()) return text;
  text = std::move(dose);
  add(text, often);
  add(text, route_text(dosage.member("route")));
  if (as_needed(dosage)) add(text, "as needed");
  add(text, duration_text(timing.member("repeat")));
  add(text, limit_text(dosage.member("maxDosePerPeriod")));
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
