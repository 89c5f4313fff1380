#pragma once
// The words about patients that a knowledge base knows, ready to be looked up. Immutable; safe to read from several
// threads.

#include "core/result.hpp"
#include "knowledge/allergy_reader.hpp"
#include "knowledge/clinical_values.hpp"
#include "knowledge/condition_reader.hpp"
#include "knowledge/patient_tables.hpp"
#include "knowledge/quantity_reader.hpp"

namespace guardian::knowledge {

struct PatientVocabulary {
  // Fails with the first row of a table that means nothing.
  [[nodiscard]] static core::Result<PatientVocabulary> build(const PatientTables& tables);

  QuantityReader quantities;
  ConditionReader conditions;  // its lexicon also reads notes
  AllergyReader allergies;
  NoteValues values;  // of notes

  // The labels of `values` in the lexicon of the conditions; those of the allergies stand before.
  static constexpr std::uint32_t first_value_label = AllergyReader::label_count;
};

}  // namespace guardian::knowledge
