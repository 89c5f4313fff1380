#include "tests/support/graph_traversal.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "knowledge/matcher.hpp"

namespace guardian::tests {
namespace {

using namespace guardian::knowledge;
using core::Exposure;
using core::Severity;

enum class Result { nothing, vetoed, unevaluated, local, fires };

class Traversal {
 public:
  explicit Traversal(const KnowledgeBase& base) : base_(base), rules_(base.rules()) {
    for (std::uint32_t i = 0; i < base.graph().ingredient_count(); ++i) {
      const auto closure = base.graph().closure(static_cast<IngredientIndex>(i));
      lit_.emplace_back(closure.begin(), closure.end());
      facts_.push_back(base.bare_fact(static_cast<IngredientIndex>(i)));
    }
  }

  std::vector<PairOutcome> run() {
    for (std::uint32_t number = 0; number < rules_.size(); ++number) {
      const auto rule = static_cast<RuleIndex>(number);
      const auto terms = rules_.terms(rule);
      const bool counted = std::any_of(terms.begin(), terms.end(), [](const Term& term) {
        return term.label == TermLabel::count || term.label == TermLabel::sum;
      });
      const bool of_medicines =
          std::none_of(terms.begin(), terms.end(), [](const Term& term) { return is_about_patient(term.label); });
      if (terms.size() != 2 || counted || !of_medicines || rules_.head(rule).kind != RuleKind::finding) continue;
      for (std::uint32_t a = 0; a < lit_.size(); ++a) {
        if (!lights(a, terms[0].alternatives)) continue;
        for (std::uint32_t b = 0; b < lit_.size(); ++b) {
          if (a != b && lights(b, terms[1].alternatives)) bind(rule, a, b);
        }
      }
    }
    return outcomes();
  }

 private:
  struct Best {
    Result result = Result::nothing;
    Severity severity = Severity::minor;
  };

  bool lights(std::uint32_t ingredient, Range alternatives) const {
    for (const Range alternative : rules_.alternatives(alternatives)) {
      bool all = true;
      for (const ConceptIndex wanted : rules_.concepts(alternative)) all = all && lit_[ingredient].count(wanted) == 1;
      if (all) return true;
    }
    return false;
  }

  // 1 true, 0 false, -1 not known: of a bare name only the usual route is known.
  static int known_truth(const Predicate& predicate, const DrugFact& fact) {
    if (predicate.kind == PredicateKind::exposure)
      return (predicate.exposures & exposure_bit(fact.exposure)) != 0 ? 1 : 0;
    if (predicate.kind == PredicateKind::route && fact.route != 0) return (predicate.routes & fact.route) != 0 ? 1 : 0;
    if (predicate.kind == PredicateKind::status) return (predicate.routes & taken_bit) != 0 ? 1 : 0;
    return -1;
  }

  Best evaluate(RuleIndex rule, std::uint32_t a, std::uint32_t b) const {
    const auto terms = rules_.terms(rule);
    const std::uint32_t bound[] = {a, b};
    bool local = false;
    bool asks = false;
    for (std::size_t t = 0; t < 2; ++t) {
      const DrugFact& fact = facts_[bound[t]];
      for (const Predicate& predicate : rules_.predicates(terms[t].predicates)) {
        const int truth = known_truth(predicate, fact);
        if (truth == 0 || (truth < 0 && predicate.on_unknown == OnUnknown::ignore)) return {};
        if (truth < 0 && (predicate.on_unknown == OnUnknown::ask || predicate.on_unknown == OnUnknown::must))
          asks = true;
      }
      if ((terms[t].wanted_exposures & exposure_bit(fact.exposure)) == 0) {
        if (terms[t].wanted_exposures != exposure_bit(Exposure::systemic)) return {};
        local = true;
      }
    }
    if (local) return {Result::local, Severity::minor};
    const RuleHead& head = rules_.head(rule);
    bool up = false;
    bool down = false;
    for (const Condition& condition : rules_.conditions(rule)) {
      // Of a pair of names alone nothing is known of further medicines and of the patient.
      if (condition.term >= terms.size()) continue;
      const std::uint32_t ingredient = bound[condition.term];
      bool holds = condition.alternatives.count == 0 || lights(ingredient, condition.alternatives);
      for (const Predicate& predicate : rules_.predicates(condition.predicates)) {
        holds = holds && known_truth(predicate, facts_[ingredient]) == 1;
      }
      if (!holds) continue;
      if (condition.step == 0) return {Result::vetoed, head.severity};
      (condition.step > 0 ? up : down) = true;
    }
    if (asks) return {Result::unevaluated, head.severity};
    Severity severity = head.severity;
    if (up) {
      severity = core::raised(severity);
    } else if (down && head.contraindication == 0) {
      severity = core::lowered(severity);
    }
    return {Result::fires, severity};
  }

