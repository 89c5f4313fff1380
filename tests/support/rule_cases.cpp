#include "tests/support/rule_cases.hpp"

#include <algorithm>
#include <functional>

namespace guardian::tests {
namespace {

using namespace guardian::knowledge;

// A number on the right side of a comparison.
double number_for(const Predicate& predicate) {
  switch (predicate.comparison) {
    case Comparison::equal:
    case Comparison::less_or_equal:
    case Comparison::greater_or_equal: return predicate.number;
    case Comparison::less: return predicate.number * 0.5;
    case Comparison::greater: return predicate.number * 2.0 + 1.0;
  }
  return predicate.number;
}

RouteMask lowest_bit(RouteMask mask) { return mask & (~mask + 1); }

class CaseFinder {
 public:
  explicit CaseFinder(const KnowledgeBase& base)
      : base_(base), rules_(base.rules()), matcher_(base.graph(), base.rules(), base.lit(), base.pairs()) {}

  std::optional<RuleCase> positive(RuleIndex rule) { return search(rule, std::nullopt); }

  // Facts that fill the terms and make the exception true.
  std::optional<RuleCase> negative(RuleIndex rule, std::uint32_t exception) { return search(rule, exception); }

 private:
  // A fact of the ingredient that satisfies the predicates and the exposure that is wanted.
  DrugFact fact_for(std::uint32_t ingredient, std::uint8_t exposures, std::initializer_list<Range> predicates) const {
    DrugFact fact = base_.bare_fact(static_cast<IngredientIndex>(ingredient));
    const bool systemic = (exposures & exposure_bit(core::Exposure::systemic)) != 0;
    const core::Exposure wanted = systemic ? core::Exposure::systemic : core::Exposure::local;
    if ((exposures & exposure_bit(fact.exposure)) == 0) fact.route = 0;
    fact.exposure = wanted;
    for (const Range range : predicates) {
      for (const Predicate& predicate : rules_.predicates(range)) {
        switch (predicate.kind) {
          case PredicateKind::exposure:
            fact.exposure = (predicate.exposures & exposure_bit(core::Exposure::systemic)) != 0
                                ? core::Exposure::systemic
                                : core::Exposure::local;
            break;
          case PredicateKind::route: fact.route = lowest_bit(predicate.routes); break;
          case PredicateKind::dose: fact.daily_mg = number_for(predicate); break;
          case PredicateKind::duration: fact.duration_days = number_for(predicate); break;
          default: break;
        }
      }
    }
    return fact;
  }

  std::optional<RuleCase> search(RuleIndex rule, std::optional<std::uint32_t> exception) {
    const auto terms = rules_.terms(rule);
    const auto conditions = rules_.conditions(rule);
    const Condition* veto = exception ? &conditions[*exception] : nullptr;
    std::vector<std::vector<std::uint32_t>> able;
    for (std::uint32_t t = 0; t < terms.size(); ++t) {
      auto candidates = base_.lit().satisfying(rules_, terms[t].alternatives);
      if (veto != nullptr && veto->term == t && veto->alternatives.count > 0) {
        candidates.erase(std::remove_if(candidates.begin(), candidates.end(),
                                        [&](std::uint32_t i) {
                                          return !base_.lit().satisfies(rules_, veto->alternatives,
                                                                        static_cast<IngredientIndex>(i));
                                        }),
                         candidates.end());
      }
      able.push_back(std::move(candidates));
    }
    RuleCase made{std::string(rules_.id(rule)), {}, exception};
    std::optional<RuleCase> found;
    std::size_t tries = 0;
    const std::function<bool(std::size_t, std::size_t)> fill = [&](std::size_t t, std::size_t more) {
      if (t == terms.size()) {
        ++tries;
        if (accept(made, veto)) {
          found = made;
          return true;
        }
        return false;
      }
      for (const std::uint32_t ingredient : able[t]) {
        if (tries > 4'000) return false;
        const bool used = std::any_of(made.facts.begin(), made.facts.end(),
                                      [&](const DrugFact& fact) { return raw(fact.ingredient) == ingredient; });
        if (used) continue;
        const bool looked_at = veto != nullptr && veto->term == t;
        made.facts.push_back(fact_for(ingredient, terms[t].wanted_exposures,
                                      {terms[t].predicates, looked_at ? veto->predicates : Range{}}));
        made.facts.back().source = static_cast<std::uint32_t>(made.facts.size());
        const bool counted = terms[t].label == TermLabel::count || terms[t].label == TermLabel::sum;
        // Of a counted term as many ingredients are taken as its number says: enough for a count, and for most sums.
        const bool again = counted && more + 1 < terms[t].quantity;
        if (again ? fill(t, more + 1) : fill(t + 1, 0)) return true;
        made.facts.pop_back();
      }
      return false;
    };
    fill(0, 0);
    return found;
  }

  bool accept(RuleCase& made, const Condition* veto) {
    if (veto == nullptr) return fires(matcher_, base_, made);
    if (veto->term != Condition::whole_case) return !fires(matcher_, base_, made);
    // Without the further medicine it fires, with it no longer.
    if (!fires(matcher_, base_, made)) return false;
    for (const std::uint32_t ingredient : base_.lit().satisfying(rules_, veto->alternatives)) {
      made.facts.push_back(fact_for(ingredient, exposure_bit(core::Exposure::systemic), {veto->predicates}));
      if (!fires(matcher_, base_, made)) return true;
      made.facts.pop_back();
    }
    return false;
  }

  const KnowledgeBase& base_;
  const RuleSet& rules_;
  Matcher matcher_;
};

}  // namespace

std::vector<RuleCase> rule_cases(const KnowledgeBase& base, std::vector<std::string>& without_case) {
  CaseFinder finder(base);
  std::vector<RuleCase> cases;
  for (std::uint32_t number = 0; number < base.rules().size(); ++number) {
    const auto rule = static_cast<RuleIndex>(number);
    if (base.rules().head(rule).inferred != 0) continue;
    const std::string id(base.rules().id(rule));
    if (auto positive = finder.positive(rule)) {
      cases.push_back(std::move(*positive));
    } else {
      without_case.push_back(id);
    }
    const auto conditions = base.rules().conditions(rule);
    for (std::uint32_t i = 0; i < conditions.size(); ++i) {
      if (conditions[i].step != 0) continue;
      if (auto negative = finder.negative(rule, i)) {
        cases.push_back(std::move(*negative));
      } else {
        without_case.push_back(id + ", exception " + std::to_string(i + 1));
      }
    }
  }
  return cases;
}

bool fires(Matcher& matcher, const KnowledgeBase& base, const RuleCase& rule_case) {
  const MatchResult& result = matcher.match(rule_case.facts);
  return std::any_of(result.findings.begin(), result.findings.end(), [&](const MatchedFinding& finding) {
    if (finding.type == core::FindingType::route) return false;
    const auto fired = result.fired(finding);
    return std::any_of(fired.begin(), fired.end(),
                       [&](const FiredRule& rule) { return base.rules().id(rule.rule) == rule_case.rule; });
  });
}

}  // namespace guardian::tests
