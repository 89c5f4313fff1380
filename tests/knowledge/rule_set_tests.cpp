#include "knowledge/rule_set.hpp"

#include <algorithm>

#include <catch2/catch.hpp>

#include "tests/support/temporary_knowledge.hpp"

using namespace guardian;
using namespace guardian::knowledge;

namespace {

const std::vector<std::string> route_table{"iv", "oral", "topical"};

ConceptGraph small_graph() {
  ConceptTables tables;
  tables.ingredients = {"a", "b", "c", "d"};
  tables.classes = {{"group", "group"}, {std::string(narrow_index_class), "narrow"}};
  tables.members = {{"a", "group"}, {"b", "group"}};
  tables.targets = {{"CYP3A4", "CYP3A4"}};
  tables.roles = {{"c", "CYP3A4", Relation::inhibitor, 3}};
  tables.effects = {{"qt", "QT"}};
  tables.effect_grades = {{"d", "qt", 2}};
  auto graph = ConceptGraph::build(tables);
  REQUIRE(graph.has_value());
  return std::move(*graph);
}

RuleSource source(const std::string& id, const std::string& terms) {
  RuleSource rule;
  rule.id = id;
  auto parsed = parse_terms(terms);
  REQUIRE(parsed.has_value());
  rule.terms = std::move(*parsed);
  return rule;
}

RuleSource::Condition condition(int step, const std::string& term, const std::string& selector,
                                const std::string& when = {}) {
  RuleSource::Condition made;
  made.step = step;
  made.term = term;
  if (!selector.empty()) made.selector = *parse_selector(selector);
  made.predicates = *parse_predicates(when);
  return made;
}

RuleSet compiled(std::vector<RuleSource> sources) {
  auto rules = RuleSet::compile(std::move(sources), small_graph(), route_table);
  INFO((rules ? std::string() : rules.error().message));
  REQUIRE(rules.has_value());
  return std::move(*rules);
}

std::string refusal(const RuleSource& rule) {
  const auto rules = RuleSet::compile({rule}, small_graph(), route_table);
  REQUIRE_FALSE(rules.has_value());
  CHECK(rules.error().code == core::ErrorCode::invalid_input);
  return rules.error().message;
}

std::vector<RuleSource> some_sources() {
  RuleSource one = source(
      "R1",
      "object = a | class:group & b {dose>20 mg/day ?ask, route=oral|iv} ; precipitant = role:CYP3A4 inhibitor weak");
  one.severity = core::Severity::critical;
  one.contraindication = true;
  one.conditions = {condition(0, "object", "a"), condition(1, "case", "d", "route=iv"),
                    condition(-1, "precipitant", "", "dose<5 mg/day")};
  RuleSource two = source("R2", "a = effect:qt+1 {exposure=any} ; b = c");
  two.settles = true;
  RuleSource three = source("R3", "count(2) = class:group");
  three.type = core::FindingType::cumulative;
  return {one, two, three};
}

constexpr std::uint8_t systemic = 1U << 2U;

}  // namespace

TEST_CASE("rules are sorted explicit before inferred and each by id", "[knowledge][rule_set]") {
  RuleSource inferred = source("A", "a = a ; b = b");
  inferred.inferred = true;
  const RuleSet rules = compiled({inferred, source("C", "a = a ; b = b"), source("B", "a = c ; b = d")});
  REQUIRE(rules.size() == 3);
  CHECK(rules.id(RuleIndex{0}) == "B");
  CHECK(rules.id(RuleIndex{1}) == "C");
  CHECK(rules.id(RuleIndex{2}) == "A");
  CHECK(rules.inferred_count() == 1);
  CHECK(rules.head(RuleIndex{2}).inferred == 1);
}

TEST_CASE("the order in which rules are written does not change what is compiled", "[knowledge][rule_set]") {
  auto sources = some_sources();
  const auto bytes = compiled(sources).write();
  std::reverse(sources.begin(), sources.end());
  CHECK(compiled(sources).write() == bytes);
}

TEST_CASE("terms keep their concepts, predicates and exposures", "[knowledge][rule_set]") {
  const RuleSet rules = compiled(some_sources());
  const ConceptGraph graph = small_graph();
  const auto terms = rules.terms(RuleIndex{0});
  REQUIRE(terms.size() == 2);
  CHECK(terms[0].label == TermLabel::object);
  CHECK(terms[0].wanted_exposures == systemic);
  const auto alternatives = rules.alternatives(terms[0].alternatives);
  REQUIRE(alternatives.size() == 2);
  CHECK(rules.concepts(alternatives[0]).size() == 1);
  REQUIRE(rules.concepts(alternatives[1]).size() == 2);
  CHECK(rules.concepts(alternatives[1])[0] == *graph.find({ConceptKind::drug_class, "group", {}, 0, false}));
  CHECK(rules.concepts(alternatives[1])[1] == *graph.find({ConceptKind::ingredient, "b", {}, 0, false}));

  const auto predicates = rules.predicates(terms[0].predicates);
  REQUIRE(predicates.size() == 2);
  CHECK(predicates[0].kind == PredicateKind::dose);
  CHECK(predicates[0].comparison == Comparison::greater);
  CHECK(predicates[0].number == 20.0);
  CHECK(predicates[0].on_unknown == OnUnknown::ask);
  CHECK(predicates[1].routes == 0b011U);

  CHECK(rules.terms(RuleIndex{1})[0].wanted_exposures == 0b111U);
  CHECK(rules.predicates(rules.terms(RuleIndex{1})[0].predicates).empty());
}

