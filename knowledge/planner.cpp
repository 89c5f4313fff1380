#include "knowledge/planner.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "knowledge/finding_text.hpp"
#include "knowledge/finding_words.hpp"
#include "knowledge/indications.hpp"
#include "knowledge/regimen.hpp"
#include "knowledge/regimen_check.hpp"
#include "knowledge/regimen_solver.hpp"

namespace guardian::knowledge {
namespace {

using core::Plan;
using core::PlanAction;
using core::PlanChange;
using core::PlanFinding;
using core::PlanOption;
using core::Severity;

PlanFinding in_short(const core::Finding& finding) {
  return {finding.id, finding.type, finding.severity, finding.title, finding.elements};
}

// To what a clinician would write: a seventh of a dose has no end.
double rounded(double number) { return std::round(number * 1e4) / 1e4; }

// The words of one plan. What it says of findings is of the last run of the check.
class Writer {
 public:
  Writer(const KnowledgeBase& base, const Matcher& matcher, const Indications& indications,
         const ScreenedCase& screened, const core::Case& subject, const Regimen& regimen, const RegimenCheck& check)
      : base_(base),
        matcher_(matcher),
        indications_(indications),
        screened_(screened),
        subject_(subject),
        regimen_(regimen),
        check_(check) {}

  [[nodiscard]] core::Result<PlanFinding> finding_of(const Hazard& hazard) const {
    const MatchResult& result = check_.result();
    const std::string id(base_.rules().id(hazard.rule));
    if (!hazard.of_patient) {
      for (const MatchedFinding& matched : result.findings) {
        const auto of = result.of(matched);
        if (matched.type != hazard.type ||
            !std::equal(of.begin(), of.end(), hazard.ingredients.begin(), hazard.ingredients.end()))
          continue;
        const auto finding = put_into_words(base_, matcher_, result, matched, {check_.facts(), screened_.elements, {}});
        if (!finding) return core::fail(finding.error());
        return in_short(*finding);
      }
    }
    PatientOutcome outcome;
    for (const PatientFired& fired : result.patient.fired) {
      std::vector<IngredientIndex> of;
      for (std::uint32_t i = 0; i < fired.medicines; ++i) of.push_back(check_.facts()[fired.facts[i]].ingredient);
      std::sort(of.begin(), of.end());
      if (base_.rules().head(fired.rule).type == hazard.type && of == hazard.ingredients)
        outcome.fired.push_back(fired);
    }
    const auto findings = of_patient(outcome);
    if (!findings) return core::fail(findings.error());
    for (const core::Finding& finding : *findings) {
      if (std::find(finding.rules.begin(), finding.rules.end(), id) != finding.rules.end()) return in_short(finding);
    }
    return core::fail(core::ErrorCode::internal, "a finding of rule " + id + " has no words");
  }

  // The findings that a measure of `option` answers, into it and its changes.
  [[nodiscard]] core::Result<void> add_handled(PlanOption& option, const RegimenChoices& choices) const {
    for (const RegimenCheck::Answered& answered : check_.answered(choices)) {
      auto finding = finding_of(answered.hazard);
      if (!finding) return core::fail(finding.error());
      const std::string element = medicine(answered.hazard.subject).element;
      add_once(option.handled, core::PlanHandled{element, std::move(*finding), answered.measure});
      for (PlanChange& change : option.changes) {
        if (change.element == element) add_once(change.measures, answered.measure);
      }
    }
    return {};
  }

  // What is left of findings beside those, into `option`.
  [[nodiscard]] core::Result<void> add_remaining(PlanOption& option) const {
    const MatchResult& result = check_.result();
    const auto count = [&](Severity severity) {
      if (severity == Severity::minor) ++option.minor;
      if (severity == Severity::moderate) ++option.moderate;
      return severity != Severity::minor;
    };
    const auto is_handled = [&](const PlanFinding& finding) {
      return std::any_of(option.handled.begin(), option.handled.end(),
                         [&](const core::PlanHandled& handled) { return handled.finding == finding; });
    };
    const auto add = [&](PlanFinding finding) {
      if (!is_handled(finding)) {
        option.remaining.push_back(std::move(finding));
      } else if (finding.severity == Severity::moderate) {
        --option.moderate;
      }
    };
    for (const MatchedFinding& matched : result.findings) {
      if (!count(matched.severity)) continue;
      const auto finding = put_into_words(base_, matcher_, result, matched, {check_.facts(), screened_.elements, {}});
      if (!finding) return core::fail(finding.error());
      add(in_short(*finding));
    }
    const auto findings = of_patient(result.patient);
    if (!findings) return core::fail(findings.error());
    for (const core::Finding& finding : *findings) {
      if (count(finding.severity)) add(in_short(finding));
    }
    std::stable_sort(option.remaining.begin(), option.remaining.end(),
                     [](const PlanFinding& left, const PlanFinding& right) { return left.severity > right.severity; });
    return {};
  }

