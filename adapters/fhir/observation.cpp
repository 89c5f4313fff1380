#include "adapters/fhir/observation.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "adapters/json/iso_time.hpp"
#include "adapters/json/member_reader.hpp"
#include "adapters/json/plausible.hpp"
#include "core/date.hpp"
#include "knowledge/text.hpp"

namespace guardian::adapters::fhir {
namespace {

// Vital signs of a case are the present ones: older ones are results with a date.
constexpr double days_of_vitals = 1.0;
constexpr double days_of_weight = 365.0;  // as knowledge/seed/quantities.tsv
constexpr double days_of_pregnancy = 294.0;
constexpr double days_without_pregnancy = 28.0;
constexpr double days_of_lactation = 180.0;
constexpr double weeks_of_pregnancy = 40.0;  // to the estimated date of delivery
constexpr double room_air = 21.0;            // per cent of oxygen

// A date that is none, or only a month, has no place in a case as a date: it stays a word, and the age of the result is
// not known.
std::string time_words(std::string_view given) {
  std::string text = plain_text(given);
  if (!looks_like_date(text) || utc_time(text)) return text;
  if (const auto moment = core::parse_moment(text)) return core::utc_text(moment->time);
  return "dated " + text;
}

std::string_view unit_of(JsonView quantity) {
  const std::string_view code = quantity.member("code").text_or();
  const std::string_view unit = quantity.member("unit").text_or();
  const bool is_ucum = quantity.member("system").text_or() == "http://unitsofmeasure.org";
  return knowledge::trimmed((is_ucum && !code.empty()) || unit.empty() ? code : unit);
}

struct Conversion {
  std::string_view unit;
  double factor;
  double offset = 0.0;
};
constexpr std::array<Conversion, 11> masses{{{"kg", 1.0},
                                             {"kgs", 1.0},
                                             {"kilograms", 1.0},
                                             {"g", 0.001},
                                             {"[lb_av]", 0.45359237},
                                             {"lb", 0.45359237},
                                             {"lbs", 0.45359237},
                                             {"lb_av", 0.45359237},
                                             {"pounds", 0.45359237},
                                             {"[oz_av]", 0.028349523125},
                                             {"oz", 0.028349523125}}};
constexpr std::array<Conversion, 9> lengths{{{"cm", 1.0},
                                             {"m", 100.0},
                                             {"mm", 0.1},
                                             {"[in_i]", 2.54},
                                             {"[in_us]", 2.54},
                                             {"in", 2.54},
                                             {"inches", 2.54},
                                             {"[ft_i]", 30.48},
                                             {"ft", 30.48}}};
constexpr std::array<Conversion, 8> temperatures{{{"Cel", 1.0},
                                                  {"C", 1.0},
                                                  {"\xC2\xB0"
                                                   "C",
                                                   1.0},
                                                  {"degC", 1.0},
                                                  {"[degF]", 1.0 / 1.8, -32.0 / 1.8},
                                                  {"degF", 1.0 / 1.8, -32.0 / 1.8},
                                                  {"F", 1.0 / 1.8, -32.0 / 1.8},
                                                  {"\xC2\xB0"
                                                   "F",
                                                   1.0 / 1.8, -32.0 / 1.8}}};
constexpr std::array<Conversion, 4> pressures{{{"mm[Hg]", 1.0}, {"mmHg", 1.0}, {"mm Hg", 1.0}, {"kPa", 7.50062}}};
constexpr std::array<Conversion, 11> rates{{{"/min", 1.0},
                                            {"{beats}/min", 1.0},
                                            {"{breaths}/min", 1.0},
                                            {"{Beats}/min", 1.0},
                                            {"{resp}/min", 1.0},
                                            {"beats/minute", 1.0},
                                            {"beats/min", 1.0},
                                            {"breaths/minute", 1.0},
                                            {"breaths/min", 1.0},
                                            {"bpm", 1.0},
                                            {"1/min", 1.0}}};
constexpr std::array<Conversion, 1> percents{{{"%", 1.0}}};
constexpr std::array<Conversion, 3> flows{{{"L/min", 1.0}, {"l/min", 1.0}, {"mL/min", 0.001}}};
constexpr std::array<Conversion, 8> weeks{{{"wk", 1.0},
                                           {"weeks", 1.0},
                                           {"week", 1.0},
                                           {"w", 1.0},
                                           {"d", 1.0 / 7.0},
                                           {"days", 1.0 / 7.0},
                                           {"day", 1.0 / 7.0},
                                           {"mo", 30.4375 / 7.0}}};

template <std::size_t size>
std::optional<double> converted(const std::array<Conversion, size>& table, double value, std::string_view unit) {
  for (const Conversion& row : table) {
    if (row.unit == unit) return std::round((value * row.factor + row.offset) * 1e3) / 1e3;
  }
  return std::nullopt;
}

std::optional<double> in_range(std::optional<double> value, const NumberRange& range) {
  return value && contains(range, *value) ? value : std::nullopt;
}

std::string quantity_text(JsonView quantity) {
  const auto value = quantity.member("value").number();
  return value ? number_text(*value) : std::string();
}

// Whether an observation of a code that is not known may be a result: what a social history or an imaging report
// says is not.
bool may_be_result(JsonView categories) {
  bool any = false;
  bool result = false;
  const auto look = [&](JsonView category) {
    const CodeableConcept given(category);
    any = any || given.present();
    result = result || given.has_code({"laboratory", "vital-signs", "LAB", "laboratory-test"});
  };
  if (categories.is_object()) look(categories);  // STU3 remains
  categories.each_entry([&](JsonView category, std::size_t) { look(category); });
  return result || !any;
}

}  // namespace

struct ObservationReader::Given {
  JsonView code;
  JsonView value;  // the observation or component that holds value[x]
  std::string_view when;
  std::optional<double> age_days;
  std::string_view status;
  bool may_be_result = true;
  bool is_component = false;
};

bool ObservationReader::Latest::gives_way(std::optional<double> age) const {
  if (!value && text.empty()) return true;
  if (!age) return false;
  return !age_days || *age < *age_days;
}

void ObservationReader::keep(Latest& latest, const Given& given, std::optional<double> value, std::string text) const {
  if ((!value && text.empty()) || !latest.gives_way(given.age_days)) return;
  latest = {value, std::move(text), given.age_days};
}

void ObservationReader::read(JsonView resource, core::Patient& patient) {
  const std::string_view status = resource.member("status").text_or();
  if (status == "entered-in-error" || status == "cancelled") return;
  Given given;
  given.code = resource.member("code");
  given.value = resource;
  given.status = status;
  const JsonView period = resource.member("effectivePeriod");
  given.when = resource.member("effectiveDateTime").text_or(resource.member("effectiveInstant").text_or());
  if (given.when.empty()) given.when = period.member("end").text_or(period.member("start").text_or());
  if (given.when.empty()) given.when = resource.member("issued").text_or();
  given.age_days = days_before(given.when, Partial::middle, now_);
  given.may_be_result = may_be_result(resource.member("category"));
  const JsonView components = resource.member("component");
  constexpr std::size_t most = 200;
  components.each_entry([&](JsonView component, std::size_t index) {
    if (index >= most) return;
    Given part = given;
    part.code = component.member("code");
    part.value = component;
    part.is_component = true;
    read_given(part, patient);
  });
  // A panel has its values in its components or members.
  const bool is_panel = components.size() > 0 || resource.member("hasMember").size() > 0;
  const bool has_value = resource.member("valueQuantity").present() || resource.member("valueString").present() ||
                         resource.member("valueCodeableConcept").present() || resource.member("valueInteger").present();
  if (!is_panel || has_value) read_given(given, patient);
}

void ObservationReader::read_given(const Given& given, core::Patient& patient) {
  const CodeableConcept code(given.code);
  std::string_view name;
  Measure measure = Measure::none;
  bool is_coded = false;
  code.any_coding([&](std::string_view system, std::string_view one, std::string_view) {
    is_coded = is_coded || system == loinc_system;
    if (measure == Measure::none && (system == loinc_system || system == snomed_system)) measure = measure_of(one);
    if (name.empty() && system == loinc_system) name = lab_name(one);
    return measure != Measure::none && !name.empty();
  });
  if (measure != Measure::none && read_measure(measure, given, patient)) return;
  if (!name.empty()) return add_lab(given, std::string(name), patient);
  if (!given.may_be_result) return;
  // A LOINC code that is not known may be of urine or of a fraction: its own name says so, the ward's word may not.
  std::string words;
  if (is_coded) {
    std::string_view loinc;
    code.any_coding([&](std::string_view system, std::string_view one, std::string_view display) {
      if (system != loinc_system) return false;
      loinc = one;
      words = plain_text(display);
      return true;
    });
    if (words.empty()) {
      words = plain_text(code.words());
      words += (words.empty() ? "LOINC " : " (LOINC ") + plain_text(loinc) + (words.empty() ? "" : ")");
    }
  } else {
    words = plain_text(code.words());
    if (words.empty()) words = plain_text(code.first_code());
  }
  if (!words.empty()) add_lab(given, std::move(words), patient);
}

// False: to be read as a result, with its date.
bool ObservationReader::read_measure(Measure measure, const Given& given, core::Patient& patient) {
  const JsonView quantity = given.value.member("valueQuantity");
  auto number = quantity.member("value").number();
  if (!number) number = given.value.member("valueInteger").number();
  const bool exact = quantity.member("comparator").text_or().empty();
  const std::string_view unit = unit_of(quantity);
  const bool ahead = given.age_days && *given.age_days < -1.0;
  const bool present = !ahead && (!given.age_days || *given.age_days <= days_of_vitals);
  const auto vital = [&](Latest& latest, const auto& table, const NumberRange& range) {
    if (!number || !exact || !present) return false;
    const auto value = in_range(unit.empty() ? number : converted(table, *number, unit), range);
    if (!value) return false;
    keep(latest, given, value);
    return true;
  };
  switch (measure) {
    case Measure::respiratory_rate: return vital(respiratory_rate_, rates, plausible::respiratory_rate);
    case Measure::spo2: return vital(spo2_, percents, plausible::spo2);
    case Measure::systolic_bp: return vital(systolic_, pressures, plausible::systolic_bp);
    case Measure::diastolic_bp: return vital(diastolic_, pressures, plausible::diastolic_bp);
    case Measure::heart_rate: return vital(heart_rate_, rates, plausible::heart_rate);
    case Measure::temperature: return vital(temperature_, temperatures, plausible::temperature_c);
    case Measure::oxygen_flow: static_cast<void>(vital(oxygen_flow_, flows, {0.0, 100.0})); return true;
    case Measure::oxygen_concentration:
      static_cast<void>(vital(oxygen_concentration_, percents, {0.0, 100.0}));
      return true;
    case Measure::weight:
    case Measure::height: {
      if (!number || !exact || ahead || unit.empty()) return false;
      const bool is_weight = measure == Measure::weight;
      const auto value = is_weight ? in_range(converted(masses, *number, unit), plausible::weight_kg)
                                   : in_range(converted(lengths, *number, unit), plausible::height_cm);
      if (!value || (is_weight && given.age_days && *given.age_days > days_of_weight)) return false;
      keep(is_weight ? weight_ : height_, given, value);
      return true;
    }
    case Measure::consciousness: {
      const CodeableConcept answer(given.value.member("valueCodeableConcept"));
      std::string_view letter = consciousness_of(answer.first_code(), answer.words());
      if (letter.empty()) letter = consciousness_of({}, given.value.member("valueString").text_or());
      if (present && !letter.empty()) keep(consciousness_, given, std::nullopt, std::string(letter));
      return true;
    }
    case Measure::pregnancy:
    case Measure::gestation:
    case Measure::delivery_date:
    case Measure::lactation: read_pregnancy(measure, given); return true;
    case Measure::smoking: {
      const CodeableConcept answer(given.value.member("valueCodeableConcept"));
      const std::string words = clinical_words(answer.words(snomed_system));
      if (!words.empty() && patient.conditions.size() < max_list_entries) patient.conditions.push_back({words, {}, {}});
      return true;
    }
    case Measure::none: break;
  }
  return false;
}

void ObservationReader::read_pregnancy(Measure measure, const Given& given) {
  if (given.age_days && *given.age_days < -1.0 && measure != Measure::delivery_date) return;
  const CodeableConcept answer(given.value.member("valueCodeableConcept"));
  if (measure == Measure::pregnancy) {
    Answer said = Answer::unknown;
    answer.any_coding([&](std::string_view, std::string_view code, std::string_view) {
      said = pregnancy_answer(code);
      return said != Answer::unknown;
    });
    if (const auto flag = given.value.member("valueBoolean").boolean()) said = *flag ? Answer::yes : Answer::no;
    const std::string words = knowledge::lower_case(answer.words());
    if (said == Answer::unknown && words == "pregnant") said = Answer::yes;
    if (said == Answer::unknown && words == "not pregnant") said = Answer::no;
    // What is not known now was not known before either: the earlier answer goes.
    keep(pregnant_, given, said == Answer::unknown ? -1.0 : said == Answer::yes ? 1.0 : 0.0);
  } else if (measure == Measure::gestation) {
    const JsonView quantity = given.value.member("valueQuantity");
    const auto number = quantity.member("value").number();
    const auto value =
        number ? in_range(converted(weeks, *number, unit_of(quantity)), plausible::gestation_weeks) : std::nullopt;
    keep(gestation_, given, value);
  } else if (measure == Measure::delivery_date) {
    const auto days = days_before(given.value.member("valueDateTime").text_or(), Partial::middle, now_);
    if (days) keep(delivery_, given, weeks_of_pregnancy + *days / 7.0);
  } else {
    const std::string words = knowledge::lower_case(answer.words());
    const bool denied = words.find("not ") != std::string::npos || words == "no" || words.find("never") == 0;
    const bool said =
        words == "yes" || words.find("breast") != std::string::npos || answer.has_code({"413712001", "169750002"});
    const auto flag = given.value.member("valueBoolean").boolean();
    if (flag || denied || said) keep(lactating_, given, flag ? (*flag ? 1.0 : 0.0) : denied ? 0.0 : 1.0);
  }
}

void ObservationReader::add_lab(const Given& given, std::string name, core::Patient& patient) const {
  patient.states_labs = true;
  if (patient.labs.size() >= max_list_entries) return;
  core::LabResult lab;
  lab.name = std::move(name);
  lab.when = time_words(given.when);
  lab.value = std::string();  // not known
  const JsonView quantity = given.value.member("valueQuantity");
  if (quantity.is_object()) {
    lab.unit = plain_text(unit_of(quantity));
    const std::string_view comparator = quantity.member("comparator").text_or();
    if (const auto number = quantity.member("value").number()) {
      if (comparator.empty()) {
        lab.value = *number;
      } else {
        lab.value = plain_text(comparator) + number_text(*number);
      }
    }
  } else if (const auto whole = given.value.member("valueInteger").number()) {
    lab.value = *whole;
  } else if (const auto text = given.value.member("valueString").text()) {
    lab.value = plain_text(*text);
  } else if (const JsonView coded = given.value.member("valueCodeableConcept"); coded.present()) {
    lab.value = clinical_words(CodeableConcept(coded).words());
  } else if (const JsonView range = given.value.member("valueRange"); range.is_object()) {
    lab.value = quantity_text(range.member("low")) + "-" + quantity_text(range.member("high"));
    lab.unit = plain_text(unit_of(range.member("high")));
  } else if (const JsonView ratio = given.value.member("valueRatio"); ratio.is_object()) {
    lab.value = quantity_text(ratio.member("numerator")) + ":" + quantity_text(ratio.member("denominator"));
  } else if (given.status == "registered" || given.status == "preliminary") {
    lab.value = std::string("pending");
  }
  patient.labs.push_back(std::move(lab));
}

void ObservationReader::finish(core::Case& subject) {
  core::Patient& patient = subject.patient;
  patient.weight_kg = weight_.value;
  patient.height_cm = height_.value;
  core::Vitals vitals;
  vitals.respiratory_rate = respiratory_rate_.value;
  vitals.spo2 = spo2_.value;
  vitals.systolic_bp = systolic_.value;
  vitals.diastolic_bp = diastolic_.value;
  vitals.heart_rate = heart_rate_.value;
  vitals.temperature_c = temperature_.value;
  vitals.consciousness = consciousness_.text;
  if (oxygen_flow_.value) vitals.supplemental_oxygen = *oxygen_flow_.value > 0.0;
  if (oxygen_concentration_.value && !vitals.supplemental_oxygen.value_or(false))
    vitals.supplemental_oxygen = *oxygen_concentration_.value > room_air;
  if (vitals != core::Vitals{}) subject.vitals = vitals;

  const double pregnant_age = pregnant_.age_days.value_or(0.0);
  if (pregnant_.value == 1.0 && pregnant_age <= days_of_pregnancy) patient.pregnant = true;
  if (pregnant_.value == 0.0 && pregnant_age <= days_without_pregnancy) patient.pregnant = false;
  // A week that was counted then is counted on; who has said since that there is no pregnancy has none.
  if (gestation_.value && patient.pregnant.value_or(true)) {
    const double now = *gestation_.value + gestation_.age_days.value_or(0.0) / 7.0;
    if (contains(plausible::gestation_weeks, now)) patient.gestation_weeks = std::floor(now * 10.0) / 10.0;
  } else if (delivery_.value && patient.pregnant.value_or(true) && *delivery_.value > 2.0 &&
             contains({2.0, 42.0}, *delivery_.value)) {
    patient.gestation_weeks = std::floor(*delivery_.value * 10.0) / 10.0;
  }
  if (patient.gestation_weeks && !patient.pregnant) patient.pregnant = true;
  if (lactating_.value && lactating_.age_days.value_or(0.0) <= days_of_lactation)
    patient.lactating = *lactating_.value == 1.0;
}

}  // namespace guardian::adapters::fhir