TEST_CASE("exposures are those that a term asks for", "[knowledge][rule_set]") {
  const RuleSet rules = compiled({source("R", "a = a {exposure=local} ; b = b {exposure=systemic}")});
  CHECK(rules.terms(RuleIndex{0})[0].wanted_exposures == 0b011U);
  CHECK(rules.terms(RuleIndex{0})[1].wanted_exposures == systemic);
}

TEST_CASE("conditions keep their step, the term that they look at and what they ask", "[knowledge][rule_set]") {
  const RuleSet rules = compiled(some_sources());
  const auto conditions = rules.conditions(RuleIndex{0});
  REQUIRE(conditions.size() == 3);
  CHECK(conditions[0].step == 0);
  CHECK(conditions[0].term == 0);
  CHECK(conditions[0].alternatives.count == 1);
  CHECK(conditions[1].step == 1);
  CHECK(conditions[1].term == Condition::whole_case);
  CHECK(conditions[1].predicates.count == 1);
  CHECK(conditions[2].step == -1);
  CHECK(conditions[2].term == 1);
  CHECK(conditions[2].alternatives.count == 0);
}

TEST_CASE("the head of a rule says what its row says", "[knowledge][rule_set]") {
  const RuleSet rules = compiled(some_sources());
  const RuleHead& first = rules.head(RuleIndex{0});
  CHECK(first.severity == core::Severity::critical);
  CHECK(first.contraindication == 1);
  CHECK(first.settles == 0);
  CHECK(rules.head(RuleIndex{1}).settles == 1);
  CHECK(rules.head(RuleIndex{2}).type == core::FindingType::cumulative);
}

TEST_CASE("a rule is conditional when it has a predicate, an exposure of its own or a condition",
          "[knowledge][rule_set]") {
  const auto conditional = [](RuleSource rule) {
    return compiled({std::move(rule)}).head(RuleIndex{0}).conditional != 0;
  };
  CHECK_FALSE(conditional(source("R", "a = a ; b = b")));
  CHECK_FALSE(conditional(source("R", "a = a {exposure=systemic} ; b = b")));
  CHECK(conditional(source("R", "a = a {route=oral} ; b = b")));
  CHECK(conditional(source("R", "a = a ; b = b {exposure=any}")));
  RuleSource with_exception = source("R", "a = a ; b = b");
  with_exception.conditions = {condition(0, "case", "c")};
  CHECK(conditional(with_exception));
}

TEST_CASE("a rule of two single terms is a pair rule, others are rules over sets", "[knowledge][rule_set]") {
  CHECK(compiled({source("R", "a = a ; b = b")}).is_pair_rule(RuleIndex{0}));
  CHECK_FALSE(compiled({source("R", "a = a ; b = b ; c = c")}).is_pair_rule(RuleIndex{0}));
  CHECK_FALSE(compiled({source("R", "count(2) = class:group")}).is_pair_rule(RuleIndex{0}));
  CHECK_FALSE(compiled({source("R", "a = a ; count(2) = class:group")}).is_pair_rule(RuleIndex{0}));
}

TEST_CASE("a name that the graph or the route table does not know is refused with the rule", "[knowledge][rule_set]") {
  CHECK_THAT(refusal(source("R9", "a = warfarin ; b = b")), Catch::Contains("R9") && Catch::Contains("`warfarin`"));
  CHECK_THAT(refusal(source("R9", "a = class:statin ; b = b")), Catch::Contains("`class:statin`"));
  CHECK_THAT(refusal(source("R9", "a = role:CYP1A2 inducer weak ; b = b")),
             Catch::Contains("`role:CYP1A2 inducer weak`"));
  CHECK_THAT(refusal(source("R9", "a = a {route=oral|nasal} ; b = b")), Catch::Contains("unknown route `nasal`"));
  RuleSource rule = source("R9", "a = a ; b = b");
  rule.conditions = {condition(0, "c", "d")};
  CHECK_THAT(refusal(rule), Catch::Contains("no term named `c`"));
  rule.conditions = {condition(0, "whole", "d")};
  CHECK_THAT(refusal(rule), Catch::Contains("no term named `whole`"));
  rule.conditions = {condition(1, "case", "warfarin")};
  CHECK_THAT(refusal(rule), Catch::Contains("`warfarin`"));
}

