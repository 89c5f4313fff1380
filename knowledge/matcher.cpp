#include "knowledge/matcher.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <tuple>

namespace guardian::knowledge {
namespace {

using core::FindingType;
using core::Severity;

enum class Truth : std::uint8_t { no, unknown, yes };

// A drug that was stopped today, or is on hold, is still in the body; so is one within its washout time.
constexpr double days_after_last_dose = 1.0;

Truth compare(double value, const Predicate& predicate) {
  if (std::isnan(value)) return Truth::unknown;
  bool holds = false;
  switch (predicate.comparison) {
    case Comparison::equal: holds = value == predicate.number; break;
    case Comparison::less: holds = value < predicate.number; break;
    case Comparison::less_or_equal: holds = value <= predicate.number; break;
    case Comparison::greater: holds = value > predicate.number; break;
    case Comparison::greater_or_equal: holds = value >= predicate.number; break;
  }
  return holds ? Truth::yes : Truth::no;
}

Truth evaluate(const Predicate& predicate, const DrugFact& fact) {
  switch (predicate.kind) {
    case PredicateKind::exposure:
      return (predicate.exposures & exposure_bit(fact.exposure)) != 0 ? Truth::yes : Truth::no;
    case PredicateKind::route:
      if (fact.route == 0) return Truth::unknown;
      return (predicate.routes & fact.route) != 0 ? Truth::yes : Truth::no;
    case PredicateKind::dose: return compare(fact.daily_mg, predicate);
    case PredicateKind::duration: return compare(fact.duration_days, predicate);
  }
  return Truth::unknown;
}

Unevaluated::Wanted wanted_by(PredicateKind kind) {
  switch (kind) {
    case PredicateKind::exposure:
    case PredicateKind::route: return Unevaluated::Wanted::route;
    case PredicateKind::dose: return Unevaluated::Wanted::dose;
    case PredicateKind::duration: return Unevaluated::Wanted::duration;
  }
  return Unevaluated::Wanted::route;
}

BindingNote::Kind note_of(PredicateKind kind) {
  switch (kind) {
    case PredicateKind::exposure:
    case PredicateKind::route: return BindingNote::Kind::unknown_route;
    case PredicateKind::dose: return BindingNote::Kind::unknown_dose;
    case PredicateKind::duration: return BindingNote::Kind::unknown_duration;
  }
  return BindingNote::Kind::unknown_route;
}

// Whether one fact fills a term, apart from its concepts.
struct TermTruth {
  bool holds = false;
  bool local = false;  // all but the exposure holds
  const Predicate* asks = nullptr;
};

enum class Presence : std::uint8_t { taken, washing_out, washing_out_unstated, gone, not_known };

Presence presence(const DrugFact& fact) {
  if (!fact.stopped) return Presence::taken;
  if (std::isnan(fact.stopped_days)) return Presence::washing_out_unstated;
  if (fact.stopped_days <= days_after_last_dose) return Presence::washing_out;
  if (std::isnan(fact.washout_days)) return Presence::not_known;
  return fact.stopped_days <= fact.washout_days ? Presence::washing_out : Presence::gone;
}

// What a binding comes to. Ordered: a later outcome outweighs an earlier one.
enum class Outcome : std::uint8_t { nothing, vetoed, unevaluated, local, fires };

struct Evaluation {
  Outcome outcome = Outcome::nothing;
  Severity severity = Severity::minor;
  bool washout = false;
  std::uint32_t condition = 0;  // of a veto
  Unevaluated missing;
};

bool outweighs(const Evaluation& left, const Evaluation& right) {
  if (left.outcome != right.outcome) return left.outcome > right.outcome;
  if (left.washout != right.washout) return !left.washout;
  return left.severity > right.severity;
}

}  // namespace

struct Matcher::Impl {
  // A term of a rule over sets that an ingredient can fill, with the grade it brings to a sum.
  struct SetTerm {
    std::uint32_t set_rule;
    std::uint32_t term;
    int weight;
  };
  // All facts of one ingredient.
  struct Slot {
    IngredientIndex ingredient{};
    std::uint32_t first = 0;  // in `order`
    std::uint32_t count = 0;
    std::uint32_t product = no_product;  // the fixed combination that the ingredient comes from, and from it alone
    bool plain = false;  // one fact, taken, systemic: rules without conditions need no look at it
  };
  static constexpr std::uint32_t no_product = 0xFFFFFFFFU;
  struct Candidate {
    FiredRule fired;
    FindingType type;
    bool local;
    bool inferred;
    bool settles;
    bool contraindication;
  };

