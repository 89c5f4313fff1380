#include "knowledge/patient_vocabulary.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>

#include "knowledge/symptom_patterns.hpp"

namespace guardian::knowledge {
namespace {

// Of names that light nothing, so that longer phrases can hold the name of a condition without meaning it.
constexpr std::string_view no_condition = "no_condition";

// The patterns of the conditions that this knowledge base knows.
SymptomPatterns patterns_for(const PatientTables& tables) {
  std::set<std::string, std::less<>> known;
  for (const auto& row : tables.conditions) known.insert(row.condition);
  SymptomPatterns patterns = default_symptom_patterns();
  std::erase_if(patterns.patterns, [&](SymptomPattern& pattern) {
    std::erase_if(pattern.conditions, [&](const std::string& condition) { return !known.contains(condition); });
    return pattern.conditions.empty();
  });
  return patterns;
}

ConditionReader condition_reader(const PatientTables& tables, const NoteValues& values) {
  ConditionTables of;
  for (const auto& row : tables.condition_names) {
    const bool nothing = row.conditions.size() == 1 && row.conditions.front() == no_condition;
    of.names.emplace_back(row.name, nothing ? std::vector<std::string>{} : row.conditions);
  }
  for (const auto& row : tables.condition_codes) of.codes.push_back({row.system, row.code, row.condition});
  for (const auto& row : tables.conditions) of.history.emplace_back(row.condition, row.history);
  of.parents = tables.condition_parents;
  std::vector<LexiconLabel> labels = AllergyReader::labels();
  const std::vector<LexiconLabel> names = values.labels(PatientVocabulary::first_value_label);
  labels.insert(labels.end(), names.begin(), names.end());
  const SymptomPatterns patterns = patterns_for(tables);
  return ConditionReader::build(of, labels, &patterns);
}

AllergyReader allergy_reader(const PatientTables& tables) {
  AllergyTables of;
  for (const auto& row : tables.allergens)
    of.allergens.emplace_back(row.name, row.allergens.empty() ? std::vector<std::string>{"-"} : row.allergens);
  for (const auto& row : tables.reactions)
    of.reactions.emplace_back(row.phrase, reaction_grade(row.grade).value_or(ReactionGrade::unknown));
  return AllergyReader::build(of);
}

NoteValues note_values(const PatientTables& tables) {
  std::vector<NoteName> names;
  for (const QuantityName& row : tables.quantity_names) {
    if (auto name = NoteName::of(row)) names.push_back(std::move(*name));
  }
  return NoteValues(std::move(names));
}

}  // namespace

core::Result<PatientVocabulary> PatientVocabulary::build(const PatientTables& tables) {
  auto quantities = QuantityReader::build(
      {tables.quantities, tables.quantity_names, tables.quantity_units, tables.quantity_unstated});
  if (!quantities) return core::fail(quantities.error());
  NoteValues values = note_values(tables);
  ConditionReader conditions = condition_reader(tables, values);
  return PatientVocabulary{std::move(*quantities), std::move(conditions), allergy_reader(tables), std::move(values)};
}

}  // namespace guardian::knowledge
