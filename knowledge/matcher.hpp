#pragma once
// Facts in, fired and unevaluated rules out: the deterministic heart of the screen. It works on numbers alone; words
// are put to its answer by `screen`. A matcher keeps its buffers between calls and belongs to one thread; the knowledge
// it reads is shared.
//
// Meaning of a rule (docs/knowledge.md): it fires for each binding of its terms to different ingredients for which
// every term holds and no exception does. What is not known: a predicate says itself what that means (fire, ask,
// ignore); an unknown exception never vetoes and an unknown modifier never moves.

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/finding.hpp"
#include "knowledge/drug_fact.hpp"
#include "knowledge/fact_truth.hpp"
#include "knowledge/local_rules.hpp"
#include "knowledge/pair_index.hpp"
#include "knowledge/patient_matcher.hpp"
#include "knowledge/rule_set.hpp"

namespace guardian::knowledge {

// A rule that fired, with the facts that fill its terms (positions in the span that was matched).
struct FiredRule {
  RuleIndex rule{};
  core::Severity severity = core::Severity::minor;
  std::uint32_t first_fact = 0;   // of a rule of two medicines: fills its first term
  std::uint32_t second_fact = 0;  // and its second
  std::uint8_t lowered = 0;       // steps that a hospital took off, already out of `severity`
};

// Rules of the same type about the same medicines are one finding, as severe as the most severe of them.
struct MatchedFinding {
  core::FindingType type = core::FindingType::drug_drug;
  core::Severity severity = core::Severity::minor;
  bool contraindication = false;
  bool inferred = false;  // no explicit rule is among them
  Range ingredients;      // in MatchResult::ingredients, ascending
  Range rules;            // in MatchResult::rules, ascending
};

// A rule that could not be decided for want of a fact.
struct Unevaluated {
  RuleIndex rule{};
  IngredientIndex of{};
  WantedFact wanted = WantedFact::dose;
};

struct Veto {
  RuleIndex rule{};
  std::uint32_t condition = 0;  // position among the conditions of the rule
};

struct MatchResult {
  std::vector<MatchedFinding> findings;  // most severe first, then by type, ingredients, first rule
  std::vector<IngredientIndex> ingredients;
  std::vector<FiredRule> rules;
  std::vector<Unevaluated> unevaluated;
  std::vector<Veto> vetoes;
  PatientOutcome patient;  // rules that look at the patient
  std::size_t distinct_ingredients = 0;
  std::size_t pairs = 0;
  std::size_t within_product =
      0;  // of these, both come only from one marketed fixed combination: only critical findings

  [[nodiscard]] std::span<const IngredientIndex> of(const MatchedFinding& finding) const {
    return {ingredients.data() + finding.ingredients.first, finding.ingredients.count};
  }
  [[nodiscard]] std::span<const FiredRule> fired(const MatchedFinding& finding) const {
    return {rules.data() + finding.rules.first, finding.rules.count};
  }
};

class Matcher {
 public:
  Matcher(const ConceptGraph& graph, const RuleSet& rules, const LitSets& lit, const PairIndex& pairs);
  ~Matcher();
  // Another matcher of the same rules, for another thread: to lay the rules out again takes many times longer.
  [[nodiscard]] Matcher another(const RuleForce* force = nullptr) const;
  Matcher(const Matcher&) = delete;
  Matcher& operator=(const Matcher&) = delete;

  // What counts of the rules of hospitals, from the next match on; it must outlive that. Null: all rules, as they are.
  void use(const RuleForce* force) noexcept;

  // The answer stays valid until the next call, and so must the state of the patient. Facts of the same ingredient are
  // alternatives: the most severe counts. Without a patient only rules between medicines are looked at, and exceptions
  // and modifiers on the patient never hold.
  const MatchResult& match(std::span<const DrugFact> facts, const PatientState* patient = nullptr);

  // Lights the conditions that others and values are signs of; gives the signs.
  std::vector<RuleIndex> apply_signs(PatientState& patient) const;

  // The notes of a rule that fired in the last match; they point into the facts that were matched.
  [[nodiscard]] std::vector<BindingNote> notes(const FiredRule& fired) const;

  // The smallest sets of ingredients that fire a rule over sets by themselves, at most `limit` of them, in order.
  [[nodiscard]] std::vector<std::vector<IngredientIndex>> minimal_subsets(RuleIndex rule,
                                                                          std::span<const IngredientIndex> ingredients,
                                                                          std::size_t limit) const;

  // Whether a rule over sets still fires when one ingredient is taken away.
  [[nodiscard]] bool fires_without(RuleIndex rule, std::span<const IngredientIndex> ingredients,
                                   IngredientIndex removed) const;

 private:
  struct Impl;
  explicit Matcher(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace guardian::knowledge
