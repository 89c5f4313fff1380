#pragma once
// For every pair of ingredients, the rules of two medicines that speak of it: a bit matrix whose rank leads to a list of
// rules. Compiled from the concept graph and the rule set when a knowledge base is opened; it leaves nothing out, it only
// answers faster. Immutable; safe to read from several threads. Layout and reasons: docs/decisions/0003-pair-index.md.

#include <cstdint>
#include <span>
#include <vector>

#include "knowledge/concept_graph.hpp"
#include "knowledge/rule_set.hpp"

namespace guardian::knowledge {

// The ingredients that satisfy a selector, ascending.
class LitSets {
 public:
  explicit LitSets(const ConceptGraph& graph);
  [[nodiscard]] std::vector<std::uint32_t> satisfying(const RuleSet& rules, Range alternatives) const;
  [[nodiscard]] bool lights(IngredientIndex ingredient, ConceptIndex wanted) const;
  [[nodiscard]] bool satisfies(const RuleSet& rules, Range alternatives, IngredientIndex ingredient) const;

 private:
  std::vector<std::vector<std::uint32_t>> ingredients_of_;  // by concept
  std::vector<std::vector<ConceptIndex>> closure_of_;       // by ingredient
};

// A rule for a pair. Reversed: its first term is filled by the ingredient that comes later in the order of names.
class PairEntry {
 public:
  PairEntry(std::uint32_t rule, bool reversed) noexcept : packed_(rule << 1U | (reversed ? 1U : 0U)) {}
  [[nodiscard]] RuleIndex rule() const noexcept { return static_cast<RuleIndex>(packed_ >> 1U); }
  [[nodiscard]] bool reversed() const noexcept { return (packed_ & 1U) != 0; }

 private:
  std::uint32_t packed_;
};

class PairIndex {
 public:
  [[nodiscard]] static PairIndex build(const RuleSet& rules, const LitSets& lit, std::size_t ingredient_count);

  // The rules for two different ingredients, explicit before inferred, each by id; empty when there is none.
  [[nodiscard]] std::span<const PairEntry> find(IngredientIndex lower, IngredientIndex higher) const noexcept {
    const std::size_t bit = raw(lower) * row_bits_ + raw(higher);
    const std::uint64_t word = words_[bit / 64];
    const std::uint64_t mask = std::uint64_t{1} << (bit % 64);
    if ((word & mask) == 0) return {};
    const std::size_t rank = rank_[bit / 64] + static_cast<std::size_t>(__builtin_popcountll(word & (mask - 1)));
    const std::uint32_t first = first_[rank];
    return {entries_.data() + first, first_[rank + 1] - first};
  }

  [[nodiscard]] bool contains(IngredientIndex lower, IngredientIndex higher) const noexcept {
    const std::size_t bit = raw(lower) * row_bits_ + raw(higher);
    return (words_[bit / 64] >> (bit % 64) & 1U) != 0;
  }

  [[nodiscard]] std::size_t pair_count() const noexcept { return first_.size() - 1; }
  [[nodiscard]] std::size_t entry_count() const noexcept { return entries_.size(); }

 private:
  std::size_t row_bits_ = 0;
  std::vector<std::uint64_t> words_;
  std::vector<std::uint32_t> rank_;   // set bits before each word
  std::vector<std::uint32_t> first_;  // by rank, and one more at the end
  std::vector<PairEntry> entries_;
};

}  // namespace guardian::knowledge
