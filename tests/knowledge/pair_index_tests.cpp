#include "knowledge/pair_index.hpp"

#include <algorithm>

#include <rapidcheck.h>
#include <catch2/catch.hpp>

#include "tests/support/temporary_knowledge.hpp"

using namespace guardian;
using namespace guardian::knowledge;

namespace {

std::string number_name(std::string_view prefix, int number) {
  return std::string(prefix) + (number < 10 ? "00" : number < 100 ? "0" : "") + std::to_string(number);
}

// A graph of random memberships, roles and effects over more ingredients than one word of the matrix holds.
ConceptTables some_tables() {
  ConceptTables tables;
  const int ingredients = *rc::gen::inRange(2, 90);
  const int classes = 5;
  for (int i = 0; i < ingredients; ++i) tables.ingredients.push_back(number_name("i", i));
  for (int i = 0; i < classes; ++i) tables.classes.push_back({number_name("k", i), number_name("class ", i)});
  for (int i = 1; i < classes; ++i) {
    if (*rc::gen::arbitrary<bool>())
      tables.class_parents.push_back({number_name("k", i), number_name("k", *rc::gen::inRange(0, i))});
  }
  tables.targets = {{"T", "T"}};
  tables.effects = {{"e", "e"}};
  for (const std::string& ingredient : tables.ingredients) {
    if (*rc::gen::inRange(0, 3) == 0)
      tables.members.push_back({ingredient, number_name("k", *rc::gen::inRange(0, classes))});
    if (*rc::gen::inRange(0, 3) == 0) {
      tables.roles.push_back(
          {ingredient, "T", static_cast<Relation>(*rc::gen::inRange(0, 4)), *rc::gen::inRange(1, 4)});
    }
    if (*rc::gen::inRange(0, 3) == 0) {
      tables.effect_grades.push_back(
          {ingredient, "e", *rc::gen::inRange(1, 4) * (*rc::gen::arbitrary<bool>() ? 1 : -1)});
    }
  }
  return tables;
}

ConceptName some_concept(const ConceptTables& tables) {
  switch (*rc::gen::inRange(0, 4)) {
    case 0: return {ConceptKind::ingredient, *rc::gen::elementOf(tables.ingredients), {}, 0, false};
    case 1: return {ConceptKind::drug_class, number_name("k", *rc::gen::inRange(0, 5)), {}, 0, false};
    case 2:
      return {ConceptKind::role, "T", static_cast<Relation>(*rc::gen::inRange(0, 4)), *rc::gen::inRange(1, 4), false};
    default: return {ConceptKind::effect, "e", {}, *rc::gen::inRange(1, 4), *rc::gen::arbitrary<bool>()};
  }
}

Selector some_selector(const ConceptTables& tables) {
  Selector selector;
  for (int i = *rc::gen::inRange(1, 4); i > 0; --i) {
    AlternativeNames names;
    for (int j = *rc::gen::inRange(1, 3); j > 0; --j) names.push_back(some_concept(tables));
    selector.push_back(std::move(names));
  }
  return selector;
}

std::vector<RuleSource> some_rules(const ConceptTables& tables) {
  std::vector<RuleSource> sources;
  for (int i = *rc::gen::inRange(0, 8); i > 0; --i) {
    RuleSource rule;
    rule.id = number_name("R", i);
    rule.inferred = *rc::gen::inRange(0, 4) == 0;
    const bool over_sets = *rc::gen::inRange(0, 5) == 0;
    if (over_sets) {
      rule.terms = {{TermLabel::count, 2, some_selector(tables), {}}};
    } else {
      rule.terms = {{TermLabel::a, 1, some_selector(tables), {}}, {TermLabel::b, 1, some_selector(tables), {}}};
    }
    sources.push_back(std::move(rule));
  }
  return sources;
}

using Entry = std::pair<std::size_t, bool>;

std::vector<Entry> indexed(const PairIndex& index, std::uint32_t lower, std::uint32_t higher) {
  std::vector<Entry> entries;
  for (const PairEntry& entry : index.find(static_cast<IngredientIndex>(lower), static_cast<IngredientIndex>(higher))) {
    entries.emplace_back(raw(entry.rule()), entry.reversed());
  }
  return entries;
}

std::vector<Entry> by_brute_force(const RuleSet& rules, const LitSets& lit, std::uint32_t lower, std::uint32_t higher) {
  std::vector<Entry> entries;
  for (std::uint32_t number = 0; number < rules.size(); ++number) {
    const auto rule = static_cast<RuleIndex>(number);
    if (!rules.is_pair_rule(rule)) continue;
    const auto terms = rules.terms(rule);
    const auto fits = [&](std::uint32_t first, std::uint32_t second) {
      return lit.satisfies(rules, terms[0].alternatives, static_cast<IngredientIndex>(first)) &&
             lit.satisfies(rules, terms[1].alternatives, static_cast<IngredientIndex>(second));
    };
    if (fits(lower, higher)) entries.emplace_back(number, false);
    if (fits(higher, lower)) entries.emplace_back(number, true);
  }
  return entries;
}

}  // namespace

