#include "knowledge/condition_reader.hpp"

#include <algorithm>

#include "knowledge/text.hpp"

namespace guardian::knowledge {

ConditionReader ConditionReader::build(const PatientTables& tables) {
  std::vector<LexiconEntry> entries;
  for (const auto& row : tables.condition_names) entries.push_back({row.name, row.conditions == std::vector<std::string>{"no_condition"} ? std::vector<std::string>{} : row.conditions});
  ConditionReader reader(ClinicalLexicon::build(entries));
  reader.conditions_ = tables.conditions;
  reader.codes_ = tables.condition_codes;
  return reader;
}

std::string ConditionReader::history_of(const std::string& condition) const {
  const auto row = std::find_if(conditions_.begin(), conditions_.end(),
                                [&](const auto& known) { return known.condition == condition; });
  if (row == conditions_.end() || row->history == "-") return {};
  return row->history.empty() ? condition : row->history;
}

ConditionReading ConditionReader::read(const core::CodedText& entry, const TextContext& context) const {
  ConditionReading reading;
  TextContext list = context;
  list.any_case = true;
  const auto mentions = lexicon_.scan(entry.text, list);
  for (const TextMention& mention : mentions) {
    for (const std::string& id : mention.ids) {
      switch (mention.assertion) {
        case Assertion::present: reading.conditions.push_back({id, entry.text, false, mention.age_days}); break;
        case Assertion::possible: reading.conditions.push_back({id, entry.text, true, mention.age_days}); break;
        case Assertion::past:
          if (const std::string history = history_of(id); !history.empty())
            reading.conditions.push_back({history, entry.text, false, mention.age_days});
          break;
        default: break;
      }
    }
  }
  bool coded = false;
  const std::string system = lower_case(entry.system);
  for (const auto& row : codes_) {
    const bool icd = row.system == "icd10" && system.find("icd") != std::string::npos;
    const bool snomed = row.system == "snomed" && (system.find("snomed") != std::string::npos || system.find("sct") != std::string::npos);
    if ((icd && entry.code.starts_with(row.code)) || (snomed && entry.code == row.code)) {
      reading.conditions.push_back({row.condition, entry.text.empty() ? entry.code : entry.text, false, {}});
      coded = true;
    }
  }
  if (mentions.empty() && !coded) reading.not_recognised.push_back(entry.text.empty() ? entry.code : entry.text);
  return reading;
}

}  // namespace guardian::knowledge