  struct SetCandidate {
    FindingType type;
    std::vector<std::uint32_t> ingredients;
    FiredRule fired;
  };

  const ConceptGraph& graph;
  const RuleSet& rules;
  const LitSets& lit;
  const PairIndex& pairs;
  std::vector<RuleIndex> set_rules;
  std::vector<std::vector<SetTerm>> set_terms;  // by ingredient

  MatchResult result;
  std::vector<DrugFact> facts;
  std::vector<std::uint32_t> order;
  std::vector<Slot> slots;
  std::vector<Candidate> candidates;
  std::vector<std::uint32_t> set_first_total;  // by rule over sets: where the totals of its terms start
  std::vector<int> set_totals;
  std::vector<std::uint32_t> set_pending;
  std::vector<std::uint32_t> present_ingredients;
  std::vector<std::uint32_t> bound_facts;
  std::vector<SetCandidate> set_candidates;
  std::vector<std::uint64_t> sort_keys;
  std::vector<MatchedFinding> sorted;

  Impl(const ConceptGraph& g, const RuleSet& r, const LitSets& l, const PairIndex& p) : graph(g), rules(r), lit(l), pairs(p) {
    set_terms.resize(graph.ingredient_count());
    for (std::uint32_t number = 0; number < rules.size(); ++number) {
      const auto rule = static_cast<RuleIndex>(number);
      if (rules.is_pair_rule(rule)) continue;
      const auto terms = rules.terms(rule);
      for (std::uint32_t t = 0; t < terms.size(); ++t) {
        for (const std::uint32_t ingredient : lit.satisfying(rules, terms[t].alternatives)) {
          int weight = 1;
          if (terms[t].label == TermLabel::sum) {
            const ConceptIndex effect = rules.concepts(rules.alternatives(terms[t].alternatives).front()).front();
            weight = graph.own_grade(static_cast<IngredientIndex>(ingredient), effect);
          }
          set_terms[ingredient].push_back({static_cast<std::uint32_t>(set_rules.size()), t, weight});
        }
      }
      set_rules.push_back(rule);
      set_first_total.push_back(static_cast<std::uint32_t>(set_totals.size()));
      set_totals.resize(set_totals.size() + terms.size());
    }
  }

  [[nodiscard]] std::span<const std::uint32_t> facts_of(const Slot& slot) const {
    return {order.data() + slot.first, slot.count};
  }

