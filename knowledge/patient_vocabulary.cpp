#include "knowledge/patient_vocabulary.hpp"

namespace guardian::knowledge {

core::Result<PatientVocabulary> PatientVocabulary::build(const PatientTables& tables) {
  auto quantities =
      QuantityReader::build({tables.quantities, tables.quantity_names, tables.quantity_units, tables.quantity_unstated});
  if (!quantities) return core::fail(quantities.error());
  return PatientVocabulary{std::move(*quantities), ConditionReader::build(tables), AllergyReader::build(tables)};
}

}  // namespace guardian::knowledge
