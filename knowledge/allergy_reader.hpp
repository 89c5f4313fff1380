#pragma once
// Reads an allergy: what it is to, how grave the reaction was, how long ago.
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/case.hpp"
#include "knowledge/clinical_text.hpp"
#include "knowledge/patient_tables.hpp"

namespace guardian::knowledge {

struct ReadAllergy {
  std::vector<std::string> allergens;
  std::string grade;
  std::optional<double> years;
};
struct AllergyReading {
  std::vector<ReadAllergy> allergies;
  std::vector<std::string> not_recognised;
};

class AllergyReader {
 public:
  [[nodiscard]] static AllergyReader build(const PatientTables& tables);
  [[nodiscard]] AllergyReading read(const core::Allergy& entry, const TextContext& context,
                                    const std::function<std::vector<std::string>(std::string_view)>& resolver) const;

 private:
  AllergyReader(ClinicalLexicon allergens, ClinicalLexicon reactions)
      : allergens_(std::move(allergens)), reactions_(std::move(reactions)) {}
  ClinicalLexicon allergens_;
  ClinicalLexicon reactions_;
};

}  // namespace guardian::knowledge
