#include "knowledge/pair_index.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace guardian::knowledge {

LitSets::LitSets(const ConceptGraph& graph)
    : row_bits_((graph.ingredient_count() + 63) / 64 * 64),
      lit_(graph.concept_count() * row_bits_ / 64, 0),
      ingredients_of_(graph.concept_count()) {
  for (std::uint32_t i = 0; i < graph.ingredient_count(); ++i) {
    for (const ConceptIndex lit : graph.closure(static_cast<IngredientIndex>(i))) {
      const std::size_t bit = raw(lit) * row_bits_ + i;
      lit_[bit / 64] |= std::uint64_t{1} << (bit % 64);
      ingredients_of_[raw(lit)].push_back(i);
    }
  }
}

bool LitSets::satisfies(const RuleSet& rules, Range alternatives, IngredientIndex ingredient) const {
  for (const Range alternative : rules.alternatives(alternatives)) {
    const auto concepts = rules.concepts(alternative);
    if (std::all_of(concepts.begin(), concepts.end(),
                    [&](ConceptIndex wanted) { return lights(ingredient, wanted); })) {
      return true;
    }
  }
  return false;
}

std::vector<std::uint32_t> LitSets::satisfying(const RuleSet& rules, Range alternatives) const {
  std::vector<std::uint32_t> all;
  for (const Range alternative : rules.alternatives(alternatives)) {
    const auto concepts = rules.concepts(alternative);
    for (const std::uint32_t candidate : ingredients_of_[raw(concepts.front())]) {
      const auto ingredient = static_cast<IngredientIndex>(candidate);
      if (std::all_of(concepts.begin() + 1, concepts.end(), [&](ConceptIndex c) { return lights(ingredient, c); })) {
        all.push_back(candidate);
      }
    }
  }
  if (rules.alternatives(alternatives).size() > 1) {
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
  }
  return all;
}

namespace {

// Which ingredients bring a condition of the rule into play as first or second term; `always` when every one does.
struct ConditionalSides {
  bool always = false;
  bool on_patient = false;
  std::vector<std::uint32_t> side[2];

  [[nodiscard]] bool on_medicines(std::uint32_t first, std::uint32_t second) const {
    return always || std::binary_search(side[0].begin(), side[0].end(), first) ||
           std::binary_search(side[1].begin(), side[1].end(), second);
  }
};

ConditionalSides conditional_sides(const RuleSet& rules, const LitSets& lit, RuleIndex rule) {
  ConditionalSides sides;
  if (rules.head(rule).conditional == 0) return sides;
  for (const Term& term : rules.terms(rule)) {
    const bool usual = term.wanted_exposures == exposure_bit(core::Exposure::systemic);
    sides.always = sides.always || term.predicates.count > 0 || !usual;
  }
  for (const Condition& condition : rules.conditions(rule)) {
    if (condition.term == Condition::patient) {
      sides.on_patient = true;
      continue;
    }
    if (condition.term == Condition::whole_case || condition.alternatives.count == 0) {
      sides.always = true;
      continue;
    }
    auto& side = sides.side[condition.term];
    const auto looked_at = lit.satisfying(rules, condition.alternatives);
    side.insert(side.end(), looked_at.begin(), looked_at.end());
    std::sort(side.begin(), side.end());
  }
  return sides;
}

struct PairedEntry {
  std::uint32_t lower;
  std::uint32_t higher;
  PairEntry entry;
};

// By an ingredient of the pair, equal ones in the order they had. Counting places each entry without a comparison:
// a start sorts hundreds of thousands of them.
void sort_by(std::uint32_t PairedEntry::*ingredient, std::vector<PairedEntry>& entries, std::size_t ingredient_count) {
  std::vector<std::uint32_t> next(ingredient_count + 1, 0);
  for (const PairedEntry& paired : entries) ++next[paired.*ingredient + 1];
  std::partial_sum(next.begin(), next.end(), next.begin());
  std::vector<PairedEntry> sorted(entries);
  for (const PairedEntry& paired : entries) sorted[next[paired.*ingredient]++] = paired;
  entries = std::move(sorted);
}

}  // namespace

PairIndex PairIndex::build(const RuleSet& rules, const LitSets& lit, std::size_t ingredient_count) {
  std::vector<PairedEntry> paired;
  for (std::uint32_t rule = 0; rule < rules.size(); ++rule) {
    const auto index = static_cast<RuleIndex>(rule);
    if (!rules.is_pair_rule(index)) continue;
    const auto terms = rules.terms(index);
    const auto first = lit.satisfying(rules, terms[0].alternatives);
    const auto second = lit.satisfying(rules, terms[1].alternatives);
    const ConditionalSides conditional = conditional_sides(rules, lit, index);
    for (const std::uint32_t a : first) {
      for (const std::uint32_t b : second) {
        if (a == b) continue;
        paired.push_back(
            {std::min(a, b), std::max(a, b),
             PairEntry(index, rules.head(index), a > b, conditional.on_medicines(a, b), conditional.on_patient)});
      }
    }
  }
  // Rules come in ascending order, and stay so within each pair.
  sort_by(&PairedEntry::higher, paired, ingredient_count);
  sort_by(&PairedEntry::lower, paired, ingredient_count);

  PairIndex index;
  index.row_bits_ = (ingredient_count + 63) / 64 * 64;
  index.words_.assign(std::max<std::size_t>(1, ingredient_count * index.row_bits_ / 64), 0);
  index.rank_.assign(index.words_.size(), 0);
  index.entries_.reserve(paired.size());
  for (std::size_t i = 0; i < paired.size(); ++i) {
    const auto [lower, higher, entry] = paired[i];
    if (i == 0 || lower != paired[i - 1].lower || higher != paired[i - 1].higher) {
      const std::size_t bit = lower * index.row_bits_ + higher;
      index.words_[bit / 64] |= std::uint64_t{1} << (bit % 64);
      index.first_.push_back(static_cast<std::uint32_t>(i));
    }
    index.entries_.push_back(entry);
  }
  index.first_.push_back(static_cast<std::uint32_t>(paired.size()));
  std::uint32_t rank = 0;
  for (std::size_t word = 0; word < index.words_.size(); ++word) {
    index.rank_[word] = rank;
    rank += static_cast<std::uint32_t>(__builtin_popcountll(index.words_[word]));
  }
  return index;
}

}  // namespace guardian::knowledge
