#pragma once
// The codes that FHIR resources are read by: LOINC of results and vital signs, SNOMED CT and LOINC of answers, routes
// and reactions. Every function gives an empty text for a code that it does not know. Pure, thread-safe.
//
// LOINC codes and names are (c) Regenstrief Institute; SNOMED CT codes are those of the International Patient Summary,
// US Core and CareConnect value sets. What a LOINC code of a laboratory test means must agree with
// knowledge/seed/quantity_names.labs.tsv (a test holds the two together).

#include <cstdint>
#include <string_view>

namespace guardian::adapters::fhir {

inline constexpr std::string_view loinc_system = "http://loinc.org";
inline constexpr std::string_view snomed_system = "http://snomed.info/sct";

// The name that a case calls the test by ("potassium", "digoxin level").
[[nodiscard]] std::string_view lab_name(std::string_view loinc) noexcept;

// What else an observation may be about than a laboratory result.
enum class Measure : std::uint8_t {
  none,
  respiratory_rate,
  spo2,
  systolic_bp,
  diastolic_bp,
  heart_rate,
  temperature,
  weight,
  height,
  oxygen_flow,           // litres a minute
  oxygen_concentration,  // per cent of the air breathed
  consciousness,
  pregnancy,
  gestation,
  delivery_date,
  lactation,
  smoking
};
[[nodiscard]] Measure measure_of(std::string_view code) noexcept;  // LOINC or SNOMED CT

// One of A C V P U, from a code of an answer or from its words.
[[nodiscard]] std::string_view consciousness_of(std::string_view code, std::string_view words) noexcept;

enum class Answer : std::uint8_t { unknown, yes, no };
[[nodiscard]] Answer pregnancy_answer(std::string_view code) noexcept;

// What an entry of a list says instead of an item: "no known allergies", "no information".
enum class Absence : std::uint8_t { none, none_known, none_of_kind, no_information };
[[nodiscard]] Absence absence_of(std::string_view code) noexcept;

[[nodiscard]] std::string_view route_word(std::string_view snomed) noexcept;     // "oral"
[[nodiscard]] std::string_view reaction_word(std::string_view snomed) noexcept;  // "anaphylaxis"

// The unit of a dose as an order writes it: "tablet" for "{tbl}", "mcg" for "ug". Another unit as it is, without
// braces and brackets.
[[nodiscard]] std::string_view dose_unit_word(std::string_view unit) noexcept;

// Words for a code of HL7 GTSAbbreviation ("BID") or for the moment of a dose in EventTiming ("HS").
[[nodiscard]] std::string_view timing_words(std::string_view code) noexcept;
[[nodiscard]] std::string_view moment_words(std::string_view when) noexcept;

}  // namespace guardian::adapters::fhir