  void make_slots() {
    order.resize(facts.size());
    for (std::uint32_t i = 0; i < order.size(); ++i) order[i] = i;
    std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
      return facts[a].ingredient != facts[b].ingredient ? facts[a].ingredient < facts[b].ingredient : a < b;
    });
    slots.clear();
    for (std::uint32_t i = 0; i < order.size(); ++i) {
      const IngredientIndex ingredient = facts[order[i]].ingredient;
      if (slots.empty() || slots.back().ingredient != ingredient) slots.push_back({ingredient, i, 0, no_product, false});
      ++slots.back().count;
    }
    for (Slot& slot : slots) {
      const DrugFact& fact = facts[order[slot.first]];
      slot.plain = slot.count == 1 && !fact.stopped && fact.exposure == core::Exposure::systemic;
      if (slot.count == 1 && fact.fixed_product) slot.product = fact.source;
    }
  }

  [[nodiscard]] TermTruth fills(const Term& term, const DrugFact& fact) const {
    TermTruth truth;
    for (const Predicate& predicate : rules.predicates(term.predicates)) {
      const Truth value = evaluate(predicate, fact);
      if (value == Truth::no) return {};
      if (value == Truth::unknown) {
        if (predicate.on_unknown == OnUnknown::ignore) return {};
        if (predicate.on_unknown == OnUnknown::ask && truth.asks == nullptr) truth.asks = &predicate;
      }
    }
    truth.holds = (term.wanted_exposures & exposure_bit(fact.exposure)) != 0;
    truth.local = !truth.holds && term.wanted_exposures == exposure_bit(core::Exposure::systemic);
    return truth;
  }

  // Whether a condition holds for a fact that it looks at.
  [[nodiscard]] bool holds_for(const Condition& condition, const DrugFact& fact) const {
    if (condition.alternatives.count > 0 && !lit.satisfies(rules, condition.alternatives, fact.ingredient)) return false;
    const auto wanted = rules.predicates(condition.predicates);
    return std::all_of(wanted.begin(), wanted.end(),
                       [&](const Predicate& predicate) { return evaluate(predicate, fact) == Truth::yes; });
  }

  // `bound` are the facts that fill the terms of the rule, in their order.
  [[nodiscard]] bool holds(const Condition& condition, std::span<const std::uint32_t> bound) const {
    if (condition.term != Condition::whole_case) {
      return condition.term < bound.size() && holds_for(condition, facts[bound[condition.term]]);
    }
    for (const DrugFact& fact : facts) {
      const bool is_bound = std::any_of(bound.begin(), bound.end(),
                                        [&](std::uint32_t b) { return facts[b].ingredient == fact.ingredient; });
      const bool systemic = fact.exposure == core::Exposure::systemic && !fact.stopped;
      if (!is_bound && systemic && holds_for(condition, fact)) return true;
    }
    return false;
  }

  // Exceptions and modifiers of a rule whose terms hold.
  [[nodiscard]] Evaluation decided(RuleIndex rule, std::span<const std::uint32_t> bound) const {
    const RuleHead& head = rules.head(rule);
    Evaluation evaluation{Outcome::fires, head.severity, false, 0, {}};
    const auto conditions = rules.conditions(rule);
    int step = 0;
    for (std::uint32_t i = 0; i < conditions.size(); ++i) {
      if (!holds(conditions[i], bound)) continue;
      if (conditions[i].step == 0) return {Outcome::vetoed, head.severity, false, i, {}};
      // The strongest step counts once: upward before downward, so that a reason for care is never cancelled.
      step = conditions[i].step > 0 || step > 0 ? 1 : -1;
    }
    if (step > 0) evaluation.severity = core::raised(head.severity);
    if (step < 0 && head.contraindication == 0) evaluation.severity = core::lowered(head.severity);
    return evaluation;
  }

  [[nodiscard]] Evaluation evaluate_pair(RuleIndex rule, std::uint32_t first, std::uint32_t second) const {
    const DrugFact& one = facts[first];
    const DrugFact& two = facts[second];
    const Presence one_present = presence(one);
    const Presence two_present = presence(two);
    if (one_present == Presence::gone || two_present == Presence::gone || (one.stopped && two.stopped)) return {};

    const auto terms = rules.terms(rule);
    const TermTruth one_truth = fills(terms[0], one);
    const TermTruth two_truth = fills(terms[1], two);
    if (!(one_truth.holds || one_truth.local) || !(two_truth.holds || two_truth.local)) return {};
    if (one_truth.local || two_truth.local) {
      const bool taken = one_present == Presence::taken && two_present == Presence::taken;
      return taken ? Evaluation{Outcome::local, Severity::minor, false, 0, {}} : Evaluation{};
    }
    const std::array<std::uint32_t, 2> bound{first, second};
    Evaluation evaluation = decided(rule, bound);
    if (evaluation.outcome == Outcome::vetoed) return evaluation;
    for (const std::uint32_t fact : bound) {
      if (presence(facts[fact]) == Presence::not_known) {
        return {Outcome::unevaluated, {}, false, 0, {rule, facts[fact].ingredient, Unevaluated::Wanted::washout_time}};
      }
    }
    if (one_truth.asks != nullptr) {
      return {Outcome::unevaluated, {}, false, 0, {rule, one.ingredient, wanted_by(one_truth.asks->kind)}};
    }
    if (two_truth.asks != nullptr) {
      return {Outcome::unevaluated, {}, false, 0, {rule, two.ingredient, wanted_by(two_truth.asks->kind)}};
    }
    evaluation.washout = one.stopped || two.stopped;
    return evaluation;
  }

  void add_candidate(RuleIndex rule, const Evaluation& evaluation, std::uint32_t first, std::uint32_t second) {
    const RuleHead& head = rules.head(rule);
    FindingType type = head.type;
    const bool local = evaluation.outcome == Outcome::local;
    if (local) type = FindingType::route;
    if (evaluation.washout) type = FindingType::washout;
    candidates.push_back({{rule, evaluation.severity, first, second},
                          type,
                          local,
                          head.inferred != 0,
                          head.settles != 0,
                          head.contraindication != 0 && !local});
  }

  void screen_pair(const Slot& lower, const Slot& higher) {
    // A marketed fixed combination was assessed as one medicine: its ingredients are not screened against each other,
    // unless one of them is also given apart from it.
    if (lower.product != no_product && lower.product == higher.product) {
      ++result.within_product;
      return;
    }
    const auto entries = pairs.find(lower.ingredient, higher.ingredient);
    if (lower.plain && higher.plain && emit_plain(lower, higher, entries)) return;
    candidates.clear();
    for (std::size_t i = 0; i < entries.size(); ++i) {
      const RuleIndex rule = entries[i].rule();
      // A rule that both ingredients can fill either way stands twice; it is one rule that fires, in its best binding.
      if (i > 0 && entries[i - 1].rule() == rule) continue;
      Evaluation best;
      std::uint32_t best_first = 0;
      std::uint32_t best_second = 0;
      for (std::size_t j = i; j < entries.size() && entries[j].rule() == rule; ++j) {
        const Slot& first_slot = entries[j].reversed() ? higher : lower;
        const Slot& second_slot = entries[j].reversed() ? lower : higher;
        for (const std::uint32_t first : facts_of(first_slot)) {
          for (const std::uint32_t second : facts_of(second_slot)) {
            const Evaluation evaluation = evaluate_pair(rule, first, second);
            if (outweighs(evaluation, best)) {
              best = evaluation;
              best_first = first;
              best_second = second;
            }
          }
        }
      }
      switch (best.outcome) {
        case Outcome::nothing: break;
        case Outcome::vetoed: result.vetoes.push_back({rule, best.condition}); break;
        case Outcome::unevaluated: result.unevaluated.push_back(best.missing); break;
        case Outcome::local:
        case Outcome::fires: add_candidate(rule, best, best_first, best_second); break;
      }
    }
    emit_pair(lower.ingredient, higher.ingredient);
  }

  // Two medicines that are taken and systemic, and rules without conditions: nothing but the packed entries is needed.
  // False when a rule has conditions.
  bool emit_plain(const Slot& lower, const Slot& higher, std::span<const PairEntry> entries) {
    bool settled = false;
    int severest_explicit = -1;
    std::uint32_t types = 0;
    for (const PairEntry entry : entries) {
      if (entry.conditional()) return false;
      types |= 1U << static_cast<unsigned>(entry.type());
      if (entry.inferred()) continue;
      settled = settled || entry.settles();
      severest_explicit = std::max(severest_explicit, static_cast<int>(entry.severity()));
    }
    const std::uint32_t low = order[lower.first];
    const std::uint32_t high = order[higher.first];
    for (; types != 0; types &= types - 1) {
      MatchedFinding finding;
      finding.type = static_cast<FindingType>(__builtin_ctz(types));
      finding.inferred = true;
      finding.rules.first = static_cast<std::uint32_t>(result.rules.size());
      for (std::size_t i = 0; i < entries.size(); ++i) {
        const PairEntry entry = entries[i];
        const bool repeated = i > 0 && entries[i - 1].rule() == entry.rule();
        const bool yields = entry.inferred() && (settled || severest_explicit >= static_cast<int>(entry.severity()));
        if (entry.type() != finding.type || repeated || yields) continue;
        finding.severity = std::max(finding.severity, entry.severity());
        finding.contraindication = finding.contraindication || entry.contraindication();
        finding.inferred = finding.inferred && entry.inferred();
        result.rules.push_back({entry.rule(), entry.severity(), entry.reversed() ? high : low, entry.reversed() ? low : high});
      }
      finding.rules.count = static_cast<std::uint32_t>(result.rules.size()) - finding.rules.first;
      add_pair_finding(finding, lower.ingredient, higher.ingredient);
    }
    return true;
  }

  void add_pair_finding(MatchedFinding finding, IngredientIndex lower, IngredientIndex higher) {
    if (finding.rules.count == 0) return;
    finding.ingredients = {static_cast<std::uint32_t>(result.ingredients.size()), 2};
    result.ingredients.push_back(lower);
    result.ingredients.push_back(higher);
    result.findings.push_back(finding);
  }

  // An inferred rule gives way to an explicit one on the same pair that is at least as severe or says that it settles it.
  [[nodiscard]] bool gives_way(const Candidate& inferred) const {
    return inferred.inferred && std::any_of(candidates.begin(), candidates.end(), [&](const Candidate& other) {
             return !other.inferred && other.local == inferred.local &&
                    (other.settles || other.fired.severity >= inferred.fired.severity);
           });
  }

  void emit_pair(IngredientIndex lower, IngredientIndex higher) {
    if (candidates.empty()) return;
    // A pair has few types; each becomes one finding with all its rules.
    std::uint32_t done = 0;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      const std::uint32_t type_bit = 1U << static_cast<unsigned>(candidates[i].type);
      if ((done & type_bit) != 0) continue;
      done |= type_bit;
      MatchedFinding finding;
      finding.type = candidates[i].type;
      finding.inferred = true;
      finding.rules.first = static_cast<std::uint32_t>(result.rules.size());
      for (std::size_t j = i; j < candidates.size(); ++j) {
        const Candidate& candidate = candidates[j];
        if (candidate.type != finding.type || gives_way(candidate)) continue;
        finding.severity = std::max(finding.severity, candidate.fired.severity);
        finding.contraindication = finding.contraindication || candidate.contraindication;
        finding.inferred = finding.inferred && candidate.inferred;
        result.rules.push_back(candidate.fired);
        ++finding.rules.count;
      }
      add_pair_finding(finding, lower, higher);
    }
  }

  // ---- rules over sets ----

  // Whether some fact of the slot fills the term.
  [[nodiscard]] bool slot_fills(const Term& term, const Slot& slot) const {
    const auto own = facts_of(slot);
    return std::any_of(own.begin(), own.end(), [&](std::uint32_t fact) {
      if (facts[fact].stopped) return false;
      const TermTruth truth = fills(term, facts[fact]);
      return truth.holds && truth.asks == nullptr;
    });
  }

  [[nodiscard]] int weight_of(std::uint32_t set_rule, std::uint32_t term, IngredientIndex ingredient) const {
    for (const SetTerm& entry : set_terms[raw(ingredient)]) {
      if (entry.set_rule == set_rule && entry.term == term) return entry.weight;
    }
    return 0;
  }

  // Chooses different ingredients for the terms from `term` on; `used` and the choice are positions in `available`.
  [[nodiscard]] bool bindable(const std::vector<std::vector<std::uint32_t>>& available, std::size_t term,
                              std::vector<std::uint32_t>& chosen) const {
    if (term == available.size()) return true;
    for (const std::uint32_t candidate : available[term]) {
      if (std::find(chosen.begin(), chosen.end(), candidate) != chosen.end()) continue;
      chosen.push_back(candidate);
      if (bindable(available, term + 1, chosen)) return true;
      chosen.pop_back();
    }
    return false;
  }

  // The ingredients (as numbers) among `present` that take part when the rule's terms all hold; empty when they do not.
  // `fills_term(term, ingredient)` says whether the case lets an ingredient fill a term.
  template <class FillsTerm>
  [[nodiscard]] std::vector<std::uint32_t> contributors(std::uint32_t set_rule, const std::vector<std::uint32_t>& present,
                                                        FillsTerm fills_term) const {
    const auto terms = rules.terms(set_rules[set_rule]);
    std::vector<std::vector<std::uint32_t>> singles;
    std::vector<std::uint32_t> taking_part;
    taking_part.reserve(present.size());
    for (std::uint32_t t = 0; t < terms.size(); ++t) {
      const bool counted = terms[t].label == TermLabel::count || terms[t].label == TermLabel::sum;
      if (!counted) singles.emplace_back();
      auto& able = counted ? taking_part : singles.back();
      int total = 0;
      for (const std::uint32_t ingredient : present) {
        const int weight = weight_of(set_rule, t, static_cast<IngredientIndex>(ingredient));
        if (weight == 0 || !fills_term(terms[t], ingredient)) continue;
        able.push_back(ingredient);
        total += weight;
      }
      if (total < (counted ? static_cast<int>(terms[t].quantity) : 1)) return {};
    }
    if (singles.empty() && terms.size() == 1) return taking_part;
    std::vector<std::uint32_t> chosen;
    if (!bindable(singles, 0, chosen)) return {};
    // An ingredient takes part when some complete choice contains it.
    for (std::size_t t = 0; t < singles.size(); ++t) {
      for (const std::uint32_t ingredient : singles[t]) {
        auto narrowed = singles;
        narrowed[t] = {ingredient};
        chosen.clear();
        if (bindable(narrowed, 0, chosen)) taking_part.push_back(ingredient);
      }
    }
    std::sort(taking_part.begin(), taking_part.end());
    taking_part.erase(std::unique(taking_part.begin(), taking_part.end()), taking_part.end());
    return taking_part;
  }

  // Whether the rule over sets fires for these ingredients, each of them taken and systemic.
  [[nodiscard]] bool fires_for(RuleIndex rule, const std::vector<std::uint32_t>& ingredients) const {
    const auto found = std::find(set_rules.begin(), set_rules.end(), rule);
    if (found == set_rules.end()) return false;
    const auto number = static_cast<std::uint32_t>(found - set_rules.begin());
    return !contributors(number, ingredients, [](const Term&, std::uint32_t) { return true; }).empty();
  }

  void screen_sets() {
    std::fill(set_totals.begin(), set_totals.end(), 0);
    bool any = false;
    for (const Slot& slot : slots) {
      for (const SetTerm& entry : set_terms[raw(slot.ingredient)]) {
        set_totals[set_first_total[entry.set_rule] + entry.term] += entry.weight;
        any = true;
      }
    }
    if (!any) return;
    set_candidates.clear();
    set_pending.clear();
    // Most rules over sets are out of reach by their totals alone; only the rest is worth a closer look.
    for (std::uint32_t number = 0; number < set_rules.size(); ++number) {
      const auto terms = rules.terms(set_rules[number]);
      bool reachable = true;
      for (std::size_t t = 0; t < terms.size() && reachable; ++t) {
        const bool counted = terms[t].label == TermLabel::count || terms[t].label == TermLabel::sum;
        reachable = set_totals[set_first_total[number] + t] >= (counted ? static_cast<int>(terms[t].quantity) : 1);
      }
      if (reachable) set_pending.push_back(number);
    }
    if (set_pending.empty()) return;
    present_ingredients.clear();
    for (const Slot& slot : slots) present_ingredients.push_back(static_cast<std::uint32_t>(raw(slot.ingredient)));
    const auto slot_of = [&](std::uint32_t ingredient) -> const Slot& {
      return *std::lower_bound(slots.begin(), slots.end(), static_cast<IngredientIndex>(ingredient),
                               [](const Slot& slot, IngredientIndex wanted) { return slot.ingredient < wanted; });
    };
    for (const std::uint32_t number : set_pending) {
      const RuleIndex rule = set_rules[number];
      auto taking_part = contributors(number, present_ingredients, [&](const Term& term, std::uint32_t ingredient) {
        return slot_fills(term, slot_of(ingredient));
      });
      if (taking_part.empty()) continue;
      bound_facts.clear();
      for (const std::uint32_t ingredient : taking_part) bound_facts.push_back(order[slot_of(ingredient).first]);
      const Evaluation evaluation = decided(rule, bound_facts);
      if (evaluation.outcome == Outcome::vetoed) {
        result.vetoes.push_back({rule, evaluation.condition});
        continue;
      }
      set_candidates.push_back({rules.head(rule).type,
                                std::move(taking_part),
                                {rule, evaluation.severity, bound_facts.front(), bound_facts.back()}});
    }
    emit_sets();
  }

  // Rules over sets that speak of the same medicines are one finding, as those of pairs are.
  void emit_sets() {
    const auto same = [](const SetCandidate& left, const SetCandidate& right) {
      return left.type == right.type && left.ingredients == right.ingredients;
    };
    std::sort(set_candidates.begin(), set_candidates.end(), [](const SetCandidate& left, const SetCandidate& right) {
      return std::tie(left.type, left.ingredients, left.fired.rule) < std::tie(right.type, right.ingredients, right.fired.rule);
    });
    for (std::size_t i = 0; i < set_candidates.size();) {
      MatchedFinding finding;
      finding.type = set_candidates[i].type;
      finding.rules.first = static_cast<std::uint32_t>(result.rules.size());
      finding.ingredients = {static_cast<std::uint32_t>(result.ingredients.size()),
                             static_cast<std::uint32_t>(set_candidates[i].ingredients.size())};
      for (const std::uint32_t ingredient : set_candidates[i].ingredients) {
        result.ingredients.push_back(static_cast<IngredientIndex>(ingredient));
      }
      const std::size_t group = i;
      for (; i < set_candidates.size() && same(set_candidates[group], set_candidates[i]); ++i) {
        const FiredRule& fired = set_candidates[i].fired;
        finding.severity = std::max(finding.severity, fired.severity);
        finding.contraindication = finding.contraindication || rules.head(fired.rule).contraindication != 0;
        result.rules.push_back(fired);
        ++finding.rules.count;
      }
      result.findings.push_back(finding);
    }
  }

  // Most severe first, then by type, ingredients and first rule. Findings of one type are made in the order of their
  // ingredients (pairs as they are screened, sets as they are emitted), so their place of origin stands for the rest.
  void sort_findings() {
    sort_keys.clear();
    for (std::uint32_t i = 0; i < result.findings.size(); ++i) {
      const MatchedFinding& finding = result.findings[i];
      const auto rank = static_cast<std::uint64_t>(Severity::critical) - static_cast<std::uint64_t>(finding.severity);
      sort_keys.push_back(rank << 40U | static_cast<std::uint64_t>(finding.type) << 32U | i);
    }
    if (std::is_sorted(sort_keys.begin(), sort_keys.end())) return;
    std::sort(sort_keys.begin(), sort_keys.end());
    sorted.clear();
    for (const std::uint64_t key : sort_keys) sorted.push_back(result.findings[key & 0xFFFFFFFFU]);
    result.findings.swap(sorted);
  }
};

