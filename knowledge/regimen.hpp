#pragma once
// The medicines of a case with what may be done to each: the options that a plan chooses from. Plain data and how it is
// made; the engine decides what is safe (regimen_check.hpp).

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/plan.hpp"
#include "knowledge/indications.hpp"
#include "knowledge/knowledge_base.hpp"
#include "knowledge/plan_policy.hpp"
#include "knowledge/plan_rules.hpp"
#include "knowledge/regimen_search.hpp"
#include "knowledge/screened_case.hpp"

namespace guardian::knowledge {

struct MedicineOption {
  core::PlanAction action = core::PlanAction::keep;
  double cost = 0.0;
  double factor = 1.0;         // of an adjusted dose
  bool fewer = false;          // likewise: fewer administrations, each as large as before
  IngredientIndex to{};        // of a switch
  bool in_class = false;       // of a switch
  int line = 0;                // of a switch
  std::uint32_t rank = 0;      // of equal efforts the lower one is wanted more
  std::vector<bool> serves{};  // by purpose of the regimen; set with the options
};

// One entry of the case that is taken or ordered.
struct PlannedMedicine {
  std::uint32_t source = 0;  // DrugFact::source
  bool ordered = false;      // not begun yet: nothing is withdrawn when it does not come
  std::vector<DrugFact> facts;
  std::vector<Purpose> purposes;        // in this patient
  std::vector<MedicineOption> options;  // the first one keeps it

  [[nodiscard]] bool contains(IngredientIndex ingredient) const;
};

struct Regimen {
  std::vector<PlannedMedicine> medicines;
  std::vector<DrugFact> history;  // stopped before: they act, and nothing can be done about them
  std::vector<Purpose> purposes;  // of all medicines, each once
};

// By medicine the position of an option.
using RegimenChoices = std::vector<std::uint32_t>;

// The medicines, each with the option to keep it only.
[[nodiscard]] Regimen regimen_of(const ScreenedCase& subject, const Indications& indications);

// An ingredient that could stand in for a medicine, and how it would do.
struct Alternative {
  std::uint32_t medicine = 0;  // position in the regimen
  IngredientIndex ingredient{};
  std::size_t purposes_missed = 0;
  int line = 0;
  bool in_class = false;
  bool named = false;        // by the table itself, not only by a class
  bool serves_more = false;  // named for another condition of the patient too: a compelling indication
  bool other_route = false;
  std::size_t conflicts = 0;  // with the rest of the regimen as it stands; set by the one who asked the engine
  bool excluded = false;      // the patient must not have it; likewise
};
[[nodiscard]] std::vector<Alternative> alternatives_of(const KnowledgeBase& base, const Regimen& regimen,
                                                       const Indications& indications, const PatientState* patient);
// Those of one medicine, by its position.
void add_alternatives(const KnowledgeBase& base, const Regimen& regimen, std::uint32_t medicine,
                      const Indications& indications, const PatientState* patient, std::vector<Alternative>& list);

// Those that serve what the medicine is for, conflict least and are named for it before the others.
void best_first(std::vector<Alternative>& alternatives);

// A replacement as it would be ordered: by its usual route, at a dose that is not known yet.
[[nodiscard]] DrugFact ordered_fact(const KnowledgeBase& base, IngredientIndex ingredient, const DrugFact& instead_of);

// What the rules that fire now, or may with an alternative, offer for a medicine beside leaving it or letting it go.
struct Leeway {
  bool monitor = false;          // a rule that monitoring it answers
  bool space = false;            // a rule that spacing it answers
  bool dose = false;             // a rule that is to be cleared and looks at its dose
  std::vector<DoseStep> limits;  // that the rules allow that fire now
  std::uint32_t findings = 0;    // that the medicine takes part in now
};

// Adds the options that the policy allows, the best alternatives first; `leeway` by medicine.
void add_options(Regimen& regimen, const PlanPolicy& policy, const Indications& indications,
                 std::vector<Alternative> alternatives, const std::vector<Leeway>& leeway);

// The options as the search reads them, that no two medicines are switched to the same ingredient, and that every
// purpose stays served.
[[nodiscard]] RegimenProblem search_problem(const Regimen& regimen);

}  // namespace guardian::knowledge
