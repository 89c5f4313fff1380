#include "adapters/json/case_codec.hpp"

#include <array>

#include "adapters/json/iso_time.hpp"
#include "adapters/json/json_reading.hpp"
#include "adapters/json/medication_members.hpp"
#include "adapters/json/member_reader.hpp"
#include "adapters/json/plausible.hpp"
#include "adapters/json/python_guardian_codec.hpp"

namespace guardian::adapters {
namespace {

using core::AgeUnit;
using core::Sex;

constexpr std::array<std::string_view, 3> age_unit_words{"y", "mo", "d"};  // in the order of AgeUnit
constexpr std::array<std::string_view, 3> sex_words{"F", "M", "other"};    // in the order of Sex
constexpr std::array<std::string_view, 5> consciousness_words{"A", "C", "V", "P", "U"};

constexpr std::array<NumberRange, 3> age_ranges{plausible::age_years, plausible::age_months, plausible::age_days};

void read_conditions(MemberReader& patient, core::Patient& value, DecodeLog& log) {
  const JsonList* entries = patient.list("conditions", max_list_entries);
  if (entries == nullptr) return;
  value.states_conditions = true;
  for (std::size_t i = 0; i < entries->size(); ++i) {
    const std::string path = entry_pointer(patient.path_of("conditions"), i);
    core::CodedText condition;
    if (const std::string* text = (*entries)[i].text()) {
      if (check_text(*text, path, log)) condition.text = *text;
    } else if (const JsonObject* object = (*entries)[i].object()) {
      MemberReader members(*object, path, log);
      const std::size_t problems_before = log.problems().size();
      condition.text = members.optional_text("text");
      condition.code = members.optional_text("code");
      condition.system = members.optional_text("system");
      if (condition.text.empty() && condition.code.empty() && log.problems().size() == problems_before) {
        log.problem(members.path_of("text"), "is required where there is no code");
      }
      members.finish();
    } else {
      log.problem(path, "must be an object or a string");
    }
    value.conditions.push_back(std::move(condition));
  }
}

void read_allergies(MemberReader& patient, core::Patient& value, DecodeLog& log) {
  const JsonList* entries = patient.list("allergies", max_list_entries);
  if (entries == nullptr) return;
  value.states_allergies = true;
  for (std::size_t i = 0; i < entries->size(); ++i) {
    const std::string path = entry_pointer(patient.path_of("allergies"), i);
    core::Allergy allergy;
    if (const std::string* text = (*entries)[i].text()) {
      if (check_text(*text, path, log)) allergy.text = *text;
    } else if (const JsonObject* object = (*entries)[i].object()) {
      MemberReader members(*object, path, log);
      const std::size_t problems_before = log.problems().size();
      allergy.text = members.text("text");
      const std::string allergen = members.text("allergen");
      if (allergy.text.empty()) {
        allergy.text = allergen;
      } else if (!allergen.empty()) {
        log.problem(members.path_of("allergen"), "must not be given together with text");
      }
      if (allergy.text.empty() && log.problems().size() == problems_before) {
        log.problem(members.path_of("text"), "is required");
      }
      allergy.reaction = members.optional_text("reaction");
      members.finish();
    } else {
      log.problem(path, "must be an object or a string");
    }
    value.allergies.push_back(std::move(allergy));
  }
}

// Text of any form is let through as the moment of a test, but what looks like a date must be one.
void check_when(const std::string& when, const std::string& path, DecodeLog& log) {
  if (looks_like_date(when) && !utc_time(when))
    log.problem(path, "must be a date such as 2026-11-02, or \"3 days ago\"");
}

void read_lab(const JsonObject& object, const std::string& path, core::Patient& value, DecodeLog& log) {
  MemberReader members(object, path, log);
  const std::size_t problems_before = log.problems().size();
  core::LabResult lab;
  lab.name = members.text("name");
  if (lab.name.empty() && log.problems().size() == problems_before) log.problem(members.path_of("name"), "is required");
  lab.value = std::string();  // not known
  if (const JsonValue* given = members.find("value")) {
    if (const double* number = given->number()) {
      lab.value = *number;
    } else if (const std::string* text = given->text()) {
      if (check_text(*text, members.path_of("value"), log)) lab.value = *text;
    } else {
      log.problem(members.path_of("value"), "must be a number or a string");
    }
  }
  lab.unit = members.optional_text("unit");
  lab.when = members.optional_text("when");
  check_when(lab.when, members.path_of("when"), log);
  members.finish();
  value.labs.push_back(std::move(lab));
}

void read_labs(MemberReader& patient, core::Patient& value, DecodeLog& log) {
  const JsonList* entries = patient.list("labs", max_list_entries);
  if (entries == nullptr) return;
  value.states_labs = true;
  for (std::size_t i = 0; i < entries->size(); ++i) {
    const std::string path = entry_pointer(patient.path_of("labs"), i);
    if (const JsonObject* object = (*entries)[i].object()) {
      read_lab(*object, path, value, log);
    } else {
      log.problem(path, "must be an object");
    }
  }
}

core::Patient read_patient(const JsonObject& object, const std::string& path, DecodeLog& log) {
  MemberReader members(object, path, log);
  core::Patient value;
  if (const auto unit = members.word("age_unit", age_unit_words)) value.age_unit = static_cast<AgeUnit>(*unit);
  value.age = members.number("age", age_ranges[static_cast<std::size_t>(value.age_unit)]);
  if (const auto sex = members.word("sex", sex_words)) value.sex = static_cast<Sex>(*sex);
  value.weight_kg = members.number("weight_kg", plausible::weight_kg);
  value.height_cm = members.number("height_cm", plausible::height_cm);
  value.pregnant = members.boolean("pregnant");
  value.gestation_weeks = members.number("gestation_weeks", plausible::gestation_weeks);
  value.lactating = members.boolean("lactating");
  read_conditions(members, value, log);
  read_allergies(members, value, log);
  read_labs(members, value, log);
  members.finish();
  return value;
}

core::Vitals read_vitals(const JsonObject& object, const std::string& path, DecodeLog& log) {
  MemberReader members(object, path, log);
  core::Vitals value;
  value.respiratory_rate = members.number("rr", plausible::respiratory_rate);
  value.spo2 = members.number("spo2", plausible::spo2);
  if (const auto scale = members.number("spo2_scale", {1, 2})) {
    if (*scale == 1.0 || *scale == 2.0) {
      value.spo2_scale = static_cast<int>(*scale);
    } else {
      log.problem(members.path_of("spo2_scale"), "must be 1 or 2");
    }
  }
  value.supplemental_oxygen = members.boolean("supplemental_o2");
  value.systolic_bp = members.number("sbp", plausible::systolic_bp);
  value.diastolic_bp = members.number("dbp", plausible::diastolic_bp);
  if (value.systolic_bp && value.diastolic_bp && *value.diastolic_bp > *value.systolic_bp) {
    log.problem(members.path_of("dbp"), "must not be above sbp");
  }
  value.heart_rate = members.number("hr", plausible::heart_rate);
  value.temperature_c = members.number("temp_c", plausible::temperature_c);
  if (const auto word = members.word("consciousness", consciousness_words)) {
    value.consciousness = consciousness_words[*word];
  }
  members.finish();
  return value;
}

core::Case read_case(const JsonObject& object, DecodeLog& log) {
  MemberReader members(object, "", log);
  core::Case value;
  const std::size_t problems_before = log.problems().size();
  value.id = members.text("id");
  if (value.id.empty() && log.problems().size() == problems_before) log.problem("/id", "is required");
  read_circumstances(members, value, log);
  if (const JsonObject* patient = members.object("patient")) value.patient = read_patient(*patient, "/patient", log);
  const std::size_t problems_before_medications = log.problems().size();
  read_medications(members, value, log);
  read_orders(members, value, log);
  if (value.medications.empty() && log.problems().size() == problems_before_medications) {
    log.problem("/medications", "at least one medicine or order is required");
  }
  value.note = members.long_text("note");
  if (const JsonObject* vitals = members.object("vitals")) value.vitals = read_vitals(*vitals, "/vitals", log);
  members.finish();
  return value;
}

// The document as one object, or nothing and a problem that says what to pass instead.
const JsonObject* one_case(const JsonValue& document, DecodeLog& log) {
  constexpr const char* one_a_file = "holds a list; pass one patient a file";
  if (document.list() != nullptr) {
    log.problem("", one_a_file);
    return nullptr;
  }
  const JsonObject* object = document.object();
  if (object == nullptr) {
    log.problem("", "must be a JSON object");
    return nullptr;
  }
  const bool names_itself = find_member(*object, "id") != nullptr || find_member(*object, "patient_id") != nullptr;
  const JsonValue* patients = find_member(*object, "patients");
  if (!names_itself && patients != nullptr && (patients->list() != nullptr || patients->object() != nullptr)) {
    log.problem("/patients", one_a_file);
    return nullptr;
  }
  return object;
}

}  // namespace

CaseDecoding decode_case(std::string_view json_text) {
  CaseDecoding decoding;
  const JsonParsing document = read_json(json_text);
  if (!document.value) {
    decoding.problems.push_back(document.problem);
    return decoding;
  }
  DecodeLog log;
  if (const JsonObject* object = one_case(*document.value, log)) {
    core::Case value = is_python_patient(*object) ? decode_python_patient(*object, log) : read_case(*object, log);
    if (!value.id.empty()) decoding.case_id = value.id;
    value.ignored_members = log.ignored();
    if (log.problems().empty()) decoding.value = std::move(value);
  }
  decoding.problems = log.problems();
  return decoding;
}

}  // namespace guardian::adapters