Matcher::Matcher(const ConceptGraph& graph, const RuleSet& rules, const LitSets& lit, const PairIndex& pairs)
    : impl_(std::make_unique<Impl>(graph, rules, lit, pairs)) {}
Matcher::~Matcher() = default;

const MatchResult& Matcher::match(std::span<const DrugFact> facts) {
  Impl& impl = *impl_;
  impl.facts.assign(facts.begin(), facts.end());
  impl.result.findings.clear();
  impl.result.ingredients.clear();
  impl.result.rules.clear();
  impl.result.unevaluated.clear();
  impl.result.vetoes.clear();
  impl.make_slots();
  impl.result.within_product = 0;
  impl.result.distinct_ingredients = impl.slots.size();
  impl.result.pairs = impl.slots.size() < 2 ? 0 : impl.slots.size() * (impl.slots.size() - 1) / 2;
  for (std::size_t i = 0; i < impl.slots.size(); ++i) {
    for (std::size_t j = i + 1; j < impl.slots.size(); ++j) {
      if (impl.pairs.contains(impl.slots[i].ingredient, impl.slots[j].ingredient)) {
        impl.screen_pair(impl.slots[i], impl.slots[j]);
      }
    }
  }
  impl.screen_sets();
  impl.sort_findings();
  return impl.result;
}