TEST_CASE("compiled rules that were written read back the same", "[knowledge][rule_set]") {
  const RuleSet rules = compiled(some_sources());
  const auto bytes = rules.write();
  const auto again = RuleSet::read(bytes);
  REQUIRE(again.has_value());
  CHECK(again->size() == rules.size());
  CHECK(again->write() == bytes);
  for (std::uint32_t i = 0; i < rules.size(); ++i) {
    const auto rule = static_cast<RuleIndex>(i);
    CHECK(again->id(rule) == rules.id(rule));
    CHECK(again->terms(rule).size() == rules.terms(rule).size());
    CHECK(again->conditions(rule).size() == rules.conditions(rule).size());
  }
}

TEST_CASE("an empty rule set reads back empty", "[knowledge][rule_set]") {
  const auto again = RuleSet::read(RuleSet().write());
  REQUIRE(again.has_value());
  CHECK(again->size() == 0);
}

TEST_CASE("compiled rules that were cut at any length are refused", "[knowledge][rule_set]") {
  const auto bytes = compiled(some_sources()).write();
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    const auto read = RuleSet::read(std::span(bytes).first(length));
    INFO(length);
    REQUIRE_FALSE(read.has_value());
    REQUIRE(read.error().code == core::ErrorCode::knowledge_unavailable);
    REQUIRE_FALSE(read.error().message.empty());
  }
}

TEST_CASE("compiled rules with bytes behind them are refused", "[knowledge][rule_set]") {
  auto bytes = compiled(some_sources()).write();
  bytes.push_back(0);
  const auto read = RuleSet::read(bytes);
  REQUIRE_FALSE(read.has_value());
  CHECK_THAT(read.error().message, Catch::Contains("damaged"));
}

TEST_CASE("compiled rules of another layout are refused with the advice to build again", "[knowledge][rule_set]") {
  const auto bytes = compiled(some_sources()).write();
  for (std::size_t at = 0; at < 8; ++at) {
    auto other = bytes;
    other[at] ^= 1U;
    const auto read = RuleSet::read(other);
    REQUIRE_FALSE(read.has_value());
    CHECK_THAT(read.error().message, Catch::Contains("another layout") && Catch::Contains("build it again"));
  }
}

TEST_CASE("an array of another element size or of more elements than there are bytes is refused",
          "[knowledge][rule_set]") {
  const auto bytes = compiled(some_sources()).write();
  auto other_size = bytes;
  ++other_size[8];
  CHECK_FALSE(RuleSet::read(other_size).has_value());
  auto too_many = bytes;
  for (std::size_t at = 16; at < 24; ++at) too_many[at] = 0xFF;
  CHECK_FALSE(RuleSet::read(too_many).has_value());
}

TEST_CASE("a template gives a rule between its two roles of a target", "[knowledge][rule_set]") {
  const Template mechanism{"inh-strong", Relation::inhibitor, 3, Relation::substrate, 2, false, core::Severity::major};
  const RuleSource rule = inferred_rule(mechanism, "CYP3A4");
  CHECK(rule.id == "INF-CYP3A4-inh-strong");
  CHECK(rule.id == inferred_rule_id("inh-strong", "CYP3A4"));
  CHECK(rule.inferred);
  CHECK(rule.type == core::FindingType::drug_drug);
  CHECK(rule.severity == core::Severity::major);
  CHECK(to_string(rule.terms) ==
        "object = role:CYP3A4 substrate moderate ; precipitant = role:CYP3A4 inhibitor strong");
}

TEST_CASE("a template for a narrow index asks for it as well", "[knowledge][rule_set]") {
  const Template mechanism{"ind", Relation::inducer, 1, Relation::prodrug, 3, true, core::Severity::minor};
  CHECK(to_string(inferred_rule(mechanism, "P-gp").terms) ==
        "object = role:P-gp prodrug sensitive & class:narrow_therapeutic_index ; precipitant = role:P-gp inducer weak");
}

TEST_CASE("the shipped rules are sorted and each has an id of its own", "[knowledge][rule_set]") {
  const RuleSet& rules = tests::shipped_knowledge()->rules();
  REQUIRE(rules.size() > 100);
  for (std::uint32_t i = 1; i < rules.size(); ++i) {
    const auto before = static_cast<RuleIndex>(i - 1);
    const auto rule = static_cast<RuleIndex>(i);
    const bool ordered =
        std::pair(rules.head(before).inferred, rules.id(before)) < std::pair(rules.head(rule).inferred, rules.id(rule));
    INFO(rules.id(rule));
    REQUIRE(ordered);
  }
}
