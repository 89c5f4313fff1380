#include "adapters/json/case_writer.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <string_view>
#include <utility>

#include "adapters/json/json_text.hpp"
#include "adapters/json/json_value.hpp"

namespace guardian::adapters {
namespace {

constexpr std::array<std::string_view, 3> age_units{"y", "mo", "d"};
constexpr std::array<std::string_view, 3> sexes{"F", "M", "other"};

void number(JsonText& out, std::string_view name, const std::optional<double>& value) {
  if (value) out.number(name, *value);
}

void flag(JsonText& out, std::string_view name, const std::optional<bool>& value) {
  if (value) out.flag(name, *value);
}

void write_conditions(JsonText& out, const core::Patient& patient) {
  if (!patient.states_conditions && patient.conditions.empty()) return;
  out.open_list("conditions");
  for (const core::CodedText& condition : patient.conditions) {
    out.open_object();
    out.text("text", condition.text);
    out.text("code", condition.code);
    out.text("system", condition.system);
    out.close_object();
  }
  out.close_list();
}

void write_allergies(JsonText& out, const core::Patient& patient) {
  if (!patient.states_allergies && patient.allergies.empty()) return;
  out.open_list("allergies");
  for (const core::Allergy& allergy : patient.allergies) {
    out.open_object();
    out.text("text", allergy.text);
    out.text("reaction", allergy.reaction);
    out.close_object();
  }
  out.close_list();
}

void write_labs(JsonText& out, const core::Patient& patient) {
  if (!patient.states_labs && patient.labs.empty()) return;
  out.open_list("labs");
  for (const core::LabResult& lab : patient.labs) {
    out.open_object();
    out.text("name", lab.name);
    if (const double* value = std::get_if<double>(&lab.value)) {
      out.number("value", *value);
    } else {
      out.text("value", std::get<std::string>(lab.value));
    }
    out.text("unit", lab.unit);
    out.text("when", lab.when);
    out.close_object();
  }
  out.close_list();
}

void write_patient(JsonText& out, const core::Patient& patient) {
  out.open_object("patient");
  number(out, "age", patient.age);
  if (patient.age_unit != core::AgeUnit::years) {
    out.text("age_unit", age_units[static_cast<std::size_t>(patient.age_unit)]);
  }
  if (patient.sex) out.text("sex", sexes[static_cast<std::size_t>(*patient.sex)]);
  number(out, "weight_kg", patient.weight_kg);
  number(out, "height_cm", patient.height_cm);
  flag(out, "pregnant", patient.pregnant);
  number(out, "gestation_weeks", patient.gestation_weeks);
  flag(out, "lactating", patient.lactating);
  write_conditions(out, patient);
  write_allergies(out, patient);
  write_labs(out, patient);
  out.close_object();
}

void write_entries(JsonText& out, const core::Case& subject, bool orders) {
  const auto of_kind = [&](const core::MedicationEntry& entry) { return entry.is_order == orders; };
  if (std::none_of(subject.medications.begin(), subject.medications.end(), of_kind)) return;
  out.open_list(orders ? "orders" : "medications");
  for (const core::MedicationEntry& entry : subject.medications) {
    if (!of_kind(entry)) continue;
    out.open_object();
    out.text("text", entry.text);
    out.text("code", entry.code);
    out.text("system", entry.code_system);
    if (entry.text.empty() && entry.code.empty()) out.flag("unreadable", true);
    if (entry.status != core::MedicationStatus::active) out.text("status", core::to_string(entry.status));
    number(out, "stopped_days_ago", entry.stopped_days_ago);
    out.close_object();
  }
  out.close_list();
}

void write_vitals(JsonText& out, const core::Vitals& vitals) {
  out.open_object("vitals");
  number(out, "rr", vitals.respiratory_rate);
  number(out, "spo2", vitals.spo2);
  if (vitals.spo2_scale) out.number("spo2_scale", *vitals.spo2_scale);
  flag(out, "supplemental_o2", vitals.supplemental_oxygen);
  number(out, "sbp", vitals.systolic_bp);
  number(out, "dbp", vitals.diastolic_bp);
  number(out, "hr", vitals.heart_rate);
  number(out, "temp_c", vitals.temperature_c);
  out.text("consciousness", vitals.consciousness);
  out.close_object();
}

}  // namespace

std::vector<std::size_t> number_entries(core::Case& subject) {
  std::vector<std::size_t> order(subject.medications.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_partition(order.begin(), order.end(), [&](std::size_t at) { return !subject.medications[at].is_order; });
  std::vector<core::MedicationEntry> sorted;
  sorted.reserve(order.size());
  std::array<std::size_t, 2> count{};
  for (const std::size_t at : order) {
    core::MedicationEntry entry = std::move(subject.medications[at]);
    entry.element = entry_pointer(entry.is_order ? "/orders" : "/medications", count[entry.is_order ? 1 : 0]++);
    sorted.push_back(std::move(entry));
  }
  subject.medications = std::move(sorted);
  return order;
}

std::string encode_case(const core::Case& subject) {
  JsonText out;
  out.open_object();
  out.text("id", subject.id);
  out.text("as_of", subject.as_of);
  out.text("locale", subject.locale);
  if (!(subject.patient == core::Patient{})) write_patient(out, subject.patient);
  write_entries(out, subject, false);
  write_entries(out, subject, true);
  out.text("note", subject.note);
  if (subject.vitals) write_vitals(out, *subject.vitals);
  out.close_object();
  return out.take();
}

}  // namespace guardian::adapters
