#include "adapters/json/python_guardian_codec.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "adapters/json/loose_members.hpp"
#include "adapters/json/medication_members.hpp"
#include "adapters/json/plausible.hpp"
#include "adapters/json/python_guardian_measures.hpp"
#include "knowledge/text.hpp"

namespace guardian::adapters {
namespace {

using core::AgeUnit;
using core::MedicationEntry;
using core::MedicationStatus;
using core::Sex;
using knowledge::lower_case;
using knowledge::trimmed;

// How such files say that a list is empty.
constexpr std::array<std::string_view, 11> nothing_words{"none",
                                                         "none known",
                                                         "no known allergies",
                                                         "no known drug allergies",
                                                         "no known medical conditions",
                                                         "nka",
                                                         "nkda",
                                                         "nil",
                                                         "n/a",
                                                         "no allergies",
                                                         "none reported"};

bool says_nothing(std::string_view text) {
  std::string word = lower_case(trimmed(text));
  while (!word.empty() && word.back() == '.') word.pop_back();
  return std::find(nothing_words.begin(), nothing_words.end(), word) != nothing_words.end();
}

// A number of years, or text such as "8 months".
void read_age(const LooseMember& member, core::Patient& patient, DecodeLog& log) {
  if (member.value == nullptr) return;
  const auto quantity = loose_quantity(*member.value);
  const std::string unit = quantity ? lower_case(quantity->unit) : std::string();
  const auto begins = [&unit](std::string_view word) { return unit.compare(0, word.size(), word) == 0; };
  NumberRange range = plausible::age_years;
  double factor = 1.0;
  if (!quantity) {
    log.ignore(member.path);
    return;
  }
  if (unit == "mo" || unit == "mos" || begins("month")) {
    patient.age_unit = AgeUnit::months;
    range = plausible::age_months;
  } else if (unit == "d" || begins("day") || unit == "wk" || begins("week")) {
    patient.age_unit = AgeUnit::days;
    range = plausible::age_days;
    factor = unit.front() == 'w' ? 7.0 : 1.0;
  } else if (!unit.empty() && unit.front() != 'y') {
    log.ignore(member.path);
    return;
  }
  if (contains(range, quantity->number * factor)) {
    patient.age = quantity->number * factor;
  } else {
    log.problem(member.path, range_message(range));
  }
}

void read_sex(const LooseMember& member, core::Patient& patient, DecodeLog& log) {
  const std::string word = lower_case(loose_text(member, log));
  if (word == "f" || word == "female" || word == "woman") {
    patient.sex = Sex::female;
  } else if (word == "m" || word == "male" || word == "man") {
    patient.sex = Sex::male;
  } else if (word == "other" || word == "nonbinary" || word == "non-binary" || word == "intersex") {
    patient.sex = Sex::other;
  } else if (!word.empty()) {
    log.ignore(member.path);
  }
}

void read_status(const LooseMember& member, MedicationEntry& entry, DecodeLog& log) {
  const std::string word = lower_case(loose_text(member, log));
  if (word == "stopped" || word == "discontinued" || word == "completed") {
    entry.status = MedicationStatus::stopped;
  } else if (word == "on-hold" || word == "on hold" || word == "held" || word == "paused") {
    entry.status = MedicationStatus::on_hold;
  } else if (!word.empty() && word != "active" && word != "current" && word != "ongoing") {
    log.ignore(member.path);
  }
}

// Whether `text` already ends in `part` as words of its own ("Warfarin 5mg" and "5mg", not "Humulin 70/30" and "30").
bool ends_in(const std::string& text, const std::string& part) {
  if (part.size() >= text.size() || text[text.size() - part.size() - 1] != ' ') return false;
  return lower_case(std::string_view(text).substr(text.size() - part.size())) == lower_case(part);
}

// "Warfarin", "5mg", "Once daily" become "Warfarin 5mg Once daily"; a dosage that the name holds is not written twice.
void append_part(std::string& text, const std::string& part) {
  if (part.empty() || ends_in(text, part)) return;
  text += ' ';
  text += part;
}

void read_medicine_members(const JsonObject& object, MedicationEntry& entry, DecodeLog& log) {
  MemberReader members(object, entry.element, log);
  const std::size_t problems_before = log.problems().size();
  const LooseMember name = first_of(members, {"name", "medication", "drug", "text"}, log);
  if (name.value == nullptr) {
    if (log.problems().size() == problems_before) log.problem(members.path_of("name"), "is required");
  } else if (const std::string* text = name.value->text()) {
    if (check_text(*text, name.path, log)) entry.text = std::string(trimmed(*text));
  } else {
    log.problem(name.path, "must be a string");
  }
  append_part(entry.text, loose_text(first_of(members, {"dosage", "dose", "strength"}, log), log));
  append_part(entry.text, loose_text(first_of(members, {"route"}, log), log));
  append_part(entry.text, loose_text(first_of(members, {"frequency", "schedule"}, log), log));
  read_status(first_of(members, {"status"}, log), entry, log);
  members.finish();
}

void read_medicines(MemberReader& members, std::string_view name, core::Case& value, DecodeLog& log) {
  const JsonList* entries = members.list(name, max_medications);
  if (entries == nullptr) return;
  for (std::size_t i = 0; i < entries->size(); ++i) {
    MedicationEntry entry;
    entry.element = entry_pointer(members.path_of(name), i);
    if (const std::string* text = (*entries)[i].text()) {
      if (says_nothing(*text)) {
        log.ignore(entry.element);
        continue;
      }
      if (check_text(*text, entry.element, log)) entry.text = *text;
    } else if (const JsonObject* object = (*entries)[i].object()) {
      read_medicine_members(*object, entry, log);
    } else {
      log.problem(entry.element, "must be an object or a string");
    }
    value.medications.push_back(std::move(entry));
  }
}

// Calls `take(text, reaction)` for each entry of a list of strings or objects, or of one string with commas.
template <class Take>
void for_each_named(const LooseMember& member, std::initializer_list<std::string_view> names, const Take& take,
                    DecodeLog& log) {
  if (member.value == nullptr) return;
  if (const std::string* text = member.value->text()) {
    if (text->size() > max_text_bytes || text->find('\0') != std::string::npos || says_nothing(*text)) {
      log.ignore(member.path);
      return;
    }
    for (const std::string_view part : knowledge::split(*text, ",")) {
      if (!part.empty()) take(std::string(part), std::string());
    }
    return;
  }
  const JsonList* entries = member.value->list();
  if (entries == nullptr || entries->size() > max_list_entries) {
    log.ignore(member.path);
    return;
  }
  for (std::size_t i = 0; i < entries->size(); ++i) {
    const std::string path = entry_pointer(member.path, i);
    std::string text;
    std::string reaction;
    if (const JsonObject* object = (*entries)[i].object()) {
      MemberReader members(*object, path, log);
      text = loose_text(first_of(members, names, log), log);
      reaction = loose_text(first_of(members, {"reaction"}, log), log);
      members.finish();
    } else if ((*entries)[i].text() != nullptr) {
      text = loose_text({&(*entries)[i], path}, log);
    }
    if (text.empty() || says_nothing(text)) {
      log.ignore(path);
    } else {
      take(std::move(text), std::move(reaction));
    }
  }
}

// The notes as one text, each on its line behind its date.
void append_notes(const LooseMember& member, core::Case& value, DecodeLog& log) {
  if (member.value == nullptr) return;
  const auto append = [&value](const std::string& line) {
    if (!value.note.empty()) value.note += '\n';
    value.note += line;
  };
  const auto usable = [](const std::string* text) {
    return text != nullptr && !is_blank(*text) && text->find('\0') == std::string::npos;
  };
  if (usable(member.value->text())) {
    append(*member.value->text());
    return;
  }
  const JsonList* entries = member.value->list();
  if (entries == nullptr) {
    log.ignore(member.path);
    return;
  }
  for (std::size_t i = 0; i < entries->size(); ++i) {
    const std::string path = entry_pointer(member.path, i);
    if (const JsonObject* object = (*entries)[i].object()) {
      MemberReader members(*object, path, log);
      const LooseMember note = first_of(members, {"note", "text"}, log);
      const std::string date = loose_text(first_of(members, {"date"}, log), log);
      const bool is_usable = note.value != nullptr && usable(note.value->text());
      if (is_usable) append(date.empty() ? *note.value->text() : date + ": " + *note.value->text());
      if (!is_usable) log.ignore(path);
      members.finish();
    } else if (usable((*entries)[i].text())) {
      append(*(*entries)[i].text());
    } else {
      log.ignore(path);
    }
  }
}

core::Patient read_patient(MemberReader& members, DecodeLog& log) {
  core::Patient patient;
  read_age(first_of(members, {"age"}, log), patient, log);
  read_sex(first_of(members, {"sex", "gender"}, log), patient, log);
  patient.weight_kg =
      loose_number(first_of(members, {"weight_kg", "weight"}, log), kilograms, plausible::weight_kg, log);
  patient.height_cm =
      loose_number(first_of(members, {"height_cm", "height"}, log), centimetres, plausible::height_cm, log);
  patient.pregnant = loose_boolean(first_of(members, {"pregnant", "is_pregnant"}, log), log);
  patient.gestation_weeks = loose_number(first_of(members, {"gestation_weeks", "gestational_weeks"}, log),
                                         unit_does_not_matter, plausible::gestation_weeks, log);
  patient.lactating = loose_boolean(first_of(members, {"lactating", "breastfeeding"}, log), log);
  const LooseMember conditions = first_of(members, {"medical_conditions", "conditions"}, log);
  patient.states_conditions = conditions.value != nullptr;
  for_each_named(
      conditions, {"name", "condition", "text"},
      [&](std::string text, const std::string&) {
        patient.conditions.push_back({std::move(text), "", ""});
      },
      log);
  const LooseMember allergies = first_of(members, {"allergies"}, log);
  patient.states_allergies = allergies.value != nullptr;
  for_each_named(
      allergies, {"allergen", "name", "substance", "text"},
      [&](std::string text, std::string reaction) {
        patient.allergies.push_back({std::move(text), std::move(reaction)});
      },
      log);
  const LooseMember labs = first_of(members, {"recent_labs", "labs"}, log);
  patient.states_labs = labs.value != nullptr;
  if (labs.value != nullptr) patient.labs = read_python_labs(*labs.value, labs.path, log);
  return patient;
}

}  // namespace

bool is_python_patient(const JsonObject& document) noexcept {
  return find_member(document, "patient_id") != nullptr && find_member(document, "id") == nullptr;
}

core::Case decode_python_patient(const JsonObject& document, DecodeLog& log) {
  MemberReader members(document, "", log);
  core::Case value;
  const LooseMember id = first_of(members, {"patient_id"}, log);
  if (id.value != nullptr && id.value->number() != nullptr) {
    value.id = knowledge::format_number(*id.value->number());
  } else if (id.value != nullptr) {
    value.id = members.text("patient_id");
  }
  read_circumstances(members, value, log);
  value.patient = read_patient(members, log);
  const std::size_t problems_before = log.problems().size();
  read_medicines(members, "current_medications", value, log);
  read_medicines(members, "medications", value, log);
  read_orders(members, value, log);
  if (value.medications.empty() && log.problems().size() == problems_before) {
    log.problem("/current_medications", "at least one medicine or order is required");
  }
  append_notes(first_of(members, {"clinical_notes", "notes", "note"}, log), value, log);
  const LooseMember vitals = first_of(members, {"vital_signs", "vitals"}, log);
  if (vitals.value != nullptr && vitals.value->object() != nullptr) {
    value.vitals = read_python_vitals(*vitals.value->object(), vitals.path, log);
  } else if (vitals.value != nullptr) {
    log.ignore(vitals.path);
  }
  members.finish();
  return value;
}

}  // namespace guardian::adapters
