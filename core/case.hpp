#pragma once
// What is to be reviewed: a patient, medicines, orders and notes, as the caller stated them. Absent means unknown.

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/medication.hpp"

namespace guardian::core {

enum class AgeUnit : std::uint8_t { years, months, days };
enum class Sex : std::uint8_t { female, male, other };

struct CodedText {
  std::string text;
  std::string code;
  std::string system;

  friend bool operator==(const CodedText&, const CodedText&) = default;
};

struct Allergy {
  std::string text;
  std::string reaction;  // as written; empty when not stated

  friend bool operator==(const Allergy&, const Allergy&) = default;
};

struct LabResult {
  std::string name;
  std::variant<double, std::string> value;  // text such as "pending": the result is not known
  std::string unit;
  std::string when;

  friend bool operator==(const LabResult&, const LabResult&) = default;
};

struct Patient {
  std::optional<double> age;
  AgeUnit age_unit = AgeUnit::years;
  std::optional<Sex> sex;
  std::optional<double> weight_kg;
  std::optional<double> height_cm;
  std::optional<bool> pregnant;
  std::optional<double> gestation_weeks;
  std::optional<bool> lactating;
  std::vector<CodedText> conditions;
  std::vector<Allergy> allergies;
  std::vector<LabResult> labs;
  // Whether the case has the list at all: an empty one says that there are none.
  bool states_conditions = false;
  bool states_allergies = false;
  bool states_labs = false;

  friend bool operator==(const Patient&, const Patient&) = default;
};

struct Vitals {
  std::optional<double> respiratory_rate;
  std::optional<double> spo2;
  std::optional<int> spo2_scale;
  std::optional<bool> supplemental_oxygen;
  std::optional<double> systolic_bp;
  std::optional<double> diastolic_bp;
  std::optional<double> heart_rate;
  std::optional<double> temperature_c;
  std::string consciousness;  // one of A C V P U; empty when not stated

  friend bool operator==(const Vitals&, const Vitals&) = default;
};

struct Case {
  std::string id;
  std::string as_of;   // ISO 8601, UTC; the time that the case is reviewed at
  std::string locale;  // ISO country code that decides brands; empty: the configured one
  Patient patient;
  std::vector<MedicationEntry> medications;  // taken, then ordered, in the order written
  std::string note;
  std::optional<Vitals> vitals;
  bool medicines_only = false;               // a list of names without a patient: only checked against each other
  std::vector<std::string> ignored_members;  // JSON pointers of members that no one reads

  friend bool operator==(const Case&, const Case&) = default;
};

}  // namespace guardian::core
