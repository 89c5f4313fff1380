#pragma once
// A medicine that fits nothing the case says of the patient, while one that its name is mixed up with would: perhaps
// the wrong one was picked. Compares the pairs of mixed-up names with the indications of the knowledge base. It asks,
// it does not accuse: a finding is moderate, since lists of conditions are seldom whole. Immutable; thread-safe.

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/finding.hpp"
#include "core/result.hpp"
#include "knowledge/indications.hpp"
#include "knowledge/knowledge_base.hpp"
#include "knowledge/patient_state.hpp"

namespace guardian::knowledge {

// A medicine in use or ordered, by the name that was understood: "Celebrex" is mixed up with Celexa, "celecoxib" is
// not.
struct NamedMedicine {
  std::string name;
  std::vector<IngredientIndex> ingredients;
  std::string element;  // JSON pointer
};

class LookAlikeCheck {
 public:
  explicit LookAlikeCheck(const KnowledgeBase& base);

  // One finding for each medicine of which all holds: the table of indications knows what it is for, and the patient
  // has none of it, known or in doubt; the patient has a condition that a look-alike serves and no medicine of the case
  // does; the look-alike is not in the case itself. `locale`: as in a case; brands of other countries are not meant.
  [[nodiscard]] core::Result<std::vector<core::Finding>> findings(std::span<const NamedMedicine> medicines,
                                                                  const PatientState& patient,
                                                                  std::string_view locale) const;

 private:
  struct Match;
  [[nodiscard]] bool may_fit(const NamedMedicine& medicine, const PatientState& patient) const;
  [[nodiscard]] std::vector<Match> matches(const NamedMedicine& medicine, std::span<const NamedMedicine> all,
                                           const PatientState& patient, std::string_view locale) const;

  const KnowledgeBase& base_;
  const Indications& indications_;
};

}  // namespace guardian::knowledge
