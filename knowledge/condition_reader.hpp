#pragma once
// Reads an entry of a problem list: the conditions it names, freed of negation and family, with the age of events.
#include <optional>
#include <string>
#include <vector>

#include "core/case.hpp"
#include "knowledge/clinical_text.hpp"
#include "knowledge/patient_tables.hpp"

namespace guardian::knowledge {

struct ReadCondition {
  std::string condition;
  std::string words;
  bool possible = false;
  std::optional<double> age_days;
};
struct ConditionReading {
  std::vector<ReadCondition> conditions;
  std::vector<std::string> not_recognised;
  std::vector<std::string> notes;
};

class ConditionReader {
 public:
  [[nodiscard]] static ConditionReader build(const PatientTables& tables);
  [[nodiscard]] ConditionReading read(const core::CodedText& entry, const TextContext& context) const;
  [[nodiscard]] std::string history_of(const std::string& condition) const;
  [[nodiscard]] const ClinicalLexicon& lexicon() const { return lexicon_; }

 private:
  explicit ConditionReader(ClinicalLexicon lexicon) : lexicon_(std::move(lexicon)) {}
  ClinicalLexicon lexicon_;
  std::vector<PatientTables::Condition> conditions_;
  std::vector<PatientTables::ConditionCode> codes_;
};

}  // namespace guardian::knowledge
