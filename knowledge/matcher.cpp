#include "knowledge/matcher.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <tuple>

#include "knowledge/fact_slots.hpp"
#include "knowledge/fact_truth.hpp"
#include "knowledge/set_matcher.hpp"

namespace guardian::knowledge {
namespace {

using core::FindingType;
using core::Severity;

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
  struct Candidate {
    FiredRule fired;
    FindingType type;
    bool local;
    bool inferred;
    bool settles;
    bool contraindication;
  };

  const RuleSet& rules;
  const LitSets& lit;
  const PairIndex& pairs;
  SetMatcher sets;
  FactSlots slots;
  MatchResult result;
  std::vector<Candidate> candidates;
  std::vector<std::uint64_t> sort_keys;
  std::vector<MatchedFinding> sorted;
  std::vector<std::pair<RuleIndex, BindingNote>> set_notes;  // of rules over sets that fired

  Impl(const ConceptGraph& graph, const RuleSet& r, const LitSets& l, const PairIndex& p)
      : rules(r), lit(l), pairs(p), sets(graph, r, l) {}

  // `bound` are the facts that fill the terms of the rule, in their order.
  [[nodiscard]] bool holds(const Condition& condition, std::span<const std::uint32_t> bound) const {
    if (condition.term != Condition::whole_case) {
      return condition.term < bound.size() && holds_for(rules, lit, condition, slots.fact(bound[condition.term]));
    }
    for (const DrugFact& fact : slots.facts()) {
      const bool is_bound = std::any_of(bound.begin(), bound.end(),
                                        [&](std::uint32_t b) { return slots.fact(b).ingredient == fact.ingredient; });
      const bool systemic = fact.exposure == core::Exposure::systemic && !fact.stopped;
      if (!is_bound && systemic && holds_for(rules, lit, condition, fact)) return true;
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
    const DrugFact& one = slots.fact(first);
    const DrugFact& two = slots.fact(second);
    const Presence one_present = presence(one);
    const Presence two_present = presence(two);
    if (one_present == Presence::gone || two_present == Presence::gone || (one.stopped && two.stopped)) return {};

    const auto terms = rules.terms(rule);
    const TermTruth one_truth = fills(rules, terms[0], one);
    const TermTruth two_truth = fills(rules, terms[1], two);
    if (!(one_truth.holds || one_truth.local) || !(two_truth.holds || two_truth.local)) return {};
    if (one_truth.local || two_truth.local) {
      const bool taken = one_present == Presence::taken && two_present == Presence::taken;
      return taken ? Evaluation{Outcome::local, Severity::minor, false, 0, {}} : Evaluation{};
    }
    const std::array<std::uint32_t, 2> bound{first, second};
    Evaluation evaluation = decided(rule, bound);
    if (evaluation.outcome == Outcome::vetoed) return evaluation;
    for (const std::uint32_t fact : bound) {
      if (presence(slots.fact(fact)) == Presence::not_known) {
        return {Outcome::unevaluated, {}, false, 0, {rule, slots.fact(fact).ingredient, WantedFact::washout_time}};
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

  void screen_pair(const FactSlot& lower, const FactSlot& higher) {
    if (!slots.same_products(lower, higher)) return screen_rules(lower, higher);
    // A marketed fixed combination was assessed as one medicine: below critical, its ingredients do not alarm against
    // each other, unless one of them is also given apart from it.
    ++result.within_product;
    const std::size_t first = result.findings.size();
    screen_rules(lower, higher);
    const auto of_this_pair = result.findings.begin() + static_cast<std::ptrdiff_t>(first);
    result.findings.erase(
        std::remove_if(of_this_pair, result.findings.end(),
                       [](const MatchedFinding& finding) { return finding.severity < Severity::critical; }),
        result.findings.end());
  }

  void screen_rules(const FactSlot& lower, const FactSlot& higher) {
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
      std::optional<Unevaluated> unevaluated;
      for (std::size_t j = i; j < entries.size() && entries[j].rule() == rule; ++j) {
        const FactSlot& first_slot = entries[j].reversed() ? higher : lower;
        const FactSlot& second_slot = entries[j].reversed() ? lower : higher;
        for (const std::uint32_t first : slots.facts_of(first_slot)) {
          for (const std::uint32_t second : slots.facts_of(second_slot)) {
            const Evaluation evaluation = evaluate_pair(rule, first, second);
            if (evaluation.outcome == Outcome::unevaluated) unevaluated = evaluation.missing;
            if (outweighs(evaluation, best)) {
              best = evaluation;
              best_first = first;
              best_second = second;
            }
          }
        }
      }
      // A local use of a drug does not hide that another use of it could not be assessed.
      if (unevaluated && best.outcome != Outcome::fires) result.unevaluated.push_back(*unevaluated);
      if (best.outcome == Outcome::vetoed) result.vetoes.push_back({rule, best.condition});
      if (best.outcome == Outcome::local || best.outcome == Outcome::fires)
        add_candidate(rule, best, best_first, best_second);
    }
    emit_pair(lower.ingredient, higher.ingredient);
  }

  // Two medicines that are taken and systemic, and rules without conditions: nothing but the packed entries is needed.
  // False when a rule has conditions.
  bool emit_plain(const FactSlot& lower, const FactSlot& higher, std::span<const PairEntry> entries) {
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
    const std::uint32_t low = slots.facts_of(lower).front();
    const std::uint32_t high = slots.facts_of(higher).front();
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
        result.rules.push_back(
            {entry.rule(), entry.severity(), entry.reversed() ? high : low, entry.reversed() ? low : high});
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

  // An inferred rule gives way to an explicit one on the same pair that is at least as severe or says that it settles
  // it.
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

  // Rules over sets that speak of the same medicines are one finding, as those of pairs are.
  void screen_sets() {
    set_notes.clear();
    std::vector<const SetOutcome*> fired;
    for (const SetOutcome& outcome : sets.match(slots)) {
      switch (outcome.kind) {
        case SetOutcome::Kind::fires:
          fired.push_back(&outcome);
          for (const BindingNote& note : outcome.notes) set_notes.emplace_back(outcome.rule, note);
          break;
        case SetOutcome::Kind::vetoed: result.vetoes.push_back({outcome.rule, outcome.condition.value_or(0)}); break;
        case SetOutcome::Kind::unevaluated:
          for (const auto& [ingredient, wanted] : outcome.asked) {
            result.unevaluated.push_back({outcome.rule, ingredient, wanted});
          }
          break;
      }
    }
    const auto key = [&](const SetOutcome* outcome) {
      return std::tie(rules.head(outcome->rule).type, outcome->ingredients);
    };
    std::stable_sort(fired.begin(), fired.end(),
                     [&](const auto* left, const auto* right) { return key(left) < key(right); });
    for (std::size_t i = 0; i < fired.size();) {
      MatchedFinding finding;
      finding.type = rules.head(fired[i]->rule).type;
      finding.rules.first = static_cast<std::uint32_t>(result.rules.size());
      finding.ingredients = {static_cast<std::uint32_t>(result.ingredients.size()),
                             static_cast<std::uint32_t>(fired[i]->ingredients.size())};
      for (const std::uint32_t ingredient : fired[i]->ingredients) {
        result.ingredients.push_back(static_cast<IngredientIndex>(ingredient));
      }
      const SetOutcome* group = fired[i];
      for (; i < fired.size() && key(fired[i]) == key(group); ++i) {
        finding.severity = std::max(finding.severity, fired[i]->severity);
        finding.contraindication = finding.contraindication || rules.head(fired[i]->rule).contraindication != 0;
        result.rules.push_back({fired[i]->rule, fired[i]->severity, 0, 0});
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
  impl.result.findings.clear();
  impl.result.ingredients.clear();
  impl.result.rules.clear();
  impl.result.unevaluated.clear();
  impl.result.vetoes.clear();
  impl.slots.assign(facts);
  const auto& slots = impl.slots.slots();
  impl.result.within_product = 0;
  impl.result.distinct_ingredients = slots.size();
  impl.result.pairs = slots.size() < 2 ? 0 : slots.size() * (slots.size() - 1) / 2;
  for (std::size_t i = 0; i < slots.size(); ++i) {
    for (std::size_t j = i + 1; j < slots.size(); ++j) {
      if (impl.pairs.contains(slots[i].ingredient, slots[j].ingredient)) impl.screen_pair(slots[i], slots[j]);
    }
  }
  impl.screen_sets();
  impl.sort_findings();
  return impl.result;
}

std::vector<BindingNote> Matcher::notes(const FiredRule& fired) const {
  const Impl& impl = *impl_;
  std::vector<BindingNote> notes;
  if (!impl.rules.is_pair_rule(fired.rule)) {
    for (const auto& [rule, note] : impl.set_notes) {
      if (rule == fired.rule) notes.push_back(note);
    }
    return notes;
  }
  const std::array<std::uint32_t, 2> bound{fired.first_fact, fired.second_fact};
  const auto terms = impl.rules.terms(fired.rule);
  bool local = false;
  for (std::size_t t = 0; t < 2; ++t) {
    const DrugFact& fact = impl.slots.fact(bound[t]);
    if (fills(impl.rules, terms[t], fact).local) {
      local = true;
      notes.push_back({BindingNote::Kind::local, bound[t], 0});
    }
    add_notes(impl.rules, terms[t], fact, bound[t], notes);
  }
  const Severity written = impl.rules.head(fired.rule).severity;
  if (local || fired.severity == written) return notes;
  const auto conditions = impl.rules.conditions(fired.rule);
  const int step = fired.severity > written ? 1 : -1;
  for (std::uint32_t i = 0; i < conditions.size(); ++i) {
    if (conditions[i].step == step && impl.holds(conditions[i], bound)) {
      notes.push_back({BindingNote::Kind::modifier, bound[0], i});
    }
  }
  return notes;
}

std::vector<std::vector<IngredientIndex>> Matcher::minimal_subsets(RuleIndex rule,
                                                                   std::span<const IngredientIndex> ingredients,
                                                                   std::size_t limit) const {
  std::vector<std::vector<IngredientIndex>> subsets;
  const auto fires = [&](const std::vector<std::uint32_t>& chosen) { return impl_->sets.fires_for(rule, chosen); };
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

bool Matcher::fires_without(RuleIndex rule, std::span<const IngredientIndex> ingredients,
                            IngredientIndex removed) const {
  std::vector<std::uint32_t> rest;
  for (const IngredientIndex ingredient : ingredients) {
    if (ingredient != removed) rest.push_back(static_cast<std::uint32_t>(raw(ingredient)));
  }
  return impl_->sets.fires_for(rule, rest);
}

}  // namespace guardian::knowledge