  void bind(RuleIndex rule, std::uint32_t a, std::uint32_t b) {
    const Best found = evaluate(rule, a, b);
    Best& best = by_pair_[{std::min(a, b), std::max(a, b)}][raw(rule)];
    if (found.result > best.result || (found.result == best.result && found.severity > best.severity)) best = found;
  }

  std::vector<PairOutcome> outcomes() const {
    std::vector<PairOutcome> list;
    for (const auto& [pair, of_rule] : by_pair_) {
      for (const auto& [number, best] : of_rule) {
        if (best.result != Result::fires && best.result != Result::local) continue;
        const RuleHead& head = rules_.head(static_cast<RuleIndex>(number));
        const bool gives_way =
            head.inferred != 0 && std::any_of(of_rule.begin(), of_rule.end(), [&](const auto& other) {
              const RuleHead& explicit_head = rules_.head(static_cast<RuleIndex>(other.first));
              return explicit_head.inferred == 0 && other.second.result == best.result &&
                     (explicit_head.settles != 0 || other.second.severity >= best.severity);
            });
        if (gives_way) continue;
        const core::FindingType type = best.result == Result::local ? core::FindingType::route : head.type;
        list.push_back({base_.graph().ingredient_name(static_cast<IngredientIndex>(pair.first)),
                        base_.graph().ingredient_name(static_cast<IngredientIndex>(pair.second)),
                        std::string(to_string(type)), std::string(to_string(best.severity)),
                        std::string(rules_.id(static_cast<RuleIndex>(number)))});
      }
    }
    std::sort(list.begin(), list.end());
    return list;
  }

  const KnowledgeBase& base_;
  const RuleSet& rules_;
  std::vector<std::set<ConceptIndex>> lit_;
  std::vector<DrugFact> facts_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::map<std::size_t, Best>> by_pair_;
};

}  // namespace

std::vector<PairOutcome> outcomes_by_traversal(const KnowledgeBase& base) { return Traversal(base).run(); }

std::vector<PairOutcome> outcomes_by_engine(const KnowledgeBase& base) {
  std::vector<PairOutcome> list;
  Matcher matcher(base.graph(), base.rules(), base.lit(), base.pairs());
  const auto count = static_cast<std::uint32_t>(base.graph().ingredient_count());
  for (std::uint32_t i = 0; i < count; ++i) {
    for (std::uint32_t j = i + 1; j < count; ++j) {
      const DrugFact facts[] = {base.bare_fact(static_cast<IngredientIndex>(i)),
                                base.bare_fact(static_cast<IngredientIndex>(j))};
      const MatchResult& result = matcher.match(facts);
      for (const MatchedFinding& finding : result.findings) {
        for (const FiredRule& fired : result.fired(finding)) {
          if (!base.rules().is_pair_rule(fired.rule)) continue;
          list.push_back({base.graph().ingredient_name(static_cast<IngredientIndex>(i)),
                          base.graph().ingredient_name(static_cast<IngredientIndex>(j)),
                          std::string(to_string(finding.type)), std::string(to_string(fired.severity)),
                          std::string(base.rules().id(fired.rule))});
        }
      }
    }
  }
  std::sort(list.begin(), list.end());
  return list;
}

}  // namespace guardian::tests
