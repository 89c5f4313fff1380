#include "knowledge/allergy_reader.hpp"

#include "knowledge/rule_syntax.hpp"
#include "knowledge/text.hpp"

namespace guardian::knowledge {

AllergyReader AllergyReader::build(const PatientTables& tables) {
  std::vector<LexiconEntry> allergens;
  for (const auto& row : tables.allergens)
    allergens.push_back({row.name, row.allergens.empty() ? std::vector<std::string>{"-"} : row.allergens});
  std::vector<LexiconEntry> reactions;
  for (const auto& row : tables.reactions) reactions.push_back({row.phrase, {row.grade}});
  return {ClinicalLexicon::build(allergens), ClinicalLexicon::build(reactions)};
}

AllergyReading AllergyReader::read(const core::Allergy& entry, const TextContext& context,
                                   const std::function<std::vector<std::string>(std::string_view)>& resolver) const {
  AllergyReading reading;
  TextContext list = context;
  list.any_case = true;
  const std::string substance(trimmed(std::string_view(entry.text).substr(0, entry.text.find_first_of("(:-"))));
  ReadAllergy allergy;
  bool none = false;
  for (const TextMention& mention : allergens_.scan(entry.text, list)) {
    for (const std::string& id : mention.ids) {
      if (id == "-") none = true;
      else allergy.allergens.push_back(id);
    }
  }
  if (allergy.allergens.empty() && !none) allergy.allergens = resolver(substance);
  if (allergy.allergens.empty()) {
    if (!none) reading.not_recognised.push_back(entry.text);
    return reading;
  }
  allergy.grade = "unknown";
  for (const std::string& text : {entry.reaction, entry.text}) {
    for (const TextMention& mention : reactions_.scan(text, list)) {
      if (mention.assertion == Assertion::absent || mention.assertion == Assertion::family) continue;
      const auto grade = reaction_grade(mention.ids.front());
      if (grade && *grade < *reaction_grade(allergy.grade)) allergy.grade = mention.ids.front();
      if (mention.age_days) allergy.years = *mention.age_days / 365.25;
    }
  }
  reading.allergies.push_back(std::move(allergy));
  return reading;
}

}  // namespace guardian::knowledge