TEST_CASE("the pair index holds what a search over all pairs and rules finds", "[knowledge][pair_index][property]") {
  CHECK(rc::check("index equals brute force", [] {
    const ConceptTables tables = some_tables();
    const auto graph = ConceptGraph::build(tables);
    RC_ASSERT(graph.has_value());
    const auto rules = RuleSet::compile(some_rules(tables), *graph, {});
    RC_ASSERT(rules.has_value());
    const LitSets lit(*graph);
    const PairIndex index = PairIndex::build(*rules, lit, graph->ingredient_count());
    std::size_t pairs = 0;
    std::size_t all = 0;
    for (std::uint32_t a = 0; a < graph->ingredient_count(); ++a) {
      for (std::uint32_t b = a + 1; b < graph->ingredient_count(); ++b) {
        auto found = indexed(index, a, b);
        std::sort(found.begin(), found.end());
        const auto expected = by_brute_force(*rules, lit, a, b);
        RC_ASSERT(found == expected);
        RC_ASSERT(index.contains(static_cast<IngredientIndex>(a), static_cast<IngredientIndex>(b)) ==
                  !expected.empty());
        pairs += expected.empty() ? 0U : 1U;
        all += expected.size();
      }
    }
    RC_ASSERT(index.pair_count() == pairs);
    RC_ASSERT(index.entry_count() == all);
  }));
}

TEST_CASE("an ingredient satisfies a selector when it lights all concepts of one alternative",
          "[knowledge][pair_index][property]") {
  CHECK(rc::check("lit sets equal the closure", [] {
    const ConceptTables tables = some_tables();
    const auto graph = ConceptGraph::build(tables);
    RC_ASSERT(graph.has_value());
    const Selector selector = some_selector(tables);
    RuleSource rule;
    rule.id = "R";
    rule.terms = {{TermLabel::a, 1, selector, {}}, {TermLabel::b, 1, selector, {}}};
    const auto rules = RuleSet::compile({rule}, *graph, {});
    RC_ASSERT(rules.has_value());
    const LitSets lit(*graph);
    std::vector<std::uint32_t> expected;
    for (std::uint32_t i = 0; i < graph->ingredient_count(); ++i) {
      const auto closure = graph->closure(static_cast<IngredientIndex>(i));
      const bool satisfied = std::any_of(selector.begin(), selector.end(), [&](const AlternativeNames& names) {
        return std::all_of(names.begin(), names.end(), [&](const ConceptName& name) {
          return std::binary_search(closure.begin(), closure.end(), *graph->find(name));
        });
      });
      if (satisfied) expected.push_back(i);
      RC_ASSERT(lit.satisfies(*rules, rules->terms(RuleIndex{0})[0].alternatives, static_cast<IngredientIndex>(i)) ==
                satisfied);
    }
    RC_ASSERT(lit.satisfying(*rules, rules->terms(RuleIndex{0})[0].alternatives) == expected);
  }));
}

TEST_CASE("the rules of a pair stand explicit before inferred and ascending", "[knowledge][pair_index]") {
  const auto& base = *tests::shipped_knowledge();
  std::size_t pairs = 0;
  for (std::uint32_t a = 0; a < base.graph().ingredient_count(); a += 11) {
    for (std::uint32_t b = a + 1; b < base.graph().ingredient_count(); b += 3) {
      const auto entries = indexed(base.pairs(), a, b);
      pairs += entries.empty() ? 0U : 1U;
      if (!std::is_sorted(entries.begin(), entries.end(),
                          [](const Entry& x, const Entry& y) { return x.first < y.first; })) {
        FAIL_CHECK(base.graph().ingredient_name(static_cast<IngredientIndex>(a))
                   << " and " << base.graph().ingredient_name(static_cast<IngredientIndex>(b)));
      }
    }
  }
  CHECK(pairs > 0);
}