  [[nodiscard]] core::PlanMedicine medicine(std::uint32_t position) const {
    const std::uint32_t source = regimen_.medicines[position].source;
    core::PlanMedicine shown;
    if (source < screened_.elements.size()) shown.element = screened_.elements[source];
    if (source < subject_.medications.size()) {
      const core::MedicationEntry& entry = subject_.medications[source];
      shown.medicine = entry.text.empty() ? entry.code : entry.text;
    }
    return shown;
  }

  [[nodiscard]] PlanOption option(const RegimenSolution& solution) const {
    PlanOption shown;
    shown.cost = solution.cost;
    for (std::uint32_t m = 0; m < solution.options.size(); ++m) {
      if (solution.options[m] != 0)
        shown.changes.push_back(change(m, regimen_.medicines[m].options[solution.options[m]]));
    }
    return shown;
  }

 private:
  [[nodiscard]] core::Result<std::vector<core::Finding>> of_patient(const PatientOutcome& outcome) const {
    if (screened_.patient == nullptr) return std::vector<core::Finding>();
    return patient_findings(base_, outcome,
                            {check_.facts(), screened_.elements, *screened_.patient, screened_.sources, {}});
  }

  [[nodiscard]] PlanChange change(std::uint32_t position, const MedicineOption& option) const {
    const PlannedMedicine& of = regimen_.medicines[position];
    core::PlanMedicine named = medicine(position);
    PlanChange shown{
        std::move(named.element), std::move(named.medicine), option.action, {}, {}, {}, 0, {}, option.cost};
    std::vector<std::string> treated;
    for (const Purpose& purpose : of.purposes) {
      add_once(treated, base_.graph().title(purpose.condition) + (purpose.aim.empty() ? "" : " (" + purpose.aim + ")"));
    }
    shown.indication = listed(treated);
    const bool known = !of.purposes.empty();
    const bool taper = !of.ordered && std::any_of(of.facts.begin(), of.facts.end(), [&](const DrugFact& fact) {
      return indications_.needs_taper(fact.ingredient);
    });
    switch (option.action) {
      case PlanAction::keep: break;
      case PlanAction::monitor: shown.reason = "monitoring answers the finding"; break;
      case PlanAction::space: shown.reason = "doses taken apart do not meet"; break;
      case PlanAction::adjust_dose: {
        shown.dose_factor = rounded(option.factor);
        const DrugFact& fact = of.facts.front();
        if (option.fewer) shown.times_per_day = rounded(fact.times_per_day * option.factor);
        const double daily = fact.daily_mg * option.factor;
        if (of.facts.size() == 1 && daily == daily) shown.daily_mg = rounded(daily);
        shown.reason = option.fewer ? "how often it is given decides here" : "the dose decides here";
        break;
      }
      case PlanAction::switch_to:
        shown.to = base_.graph().ingredient_name(option.to);
        shown.line = option.line;
        shown.reason = option.in_class ? "of the same class" : "of another class";
        if (!known) shown.reason += "; what it is given for is not in the case: confirm it first";
        if (taper && !option.in_class) shown.reason += "; withdraw the old one slowly";
        break;
      case PlanAction::stop:
        shown.reason = known ? "what it is given for is covered by another medicine"
                       : std::any_of(of.facts.begin(), of.facts.end(),
                                     [&](const DrugFact& fact) { return indications_.knows(fact.ingredient); })
                           ? "no indication of it is in the case: confirm that there is none"
                           : "what it is given for is not known here: ask first";
        if (of.ordered) shown.reason = "do not begin it: " + shown.reason;
        if (taper) shown.reason += "; withdraw it slowly";
        break;
    }
    return shown;
  }

  const KnowledgeBase& base_;
  const Matcher& matcher_;
  const Indications& indications_;
  const ScreenedCase& screened_;
  const core::Case& subject_;
  const Regimen& regimen_;
  const RegimenCheck& check_;
};

}  // namespace

struct Planner::Impl {
  std::shared_ptr<const KnowledgeBase> base;
  PlanPolicy policy;
  Indications indications;
  PlanRules rules;
  Matcher matcher;

  Impl(std::shared_ptr<const KnowledgeBase> knowledge, PlanPolicy chosen)
      : base(std::move(knowledge)),
        policy(std::move(chosen)),
        indications(*base, policy),
        rules(*base, policy),
        matcher(base->graph(), base->rules(), base->lit(), base->pairs()) {}

