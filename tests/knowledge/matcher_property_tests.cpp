// What must hold for every case: checked on the knowledge base that ships, with random medicines.

#include <algorithm>
#include <memory>
#include <set>
#include <string>

#include <rapidcheck.h>
#include <catch2/catch.hpp>

#include "knowledge/matcher.hpp"
#include "tests/support/temporary_knowledge.hpp"

using namespace guardian;
using namespace guardian::knowledge;

namespace {

const KnowledgeBase& base() { return *tests::shipped_knowledge(); }

Matcher& matcher() {
  static Matcher made(base().graph(), base().rules(), base().lit(), base().pairs());
  return made;
}

// Ingredients that many rules speak of, so that random cases have findings.
const std::vector<std::uint32_t>& busy_ingredients() {
  static const std::vector<std::uint32_t> busy = [] {
    const std::size_t size = base().graph().ingredient_count();
    std::vector<std::size_t> partners(size, 0);
    for (std::uint32_t a = 0; a < size; ++a) {
      for (std::uint32_t b = a + 1; b < size; ++b) {
        if (!base().pairs().contains(static_cast<IngredientIndex>(a), static_cast<IngredientIndex>(b))) continue;
        ++partners[a];
        ++partners[b];
      }
    }
    std::vector<std::uint32_t> order(size);
    for (std::uint32_t i = 0; i < size; ++i) order[i] = i;
    std::stable_sort(order.begin(), order.end(),
                     [&](std::uint32_t a, std::uint32_t b) { return partners[a] > partners[b]; });
    order.resize(std::min<std::size_t>(order.size(), 400));
    return order;
  }();
  return busy;
}

IngredientIndex some_ingredient() {
  if (*rc::gen::inRange(0, 4) == 0) {
    return static_cast<IngredientIndex>(
        *rc::gen::inRange<std::uint32_t>(0, static_cast<std::uint32_t>(base().graph().ingredient_count())));
  }
  return static_cast<IngredientIndex>(*rc::gen::elementOf(busy_ingredients()));
}

std::vector<DrugFact> some_bare_facts(int least, int most) {
  std::set<IngredientIndex> chosen;
  for (int i = *rc::gen::inRange(least, most + 1); i > 0; --i) chosen.insert(some_ingredient());
  std::vector<DrugFact> facts;
  for (const IngredientIndex ingredient : chosen) facts.push_back(base().bare_fact(ingredient));
  return facts;
}

// A fact with a route, dose, duration and stop of its own, each stated or not.
DrugFact some_fact() {
  DrugFact fact = base().bare_fact(some_ingredient());
  if (*rc::gen::arbitrary<bool>()) {
    const auto& routes = base().tables().routes;
    fact.route = base().route_bit((*rc::gen::elementOf(routes)).route);
    fact.exposure = base().exposure(fact.ingredient, fact.route);
  }
  if (*rc::gen::arbitrary<bool>()) fact.daily_mg = *rc::gen::inRange(0, 400) * 2.5;
  if (*rc::gen::inRange(0, 4) == 0) fact.duration_days = *rc::gen::inRange(0, 30);
  if (*rc::gen::inRange(0, 4) == 0) {
    fact.stopped = true;
    if (*rc::gen::arbitrary<bool>()) fact.stopped_days = *rc::gen::inRange(0, 60);
  }
  return fact;
}

std::string name(IngredientIndex index) { return base().graph().ingredient_name(index); }

// The findings in words, in order, with what each rule came to.
std::vector<std::string> findings_in_words(const MatchResult& result) {
  std::vector<std::string> lines;
  for (const MatchedFinding& finding : result.findings) {
    std::string line(to_string(finding.severity));
    line += ' ';
    line += to_string(finding.type);
    line += finding.contraindication ? " contraindicated" : "";
    line += finding.inferred ? " inferred" : "";
    for (const IngredientIndex ingredient : result.of(finding)) line += " + " + name(ingredient);
    for (const FiredRule& fired : result.fired(finding)) {
      line += " | ";
      line += base().rules().id(fired.rule);
      line += ' ';
      line += to_string(fired.severity);
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

// The rules that were not decided and that were vetoed.
std::multiset<std::string> undecided_in_words(const MatchResult& result) {
  std::multiset<std::string> lines;
  for (const Unevaluated& missing : result.unevaluated)
    lines.insert("? " + std::string(base().rules().id(missing.rule)));
  for (const Veto& veto : result.vetoes) lines.insert("! " + std::string(base().rules().id(veto.rule)));
  return lines;
}

// A rule that a further medicine may change: it has an exception or modifier that looks at the whole case.
bool looks_at_case(RuleIndex rule) {
  const auto conditions = base().rules().conditions(rule);
  return std::any_of(conditions.begin(), conditions.end(),
                     [](const Condition& condition) { return condition.term == Condition::whole_case; });
}

using Subjects = std::vector<IngredientIndex>;
struct Fired {
  RuleIndex rule;
  core::FindingType type;
  Subjects subjects;
  core::Severity severity;
};

std::vector<Fired> fired_rules(const MatchResult& result) {
  std::vector<Fired> all;
  for (const MatchedFinding& finding : result.findings) {
    const auto of = result.of(finding);
    for (const FiredRule& fired : result.fired(finding)) {
      all.push_back({fired.rule, finding.type, Subjects(of.begin(), of.end()), fired.severity});
    }
  }
  return all;
}

}  // namespace

TEST_CASE("the order of medicines does not change what is found", "[knowledge][matcher][property]") {
  CHECK(rc::check("order does not matter", [] {
    auto facts = some_bare_facts(2, 12);
    const auto findings = findings_in_words(matcher().match(facts));
    const auto undecided = undecided_in_words(matcher().match(facts));
    std::reverse(facts.begin(), facts.end());
    std::rotate(facts.begin(), facts.begin() + *rc::gen::inRange<std::ptrdiff_t>(0, std::ssize(facts)), facts.end());
    RC_ASSERT(findings_in_words(matcher().match(facts)) == findings);
    RC_ASSERT(undecided_in_words(matcher().match(facts)) == undecided);
  }));
}

TEST_CASE("the order of facts with routes, doses and stops does not change what is found",
          "[knowledge][matcher][property]") {
  CHECK(rc::check("order of facts does not matter", [] {
    std::vector<DrugFact> facts;
    for (int i = *rc::gen::inRange(2, 13); i > 0; --i) {
      facts.push_back(some_fact());
      if (*rc::gen::inRange(0, 3) == 0) {  // the same ingredient in another way
        DrugFact again = some_fact();
        again.ingredient = facts.back().ingredient;
        again.washout_days = facts.back().washout_days;
        again.exposure = base().exposure(again.ingredient, again.route);
        facts.push_back(again);
      }
    }
    const auto findings = findings_in_words(matcher().match(facts));
    const auto undecided = undecided_in_words(matcher().match(facts));
    std::reverse(facts.begin(), facts.end());
    RC_ASSERT(findings_in_words(matcher().match(facts)) == findings);
    RC_ASSERT(undecided_in_words(matcher().match(facts)) == undecided);
  }));
}

TEST_CASE("a medicine that is named again does not change what is found", "[knowledge][matcher][property]") {
  CHECK(rc::check("repeats do not matter", [] {
    auto facts = some_bare_facts(2, 12);
    const auto findings = findings_in_words(matcher().match(facts));
    const auto undecided = undecided_in_words(matcher().match(facts));
    for (int i = *rc::gen::inRange(1, 5); i > 0; --i) facts.push_back(*rc::gen::elementOf(facts));
    RC_ASSERT(findings_in_words(matcher().match(facts)) == findings);
    RC_ASSERT(undecided_in_words(matcher().match(facts)) == undecided);
  }));
}

TEST_CASE("a further medicine never removes a finding or lowers one", "[knowledge][matcher][property]") {
  CHECK(rc::check("the matcher is monotone", [] {
    auto facts = some_bare_facts(2, 11);
    const auto before = fired_rules(matcher().match(facts));
    facts.push_back(base().bare_fact(some_ingredient()));
    const auto after = fired_rules(matcher().match(facts));
    for (const Fired& old : before) {
      if (looks_at_case(old.rule)) continue;
      const bool pair = base().rules().is_pair_rule(old.rule);
      const bool stays = std::any_of(after.begin(), after.end(), [&](const Fired& now) {
        if (now.rule != old.rule || now.severity < old.severity) return false;
        if (pair) return now.type == old.type && now.subjects == old.subjects;
        return std::includes(now.subjects.begin(), now.subjects.end(), old.subjects.begin(), old.subjects.end());
      });
      // An inferred rule may give way to an explicit one that the further medicine raised.
      const bool replaced =
          base().rules().head(old.rule).inferred != 0 && std::any_of(after.begin(), after.end(), [&](const Fired& now) {
            return now.subjects == old.subjects && base().rules().head(now.rule).inferred == 0 &&
                   now.severity >= old.severity;
          });
      if (!stays && !replaced) {
        RC_LOG() << base().rules().id(old.rule) << " is lost or lowered by " << name(facts.back().ingredient);
        for (const DrugFact& fact : facts) RC_LOG() << "; " << name(fact.ingredient);
        RC_FAIL("not monotone");
      }
    }
  }));
}

TEST_CASE("two bare names of which a rule speaks give a finding, or a reason why not",
          "[knowledge][matcher][property]") {
  CHECK(rc::check("silence is never the answer to a pair in the index", [] {
    const auto facts = some_bare_facts(2, 2);
    RC_PRE(facts.size() == 2U);
    const bool spoken_of = base().pairs().contains(facts[0].ingredient, facts[1].ingredient);
    RC_CLASSIFY(spoken_of);
    const MatchResult& result = matcher().match(facts);
    if (spoken_of) {
      bool conditional = true;  // a rule whose route or exposure cannot hold gives nothing
      for (const PairEntry& entry : base().pairs().find(facts[0].ingredient, facts[1].ingredient)) {
        conditional = conditional && base().rules().head(entry.rule()).conditional != 0;
      }
      RC_ASSERT(conditional || !result.findings.empty());
    } else {
      RC_ASSERT(std::none_of(result.rules.begin(), result.rules.end(),
                             [](const FiredRule& fired) { return base().rules().is_pair_rule(fired.rule); }));
    }
  }));
}

TEST_CASE("findings are sorted and no two speak of the same drugs with the same type",
          "[knowledge][matcher][property]") {
  CHECK(rc::check("findings are sorted and merged", [] {
    std::vector<DrugFact> facts;
    for (int i = *rc::gen::inRange(2, 13); i > 0; --i) facts.push_back(some_fact());
    const MatchResult& result = matcher().match(facts);
    std::set<std::pair<core::FindingType, Subjects>> seen;
    for (std::size_t i = 0; i < result.findings.size(); ++i) {
      const MatchedFinding& finding = result.findings[i];
      const auto of = result.of(finding);
      RC_ASSERT(std::is_sorted(of.begin(), of.end()));
      RC_ASSERT(of.size() >= 2U);
      RC_ASSERT(seen.insert({finding.type, Subjects(of.begin(), of.end())}).second);
      if (i > 0) RC_ASSERT(result.findings[i - 1].severity >= finding.severity);
      const auto rules = result.fired(finding);
      RC_ASSERT(!rules.empty());
      auto highest = core::Severity::minor;
      for (const FiredRule& fired : rules) highest = std::max(highest, fired.severity);
      RC_ASSERT(highest == finding.severity);
      RC_ASSERT(std::is_sorted(rules.begin(), rules.end(),
                               [](const FiredRule& a, const FiredRule& b) { return a.rule < b.rule; }));
    }
  }));
}

TEST_CASE("the smallest sets of a cumulative finding fire by themselves and every one of them is needed",
          "[knowledge][matcher][property]") {
  CHECK(rc::check("minimal subsets are minimal", [] {
    const auto facts = some_bare_facts(4, 12);
    const MatchResult result = matcher().match(facts);
    for (const MatchedFinding& finding : result.findings) {
      for (const FiredRule& fired : result.fired(finding)) {
        if (base().rules().is_pair_rule(fired.rule)) continue;
        const auto of = result.of(finding);
        const auto subsets = matcher().minimal_subsets(fired.rule, of, 20);
        RC_ASSERT(!subsets.empty());
        for (const auto& subset : subsets) {
          RC_ASSERT(std::includes(of.begin(), of.end(), subset.begin(), subset.end()));
          for (const IngredientIndex ingredient : subset)
            RC_ASSERT(!matcher().fires_without(fired.rule, subset, ingredient));
        }
      }
    }
  }));
}

TEST_CASE("the counts of a match add up", "[knowledge][matcher][property]") {
  CHECK(rc::check("pairs are n over 2", [] {
    const auto facts = some_bare_facts(0, 12);
    const MatchResult& result = matcher().match(facts);
    RC_ASSERT(result.distinct_ingredients == facts.size());
    RC_ASSERT(result.pairs == facts.size() * (facts.empty() ? 0 : facts.size() - 1) / 2);
    RC_ASSERT(result.within_product == 0U);
  }));
}

// ---- rules over sets against their definition, on small random knowledge ----

namespace {

// Ten ingredients in random classes k0 to k3, with random effects, and one rule over sets.
struct SmallWorld {
  std::vector<std::set<int>> classes;  // by ingredient
  std::vector<int> grades;             // of the effect "e"
  ConceptGraph graph;
  RuleSet rules;
  LitSets lit;
  PairIndex pairs;

  SmallWorld(ConceptTables tables, const RuleSource& rule, std::vector<std::set<int>> k, std::vector<int> g)
      : classes(std::move(k)),
        grades(std::move(g)),
        graph(std::move(*ConceptGraph::build(tables))),
        rules(std::move(*RuleSet::compile({rule}, graph, {}))),
        lit(graph),
        pairs(PairIndex::build(rules, lit, graph.ingredient_count())) {}
};

constexpr int world_size = 10;

std::unique_ptr<SmallWorld> some_world(const RuleSource& rule) {
  ConceptTables tables;
  std::vector<std::set<int>> classes(world_size);
  std::vector<int> grades(world_size, 0);
  for (int k = 0; k < 4; ++k) tables.classes.push_back({"k" + std::to_string(k), "k"});
  tables.effects = {{"e", "e"}};
  for (int i = 0; i < world_size; ++i) {
    const std::string ingredient = "i" + std::to_string(i);
    tables.ingredients.push_back(ingredient);
    for (int k = 0; k < 4; ++k) {
      if (*rc::gen::inRange(0, 5) >= 2) continue;
      classes[static_cast<std::size_t>(i)].insert(k);
      tables.members.push_back({ingredient, "k" + std::to_string(k)});
    }
    const int grade = *rc::gen::inRange(0, 4);
    grades[static_cast<std::size_t>(i)] = grade;
    if (grade > 0) tables.effect_grades.push_back({ingredient, "e", grade});
  }
  return std::make_unique<SmallWorld>(std::move(tables), rule, std::move(classes), std::move(grades));
}

std::vector<std::size_t> some_members() {
  std::set<std::size_t> chosen;
  for (int i = *rc::gen::inRange(2, 9); i > 0; --i) chosen.insert(*rc::gen::inRange<std::size_t>(0, world_size));
  return {chosen.begin(), chosen.end()};
}

// The ingredients of the one finding; empty when the rule does not fire.
std::set<std::size_t> found(const SmallWorld& world, const std::vector<std::size_t>& members) {
  std::vector<DrugFact> facts;
  for (const std::size_t member : members) {
    DrugFact fact;
    fact.ingredient = static_cast<IngredientIndex>(member);
    facts.push_back(fact);
  }
  Matcher small(world.graph, world.rules, world.lit, world.pairs);
  const MatchResult& result = small.match(facts);
  RC_ASSERT(result.findings.size() <= 1U);
  std::set<std::size_t> ingredients;
  if (result.findings.empty()) return ingredients;
  for (const IngredientIndex ingredient : result.of(result.findings.front())) ingredients.insert(raw(ingredient));
  return ingredients;
}

RuleSource set_rule(const std::string& terms) {
  RuleSource rule;
  rule.id = "R";
  rule.type = core::FindingType::cumulative;
  rule.terms = *parse_terms(terms);
  return rule;
}

}  // namespace

TEST_CASE("a rule of three terms fires when three different drugs fill them without an exception",
          "[knowledge][matcher][property]") {
  CHECK(rc::check("three terms equal brute force", [] {
    RuleSource rule = set_rule("a = class:k0 ; b = class:k1 ; c = class:k2");
    const std::size_t excepted = *rc::gen::inRange<std::size_t>(0, 4);  // 3: the rule has no exception
    constexpr const char* labels[] = {"a", "b", "c"};
    if (excepted < 3) {
      RuleSource::Condition exception;
      exception.term = labels[excepted];
      exception.selector = *parse_selector("class:k3");
      rule.conditions = {exception};
    }
    const auto world = some_world(rule);
    const auto members = some_members();
    std::set<std::size_t> expected;
    for (const std::size_t a : members) {
      for (const std::size_t b : members) {
        for (const std::size_t c : members) {
          if (a == b || b == c || a == c) continue;
          const std::size_t bound[] = {a, b, c};
          bool holds = true;
          for (int term = 0; term < 3; ++term) holds = holds && world->classes[bound[term]].count(term) != 0;
          if (holds && excepted < 3) holds = world->classes[bound[excepted]].count(3) == 0;
          if (holds) expected.insert({a, b, c});
        }
      }
    }
    RC_CLASSIFY(!expected.empty());
    RC_ASSERT(found(*world, members) == expected);
  }));
}

TEST_CASE("a count or sum rule fires when enough different drugs light its concept", "[knowledge][matcher][property]") {
  CHECK(rc::check("count and sum equal brute force", [] {
    const bool counts = *rc::gen::arbitrary<bool>();
    const int quantity = *rc::gen::inRange(counts ? 2 : 4, 9);
    const int floor = *rc::gen::inRange(1, 4);
    const auto world = some_world(
        set_rule((counts ? "count(" : "sum(") + std::to_string(quantity) + ") = effect:e+" + std::to_string(floor)));
    const auto members = some_members();
    std::set<std::size_t> able;
    int total = 0;
    for (const std::size_t member : members) {
      if (world->grades[member] < floor) continue;
      able.insert(member);
      total += counts ? 1 : world->grades[member];
    }
    const std::set<std::size_t> expected = total >= quantity ? able : std::set<std::size_t>{};
    RC_CLASSIFY(!expected.empty());
    RC_ASSERT(found(*world, members) == expected);
  }));
}

TEST_CASE("a count beside a term of its own wants further drugs", "[knowledge][matcher][property]") {
  CHECK(rc::check("term and count equal brute force", [] {
    const int quantity = *rc::gen::inRange(2, 4);
    const auto world = some_world(set_rule("object = class:k0 ; count(" + std::to_string(quantity) + ") = class:k1"));
    const auto members = some_members();
    bool fires = false;
    for (const std::size_t object : members) {
      if (world->classes[object].count(0) == 0) continue;
      const auto others = std::count_if(members.begin(), members.end(), [&](std::size_t member) {
        return member != object && world->classes[member].count(1) != 0;
      });
      fires = fires || others >= quantity;
    }
    RC_CLASSIFY(fires);
    RC_ASSERT(found(*world, members).empty() == !fires);
  }));
}
