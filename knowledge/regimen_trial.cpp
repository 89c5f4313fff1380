#include "knowledge/regimen_trial.hpp"

#include <algorithm>
#include <utility>

#include "knowledge/lists.hpp"

namespace guardian::knowledge {
namespace {

using core::FindingType;
using core::PlanAction;
using core::Severity;

// Days since the last dose at which the choice is looked at: past the day on which any medicine still acts, so that
// only those count that are known to act for longer.
constexpr double days_after_stop = 2.0;

}  // namespace

bool stays(PlanAction action) {
  switch (action) {
    case PlanAction::keep:
    case PlanAction::monitor:
    case PlanAction::space:
    case PlanAction::adjust_dose: return true;
    case PlanAction::switch_to:
    case PlanAction::stop: break;
  }
  return false;
}

// The facts that each option stands for.
void RegimenTrial::read_options() {
  contributions_.resize(regimen_.medicines.size());
  for (std::uint32_t m = 0; m < regimen_.medicines.size(); ++m) {
    const PlannedMedicine& medicine = regimen_.medicines[m];
    for (std::size_t o = contributions_[m].size(); o < medicine.options.size(); ++o) {
      const MedicineOption& option = medicine.options[o];
      Contribution& made = contributions_[m].emplace_back();
      for (DrugFact fact : medicine.facts) {
        if (stays(option.action)) {
          // NaN stays NaN.
          fact.daily_mg *= option.factor;
          fact.daily_units *= option.factor;
          fact.rate_mg *= option.factor;
          fact.rate_units *= option.factor;
          (option.fewer ? fact.times_per_day : fact.single_mg) *= option.factor;
          if (!option.fewer) fact.single_units *= option.factor;
          made.later.push_back(fact);
          made.now.push_back(fact);
        } else if (!medicine.ordered) {
          fact.stopped = true;
          fact.stopped_days = days_after_stop;
          made.now.push_back(fact);
        }
      }
      if (option.action == PlanAction::switch_to) {
        made.later.push_back(ordered_fact(base_, option.to, medicine.facts.front()));
        made.now.push_back(made.later.back());
      }
    }
  }
}

void RegimenTrial::clear() {
  facts_.clear();
  owner_.clear();
}

void RegimenTrial::add_fact(const DrugFact& fact, std::uint32_t owner) {
  facts_.push_back(fact);
  owner_.push_back(owner);
}

// The facts of a choice; `only`: of these medicines alone.
void RegimenTrial::assemble(const RegimenChoices& choices, AfterStop after, const std::vector<bool>* only) {
  read_options();
  clear();
  for (const DrugFact& fact : regimen_.history) add_fact(fact, Hazard::nobody);
  for (std::uint32_t m = 0; m < regimen_.medicines.size(); ++m) {
    if (only != nullptr && !(*only)[m]) continue;
    const Contribution& made = contributions_[m][choices[m]];
    for (const DrugFact& fact : after == AfterStop::gone ? made.later : made.now) add_fact(fact, m);
  }
}

void RegimenTrial::run() {
  ++runs_;
  owner_of_.clear();
  for (std::size_t i = 0; i < facts_.size(); ++i) {
    if (owner_[i] != Hazard::nobody) owner_of_.emplace_back(raw(facts_[i].ingredient), owner_[i]);
  }
  std::sort(owner_of_.begin(), owner_of_.end());
  if (subject_.force != nullptr) matcher_.use(subject_.force);
  result_ = &matcher_.match(facts_, subject_.patient);
}

// The medicines that the ingredients come from in the last run, ascending.
std::vector<std::uint32_t> RegimenTrial::owners(std::span<const IngredientIndex> ingredients) const {
  std::vector<std::uint32_t> list;
  for (const IngredientIndex ingredient : ingredients) {
    auto at = std::lower_bound(owner_of_.begin(), owner_of_.end(), std::pair(raw(ingredient), std::uint32_t{0}));
    for (; at != owner_of_.end() && at->first == raw(ingredient); ++at) add_once(list, at->second);
  }
  std::sort(list.begin(), list.end());
  return list;
}

// The rules that the last run fired, as severe as a plan looks at, of medicines about which something can be done.
std::vector<Hazard> RegimenTrial::hazards(bool with_sets) const {
  std::vector<Hazard> list;
  const Severity least = std::min(policy_.clear_at, policy_.new_at);
  const auto& kept = policy_.not_cleared;
  const auto is_cleared = [&](FindingType type) { return std::find(kept.begin(), kept.end(), type) == kept.end(); };
  const auto offer = [&](RuleIndex rule, FindingType type, Severity severity, std::vector<IngredientIndex> of,
                         bool of_patient, std::uint32_t first_fact) {
    Hazard hazard;
    hazard.rule = rule;
    hazard.type = type;
    hazard.severity = severity;
    hazard.ingredients = std::move(of);
    std::sort(hazard.ingredients.begin(), hazard.ingredients.end());
    hazard.medicines = owners(hazard.ingredients);
    if (hazard.medicines.empty()) return;
    hazard.of_patient = of_patient;
    if (first_fact < facts_.size()) {
      hazard.subject = owner_[first_fact];
      hazard.subject_ingredient = facts_[first_fact].ingredient;
    }
    list.push_back(std::move(hazard));
  };
  const MatchResult& result = *result_;
  for (const MatchedFinding& finding : result.findings) {
    if (finding.severity < least || !is_cleared(finding.type)) continue;
    const auto of = result.of(finding);
    for (const FiredRule& fired : result.fired(finding)) {
      if (fired.severity < least) continue;
      const bool of_set = base_.rules().head(fired.rule).scope == RuleScope::set;
      if (of_set && !with_sets) continue;
      offer(fired.rule, finding.type, fired.severity, {of.begin(), of.end()}, false,
            of_set ? Hazard::nobody : fired.first_fact);
    }
  }
  for (const PatientFired& fired : result.patient.fired) {
    const RuleHead& head = base_.rules().head(fired.rule);
    if (head.kind != RuleKind::finding || fired.severity < least || !is_cleared(head.type)) continue;
    std::vector<IngredientIndex> of;
    for (std::uint32_t i = 0; i < fired.medicines; ++i) of.push_back(facts_[fired.facts[i]].ingredient);
    offer(fired.rule, head.type, fired.severity, std::move(of), true,
          fired.medicines > 0 ? fired.facts[0] : Hazard::nobody);
  }
  return list;
}

}  // namespace guardian::knowledge