  core::Result<Plan> plan(const ScreenedCase& screened, const core::Case& subject,
                          const std::vector<core::Finding>& findings) {
    Plan plan;
    plan.policy = policy.version;
    Regimen regimen = regimen_of(screened, indications);
    RegimenCheck check(*base, matcher, policy, rules, screened, regimen);
    const RegimenChoices kept(regimen.medicines.size(), 0);
    const auto present = check.look(kept, AfterStop::gone);
    plan.needed = !present.empty();
    for (const core::Finding& finding : findings) {
      const auto& types = policy.not_cleared;
      if (finding.severity >= policy.clear_at && std::find(types.begin(), types.end(), finding.type) != types.end())
        plan.not_cleared.push_back(in_short(finding));
    }
    if (!plan.needed) {
      plan.certificate.engine_runs = check.runs();
      return plan;
    }
    auto alternatives = alternatives_of(*base, regimen, indications, screened.patient);
    check.rank(alternatives);
    add_options(regimen, policy, indications, std::move(alternatives), check.leeway(present));

    Demand demand = Demand::at_once;
    RegimenOutcome outcome = solve(regimen, check, demand, policy);
    std::size_t nodes = outcome.nodes;
    std::size_t cuts = outcome.no_goods.size();
    if (outcome.solutions.empty() && outcome.proven) {
      // What is stopped may act for weeks: then the best that can be said is what is safe after that.
      RegimenOutcome later = solve(regimen, check, Demand::in_time, policy);
      nodes += later.nodes;
      cuts += later.no_goods.size();
      if (!later.solutions.empty() || !later.proven) {
        demand = Demand::in_time;
        outcome = std::move(later);
      }
    }
    plan.certificate.lower_bound = outcome.lower_bound;
    plan.certificate.nodes = nodes;
    plan.certificate.cuts = cuts;
    plan.proven = outcome.proven;
    plan.feasible = !outcome.solutions.empty();
    const Writer writer(*base, matcher, indications, screened, subject, regimen, check);
    const auto failure = plan.feasible ? describe(plan, writer, regimen, check, outcome, demand)
                                       : explain(plan, writer, regimen, check, outcome);
    plan.certificate.engine_runs = check.runs();
    if (!failure) return core::fail(failure.error());
    return plan;
  }

  // The options of a plan that was found, and why no change of the best one can be left out.
  core::Result<void> describe(Plan& plan, const Writer& writer, const Regimen& regimen, RegimenCheck& check,
                              RegimenOutcome& outcome, Demand demand) const {
    RegimenSolution& best = outcome.solutions.front();
    for (std::uint32_t m = 0; m < best.options.size(); ++m) {
      if (best.options[m] == 0) continue;
      RegimenChoices undone = best.options;
      undone[m] = 0;
      const auto back = check.hazards(undone, demand);
      if (back.empty() && check.untreated(undone).empty()) {
        // Only a search that ran out of work can leave such a change in.
        best.cost -= regimen.medicines[m].options[best.options[m]].cost;
        best.options = std::move(undone);
        continue;
      }
      if (back.empty()) continue;
      static_cast<void>(check.look(undone, back.front().after));  // it speaks of that run
      auto finding = writer.finding_of(back.front());
      if (!finding) return core::fail(finding.error());
      plan.irreducible.push_back({writer.medicine(m).element, std::move(*finding)});
    }
    plan.after_washout = demand == Demand::in_time;
    for (const Hazard& hazard : check.look(best.options, AfterStop::still_acts)) {
      if (hazard.severity < policy.clear_at) continue;
      auto finding = writer.finding_of(hazard);
      if (!finding) return core::fail(finding.error());
      add_once(plan.until_then, std::move(*finding));
    }
    for (const RegimenSolution& solution : outcome.solutions) {
      PlanOption option = writer.option(solution);
      static_cast<void>(check.look(solution.options, AfterStop::gone));
      if (const auto added = writer.add_handled(option, solution.options); !added) return core::fail(added.error());
      if (const auto added = writer.add_remaining(option); !added) return core::fail(added.error());
      plan.best.push_back(std::move(option));
    }
    plan.cost = best.cost;
    plan.certificate.optimum = best.cost;
    return {};
  }

  // Which medicines cannot be made safe together, and what they do.
  core::Result<void> explain(Plan& plan, const Writer& writer, const Regimen& regimen, RegimenCheck& check,
                             const RegimenOutcome& outcome) const {
    plan.certificate.lower_bound = 0.0;
    if (!outcome.proven) return {};
    const auto core = conflict_core(regimen, outcome.no_goods, policy.nodes);
    for (const std::uint32_t medicine : core) plan.conflict_core.push_back(writer.medicine(medicine));
    for (const Hazard& hazard : check.look(RegimenChoices(regimen.medicines.size(), 0), AfterStop::gone)) {
      if (!std::includes(core.begin(), core.end(), hazard.medicines.begin(), hazard.medicines.end())) continue;
      auto finding = writer.finding_of(hazard);
      if (!finding) return core::fail(finding.error());
      add_once(plan.core_findings, std::move(*finding));
    }
    return {};
  }
};

Planner::Planner(std::shared_ptr<const KnowledgeBase> base, PlanPolicy policy)
    : impl_(std::make_unique<Impl>(std::move(base), std::move(policy))) {}
Planner::~Planner() = default;
Planner::Planner(Planner&&) noexcept = default;
Planner& Planner::operator=(Planner&&) noexcept = default;

core::Result<Plan> Planner::plan(const ScreenedCase& screened, const core::Case& subject,
                                 const std::vector<core::Finding>& findings) {
  return impl_->plan(screened, subject, findings);
}

}  // namespace guardian::knowledge
