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
#include "knowledge/patient_state.hpp"
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

  // The outcomes for the facts of a case, by rule. Stays valid until the next call. `patient` may be null.
  std::span<const SetOutcome> match(const FactSlots& slots, const PatientState* patient);

  // Whether the rule fires for these ingredients (ascending), each taken, systemic and of unknown dose.
  [[nodiscard]] bool fires_for(RuleIndex rule, std::span<const std::uint32_t> ingredients) const;

 private:
  // A term that an ingredient can fill, with the grade that it brings to a sum. Terms are numbered through all rules.
  struct Entry {
    std::uint32_t term;
    int weight;
  };
  struct SetRule {
    RuleIndex rule{};
    std::uint32_t first_term = 0;  // the number of its first term
    std::uint32_t term_count = 0;
    // One counted term without predicates: medicines that are taken and systemic fill it without a look at them,
    bool bare = false;        // whatever the patient,
    bool bare_alone = false;  // or where nothing is known of one.
  };
  // For each term of a rule, the ingredients that can fill it; a rule of fewer terms leaves the rest unused.
  using Able = std::vector<std::vector<std::uint32_t>>;
  // A choice of ingredients in the making, and what it is made to answer: does `ingredient` take part in `term`?
  struct Choice {
    static constexpr std::uint32_t no_term = 0xFFFFFFFFU;
    std::vector<std::uint32_t> chosen;
    std::uint32_t term = no_term;
    std::uint32_t ingredient = 0;
  };

  [[nodiscard]] std::span<const Entry> entries_of(IngredientIndex ingredient) const {
    const std::uint32_t* first = first_entry_.data() + raw(ingredient);
    return {entries_.data() + first[0], first[1] - first[0]};
  }
  void add_up(const FactSlots& slots);
  [[nodiscard]] int weight_of(std::uint32_t term, std::uint32_t ingredient) const;
  [[nodiscard]] bool complete(const SetRule& set_rule, const Able& able, std::uint32_t term, Choice& choice) const;
  void take_part(const SetRule& set_rule, const Able& able, Choice& choice, std::vector<std::uint32_t>& part) const;
  // Collects the slots that can fill each term of the rule, by ingredient.
  void fill(const SetRule& set_rule, const FactSlots& slots);
  [[nodiscard]] bool all_take_part(const SetRule& set_rule, const FactSlots& slots,
                                   std::vector<std::uint32_t>& ingredients) const;
  // Makes `outcome` what the rule comes to; false when it comes to nothing.
  [[nodiscard]] bool decide(const SetRule& set_rule, const FactSlots& slots, const PatientState* patient,
                            SetOutcome& outcome);

  const RuleSet& rules_;
  const LitSets& lit_;
  std::vector<SetRule> set_rules_;
  std::vector<std::uint32_t> first_entry_;  // by ingredient, and one more at the end
  std::vector<Entry> entries_;              // of an ingredient by term
  std::vector<int> needed_;                 // by term: the total that it asks for
  std::size_t row_words_;
  std::vector<std::uint64_t> can_fill_;  // by term, a row of bits: the ingredients that have an entry for it
  std::vector<std::uint8_t> counted_;    // by term: it takes many ingredients, not one
  std::vector<std::uint32_t> rule_of_;   // by term: its place among the rules over sets

  // Kept between calls, so that a match allocates nothing once they have grown.
  std::vector<int> missing_;            // by term: what its total lacks
  std::vector<std::uint32_t> reached_;  // by rule over sets: the terms that lack nothing
  std::vector<std::uint32_t> full_;     // terms that came to lack nothing; the first ones are of the last match
  std::vector<std::uint32_t> in_reach_;
  // Of the rule that is decided, by term: the slots that can fill it, and the ingredients of those that do.
  std::vector<std::vector<const FactSlot*>> filling_;
  Able able_;      // without question or exception
  Able asked_;     // with those of which something must be known first
  Able excepted_;  // with those that an exception takes out
  Choice choice_;
  std::vector<SetOutcome> outcomes_;  // the first ones are of the last match
};

}  // namespace guardian::knowledge
