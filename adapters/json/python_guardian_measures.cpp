#include "adapters/json/python_guardian_measures.hpp"

#include <algorithm>

#include "adapters/json/iso_time.hpp"
#include "adapters/json/loose_members.hpp"
#include "adapters/json/plausible.hpp"
#include "knowledge/text.hpp"

namespace guardian::adapters {
namespace {

using core::LabResult;

// A lab's date; a date that cannot be is ignored, words such as "3 days ago" pass.
std::string read_when(const LooseMember& member, DecodeLog& log) {
  std::string when = loose_text(member, log);
  if (when.size() > 10 && when[10] == ' ' && utc_time(when.substr(0, 10))) when[10] = 'T';  // "2024-10-15 08:30"
  const bool starts_as_date = when.size() > 4 && when.find_first_not_of("0123456789") == 4 && when[4] == '-';
  if (!starts_as_date || utc_time(when)) return when;
  log.ignore(member.path);
  return {};
}

// Fills value and unit from 1.1, "1.1 mg/dL" or "pending"; false when it is none of these.
bool read_result(const JsonValue& given, LabResult& lab) {
  if (const double* number = given.number()) {
    lab.value = *number;
    return true;
  }
  const std::string* text = given.text();
  if (text == nullptr || is_blank(*text) || text->size() > max_text_bytes || text->find('\0') != std::string::npos) {
    return false;
  }
  if (const auto quantity = loose_quantity(*text)) {
    lab.value = quantity->number;
    lab.unit = quantity->unit;
  } else {
    lab.value = std::string(knowledge::trimmed(*text));
  }
  return true;
}

// "white_blood_cells" is the name of a variable; the test is called "white blood cells".
std::string plain_name(std::string_view name) {
  std::string plain(knowledge::trimmed(name));
  std::replace(plain.begin(), plain.end(), '_', ' ');
  return plain;
}

// One test written as an object. Without a name of its own it has the one given.
void read_detailed_lab(const JsonObject& object, const std::string& path, LabResult lab, std::vector<LabResult>& labs,
                       DecodeLog& log) {
  MemberReader members(object, path, log);
  if (lab.name.empty()) lab.name = plain_name(loose_text(first_of(members, {"test", "name", "test_name"}, log), log));
  const LooseMember result = first_of(members, {"value", "result"}, log);
  const std::string unit = loose_text(first_of(members, {"unit", "units"}, log), log);
  const std::string when = read_when(first_of(members, {"date", "when"}, log), log);
  if (!when.empty()) lab.when = when;
  if (lab.name.empty() || result.value == nullptr || !read_result(*result.value, lab)) {
    log.ignore(path);
    return;
  }
  if (!unit.empty()) lab.unit = unit;
  members.finish();
  labs.push_back(std::move(lab));
}

std::vector<LabResult> read_lab_list(const JsonList& list, const std::string& path, DecodeLog& log) {
  std::vector<LabResult> labs;
  for (std::size_t i = 0; i < std::min(list.size(), max_list_entries); ++i) {
    if (const JsonObject* object = list[i].object()) {
      read_detailed_lab(*object, entry_pointer(path, i), {}, labs, log);
    } else {
      log.ignore(entry_pointer(path, i));
    }
  }
  if (list.size() > max_list_entries) log.ignore(path);
  return labs;
}

// {"date": "2024-10-15", "INR": 2.3, "creatinine": {"value": 1.1, "unit": "mg/dL"}}: the date is that of all of them.
std::vector<LabResult> read_lab_table(const JsonObject& table, const std::string& path, DecodeLog& log) {
  MemberReader members(table, path, log);
  const std::string when = read_when(first_of(members, {"date", "collection_date", "lab_date"}, log), log);
  std::vector<LabResult> labs;
  for (const JsonMember& member : table) {
    if (member.name == "date" || member.name == "collection_date" || member.name == "lab_date") continue;
    if (member.value.is_null()) continue;
    const std::string lab_path = member_pointer(path, member.name);
    LabResult lab;
    lab.name = plain_name(member.name);
    lab.when = when;
    const bool usable = !lab.name.empty() && lab.name.size() <= max_text_bytes &&
                        lab.name.find('\0') == std::string::npos && labs.size() < max_list_entries;
    if (const JsonObject* object = usable ? member.value.object() : nullptr; object != nullptr) {
      read_detailed_lab(*object, lab_path, std::move(lab), labs, log);
    } else if (usable && read_result(member.value, lab)) {
      labs.push_back(std::move(lab));
    } else {
      log.ignore(lab_path);
    }
  }
  return labs;
}

void set_pressure(std::optional<double>& target, double value, const NumberRange& range, const std::string& path,
                  DecodeLog& log) {
  if (contains(range, value)) {
    target = value;
  } else {
    log.problem(path, range_message(range));
  }
}

// "120/80", "120/80 mmHg" or {"systolic": 120, "diastolic": 80}
void read_blood_pressure(const LooseMember& member, core::Vitals& vitals, DecodeLog& log) {
  if (member.value == nullptr) return;
  if (const JsonObject* object = member.value->object()) {
    MemberReader members(*object, member.path, log);
    vitals.systolic_bp =
        loose_number(first_of(members, {"systolic", "sbp"}, log), unit_does_not_matter, plausible::systolic_bp, log);
    vitals.diastolic_bp =
        loose_number(first_of(members, {"diastolic", "dbp"}, log), unit_does_not_matter, plausible::diastolic_bp, log);
    members.finish();
    return;
  }
  const std::string* text = member.value->text();
  const auto slash = text == nullptr ? std::string::npos : text->find('/');
  if (slash != std::string::npos) {
    const auto systolic = loose_quantity(std::string_view(*text).substr(0, slash));
    const auto diastolic = loose_quantity(std::string_view(*text).substr(slash + 1));
    if (systolic && diastolic) {
      set_pressure(vitals.systolic_bp, systolic->number, plausible::systolic_bp, member.path, log);
      set_pressure(vitals.diastolic_bp, diastolic->number, plausible::diastolic_bp, member.path, log);
      return;
    }
  }
  log.ignore(member.path);
}

// "Alert" or "A": the letter of the ACVPU scale.
std::string read_consciousness(const LooseMember& member, DecodeLog& log) {
  const std::string word = knowledge::lower_case(loose_text(member, log));
  if (word.empty()) return {};
  if (word == "a" || word == "alert") return "A";
  if (word == "c" || word == "confused" || word == "confusion" || word == "new confusion") return "C";
  if (word == "v" || word == "voice" || word == "verbal") return "V";
  if (word == "p" || word == "pain") return "P";
  if (word == "u" || word == "unresponsive") return "U";
  log.ignore(member.path);
  return {};
}

}  // namespace

std::vector<LabResult> read_python_labs(const JsonValue& labs, const std::string& path, DecodeLog& log) {
  if (const JsonList* list = labs.list()) return read_lab_list(*list, path, log);
  if (const JsonObject* table = labs.object()) return read_lab_table(*table, path, log);
  log.ignore(path);
  return {};
}

core::Vitals read_python_vitals(const JsonObject& vitals, const std::string& path, DecodeLog& log) {
  MemberReader members(vitals, path, log);
  const auto number = [&](std::initializer_list<std::string_view> names, UnitConversion convert,
                          const NumberRange& range) {
    return loose_number(first_of(members, names, log), convert, range, log);
  };
  core::Vitals value;
  read_blood_pressure(first_of(members, {"blood_pressure", "bp"}, log), value, log);
  const auto systolic = number({"systolic_bp", "systolic", "sbp"}, unit_does_not_matter, plausible::systolic_bp);
  const auto diastolic = number({"diastolic_bp", "diastolic", "dbp"}, unit_does_not_matter, plausible::diastolic_bp);
  if (!value.systolic_bp) value.systolic_bp = systolic;
  if (!value.diastolic_bp) value.diastolic_bp = diastolic;
  if (value.systolic_bp && value.diastolic_bp && *value.diastolic_bp > *value.systolic_bp) {
    log.problem(path, "the diastolic blood pressure must not be above the systolic");
  }
  value.heart_rate = number({"heart_rate", "pulse", "hr"}, unit_does_not_matter, plausible::heart_rate);
  value.respiratory_rate =
      number({"respiratory_rate", "resp_rate", "rr"}, unit_does_not_matter, plausible::respiratory_rate);
  value.spo2 = number({"oxygen_saturation", "spo2", "o2_saturation"}, unit_does_not_matter, plausible::spo2);
  value.temperature_c = number({"temperature", "temperature_c", "temp_c", "temp"}, celsius, plausible::temperature_c);
  const auto from_fahrenheit = [](const LooseQuantity& quantity) { return celsius({quantity.number, "F"}); };
  const auto fahrenheit = number({"temperature_f", "temp_f"}, from_fahrenheit, plausible::temperature_c);
  if (!value.temperature_c) value.temperature_c = fahrenheit;
  value.supplemental_oxygen = loose_boolean(first_of(members, {"supplemental_oxygen", "supplemental_o2"}, log), log);
  value.consciousness = read_consciousness(first_of(members, {"consciousness", "avpu"}, log), log);
  members.finish();
  return value;
}

}  // namespace guardian::adapters
