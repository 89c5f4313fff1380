#include "knowledge/patient_pregnancy.hpp"

#include "knowledge/text.hpp"

namespace guardian::knowledge {
namespace {

// reproductive potential", taken wide).
constexpr double youngest_to_ask = 12.0;
constexpr double oldest_to_ask = 50.0;
constexpr double oldest_with_week = 55.0;  // of whom a note's "24/40" is believed
// Weeks of gestation at which the second and third trimester, and the time near term, begin (ACOG).
constexpr double second_trimester = 14.0;
constexpr double third_trimester = 28.0;
constexpr double near_term = 36.0;

}  // namespace

bool may_be_pregnant(const PatientFacts& facts) {
  return facts.subject().patient.sex == core::Sex::female && facts.subject().patient.pregnant.value_or(true) &&
         (!facts.years || (*facts.years >= youngest_to_ask && *facts.years <= oldest_with_week));
}

void read_pregnancy(PatientFacts& facts) {
  const core::Patient& patient = facts.subject().patient;
  if (patient.gestation_weeks) facts.weeks = patient.gestation_weeks;
  if (facts.weeks)
    facts.add_quantity("gestation", *facts.weeks,
                       facts.source("/patient/gestation_weeks", format_number(*facts.weeks) + " weeks"));
  const bool male = patient.sex == core::Sex::male;
  const bool of_age = !facts.years || (*facts.years >= youngest_to_ask && *facts.years <= oldest_to_ask);
  const bool cannot = male || facts.lit("menopause") || facts.lit("hysterectomy");
  const bool pregnant = patient.pregnant.value_or(facts.weeks.has_value()) || facts.lit("pregnancy");
  facts.reading().pregnant = pregnant;
  if (pregnant) {
    const std::uint32_t from = facts.source("/patient/pregnant", "pregnant");
    if (!facts.lit("pregnancy")) facts.add_condition("pregnancy", Truth::yes, from);
    const auto weeks = facts.weeks;
    const auto part = [&](const char* name, double first, double last) {
      if (!weeks) return facts.add_condition(name, Truth::unknown, from);
      if (*weeks >= first && *weeks < last) facts.add_condition(name, Truth::yes, from);
    };
    part("trimester_1", 0.0, second_trimester);
    part("trimester_2", second_trimester, third_trimester);
    part("trimester_3", third_trimester, 60.0);
    part("near_term", near_term, 60.0);
  } else if (!patient.pregnant && !cannot && of_age && patient.sex == core::Sex::female) {
    const std::uint32_t from = facts.source("/patient", "pregnancy not stated");
    for (const char* name : {"pregnancy", "trimester_1", "trimester_2", "trimester_3", "near_term"})
      facts.add_condition(name, Truth::unknown, from);
  }
  if (!pregnant && !cannot && of_age && facts.years && patient.sex == core::Sex::female)
    facts.add_condition("childbearing_potential", Truth::yes,
                        facts.source("/patient", "female, " + format_number(*facts.years) + " years"));
  if (!patient.sex && !patient.pregnant && of_age) facts.not_assessed("pregnancy checks", "sex of the patient");
  if (patient.lactating.value_or(false)) {
    if (!facts.lit("lactation"))
      facts.add_condition("lactation", Truth::yes, facts.source("/patient/lactating", "breastfeeding"));
  } else if (!patient.lactating && !facts.lit("lactation") && !cannot && of_age && patient.sex == core::Sex::female) {
    facts.add_condition("lactation", Truth::unknown, facts.source("/patient", "breastfeeding not stated"));
  }
}

}  // namespace guardian::knowledge
