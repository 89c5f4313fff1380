#pragma once
// Rules over sets of medicines: at least k of a kind, grades that add up, three terms at once. A part of the matcher,
// with its own buffers; one thread.

#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "core/severity.hpp"
#include "knowledge/drug_fact.hpp"
#include "knowledge/fact_slots.hpp"
#include "knowledge/fact_truth.hpp"
#include "knowledge/pair_index.hpp"
#include "knowledge/rule_set.hpp"

namespace guardian::knowledge {

// What a rule over sets comes to for a case, when it comes to anything.
struct SetOutcome {
  enum class Kind : std::uint8_t { fires, vetoed, unevaluated };
  Kind kind = Kind::fires;
  RuleIndex rule{};
  core::Severity severity = core::Severity::minor;
  std::vector<std::uint32_t> ingredients;  // that take part, ascending
  std::optional<std::uint32_t> condition;  // the exception that vetoed, or the modifier that moved the severity
  std::vector<BindingNote> notes;          // of a rule that fires
  // Of an unevaluated rule: of which ingredients what must be known first.
  std::vector<std::pair<IngredientIndex, WantedFact>> asked;
};

class SetMatcher {
 public:
  SetMatcher(const ConceptGraph& graph, const RuleSet& rules, const LitSets& lit);

  // The outcomes for the facts of a case, by rule. Stays valid until the next call.
  const std::vector<SetOutcome>& match(const FactSlots& slots);

  // Whether the rule fires for these ingredients (ascending), each taken, systemic and of unknown dose.
  [[nodiscard]] bool fires_for(RuleIndex rule, std::span<const std::uint32_t> ingredients) const;

 private:
  // A term that an ingredient can fill, with the grade that it brings to a sum.
  struct Entry {
    std::uint32_t set_rule;
    std::uint32_t term;
    int weight;
  };
  // For each term of a rule, the ingredients that can fill it.
  using Able = std::vector<std::vector<std::uint32_t>>;

  [[nodiscard]] bool in_reach(std::uint32_t set_rule) const;
  void decide(std::uint32_t set_rule, const FactSlots& slots);
  [[nodiscard]] int weight_of(std::uint32_t set_rule, std::uint32_t term, std::uint32_t ingredient) const;
  [[nodiscard]] bool complete(std::uint32_t set_rule, const Able& able, std::size_t term,
                              std::vector<std::uint32_t>& chosen) const;
  [[nodiscard]] std::vector<std::uint32_t> taking_part(std::uint32_t set_rule, const Able& able) const;

  const ConceptGraph& graph_;
  const RuleSet& rules_;
  const LitSets& lit_;
  std::vector<RuleIndex> set_rules_;
  std::vector<std::vector<Entry>> entries_;  // by ingredient
  std::vector<std::uint32_t> first_total_;   // by rule over sets: where the totals of its terms start
  std::vector<int> totals_;
  std::vector<SetOutcome> outcomes_;
};

}  // namespace guardian::knowledge