std::vector<BindingNote> Matcher::notes(const FiredRule& fired) const {
  const Impl& impl = *impl_;
  std::vector<BindingNote> notes;
  const std::array<std::uint32_t, 2> bound{fired.first_fact, fired.second_fact};
  if (impl.rules.is_pair_rule(fired.rule)) {
    const auto terms = impl.rules.terms(fired.rule);
    for (std::size_t t = 0; t < 2; ++t) {
      const DrugFact& fact = impl.facts[bound[t]];
      if (impl.fills(terms[t], fact).local) notes.push_back({BindingNote::Kind::local, bound[t], 0});
      for (const Predicate& predicate : impl.rules.predicates(terms[t].predicates)) {
        if (evaluate(predicate, fact) == Truth::unknown) notes.push_back({note_of(predicate.kind), bound[t], 0});
      }
      const Presence present = presence(fact);
      if (present == Presence::washing_out) notes.push_back({BindingNote::Kind::stopped, bound[t], 0});
      if (present == Presence::washing_out_unstated) {
        notes.push_back({BindingNote::Kind::stopped_when_unknown, bound[t], 0});
      }
    }
  }
  if (fired.severity != impl.rules.head(fired.rule).severity) {
    const auto conditions = impl.rules.conditions(fired.rule);
    const int step = fired.severity > impl.rules.head(fired.rule).severity ? 1 : -1;
    for (std::uint32_t i = 0; i < conditions.size(); ++i) {
      if (conditions[i].step == step && impl.holds(conditions[i], bound)) {
        notes.push_back({BindingNote::Kind::modifier, bound[0], i});
      }
    }
  }
  return notes;
}

