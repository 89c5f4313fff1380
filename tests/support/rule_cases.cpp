#include "tests/support/rule_cases.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "tests/support/case_changes.hpp"
#include "tests/support/case_search.hpp"

namespace guardian::tests {
namespace {

using namespace guardian::knowledge;

class CaseMaker {
 public:
  CaseMaker(const KnowledgeBase& base, std::vector<RuleCase>& cases, std::vector<std::string>& without_case)
      : base_(base), judge_(base), cases_(cases), without_case_(without_case) {}

  void make_all(RuleIndex rule) {
    const RuleCase start{
        std::string(base_.rules().id(rule)), base_.rules().head(rule).kind, {}, {}, false, CaseAnswer::fires, "fires"};
    const auto positive =
        search(start, choices_for(base_, rule, {}), [&](RuleCase& made) { return fires(rule, made); });
    // Without a case that fires there is none that just does not.
    if (!keep(start, positive)) return;
    make_signed(rule, start, *positive);
    make_exceptions(rule, start);
    make_changes(rule, start, *positive);
  }

 private:
  // Of a sum more ingredients may have been taken than it needs: the others are left out.
  bool fires(RuleIndex rule, RuleCase& made) {
    if (judge_.answer(made) != CaseAnswer::fires) return false;
    if (base_.rules().terms(rule).front().label != TermLabel::sum) return true;
    for (;;) {
      RuleCase less = made;
      less.facts.pop_back();
      if (judge_.answer(less) != CaseAnswer::fires) return true;
      made = std::move(less);
    }
  }

  bool keep(const RuleCase& wanted, std::optional<RuleCase> found) {
    if (!found) {
      without_case_.push_back(wanted.rule + ", " + wanted.what);
      return false;
    }
    found->what = wanted.what;
    found->expected = wanted.expected;
    cases_.push_back(std::move(*found));
    return true;
  }

  // In a review the values of a patient light the conditions that they are signs of: that may not silence a rule for
  // good.
  void make_signed(RuleIndex rule, RuleCase wanted, RuleCase positive) {
    const RuleHead& head = base_.rules().head(rule);
    if (head.scope != RuleScope::patient || head.kind == RuleKind::sign) return;
    wanted.what = "fires where signs apply";
    wanted.signs_apply = true;
    positive.signs_apply = true;
    if (judge_.answer(positive) == CaseAnswer::fires) {
      keep(wanted, std::move(positive));
    } else {
      keep(wanted, search(wanted, choices_for(base_, rule, {}), [&](RuleCase& made) { return fires(rule, made); }));
    }
  }

  void make_exceptions(RuleIndex rule, RuleCase wanted) {
    const auto conditions = base_.rules().conditions(rule);
    wanted.expected = CaseAnswer::silent;
    for (std::uint32_t i = 0; i < conditions.size(); ++i) {
      if (conditions[i].step != 0) continue;
      wanted.what = "exception " + std::to_string(i + 1);
      keep(wanted, search(wanted, choices_for(base_, rule, i), [&](RuleCase& made) {
             return judge_.answer(made) == CaseAnswer::silent && judge_.vetoes(made, i);
           }));
    }
  }

  // Each is made of a case that fires, mostly of the first one; where another binding of the terms fires all the same,
  // of one for which that is not so.
  void make_changes(RuleIndex rule, RuleCase wanted, const RuleCase& positive) {
    for (const CaseChange& change : changes_for(base_, rule)) {
      wanted.what = change.what;
      wanted.expected = change.expected;
      const auto fits = [&](RuleCase& made) {
        change.make(made);
        return judge_.answer(made) == change.expected;
      };
      RuleCase changed = positive;
      if (fits(changed)) {
        keep(wanted, std::move(changed));
        continue;
      }
      keep(wanted, search(wanted, choices_for(base_, rule, {}),
                          [&](RuleCase& made) { return fires(rule, made) && fits(made); }));
    }
  }

  const KnowledgeBase& base_;
  CaseJudge judge_;
  std::vector<RuleCase>& cases_;
  std::vector<std::string>& without_case_;
};

}  // namespace

std::vector<RuleCase> rule_cases(const KnowledgeBase& base, std::vector<std::string>& without_case) {
  std::vector<RuleCase> cases;
  CaseMaker maker(base, cases, without_case);
  for (std::uint32_t number = 0; number < base.rules().size(); ++number) {
    const auto rule = static_cast<RuleIndex>(number);
    if (base.rules().head(rule).inferred == 0) maker.make_all(rule);
  }
  return cases;
}

CaseJudge::CaseJudge(const KnowledgeBase& base)
    : base_(base), matcher_(base.graph(), base.rules(), base.lit(), base.pairs()), patient_(base.patient_state()) {}

const PatientState& CaseJudge::described(const RuleCase& rule_case) {
  patient_.clear();
  for (const ConditionFact& fact : rule_case.patient.conditions) patient_.add(fact);
  for (const QuantityFact& fact : rule_case.patient.quantities) patient_.add(fact);
  for (const AllergyFact& fact : rule_case.patient.allergies) patient_.add(fact);
  if (rule_case.signs_apply) matcher_.apply_signs(patient_);
  return patient_;
}

CaseAnswer CaseJudge::answer(const RuleCase& rule_case) {
  const auto is_it = [&](RuleIndex rule) { return base_.rules().id(rule) == rule_case.rule; };
  const auto has_it = [&](const auto& list) {
    return std::any_of(list.begin(), list.end(), [&](const auto& one) { return is_it(one.rule); });
  };
  const PatientState& patient = described(rule_case);
  if (rule_case.kind == RuleKind::sign) {
    const auto signs = matcher_.apply_signs(patient_);
    return std::any_of(signs.begin(), signs.end(), is_it) ? CaseAnswer::fires : CaseAnswer::silent;
  }
  const MatchResult& result = matcher_.match(rule_case.facts, &patient);
  const bool fired = has_it(result.patient.fired) ||
                     std::any_of(result.findings.begin(), result.findings.end(), [&](const MatchedFinding& finding) {
                       return finding.type != core::FindingType::route && has_it(result.fired(finding));
                     });
  if (fired) return CaseAnswer::fires;
  return has_it(result.patient.unevaluated) || has_it(result.unevaluated) ? CaseAnswer::waits : CaseAnswer::silent;
}

bool CaseJudge::vetoes(const RuleCase& rule_case, std::uint32_t condition) {
  const auto is_it = [&](const auto& veto) {
    return veto.condition == condition && base_.rules().id(veto.rule) == rule_case.rule;
  };
  const MatchResult& result = matcher_.match(rule_case.facts, &described(rule_case));
  return std::any_of(result.vetoes.begin(), result.vetoes.end(), is_it) ||
         std::any_of(result.patient.vetoes.begin(), result.patient.vetoes.end(), is_it);
}

}  // namespace guardian::tests