TEST_CASE("an entry that no condition can bear on says so and no other does", "[knowledge][pair_index]") {
  const auto& base = *tests::shipped_knowledge();
  const RuleSet& rules = base.rules();
  std::size_t on_medicines = 0;
  std::size_t on_patient_alone = 0;
  std::size_t unmarked = 0;
  std::size_t wrong = 0;
  for (std::uint32_t a = 0; a < base.graph().ingredient_count(); a += 13) {
    for (std::uint32_t b = a + 1; b < base.graph().ingredient_count(); b += 5) {
      for (const PairEntry entry :
           base.pairs().find(static_cast<IngredientIndex>(a), static_cast<IngredientIndex>(b))) {
        const auto terms = rules.terms(entry.rule());
        bool medicines = std::any_of(terms.begin(), terms.end(), [](const Term& term) {
          return term.predicates.count > 0 || term.wanted_exposures != exposure_bit(guardian::core::Exposure::systemic);
        });
        bool patient = false;
        for (const Condition& condition : rules.conditions(entry.rule())) {
          if (condition.term == Condition::patient) {
            patient = true;
          } else if (condition.term == Condition::whole_case || condition.alternatives.count == 0) {
            medicines = true;
          } else {
            const std::uint32_t bound = (condition.term == 0) == entry.reversed() ? b : a;
            medicines =
                medicines || base.lit().satisfies(rules, condition.alternatives, static_cast<IngredientIndex>(bound));
          }
        }
        if (medicines != entry.conditional_on_medicines()) ++wrong;
        if (patient != entry.conditional_on_patient()) ++wrong;
        on_medicines += entry.conditional_on_medicines() ? 1U : 0U;
        on_patient_alone += patient && !entry.conditional_on_medicines() ? 1U : 0U;
        unmarked += !patient && !entry.conditional_on_medicines() ? 1U : 0U;
      }
    }
  }
  CHECK(wrong == 0);
  CHECK(on_medicines > 0);
  CHECK(on_patient_alone > 0);
  CHECK(unmarked > 0);
}

TEST_CASE("the shipped pair index holds what a search over all rules finds", "[knowledge][pair_index][slow]") {
  const auto& base = *tests::shipped_knowledge();
  std::size_t wrong = 0;
  for (std::uint32_t a = 0; a < base.graph().ingredient_count(); a += 29) {
    for (std::uint32_t b = a + 1; b < base.graph().ingredient_count(); b += 17) {
      auto found = indexed(base.pairs(), a, b);
      std::sort(found.begin(), found.end());
      wrong += found == by_brute_force(base.rules(), base.lit(), a, b) ? 0U : 1U;
    }
  }
  CHECK(wrong == 0);
}

TEST_CASE("an index without rules or ingredients finds nothing", "[knowledge][pair_index]") {
  const auto graph = ConceptGraph::build({});
  REQUIRE(graph.has_value());
  const PairIndex empty = PairIndex::build(RuleSet(), LitSets(*graph), 0);
  CHECK(empty.pair_count() == 0);
  CHECK(empty.entry_count() == 0);

  ConceptTables tables;
  tables.ingredients = {"a", "b"};
  const auto two = ConceptGraph::build(tables);
  REQUIRE(two.has_value());
  const PairIndex index = PairIndex::build(RuleSet(), LitSets(*two), 2);
  CHECK_FALSE(index.contains(IngredientIndex{0}, IngredientIndex{1}));
  CHECK(index.find(IngredientIndex{0}, IngredientIndex{1}).empty());
}

TEST_CASE("a rule that both ingredients can fill either way stands in both directions", "[knowledge][pair_index]") {
  ConceptTables tables;
  tables.ingredients = {"a", "b"};
  tables.classes = {{"k", "k"}};
  tables.members = {{"a", "k"}, {"b", "k"}};
  const auto graph = ConceptGraph::build(tables);
  REQUIRE(graph.has_value());
  RuleSource rule;
  rule.id = "R";
  rule.terms = *parse_terms("a = class:k ; b = class:k");
  const auto rules = RuleSet::compile({rule}, *graph, {});
  REQUIRE(rules.has_value());
  const PairIndex index = PairIndex::build(*rules, LitSets(*graph), 2);
  CHECK(indexed(index, 0, 1).size() == 2);
  CHECK(index.pair_count() == 1);
}