std::vector<std::vector<IngredientIndex>> Matcher::minimal_subsets(RuleIndex rule,
                                                                   std::span<const IngredientIndex> ingredients,
                                                                   std::size_t limit) const {
  std::vector<std::vector<IngredientIndex>> subsets;
  const auto fires = [&](const std::vector<std::uint32_t>& chosen) { return impl_->fires_for(rule, chosen); };
  // Sizes grow, so a set is minimal when it has no smaller one of those found in it.
  const std::size_t n = ingredients.size();
  std::vector<std::vector<std::uint32_t>> minimal;
  for (std::size_t size = 2; size <= n && minimal.size() < limit; ++size) {
    std::vector<std::size_t> pick(size);
    for (std::size_t i = 0; i < size; ++i) pick[i] = i;
    for (;;) {
      std::vector<std::uint32_t> chosen;
      for (const std::size_t p : pick) chosen.push_back(static_cast<std::uint32_t>(raw(ingredients[p])));
      const bool covered = std::any_of(minimal.begin(), minimal.end(), [&](const auto& smaller) {
        return std::includes(chosen.begin(), chosen.end(), smaller.begin(), smaller.end());
      });
      if (!covered && fires(chosen)) minimal.push_back(chosen);
      if (minimal.size() >= limit) break;
      std::size_t at = size;
      while (at > 0 && pick[at - 1] == n - size + at - 1) --at;
      if (at == 0) break;
      ++pick[at - 1];
      for (std::size_t i = at; i < size; ++i) pick[i] = pick[i - 1] + 1;
    }
    if (size >= 6 && !minimal.empty()) break;
  }
  for (const auto& chosen : minimal) {
    std::vector<IngredientIndex> subset;
    for (const std::uint32_t ingredient : chosen) subset.push_back(static_cast<IngredientIndex>(ingredient));
    subsets.push_back(std::move(subset));
  }
  return subsets;
}

bool Matcher::fires_without(RuleIndex rule, std::span<const IngredientIndex> ingredients, IngredientIndex removed) const {
  std::vector<std::uint32_t> rest;
  for (const IngredientIndex ingredient : ingredients) {
    if (ingredient != removed) rest.push_back(static_cast<std::uint32_t>(raw(ingredient)));
  }
  return impl_->fires_for(rule, rest);
}

}  // namespace guardian::knowledge
