#pragma once
// What the whole engine says of a choice of options: is it safe, does it leave nothing untreated, and if not, which
// choices bring that about, as no-goods for the search. One thread; the case, the regimen and the knowledge must
// outlive it.
//
// A no-good holds whatever is chosen for the other medicines: beside the medicines of the finding it names those whose
// options can bear on an exception or a modifier of its rules. So the search never loses an option that is safe.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/finding.hpp"
#include "core/severity.hpp"
#include "knowledge/knowledge_base.hpp"
#include "knowledge/matcher.hpp"
#include "knowledge/plan_policy.hpp"
#include "knowledge/regimen.hpp"
#include "knowledge/regimen_search.hpp"
#include "knowledge/screened_case.hpp"

namespace guardian::knowledge {

enum class AfterStop : std::uint8_t {
  gone,       // what is stopped has left the body
  still_acts  // it acts on for as long as it is known to
};

// When a choice must be safe.
enum class Demand : std::uint8_t {
  at_once,  // once what is stopped has left the body, and from critical findings until then
  in_time   // once it has left the body
};

// A rule that fires, with the medicines of the regimen that it speaks of.
struct Hazard {
  RuleIndex rule{};
  core::FindingType type = core::FindingType::drug_drug;
  core::Severity severity = core::Severity::minor;
  std::vector<IngredientIndex> ingredients;  // ascending
  std::vector<std::uint32_t> medicines;      // ascending
  bool of_patient = false;                   // the rule looks at the patient
  AfterStop after = AfterStop::gone;         // when it fires
};

class RegimenCheck {
 public:
  RegimenCheck(const KnowledgeBase& base, Matcher& matcher, const PlanPolicy& policy, const ScreenedCase& subject,
               const Regimen& regimen);

  // Findings that are to be cleared and those that the choice brings anew, most severe first. Runs the engine once.
  [[nodiscard]] std::vector<Hazard> look(const RegimenChoices& choices, AfterStop after);

  // Those of them that stand in the way of the choice. Runs the engine once or twice.
  [[nodiscard]] std::vector<Hazard> hazards(const RegimenChoices& choices, Demand demand);

  // The same as no-goods, with those of purposes that nothing serves any more; none when the choice is good.
  [[nodiscard]] std::vector<NoGood> no_goods(const RegimenChoices& choices, Demand demand);

  [[nodiscard]] std::vector<NoGood> untreated(const RegimenChoices& choices) const;

  // For each alternative what the engine says of it beside the regimen as it stands: excluded, conflicts. One run for
  // all of them, so that it only serves to choose among them.
  void rank(std::vector<Alternative>& alternatives);

  // By medicine: whether a rule that gives one of the hazards looks at doses.
  [[nodiscard]] std::vector<bool> dose_matters(const std::vector<Hazard>& hazards) const;

  // Of the last run.
  [[nodiscard]] const MatchResult& result() const { return *result_; }
  [[nodiscard]] const std::vector<DrugFact>& facts() const { return facts_; }
  [[nodiscard]] std::size_t runs() const { return runs_; }

 private:
  static constexpr std::uint32_t nobody = 0xFFFFFFFFU;

  void assemble(const RegimenChoices& choices, AfterStop after, const std::vector<bool>* only);
  void run();
  template <class Visit>
  void visit_hazards(const Visit& visit) const;
  [[nodiscard]] std::vector<std::uint32_t> owners(std::span<const IngredientIndex> ingredients) const;
  [[nodiscard]] bool is_new(const Hazard& hazard) const;
  [[nodiscard]] bool stands_in_the_way(const Hazard& hazard) const;
  [[nodiscard]] bool looks_at_dose(RuleIndex rule) const;
  [[nodiscard]] bool bears_on(const Condition& condition, std::uint32_t medicine) const;
  [[nodiscard]] std::vector<bool> involved(const Hazard& hazard, std::span<const IngredientIndex> ingredients) const;
  [[nodiscard]] NoGood no_good(const std::vector<bool>& involved, const RegimenChoices& choices) const;
  void add_smaller(const Hazard& hazard, const RegimenChoices& choices, std::vector<NoGood>& list);
  [[nodiscard]] bool is_counted(const Hazard& hazard) const;

  const KnowledgeBase& base_;
  Matcher& matcher_;
  const PlanPolicy& policy_;
  const ScreenedCase& subject_;
  const Regimen& regimen_;
  std::vector<Hazard> before_;  // of the case as it stands
  std::vector<DrugFact> facts_;
  std::vector<std::uint32_t> owner_;  // by fact: the medicine; nobody: history
  const MatchResult* result_ = nullptr;
  std::size_t runs_ = 0;
};

}  // namespace guardian::knowledge
