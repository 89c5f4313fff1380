#pragma once
// What the whole engine says of a choice of options: is it safe, does it leave nothing untreated, and if not, which
// choices bring that about, as no-goods for the search. One thread; the case, the regimen and the knowledge must
// outlive it.
//
// A no-good holds whatever is chosen for the other medicines: beside the medicines of the finding it names those whose
// options can bear on an exception or a modifier of its rules. Of each it names all options that make no difference to
// the finding. So the search never loses an option that is safe, and rarely meets the same finding twice.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/finding.hpp"
#include "core/severity.hpp"
#include "knowledge/knowledge_base.hpp"
#include "knowledge/matcher.hpp"
#include "knowledge/plan_policy.hpp"
#include "knowledge/plan_rules.hpp"
#include "knowledge/regimen.hpp"
#include "knowledge/regimen_search.hpp"
#include "knowledge/regimen_trial.hpp"

namespace guardian::knowledge {

// When a choice must be safe.
enum class Demand : std::uint8_t {
  at_once,  // once what is stopped has left the body, and from critical findings until then
  in_time   // once it has left the body
};

class RegimenCheck {
 public:
  RegimenCheck(const KnowledgeBase& base, Matcher& matcher, const PlanPolicy& policy, const PlanRules& rules,
               const ScreenedCase& subject, const Regimen& regimen);

  // Findings that are to be cleared and those that the choice brings anew, most severe first, without those that an
  // option of the choice answers. Runs the engine once.
  [[nodiscard]] std::vector<Hazard> look(const RegimenChoices& choices, AfterStop after);

  // Those of them that stand in the way of the choice. Runs the engine once or twice.
  [[nodiscard]] std::vector<Hazard> hazards(const RegimenChoices& choices, Demand demand);

  // The same as no-goods; none when the choice is good. What lasts until something has left the body is looked at only
  // when nothing else stands in the way.
  [[nodiscard]] std::vector<NoGood> no_goods(const RegimenChoices& choices, Demand demand);

  [[nodiscard]] std::vector<NoGood> untreated(const RegimenChoices& choices) const;

  // For each alternative what the engine says of it beside the regimen as it stands: excluded, conflicts. One run for
  // all of them; what it says of pairs of medicines is kept for `known_no_goods`.
  void rank(std::vector<Alternative>& alternatives);

  // The no-goods of single medicines and pairs that follow from that run and, for `at_once`, from one with all that
  // may be stopped. Once the options stand. Not all of them: what the other medicines decide on is left to `no_goods`.
  [[nodiscard]] std::vector<NoGood> known_no_goods(Demand demand);

  // By medicine, of the rules that fire now or may with an alternative (once `rank` was called).
  [[nodiscard]] std::vector<Leeway> leeway(const std::vector<Hazard>& present) const;

  // What answers a finding of the last run in this choice, of all those that are not in the way because of it.
  struct Answered {
    Hazard hazard;
    std::string measure;
  };
  [[nodiscard]] std::vector<Answered> answered(const RegimenChoices& choices) const;

  // The medicines that the choice monitors or spaces though nothing that the last run found calls for it.
  [[nodiscard]] std::vector<std::uint32_t> idle(const RegimenChoices& choices) const;

  // Of the last run.
  [[nodiscard]] const MatchResult& result() const { return trial_.result(); }
  [[nodiscard]] const std::vector<DrugFact>& facts() const { return trial_.facts(); }
  [[nodiscard]] std::size_t runs() const { return trial_.runs(); }

 private:
  static constexpr std::uint32_t nobody = Hazard::nobody;

  void index_options();
  [[nodiscard]] bool is_new(const Hazard& hazard) const;
  [[nodiscard]] bool stands_in_the_way(const Hazard& hazard) const;
  [[nodiscard]] const std::string* measure(const Hazard& hazard, core::PlanAction action) const;
  [[nodiscard]] bool is_answered(const Hazard& hazard, const RegimenChoices& choices) const;
  [[nodiscard]] bool bears_on(const Condition& condition, std::uint32_t medicine) const;
  [[nodiscard]] std::vector<bool> involved(const Hazard& hazard, std::span<const IngredientIndex> ingredients,
                                           const RegimenChoices& choices) const;
  [[nodiscard]] std::vector<RuleIndex> rules_of(const Hazard& hazard) const;
  [[nodiscard]] NoGood no_good(const Hazard& hazard, std::span<const IngredientIndex> ingredients,
                               const RegimenChoices& choices) const;
  [[nodiscard]] bool counts_members(const Hazard& hazard) const;
  [[nodiscard]] bool are_brought_once(std::span<const IngredientIndex> ingredients) const;
  [[nodiscard]] NoGood members_no_good(const Hazard& hazard, std::span<const IngredientIndex> ingredients,
                                       const RegimenChoices& choices) const;
  void add_smaller(const Hazard& hazard, const RegimenChoices& choices, std::vector<NoGood>& list);
  [[nodiscard]] bool is_counted(const Hazard& hazard) const;
  [[nodiscard]] bool holds_for_any_case(const Hazard& hazard) const;
  [[nodiscard]] OptionMask unanswering(const Hazard& hazard, std::uint32_t medicine) const;
  [[nodiscard]] std::vector<RegimenChoice> bringing(IngredientIndex ingredient, bool dose) const;
  void add_idle(const RegimenChoices& choices, std::vector<NoGood>& list) const;
  void add_known(const Hazard& hazard, std::vector<NoGood>& list) const;
  void add_known_after_stop(std::vector<NoGood>& list);

  const KnowledgeBase& base_;
  Matcher& matcher_;
  const PlanPolicy& policy_;
  const PlanRules& rules_;
  const Regimen& regimen_;
  RegimenTrial trial_;
  std::vector<Hazard> before_;  // of the case as it stands
  std::vector<Hazard> of_all_;  // of all that was ranked, but rules over sets
  struct Bringing {
    std::size_t ingredient = 0;
    std::uint32_t medicine = 0;
    OptionMask options = 0;
    OptionMask at_dose = 0;  // those that leave the dose as it is
  };
  std::vector<Bringing> bringing_;  // by ingredient and medicine, ascending
};

}  // namespace guardian::knowledge
