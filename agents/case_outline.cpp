#include "agents/case_outline.hpp"

#include <cmath>
#include <variant>

#include "core/age.hpp"
#include "knowledge/text.hpp"

namespace guardian::agents {
namespace {

constexpr double oldest_age = 89.0;

using knowledge::format_number;

std::string age_of(const core::Patient& patient) {
  const auto years = core::age_in_years(patient);
  if (!years) return {};
  if (*years > oldest_age) return "over 89 years";
  const double age = std::floor(*patient.age);
  switch (patient.age_unit) {
    case core::AgeUnit::years: return format_number(age) + " years";
    case core::AgeUnit::months: return format_number(age) + " months";
    case core::AgeUnit::days: return format_number(age) + " days";
  }
  return {};
}

std::string sex_of(const core::Patient& patient) {
  if (!patient.sex) return {};
  switch (*patient.sex) {
    case core::Sex::female: return "female";
    case core::Sex::male: return "male";
    case core::Sex::other: return "other";
  }
  return {};
}

std::string reproduction_of(const core::Patient& patient) {
  std::string text;
  if (patient.pregnant.value_or(false)) {
    text = "pregnant";
    if (patient.gestation_weeks) text += ", " + format_number(*patient.gestation_weeks) + " weeks";
  }
  if (patient.lactating.value_or(false)) text += text.empty() ? "breastfeeding" : ", breastfeeding";
  return text;
}

std::vector<std::string> vitals_of(const core::Vitals& vitals) {
  std::vector<std::string> lines;
  const auto add = [&](const char* name, const std::optional<double>& value, const char* unit) {
    if (value) lines.push_back(std::string(name) + " " + format_number(*value) + unit);
  };
  add("respiratory rate", vitals.respiratory_rate, "/min");
  add("SpO2", vitals.spo2, " %");
  add("systolic blood pressure", vitals.systolic_bp, " mmHg");
  add("diastolic blood pressure", vitals.diastolic_bp, " mmHg");
  add("heart rate", vitals.heart_rate, "/min");
  add("temperature", vitals.temperature_c, " C");
  if (vitals.supplemental_oxygen) lines.emplace_back(*vitals.supplemental_oxygen ? "on oxygen" : "on air");
  if (vitals.consciousness.size() == 1) lines.push_back("consciousness " + vitals.consciousness);
  return lines;
}

}  // namespace

CaseOutline outline(const core::Case& subject, std::span<const core::Finding> findings, const MaskLexicon& lexicon,
                    MaskTable& table, OutlineOptions options) {
  CaseOutline outline;
  const auto masked = [&](const std::string& text) {
    return options.with_free_text ? mask(text, lexicon, table).text : clinical_words(text, lexicon, table);
  };
  const core::Patient& patient = subject.patient;
  outline.age = age_of(patient);
  outline.sex = sex_of(patient);
  outline.weight_kg = patient.weight_kg;
  outline.reproduction = reproduction_of(patient);
  for (const core::CodedText& condition : patient.conditions) outline.conditions.push_back(masked(condition.text));
  for (const core::Allergy& allergy : patient.allergies) {
    const std::string reaction = masked(allergy.reaction);
    outline.allergies.push_back(masked(allergy.text) + (reaction.empty() ? "" : " (" + reaction + ")"));
  }
  for (const core::LabResult& lab : patient.labs) {
    std::string line = masked(lab.name) + " ";
    if (const auto* number = std::get_if<double>(&lab.value)) {
      line += format_number(*number);
    } else {
      line += masked(std::get<std::string>(lab.value));
    }
    if (const std::string unit = masked(lab.unit); !unit.empty()) line += " " + unit;
    if (const std::string when = masked(lab.when); !when.empty()) line += ", " + when;
    outline.labs.push_back(std::move(line));
  }
  if (subject.vitals) outline.vitals = vitals_of(*subject.vitals);
  for (const core::MedicationEntry& entry : subject.medications) {
    std::string line = masked(entry.text);
    if (entry.status != core::MedicationStatus::active) line += ", " + std::string(to_string(entry.status));
    if (entry.stopped_days_ago) line += " " + format_number(*entry.stopped_days_ago) + " days ago";
    (entry.is_order ? outline.orders : outline.medicines).push_back(std::move(line));
  }
  for (const core::Finding& finding : findings) {
    outline.findings.push_back({finding.id, std::string(to_string(finding.type)),
                                std::string(to_string(finding.severity)), masked(finding.title)});
  }
  if (options.with_free_text) outline.note = mask(subject.note, lexicon, table).text;
  return outline;
}

std::string to_text(const CaseOutline& outline) {
  std::string text;
  const auto line = [&](std::string_view name, const std::string& value) {
    if (!value.empty()) text += std::string(name) + ": " + value + "\n";
  };
  const auto lines = [&](std::string_view name, const std::vector<std::string>& values) {
    for (const std::string& value : values) line(name, value);
  };
  line("age", outline.age);
  line("sex", outline.sex);
  if (outline.weight_kg) line("weight", format_number(*outline.weight_kg) + " kg");
  line("pregnancy", outline.reproduction);
  lines("condition", outline.conditions);
  lines("allergy", outline.allergies);
  lines("laboratory", outline.labs);
  lines("vital sign", outline.vitals);
  lines("medicine", outline.medicines);
  lines("order", outline.orders);
  for (const CaseOutline::Finding& finding : outline.findings)
    line("finding " + finding.id, finding.type + ", " + finding.severity + ": " + finding.title);
  line("note", outline.note);
  return text;
}

}  // namespace guardian::agents
