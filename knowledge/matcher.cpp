#include "knowledge/matcher.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <tuple>
#include <utility>

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
  // A rule that fires for a pair, before inferred rules give way to explicit ones.
  struct Candidate {
    FiredRule fired;
    FindingType type;
    bool local;
    bool inferred;
    bool contraindication;
    bool settles;
    bool other_source;
  };

  // What our explicit rules of a pair say: an inferred one gives way to one that is at least as severe or settles it.
  // Rules of other sources only add, so ours give way to none of them.
  struct Explicit {
    int severest = -1;
    bool settled = false;
  };

  const RuleSet& rules;
  const PairIndex& pairs;
  ConditionSubjects subjects;
  SetMatcher sets;
  PatientMatcher patients;
  const PatientState* patient = nullptr;
  const RuleForce* force = nullptr;
  FactSlots slots;
  MatchResult result;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> ruled_pairs;  // slots; the first ones are of the last match
  std::vector<Candidate> candidates;                                 // the first ones are of the pair that is screened
  std::size_t candidate_count = 0;
  std::array<Explicit, 2> explicit_rules;  // among them, of systemic and of local uses
  std::vector<MatchedFinding> sorted;
  std::vector<const SetOutcome*> fired_sets;
  std::vector<std::pair<RuleIndex, BindingNote>> set_notes;  // of rules over sets that fired

  Impl(const ConceptGraph& graph, const RuleSet& r, const LitSets& l, const PairIndex& p)
      : rules(r), pairs(p), subjects(graph, r, l), sets(graph, r, l), patients(r, l, graph.ingredient_count()) {}

  // Whether a condition holds for the fact that it looks at; `number` counts through all conditions of the rule set.
  [[nodiscard]] bool holds_for_fact(std::size_t number, const Condition& condition, const DrugFact& fact) const {
    return subjects.contain(number, fact.ingredient) &&
           (condition.predicates.count == 0 || holds_all(rules, condition.predicates, fact));
  }

  // `bound` are the facts that fill the terms of the rule, in their order.
  [[nodiscard]] bool holds(std::size_t number, const Condition& condition, std::span<const std::uint32_t> bound) const {
    if (condition.term == Condition::patient) {
      return patient != nullptr && holds_for(rules, *patient, condition, {});
    }
    if (condition.term != Condition::whole_case) {
      return condition.term < bound.size() && holds_for_fact(number, condition, slots.fact(bound[condition.term]));
    }
    for (const DrugFact& fact : slots.facts()) {
      if (!is_of_case(rules, condition, fact)) continue;
      if (!holds_for_fact(number, condition, fact)) continue;
      const bool is_bound = std::any_of(bound.begin(), bound.end(),
                                        [&](std::uint32_t b) { return slots.fact(b).ingredient == fact.ingredient; });
      if (!is_bound) return true;
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
      if (!holds(head.conditions.first + i, conditions[i], bound)) continue;
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
    const auto terms = rules.terms(rule);
    const Presence one_present = presence(one, terms[0]);
    const Presence two_present = presence(two, terms[1]);
    if (one_present == Presence::gone || two_present == Presence::gone || (one.stopped && two.stopped)) return {};

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
    if (one_present == Presence::not_known) {
      return {Outcome::unevaluated, {}, false, 0, {rule, one.ingredient, WantedFact::washout_time}};
    }
    if (two_present == Presence::not_known) {
      return {Outcome::unevaluated, {}, false, 0, {rule, two.ingredient, WantedFact::washout_time}};
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

  void add_candidate(const Candidate& candidate) {
    candidates[candidate_count++] = candidate;
    if (candidate.inferred || candidate.other_source) return;
    Explicit& among = explicit_rules[candidate.local ? 1 : 0];
    among.severest = std::max(among.severest, static_cast<int>(candidate.fired.severity));
    among.settled = among.settled || candidate.settles;
  }

  void add_candidate(RuleIndex rule, const Evaluation& evaluation, std::uint32_t first, std::uint32_t second) {
    const RuleHead& head = rules.head(rule);
    FindingType type = head.type;
    const bool local = evaluation.outcome == Outcome::local;
    if (local) type = FindingType::route;
    if (evaluation.washout) type = FindingType::washout;
    add_candidate({{rule, evaluation.severity, first, second},
                   type,
                   local,
                   head.inferred != 0,
                   head.contraindication != 0 && !local,
                   head.settles != 0,
                   head.precedence != 0});
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

  // Two medicines that are taken and systemic, and no condition that can bear on them: nothing but the packed entries
  // is needed. False when they come to findings of several types or some condition must be looked at.
  template <class BoundBy>
  bool screen_plainly(const FactSlot& lower, const FactSlot& higher, std::span<const PairEntry> entries,
                      const BoundBy& bound_by) {
    const FindingType type = entries.front().type();
    const std::size_t first_rule = result.rules.size();
    // Explicit rules come first, so that what an inferred one gives way to is known when its turn comes.
    Explicit among;
    Severity severity = Severity::minor;
    bool contraindication = false;
    bool inferred = true;
    const PairEntry* last = nullptr;
    for (const PairEntry& entry : entries) {
      if (is_conditional(entry) || entry.type() != type || !counts(entry.rule())) {
        result.rules.resize(first_rule);
        return false;
      }
      const bool again = last != nullptr && last->rule() == entry.rule();  // the other way round
      last = &entry;
      if (again || (entry.inferred() && gives_way(entry.severity(), among))) continue;
      if (!entry.inferred() && !entry.of_other_source()) {
        among.severest = std::max(among.severest, static_cast<int>(entry.severity()));
        among.settled = among.settled || entry.settles();
      }
      inferred = inferred && entry.inferred();
      severity = std::max(severity, entry.severity());
      contraindication = contraindication || entry.contraindication();
      result.rules.push_back(bound_by(entry));
    }
    const auto count = static_cast<std::uint32_t>(result.rules.size() - first_rule);
    if (count > 0) add_pair_finding(lower, higher, count, type, severity, contraindication, inferred);
    return true;
  }

  void screen_rules(const FactSlot& lower, const FactSlot& higher) {
    const auto entries = pairs.find(lower.ingredient, higher.ingredient);
    const bool plain = lower.plain && higher.plain;
    // An array, not a branch: nothing foretells which way round a rule stands.
    const std::array<std::uint32_t, 2> bound{slots.facts_of(lower).front(), slots.facts_of(higher).front()};
    const auto bound_by = [&](PairEntry entry) {
      const std::size_t first = entry.reversed() ? 1 : 0;
      return FiredRule{entry.rule(), entry.severity(), bound[first], bound[1 - first]};
    };
    if (plain && screen_plainly(lower, higher, entries, bound_by)) return;
    if (candidates.size() < entries.size()) candidates.resize(entries.size());
    candidate_count = 0;
    explicit_rules = {};
    for (std::size_t i = 0, next = 0; i < entries.size(); i = next) {
      // A rule that both ingredients can fill either way stands twice; it is one rule that fires, in its best binding.
      const PairEntry entry = entries[i];
      bool conditional = is_conditional(entry);
      for (next = i + 1; next < entries.size() && entries[next].rule() == entry.rule(); ++next) {
        conditional = conditional || is_conditional(entries[next]);
      }
      if (!counts(entry.rule())) continue;
      if (plain && !conditional) {
        add_candidate({bound_by(entry), entry.type(), false, entry.inferred(), entry.contraindication(),
                       entry.settles(), entry.of_other_source()});
      } else {
        evaluate_bindings(lower, higher, entries.subspan(i, next - i));
      }
    }
    emit_candidates(lower, higher);
  }

  [[nodiscard]] bool counts(RuleIndex rule) const { return force == nullptr || force->counts(rule); }

  // What a hospital ranks lower is lower at the end: nothing gave way to it that would not have to the rule as it is,
  // and what is critical within one product stays.
  void lower() {
    if (force == nullptr || force->lowered.empty()) return;
    for (MatchedFinding& finding : result.findings) {
      if (finding.type == FindingType::route) continue;  // minor as it is
      finding.severity = Severity::minor;
      for (std::uint32_t r = finding.rules.first; r < finding.rules.first + finding.rules.count; ++r) {
        FiredRule& fired = result.rules[r];
        fired.lowered = force->steps(fired.rule, rules.head(fired.rule), fired.severity);
        fired.severity = below(fired.severity, fired.lowered);
        finding.severity = std::max(finding.severity, fired.severity);
      }
    }
    for (PatientFired& fired : result.patient.fired) {
      fired.lowered = force->steps(fired.rule, rules.head(fired.rule), fired.severity);
      fired.severity = below(fired.severity, fired.lowered);
    }
  }
  [[nodiscard]] static Severity below(Severity severity, std::uint8_t steps) {
    return static_cast<Severity>(static_cast<int>(severity) - static_cast<int>(steps));
  }

  // Where nothing is known of the patient, exceptions and modifiers on the patient never hold.
  [[nodiscard]] bool is_conditional(PairEntry entry) const {
    return entry.conditional_on_medicines() || (patient != nullptr && entry.conditional_on_patient());
  }

  // The entries are those of one rule.
  void evaluate_bindings(const FactSlot& lower, const FactSlot& higher, std::span<const PairEntry> entries) {
    const RuleIndex rule = entries.front().rule();
    Evaluation best;
    std::uint32_t best_first = 0;
    std::uint32_t best_second = 0;
    std::optional<Unevaluated> unevaluated;
    for (const PairEntry entry : entries) {
      const FactSlot& first_slot = entry.reversed() ? higher : lower;
      const FactSlot& second_slot = entry.reversed() ? lower : higher;
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

  // Of an inferred rule.
  [[nodiscard]] static bool gives_way(Severity severity, const Explicit& among) {
    return among.settled || among.severest >= static_cast<int>(severity);
  }
  [[nodiscard]] bool gives_way(const Candidate& candidate) const {
    return candidate.inferred && gives_way(candidate.fired.severity, explicit_rules[candidate.local ? 1 : 0]);
  }

  // Another source that speaks of the same two medicines as we do speaks of the same hazard, whatever type we give it:
  // its rule joins the gravest of our findings, so that one pair is one finding. Uses that are local, and washouts,
  // have types of their own already.
  void join_ours(std::span<Candidate> of_pair) const {
    const auto speaks = [&](const Candidate& candidate) {
      return candidate.type == rules.head(candidate.fired.rule).type && !candidate.local;
    };
    const Candidate* ours = nullptr;
    for (const Candidate& candidate : of_pair) {
      if (candidate.other_source || !speaks(candidate) || gives_way(candidate)) continue;
      const bool graver = ours == nullptr || candidate.fired.severity > ours->fired.severity ||
                          (candidate.fired.severity == ours->fired.severity &&
                           core::to_string(candidate.type) < core::to_string(ours->type));
      if (graver) ours = &candidate;
    }
    if (ours == nullptr) return;
    const FindingType type = ours->type;
    for (Candidate& candidate : of_pair) {
      if (candidate.other_source && speaks(candidate)) candidate.type = type;
    }
  }

  // A pair has few types; each becomes one finding with all its rules.
  void emit_candidates(const FactSlot& lower, const FactSlot& higher) {
    const std::span<Candidate> of_pair(candidates.data(), candidate_count);
    join_ours(of_pair);
    std::uint32_t types = 0;
    for (const Candidate& candidate : of_pair) types |= 1U << static_cast<unsigned>(candidate.type);
    for (; types != 0; types &= types - 1) {
      const auto type = static_cast<FindingType>(__builtin_ctz(types));
      Severity severity = Severity::minor;
      bool contraindication = false;
      bool inferred = true;
      std::uint32_t count = 0;
      for (const Candidate& candidate : of_pair) {
        if (candidate.type != type || gives_way(candidate)) continue;
        severity = std::max(severity, candidate.fired.severity);
        contraindication = contraindication || candidate.contraindication;
        inferred = inferred && candidate.inferred;
        result.rules.push_back(candidate.fired);
        ++count;
      }
      if (count > 0) add_pair_finding(lower, higher, count, type, severity, contraindication, inferred);
    }
  }

  // Of the rules that were added last.
  void add_pair_finding(const FactSlot& lower, const FactSlot& higher, std::uint32_t count, FindingType type,
                        Severity severity, bool contraindication, bool inferred) {
    const auto first_ingredient = static_cast<std::uint32_t>(result.ingredients.size());
    const auto first_rule = static_cast<std::uint32_t>(result.rules.size()) - count;
    result.ingredients.push_back(lower.ingredient);
    result.ingredients.push_back(higher.ingredient);
    result.findings.push_back({type, severity, contraindication, inferred, {first_ingredient, 2}, {first_rule, count}});
  }

  // Rules over sets that speak of the same medicines are one finding, as those of pairs are.
  void screen_sets() {
    set_notes.clear();
    std::vector<const SetOutcome*>& fired = fired_sets;
    fired.clear();
    for (const SetOutcome& outcome : sets.match(slots, patient)) {
      if (!counts(outcome.rule)) continue;
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
    if (fired.empty()) return;
    const auto key = [&](const SetOutcome* outcome) {
      return std::tie(rules.head(outcome->rule).type, outcome->ingredients);
    };
    // Outcomes come by rule; those of one finding stay so.
    std::sort(fired.begin(), fired.end(), [&](const auto* left, const auto* right) {
      return key(left) < key(right) || (key(left) == key(right) && left->rule < right->rule);
    });
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
  // ingredients (pairs as they are screened, sets as they are emitted), so their place of origin stands for the rest;
  // severity and type have few values, which are counted.
  void sort_findings() {
    constexpr std::size_t types = 32;              // as many as the packed entry of a pair can tell apart
    std::array<std::uint32_t, 4 * types> place{};  // by severity and type: how many there are, then where they go
    std::array<std::uint32_t, 4> seen{};           // by severity: the types that occur, as bits
    const auto rank = [](const MatchedFinding& finding) {
      return static_cast<std::size_t>(Severity::critical) - static_cast<std::size_t>(finding.severity);
    };
    const auto kind = [&](const MatchedFinding& finding) {
      return rank(finding) * types + static_cast<std::size_t>(finding.type);
    };
    for (const MatchedFinding& finding : result.findings) {
      ++place[kind(finding)];
      seen[rank(finding)] |= std::uint32_t{1} << static_cast<unsigned>(finding.type);
    }
    std::uint32_t next = 0;
    for (std::size_t r = 0; r < seen.size(); ++r) {
      for (std::uint32_t left = seen[r]; left != 0; left &= left - 1) {
        std::uint32_t& first = place[r * types + static_cast<std::size_t>(__builtin_ctz(left))];
        next += std::exchange(first, next);
      }
    }
    sorted.resize(result.findings.size());
    for (const MatchedFinding& finding : result.findings) sorted[place[kind(finding)]++] = finding;
    result.findings.swap(sorted);
  }
};

Matcher::Matcher(const ConceptGraph& graph, const RuleSet& rules, const LitSets& lit, const PairIndex& pairs)
    : impl_(std::make_unique<Impl>(graph, rules, lit, pairs)) {}
Matcher::Matcher(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Matcher::~Matcher() = default;

Matcher Matcher::another(const RuleForce* force) const {
  auto made = std::make_unique<Impl>(*impl_);
  made->force = force;
  return Matcher(std::move(made));
}

void Matcher::use(const RuleForce* force) noexcept { impl_->force = force; }

const MatchResult& Matcher::match(std::span<const DrugFact> facts, const PatientState* patient) {
  Impl& impl = *impl_;
  impl.patient = patient;
  impl.result.findings.clear();
  impl.result.ingredients.clear();
  impl.result.rules.clear();
  impl.result.unevaluated.clear();
  impl.result.vetoes.clear();
  impl.slots.assign(facts);
  const std::span<const FactSlot> slots = impl.slots.slots();
  impl.result.within_product = 0;
  impl.result.distinct_ingredients = slots.size();
  impl.result.pairs = slots.size() < 2 ? 0 : slots.size() * (slots.size() - 1) / 2;
  // Collected without a branch: nothing foretells which pairs have rules.
  if (impl.ruled_pairs.size() < impl.result.pairs) impl.ruled_pairs.resize(impl.result.pairs);
  std::size_t ruled = 0;
  for (std::uint32_t i = 0; i < slots.size(); ++i) {
    const PairIndex::Row row = impl.pairs.row(slots[i].ingredient);
    for (std::uint32_t j = i + 1; j < slots.size(); ++j) {
      impl.ruled_pairs[ruled] = {i, j};
      ruled += row.contains(slots[j].ingredient) ? 1 : 0;
    }
  }
  for (std::size_t p = 0; p < ruled; ++p) {
    impl.screen_pair(slots[impl.ruled_pairs[p].first], slots[impl.ruled_pairs[p].second]);
  }
  impl.screen_sets();
  if (patient != nullptr) {
    impl.result.patient = impl.patients.match(impl.slots, *patient, impl.force);
  } else {
    impl.result.patient = {};
  }
  impl.lower();
  impl.sort_findings();
  return impl.result;
}

std::vector<RuleIndex> Matcher::apply_signs(PatientState& patient) const {
  std::vector<RuleIndex> signs;
  impl_->patients.apply_signs(patient, signs);
  return signs;
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
  const auto judged = static_cast<Severity>(static_cast<int>(fired.severity) + static_cast<int>(fired.lowered));
  if (local || judged == written) return notes;
  const auto conditions = impl.rules.conditions(fired.rule);
  const std::size_t first_condition = impl.rules.head(fired.rule).conditions.first;
  const int step = judged > written ? 1 : -1;
  for (std::uint32_t i = 0; i < conditions.size(); ++i) {
    if (conditions[i].step == step && impl.holds(first_condition + i, conditions[i], bound)) {
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
