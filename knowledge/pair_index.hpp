#pragma once
// For every pair of ingredients, the rules of two medicines that speak of it: a bit matrix whose rank leads to a list
// of rules. Compiled from the concept graph and the rule set when a knowledge base is opened; it leaves nothing out, it
// only answers faster. Immutable; safe to read from several threads. Layout and reasons:
// docs/decisions/0003-pair-index.md.

#include <cstdint>
#include <span>
#include <vector>

#include "knowledge/concept_graph.hpp"
#include "knowledge/rule_set.hpp"

namespace guardian::knowledge {

// Which ingredient lights which concept, and so satisfies which selector (ascending lists).
class LitSets {
 public:
  explicit LitSets(const ConceptGraph& graph);
  [[nodiscard]] std::vector<std::uint32_t> satisfying(const RuleSet& rules, Range alternatives) const;
  [[nodiscard]] bool lights(IngredientIndex ingredient, ConceptIndex wanted) const noexcept {
    const std::size_t bit = raw(wanted) * row_bits_ + raw(ingredient);
    return (lit_[bit / 64] >> (bit % 64) & 1U) != 0;
  }
  [[nodiscard]] bool satisfies(const RuleSet& rules, Range alternatives, IngredientIndex ingredient) const;

 private:
  std::size_t row_bits_;
  std::vector<std::uint64_t> lit_;                          // a row of ingredients for each concept
  std::vector<std::vector<std::uint32_t>> ingredients_of_;  // the same as lists
};

// A rule for a pair, with what deciding on it needs most often packed beside its number, so that a screen of medicines
// of which only the names are known does not touch the rules themselves. Reversed: its first term is filled by the
// ingredient that comes later in the order of names.
class PairEntry {
 public:
  // `on_medicines`: a predicate, exception or modifier of the rule can bear on this pair; the facts must be looked at.
  // `on_patient`: an exception or modifier looks at the patient, so that it never holds where nothing is known of one.
  PairEntry(RuleIndex rule, const RuleHead& head, bool reversed, bool on_medicines, bool on_patient) noexcept
      : packed_(static_cast<std::uint32_t>(raw(rule)) | (on_patient ? 1U << 19U : 0U) | (reversed ? 1U << 20U : 0U) |
                static_cast<std::uint32_t>(head.severity) << 21U | (on_medicines ? 1U << 23U : 0U) |
                static_cast<std::uint32_t>(standing_of(head)) << 24U | (head.contraindication != 0 ? 1U << 26U : 0U) |
                static_cast<std::uint32_t>(head.type) << 27U) {}

  [[nodiscard]] RuleIndex rule() const noexcept { return static_cast<RuleIndex>(packed_ & (rule_limit - 1)); }
  [[nodiscard]] bool reversed() const noexcept { return (packed_ >> 20U & 1U) != 0; }
  [[nodiscard]] core::Severity severity() const noexcept { return static_cast<core::Severity>(packed_ >> 21U & 3U); }
  [[nodiscard]] bool conditional_on_medicines() const noexcept { return (packed_ >> 23U & 1U) != 0; }
  [[nodiscard]] bool conditional_on_patient() const noexcept { return (packed_ >> 19U & 1U) != 0; }
  [[nodiscard]] bool inferred() const noexcept { return standing() == Standing::inferred; }
  [[nodiscard]] bool settles() const noexcept { return standing() == Standing::settles; }
  [[nodiscard]] bool of_other_source() const noexcept { return standing() == Standing::other_source; }
  [[nodiscard]] bool contraindication() const noexcept { return (packed_ >> 26U & 1U) != 0; }
  [[nodiscard]] core::FindingType type() const noexcept { return static_cast<core::FindingType>(packed_ >> 27U); }

 private:
  // Only a rule of our own settles or is inferred, and never both: two bits tell them apart.
  enum class Standing : std::uint8_t { plain, inferred, settles, other_source };
  [[nodiscard]] static Standing standing_of(const RuleHead& head) noexcept {
    if (head.precedence != 0) return Standing::other_source;
    if (head.inferred != 0) return Standing::inferred;
    return head.settles != 0 ? Standing::settles : Standing::plain;
  }
  [[nodiscard]] Standing standing() const noexcept { return static_cast<Standing>(packed_ >> 24U & 3U); }

  static_assert(static_cast<unsigned>(core::FindingType::prompt_injection) < 32U, "a type takes five bits");
  std::uint32_t packed_;
};

class PairIndex {
 public:
  [[nodiscard]] static PairIndex build(const RuleSet& rules, const LitSets& lit, std::size_t ingredient_count);

  // The bits of one ingredient, for asking after many partners that come later: most pairs have no rule.
  class Row {
   public:
    Row(const PairIndex& index, IngredientIndex lower) noexcept
        : words_(index.words_.data() + raw(lower) * index.row_bits_ / 64) {}
    [[nodiscard]] bool contains(IngredientIndex higher) const noexcept {
      return (words_[raw(higher) / 64] >> (raw(higher) % 64) & 1U) != 0;
    }

   private:
    const std::uint64_t* words_;
  };
  [[nodiscard]] Row row(IngredientIndex lower) const noexcept { return {*this, lower}; }

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
