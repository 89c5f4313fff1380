#pragma once
// A choice of options put to the whole engine: the facts that it stands for, one run, and the rules that fire of
// medicines about which something can be done. One thread; the case, the regimen and the knowledge must outlive it.
// The regimen may gain options between runs.

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "core/finding.hpp"
#include "core/plan.hpp"
#include "core/severity.hpp"
#include "knowledge/knowledge_base.hpp"
#include "knowledge/matcher.hpp"
#include "knowledge/plan_policy.hpp"
#include "knowledge/regimen.hpp"
#include "knowledge/screened_case.hpp"

namespace guardian::knowledge {

enum class AfterStop : std::uint8_t {
  gone,       // what is stopped has left the body
  still_acts  // it acts on for as long as it is known to
};

// A rule that fires, with the medicines of the regimen that it speaks of.
struct Hazard {
  static constexpr std::uint32_t nobody = 0xFFFFFFFFU;
  RuleIndex rule{};
  core::FindingType type = core::FindingType::drug_drug;
  core::Severity severity = core::Severity::minor;
  std::vector<IngredientIndex> ingredients;  // ascending
  std::vector<std::uint32_t> medicines;      // ascending
  bool of_patient = false;                   // the rule looks at the patient
  std::uint32_t subject = nobody;            // the medicine that fills its first term; nobody: of a rule over sets
  IngredientIndex subject_ingredient{};
  AfterStop after = AfterStop::gone;  // when it fires
};

// Whether an option leaves the medicine in use.
[[nodiscard]] bool stays(core::PlanAction action);

class RegimenTrial {
 public:
  RegimenTrial(const KnowledgeBase& base, Matcher& matcher, const PlanPolicy& policy, const ScreenedCase& subject,
               const Regimen& regimen)
      : base_(base), matcher_(matcher), policy_(policy), subject_(subject), regimen_(regimen) {}

  // Reads the options that the regimen has gained; `assemble` does so itself.
  void read_options();
  // What an option of a medicine stands for.
  [[nodiscard]] std::span<const DrugFact> facts_of(std::uint32_t medicine, std::size_t option, AfterStop after) const {
    const Contribution& made = contributions_[medicine][option];
    return after == AfterStop::gone ? made.later : made.now;
  }

  // The facts of the next run: none; those of a choice (`only`: of these medicines alone); one more, of an owner.
  void clear();
  void assemble(const RegimenChoices& choices, AfterStop after, const std::vector<bool>* only = nullptr);
  void add_fact(const DrugFact& fact, std::uint32_t owner);
  void run();

  // The rules that the last run fired, as severe as a plan looks at; `with_sets`: those over sets too.
  [[nodiscard]] std::vector<Hazard> hazards(bool with_sets) const;

  [[nodiscard]] const MatchResult& result() const { return *result_; }
  [[nodiscard]] const std::vector<DrugFact>& facts() const { return facts_; }
  [[nodiscard]] std::size_t runs() const { return runs_; }

 private:
  // Of one medicine, under one option.
  struct Contribution {
    std::vector<DrugFact> later;  // when what it stops has left the body
    std::vector<DrugFact> now;    // while that still acts
  };

  [[nodiscard]] std::vector<std::uint32_t> owners(std::span<const IngredientIndex> ingredients) const;

  const KnowledgeBase& base_;
  Matcher& matcher_;
  const PlanPolicy& policy_;
  const ScreenedCase& subject_;
  const Regimen& regimen_;
  std::vector<std::vector<Contribution>> contributions_;  // by medicine and option
  std::vector<DrugFact> facts_;
  std::vector<std::uint32_t> owner_;                             // by fact: the medicine; nobody: history
  std::vector<std::pair<std::size_t, std::uint32_t>> owner_of_;  // by ingredient, ascending; of the last run
  const MatchResult* result_ = nullptr;
  std::size_t runs_ = 0;
};

}  // namespace guardian::knowledge
