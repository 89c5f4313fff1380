#include "audit/pair_oracle.hpp"

#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <SQLiteCpp/SQLiteCpp.h>
#include <catch2/catch.hpp>

#include "tests/audit/hand_written_knowledge.hpp"

using guardian::audit::OracleRow;
using guardian::audit::PairOracle;
using guardian::core::ErrorCode;
using guardian::core::Severity;

namespace tests = guardian::tests;

namespace {

struct Concept {
  std::string kind;
  std::string name;
  std::string relation = {};
  int grade = 0;

  [[nodiscard]] std::string key() const { return kind + ':' + name + ' ' + relation + std::to_string(grade); }
};
Concept only(std::string ingredient) { return {"ingredient", std::move(ingredient)}; }
Concept in_class(std::string name) { return {"class", std::move(name)}; }
Concept role(std::string target, std::string relation, int grade) {
  return {"role", std::move(target), std::move(relation), grade};
}
Concept effect(std::string name, int grade) { return {"effect", std::move(name), {}, grade}; }

using Selector = std::vector<std::vector<Concept>>;  // alternatives, each of concepts that must all be lit

struct Predicate {
  std::string kind;
  std::string words = {};
  std::string on_unknown = "fire";
};
struct Term {
  Selector selector;
  std::vector<Predicate> predicates = {};
  std::string label = "a";
};
struct Condition {
  int step = 0;
  std::optional<int> term = {};
  Selector selector = {};
  std::vector<Predicate> predicates = {};
};
struct Rule {
  std::string id;
  std::vector<Term> terms;
  std::string severity = "major";
  std::vector<Condition> conditions = {};
  bool contraindication = false;
  bool settles = false;
  std::string type = "drug-drug";
};

class Knowledge : public tests::HandWrittenKnowledge {
 public:
  Knowledge() {
    sql("INSERT INTO route VALUES ('oral', 'systemic'), ('iv', 'systemic'), ('topical', 'local'), ('gut', 'none')");
  }

  void drug(const std::string& name, const std::string& usual_route = "") {
    insert("INSERT INTO ingredient VALUES (?, 'drug', '', '', nullif(?, ''), NULL, '')", name, usual_route);
  }
  void reaches(const std::string& name, const std::string& route, const std::string& exposure) {
    insert("INSERT INTO exposure VALUES (?, ?, ?, '', '')", name, route, exposure);
  }
  void parent(const std::string& name, const std::string& above) {
    name_class(name);
    name_class(above);
    insert("INSERT INTO class_parent VALUES (?, ?)", name, above);
  }
  void member(const std::string& drug, const std::string& name) {
    name_class(name);
    insert("INSERT INTO member VALUES (?, ?, '')", drug, name);
  }
  void has_role(const std::string& drug, const std::string& target, const std::string& relation, int grade) {
    insert("INSERT OR IGNORE INTO target VALUES (?, 'enzyme', '')", target);
    insert("INSERT INTO role VALUES (?, ?, ?, ?, '')", drug, target, relation, grade);
  }
  void has_effect(const std::string& drug, const std::string& name, int grade) {
    insert("INSERT OR IGNORE INTO effect_name VALUES (?, '')", name);
    insert("INSERT INTO effect VALUES (?, ?, ?, '')", drug, name, grade);
  }

  void rule(const Rule& rule) {
    const int number = ++rules_;
    insert("INSERT INTO rule VALUES (?, ?, 'finding', '', ?, ?, ?, ?, '', 'draft', '', '', '')", number, rule.id,
           rule.type, rule.severity, int{rule.contraindication}, int{rule.settles});
    int term_no = 0;
    for (const auto& term : rule.terms) {
      insert("INSERT INTO rule_term VALUES (?, ?, NULL, ?, 1, 'fire')", number, term_no, term.label);
      selector("term_concept", number, term_no, term.selector);
      predicates("term_predicate", number, term_no, term.predicates);
      ++term_no;
    }
    int position = 0;
    for (const auto& condition : rule.conditions) {
      insert("INSERT INTO rule_condition VALUES (?, ?, ?, ?, nullif(?, -1), '', '')", number, position, condition.step,
             condition.term ? "term" : "case", condition.term.value_or(-1));
      selector("condition_concept", number, position, condition.selector);
      predicates("condition_predicate", number, position, condition.predicates);
      ++position;
    }
  }

  // A template for the target E: inhibitors of `strength` on substrates of `sensitivity`.
  void inference(const std::string& id, int strength, int sensitivity, const std::string& severity,
                 bool narrow_index = false) {
    insert("INSERT OR IGNORE INTO target VALUES ('E', 'enzyme', '')");
    insert("INSERT INTO template VALUES (?, 'inhibitor', ?, 'substrate', ?, ?, ?, '', '', '', '', '', '')", id,
           strength, sensitivity, int{narrow_index}, severity);
    insert("INSERT INTO template_target VALUES (?, 'E')", id);
  }

  // The findings of the oracle over all pairs, one a line, fit to be read in a failed test.
  [[nodiscard]] std::vector<std::string> findings() const {
    auto oracle = PairOracle::open(path());
    if (!oracle) return {oracle.error().message};
    const auto rows = oracle->all_pairs();
    if (!rows) return {rows.error().message};
    std::vector<std::string> lines;
    for (const auto& row : *rows) {
      lines.push_back(row.first + '+' + row.second + ' ' + row.type + ' ' +
                      std::string(guardian::core::to_string(row.severity)) + ' ' + row.rule);
    }
    return lines;
  }

 private:
  void name_class(const std::string& name) { insert("INSERT OR IGNORE INTO class VALUES (?, '', '')", name); }

  void selector(const std::string& table, int rule, int owner, const Selector& alternatives) {
    int alternative = 0;
    for (const auto& concepts : alternatives) {
      int position = 0;
      for (const auto& item : concepts) {
        insert("INSERT OR IGNORE INTO concept VALUES (?, ?, ?, ?, ?)", item.key(), item.kind, item.name, item.relation,
               item.grade);
        insert("INSERT INTO " + table + " VALUES (?, ?, ?, ?, ?)", rule, owner, alternative, position, item.key());
        ++position;
      }
      ++alternative;
    }
  }
  void predicates(const std::string& table, int rule, int owner, const std::vector<Predicate>& list) {
    int position = 0;
    for (const auto& item : list) {
      const std::string comparison = item.kind == "dose" || item.kind == "duration" ? ">" : "=";
      insert("INSERT INTO " + table + " VALUES (?, ?, ?, ?, ?, ?, 1.0, '', ?)", rule, owner, position, item.kind,
             comparison, item.words, item.on_unknown);
      ++position;
    }
  }

  int rules_ = 0;
};

using Lines = std::vector<std::string>;

Term drug_term(const std::string& name, std::vector<Predicate> predicates = {}) {
  return {{{only(name)}}, std::move(predicates)};
}

// The findings of one rule on the drugs x and y alone, each with its usual route (empty: not known).
Lines between_x_and_y(const Rule& rule, const std::string& route_of_x = "", const std::string& route_of_y = "") {
  Knowledge knowledge;
  knowledge.drug("x", route_of_x);
  knowledge.drug("y", route_of_y);
  knowledge.rule(rule);
  return knowledge.findings();
}
Lines with_x_term(std::vector<Predicate> predicates, const std::string& route_of_x = "") {
  return between_x_and_y({"r", {drug_term("x", std::move(predicates)), drug_term("y")}}, route_of_x);
}
Lines with_conditions(std::vector<Condition> conditions, bool contraindication = false, std::string severity = "major",
                      const std::string& route_of_x = "") {
  return between_x_and_y(
      {"r", {drug_term("x"), drug_term("y")}, std::move(severity), std::move(conditions), contraindication},
      route_of_x);
}

const Lines nothing;
const Lines fires{"x+y drug-drug major r"};
const Lines local{"x+y route minor r"};

}  // namespace

TEST_CASE("a rule on two ingredients fires whichever of them comes first", "[audit]") {
  CHECK(between_x_and_y({"r", {drug_term("x"), drug_term("y")}}) == fires);
  CHECK(between_x_and_y({"r", {drug_term("y"), drug_term("x")}}) == fires);
}

TEST_CASE("one ingredient never fills both terms", "[audit]") {
  CHECK(between_x_and_y({"r", {drug_term("x"), drug_term("x")}}) == nothing);
  CHECK(between_x_and_y({"r", {drug_term("x"), {{{only("x")}, {only("y")}}}}}) == fires);
}

TEST_CASE("a class is lit by members of every class below it and by none above", "[audit]") {
  Knowledge knowledge;
  for (const auto* name : {"leaf", "middle", "other", "root"}) knowledge.drug(name);
  knowledge.parent("low", "mid");
  knowledge.parent("mid", "high");
  knowledge.member("leaf", "low");
  knowledge.member("middle", "mid");
  knowledge.member("root", "high");
  knowledge.rule({"mid", {{{{in_class("mid")}}}, drug_term("other")}});
  CHECK(knowledge.findings() == Lines{"leaf+other drug-drug major mid", "middle+other drug-drug major mid"});
}

TEST_CASE("a class that is reached twice or above itself is still lit once", "[audit]") {
  Knowledge knowledge;
  knowledge.drug("x");
  knowledge.drug("y");
  knowledge.parent("low", "left");
  knowledge.parent("low", "right");
  knowledge.parent("left", "top");
  knowledge.parent("right", "top");
  knowledge.parent("top", "low");
  knowledge.member("x", "low");
  knowledge.rule({"r", {{{{in_class("top"), in_class("left")}}}, drug_term("y")}});
  CHECK(knowledge.findings() == fires);
}

TEST_CASE("a role is lit by its own grade and by higher ones, of the same target and relation only", "[audit]") {
  Knowledge knowledge;
  for (const auto* name : {"foreign", "inducer", "medium", "other", "strong", "weak"}) knowledge.drug(name);
  knowledge.has_role("weak", "E", "inhibitor", 1);
  knowledge.has_role("medium", "E", "inhibitor", 2);
  knowledge.has_role("strong", "E", "inhibitor", 3);
  knowledge.has_role("inducer", "E", "inducer", 3);
  knowledge.has_role("foreign", "F", "inhibitor", 3);
  knowledge.rule({"r", {drug_term("other"), {{{role("E", "inhibitor", 2)}}}}});
  CHECK(knowledge.findings() == Lines{"medium+other drug-drug major r", "other+strong drug-drug major r"});
}

TEST_CASE("an effect is lit by its own grade and by larger ones in the same direction", "[audit]") {
  Knowledge knowledge;
  for (const auto* name : {"down1", "down3", "other", "up1", "up3"}) knowledge.drug(name);
  knowledge.has_effect("up1", "potassium", 1);
  knowledge.has_effect("up3", "potassium", 3);
  knowledge.has_effect("down1", "potassium", -1);
  knowledge.has_effect("down3", "potassium", -3);
  knowledge.rule({"down", {drug_term("other"), {{{effect("potassium", -2)}}}}});
  knowledge.rule({"up", {drug_term("other"), {{{effect("potassium", 2)}}}}});
  CHECK(knowledge.findings() == Lines{"down3+other drug-drug major down", "other+up3 drug-drug major up"});
}

TEST_CASE("an alternative holds when all its concepts are lit, and one alternative is enough", "[audit]") {
  Knowledge knowledge;
  for (const auto* name : {"both", "first", "named", "other", "second"}) knowledge.drug(name);
  for (const auto* name : {"both", "first"}) knowledge.member(name, "one");
  for (const auto* name : {"both", "second"}) knowledge.member(name, "two");
  knowledge.rule({"r", {{{{in_class("one"), in_class("two")}, {only("named")}}}, drug_term("other")}});
  CHECK(knowledge.findings() == Lines{"both+other drug-drug major r", "named+other drug-drug major r"});
}

TEST_CASE("concepts lit in different alternatives do not add up", "[audit]") {
  Knowledge knowledge;
  knowledge.drug("x");
  knowledge.drug("y");
  knowledge.member("x", "one");
  knowledge.member("x", "three");
  knowledge.member("y", "two");
  knowledge.member("y", "four");
  const Selector selector{{in_class("one"), in_class("two")}, {in_class("three"), in_class("four")}};
  knowledge.rule({"r", {{selector}, drug_term("y")}});
  CHECK(knowledge.findings() == nothing);
}

TEST_CASE("only rules of two terms that name one medicine each are about pairs", "[audit]") {
  const Term many{{{only("y")}}, {}, "count"};
  CHECK(between_x_and_y({"r", {drug_term("x"), many}}) == nothing);
  CHECK(between_x_and_y({"r", {drug_term("x")}}) == nothing);
  CHECK(between_x_and_y({"r", {drug_term("x"), drug_term("y"), drug_term("y")}}) == nothing);
}

TEST_CASE("the type of the rule is the type of its finding", "[audit]") {
  Rule rule{"r", {drug_term("x"), drug_term("y")}};
  rule.type = "timing";
  CHECK(between_x_and_y(rule) == Lines{"x+y timing major r"});
}

TEST_CASE("a medicine whose usual route is local gives the local variant", "[audit]") {
  CHECK(with_x_term({}, "oral") == fires);
  CHECK(with_x_term({}, "topical") == local);
  CHECK(with_x_term({}, "gut") == local);
  CHECK(with_x_term({{"exposure", "systemic"}}, "topical") == local);
}

TEST_CASE("a medicine whose usual route is not known is taken as systemic", "[audit]") {
  CHECK(with_x_term({}) == fires);
  CHECK(with_x_term({{"exposure", "local"}}) == nothing);
}

TEST_CASE("a term that wants any or a local exposure fires there and has no local variant", "[audit]") {
  for (const auto* route : {"", "oral", "topical", "gut"}) CHECK(with_x_term({{"exposure", "any"}}, route) == fires);
  CHECK(with_x_term({{"exposure", "local"}}, "topical") == fires);
  CHECK(with_x_term({{"exposure", "local"}}, "gut") == fires);
  CHECK(with_x_term({{"exposure", "local"}}, "oral") == nothing);
}

TEST_CASE("a pair is local when one term has its exposure and the other is local instead of systemic", "[audit]") {
  const Rule rule{"r", {drug_term("x", {{"exposure", "any"}}), drug_term("y")}};
  CHECK(between_x_and_y(rule, "topical", "oral") == fires);
  CHECK(between_x_and_y(rule, "topical", "topical") == local);
  const Rule strict{"r", {drug_term("x", {{"exposure", "local"}}), drug_term("y")}};
  CHECK(between_x_and_y(strict, "oral", "topical") == nothing);
}

TEST_CASE("the exposure of an ingredient by its usual route goes before that of the route", "[audit]") {
  Knowledge knowledge;
  knowledge.drug("held", "oral");
  knowledge.drug("other");
  knowledge.drug("passing", "topical");
  knowledge.reaches("held", "oral", "none");
  knowledge.reaches("held", "iv", "systemic");
  knowledge.reaches("passing", "topical", "systemic");
  knowledge.rule({"r", {drug_term("other"), {{{only("held")}, {only("passing")}}}}});
  CHECK(knowledge.findings() == Lines{"held+other route minor r", "other+passing drug-drug major r"});
}

TEST_CASE("a route predicate is decided by the usual route when it is known", "[audit]") {
  CHECK(with_x_term({{"route", "iv|oral"}}, "oral") == fires);
  CHECK(with_x_term({{"route", "iv"}}, "oral") == nothing);
  CHECK(with_x_term({{"route", "oral", "ignore"}}, "oral") == fires);
  CHECK(with_x_term({{"route", "iv", "ask"}}, "oral") == nothing);
  CHECK(with_x_term({{"route", "topical"}}, "topical") == local);
  CHECK(with_x_term({{"route", "iv"}}, "topical") == nothing);
}

TEST_CASE("a route is matched as a whole word", "[audit]") {
  Knowledge knowledge;
  knowledge.sql("INSERT INTO route VALUES ('intraoral', 'systemic')");
  knowledge.drug("x", "oral");
  knowledge.drug("y");
  knowledge.rule({"r", {drug_term("x", {{"route", "intraoral"}}), drug_term("y")}});
  CHECK(knowledge.findings() == nothing);
}

TEST_CASE("what a bare name leaves open fires, is asked for or is ignored as the predicate says", "[audit]") {
  for (const auto* kind : {"route", "dose", "duration"}) {
    const std::string words = std::string(kind) == "route" ? "iv" : "";
    CHECK(with_x_term({{kind, words, "fire"}}) == fires);
    CHECK(with_x_term({{kind, words, "ask"}}) == nothing);
    CHECK(with_x_term({{kind, words, "ignore"}}) == nothing);
    CHECK(with_x_term({{kind, words, "fire"}, {"dose", "", "ignore"}}) == nothing);
  }
}

TEST_CASE("what would have to be asked does not hide the local variant, what is ignored does", "[audit]") {
  CHECK(with_x_term({{"dose", "", "ask"}}, "topical") == local);
  CHECK(with_x_term({{"dose", "", "ignore"}}, "topical") == nothing);
}

TEST_CASE("an exception that is true vetoes the binding, one that is false or unknown does not", "[audit]") {
  CHECK(with_conditions({{0, 0, {{only("x")}}}}) == nothing);
  CHECK(with_conditions({{0, 1, {{only("y")}}}}) == nothing);
  CHECK(with_conditions({{0, 1, {{only("x")}}}}) == fires);
  CHECK(with_conditions({{0, 0, {{only("x")}}, {{"dose"}}}}) == fires);
  CHECK(with_conditions({{0, 0, {{only("x")}}, {{"route", "oral"}}}}) == fires);
}

TEST_CASE("a condition without a selector looks at its predicates alone", "[audit]") {
  CHECK(with_conditions({{0, 0, {}, {{"route", "oral"}}}}, false, "major", "oral") == nothing);
  CHECK(with_conditions({{0, 0, {}, {{"route", "iv"}}}}, false, "major", "oral") == fires);
  CHECK(with_conditions({{0, 0, {}, {{"exposure", "systemic"}}}}) == nothing);
  CHECK(with_conditions({{0, 0, {}, {{"exposure", "local"}}}}) == fires);
}

TEST_CASE("a condition asks for all concepts of one of its alternatives", "[audit]") {
  Knowledge knowledge;
  for (const auto* name : {"both", "half", "named", "other"}) knowledge.drug(name);
  for (const auto* name : {"both", "half", "named"}) knowledge.member(name, "one");
  knowledge.member("both", "two");
  const Selector exempt{{in_class("one"), in_class("two")}, {only("named")}};
  knowledge.rule({"r", {{{{in_class("one")}}}, drug_term("other")}, "major", {{0, 0, exempt}}});
  CHECK(knowledge.findings() == Lines{"half+other drug-drug major r"});
}

TEST_CASE("what lights one alternative or condition lights no other one", "[audit]") {
  Knowledge knowledge;
  knowledge.drug("x");
  knowledge.drug("y");
  knowledge.member("x", "one");
  knowledge.member("x", "three");
  const Selector crossed{{in_class("one"), in_class("two")}, {in_class("three"), in_class("four")}};
  const Condition not_stated{0, 0, {{only("x")}}, {{"dose"}}};
  const Condition not_lit{0, 0, {{in_class("two")}}};
  knowledge.rule({"r", {drug_term("x"), drug_term("y")}, "major", {not_stated, not_lit, {0, 0, crossed}}});
  CHECK(knowledge.findings() == fires);
}

TEST_CASE("conditions on further medicines are false of a pair", "[audit]") {
  CHECK(with_conditions({{0, {}, {{only("x")}}}, {1, {}, {{only("y")}}}}) == fires);
}

TEST_CASE("an exception does not take away the local variant", "[audit]") {
  CHECK(with_conditions({{0, 0, {{only("x")}}}, {1, 0, {{only("x")}}}}, false, "major", "topical") == local);
}

TEST_CASE("a modifier moves the severity by one step and up goes before down", "[audit]") {
  const Condition up{1, 0, {{only("x")}}};
  const Condition down{-1, 1, {{only("y")}}};
  CHECK(with_conditions({up}) == Lines{"x+y drug-drug critical r"});
  CHECK(with_conditions({up, up}, false, "minor") == Lines{"x+y drug-drug moderate r"});
  CHECK(with_conditions({down, down}) == Lines{"x+y drug-drug moderate r"});
  CHECK(with_conditions({down, up}) == Lines{"x+y drug-drug critical r"});
  CHECK(with_conditions({up}, false, "critical") == Lines{"x+y drug-drug critical r"});
  CHECK(with_conditions({down}, false, "minor") == Lines{"x+y drug-drug minor r"});
}

TEST_CASE("a contraindication is never lowered but may be raised", "[audit]") {
  CHECK(with_conditions({{-1, 0, {{only("x")}}}}, true) == fires);
  CHECK(with_conditions({{1, 0, {{only("x")}}}}, true) == Lines{"x+y drug-drug critical r"});
}

TEST_CASE("of the two ways to bind a pair the better one counts", "[audit]") {
  const Term either{{{only("x")}, {only("y")}}};
  const auto both_ways = [&](std::vector<Condition> conditions) {
    return between_x_and_y({"r", {either, either}, "major", std::move(conditions)});
  };
  CHECK(both_ways({{0, 0, {{only("x")}}}}) == fires);
  CHECK(both_ways({{0, 0, {{only("x")}}}, {0, 0, {{only("y")}}}}) == nothing);
  CHECK(both_ways({{-1, 0, {{only("x")}}}}) == fires);
  CHECK(both_ways({{1, 1, {{only("y")}}}}) == Lines{"x+y drug-drug critical r"});
}

TEST_CASE("a binding that fires beats a local one and a local one beats an exception", "[audit]") {
  const Term systemic{{{only("x")}, {only("y")}}};
  const Term any{{{only("x")}, {only("y")}}, {{"exposure", "any"}}};
  CHECK(between_x_and_y({"r", {systemic, any}}, "topical", "oral") == fires);
  const Rule exempt{"r", {systemic, any}, "major", {{0, 0, {{only("y")}}}}};
  CHECK(between_x_and_y(exempt, "topical", "oral") == local);
}

namespace {

// An inhibitor i and a substrate s of the enzyme E, both strong, and a template "t" that makes the pair `moderate`.
void add_inference(Knowledge& knowledge, const std::string& route_of_inhibitor = "") {
  knowledge.drug("i", route_of_inhibitor);
  knowledge.drug("s");
  knowledge.has_role("i", "E", "inhibitor", 3);
  knowledge.has_role("s", "E", "substrate", 3);
  knowledge.inference("t", 2, 2, "moderate");
}
Lines beside_inference(Rule rule, const std::string& route_of_inhibitor = "") {
  Knowledge knowledge;
  add_inference(knowledge, route_of_inhibitor);
  rule.terms = {drug_term("s"), drug_term("i")};
  knowledge.rule(rule);
  return knowledge.findings();
}

}  // namespace

TEST_CASE("a template holds for roles of its grades or more", "[audit]") {
  Knowledge knowledge;
  add_inference(knowledge);
  knowledge.drug("weak inhibitor");
  knowledge.drug("minor substrate");
  knowledge.drug("prodrug");
  knowledge.has_role("weak inhibitor", "E", "inhibitor", 1);
  knowledge.has_role("minor substrate", "E", "substrate", 1);
  knowledge.has_role("prodrug", "E", "prodrug", 3);
  CHECK(knowledge.findings() == Lines{"i+s drug-drug moderate INF-E-t"});
}

TEST_CASE("a template speaks of the targets it is expanded over only", "[audit]") {
  Knowledge knowledge;
  knowledge.drug("i");
  knowledge.drug("s");
  knowledge.has_role("i", "F", "inhibitor", 3);
  knowledge.has_role("s", "F", "substrate", 3);
  knowledge.inference("t", 1, 1, "moderate");
  CHECK(knowledge.findings() == nothing);
}

TEST_CASE("a template for a narrow index wants it of the object, by class or by a class below", "[audit]") {
  Knowledge knowledge;
  for (const auto* name : {"below", "direct", "inhibitor", "wide"}) knowledge.drug(name);
  knowledge.has_role("inhibitor", "E", "inhibitor", 3);
  for (const auto* name : {"below", "direct", "wide"}) knowledge.has_role(name, "E", "substrate", 3);
  knowledge.parent("low", "narrow_therapeutic_index");
  knowledge.member("direct", "narrow_therapeutic_index");
  knowledge.member("inhibitor", "narrow_therapeutic_index");
  knowledge.member("below", "low");
  knowledge.inference("t", 1, 1, "major", true);
  CHECK(knowledge.findings() ==
        Lines{"below+inhibitor drug-drug major INF-E-t", "direct+inhibitor drug-drug major INF-E-t"});
}

TEST_CASE("two medicines that inhibit and need each other's enzyme give one inferred row", "[audit]") {
  Knowledge knowledge;
  for (const auto* name : {"x", "y"}) {
    knowledge.drug(name);
    knowledge.has_role(name, "E", "inhibitor", 3);
    knowledge.has_role(name, "E", "substrate", 3);
  }
  knowledge.inference("t", 1, 1, "minor");
  CHECK(knowledge.findings() == Lines{"x+y drug-drug minor INF-E-t"});
}

TEST_CASE("an inferred rule has a local variant", "[audit]") {
  Knowledge knowledge;
  add_inference(knowledge, "topical");
  CHECK(knowledge.findings() == Lines{"i+s route minor INF-E-t"});
}

TEST_CASE("an explicit rule replaces inferred ones that are no more severe", "[audit]") {
  CHECK(beside_inference({"r", {}, "moderate"}) == Lines{"i+s drug-drug moderate r"});
  CHECK(beside_inference({"r", {}, "critical"}) == Lines{"i+s drug-drug critical r"});
  CHECK(beside_inference({"r", {}, "minor"}) == Lines{"i+s drug-drug minor r", "i+s drug-drug moderate INF-E-t"});
}

TEST_CASE("the severity after modifiers decides what an explicit rule replaces", "[audit]") {
  CHECK(beside_inference({"r", {}, "minor", {{1, 0, {{only("s")}}}}}) == Lines{"i+s drug-drug moderate r"});
  CHECK(beside_inference({"r", {}, "moderate", {{-1, 0, {{only("s")}}}}}) ==
        Lines{"i+s drug-drug minor r", "i+s drug-drug moderate INF-E-t"});
}

TEST_CASE("a rule that settles replaces every inferred one, of whatever type it is", "[audit]") {
  Rule rule{"r", {}, "minor"};
  rule.settles = true;
  rule.type = "timing";
  CHECK(beside_inference(rule) == Lines{"i+s timing minor r"});
}

TEST_CASE("a settling rule that does not fire replaces nothing", "[audit]") {
  Rule rule{"r", {}, "critical", {{0, 0, {{only("s")}}}}};
  rule.settles = true;
  CHECK(beside_inference(rule) == Lines{"i+s drug-drug moderate INF-E-t"});
}

TEST_CASE("a settled pair leaves other pairs of the same template alone", "[audit]") {
  Knowledge knowledge;
  add_inference(knowledge);
  knowledge.drug("j");
  knowledge.has_role("j", "E", "inhibitor", 3);
  knowledge.rule({"r", {drug_term("s"), drug_term("i")}});
  CHECK(knowledge.findings() == Lines{"i+s drug-drug major r", "j+s drug-drug moderate INF-E-t"});
}

TEST_CASE("explicit rules never replace each other", "[audit]") {
  Knowledge knowledge;
  knowledge.drug("x");
  knowledge.drug("y");
  knowledge.rule({"mild", {drug_term("x"), drug_term("y")}, "minor"});
  knowledge.rule({"severe", {drug_term("y"), drug_term("x")}, "critical", {}, false, true});
  CHECK(knowledge.findings() == Lines{"x+y drug-drug minor mild", "x+y drug-drug critical severe"});
}

TEST_CASE("local and firing rows replace inferred ones of their own kind only", "[audit]") {
  CHECK(beside_inference({"r", {}, "minor"}, "topical") == Lines{"i+s route minor r"});

  Knowledge firing_beside_local;
  add_inference(firing_beside_local, "topical");
  const Term anywhere{{{only("i")}}, {{"exposure", "any"}}};
  firing_beside_local.rule({"r", {drug_term("s"), anywhere}, "critical", {}, false, true});
  CHECK(firing_beside_local.findings() == Lines{"i+s drug-drug critical r", "i+s route minor INF-E-t"});
}

TEST_CASE("rows are sorted by the bytes of both names, then by type, severity and rule", "[audit]") {
  Knowledge knowledge;
  for (const auto* name : {"a", "B", "é"}) {
    knowledge.drug(name);
    knowledge.member(name, "all");
  }
  const Term any{{{in_class("all")}}};
  knowledge.rule({"one", {any, any}});
  knowledge.rule({"two", {any, any}, "minor"});
  knowledge.rule({"a timing", {any, any}, "minor", {}, false, false, "timing"});
  CHECK(knowledge.findings() == Lines{"B+a drug-drug minor two", "B+a drug-drug major one", "B+a timing minor a timing",
                                      "B+é drug-drug minor two", "B+é drug-drug major one", "B+é timing minor a timing",
                                      "a+é drug-drug minor two", "a+é drug-drug major one",
                                      "a+é timing minor a timing"});
}

TEST_CASE("asking for some ingredients gives the rows of all pairs that are among them", "[audit]") {
  Knowledge knowledge;
  for (const auto* name : {"x", "y", "z"}) {
    knowledge.drug(name);
    knowledge.member(name, "all");
  }
  knowledge.rule({"r", {{{{in_class("all")}}}, {{{in_class("all")}}}}});
  auto oracle = PairOracle::open(knowledge.path());
  REQUIRE(oracle);
  const auto all = oracle->all_pairs();
  REQUIRE(all);
  CHECK(all->size() == 3);

  const auto some = oracle->pairs_of({"z", "x", "z"});
  REQUIRE(some);
  CHECK(*some == std::vector<OracleRow>{{"x", "z", "drug-drug", Severity::major, "r"}});
  CHECK(oracle->pairs_of({"x"})->empty());
  CHECK(oracle->pairs_of({})->empty());
  CHECK(*oracle->all_pairs() == *all);
}

TEST_CASE("an ingredient that does not exist is an error and leaves the oracle usable", "[audit]") {
  Knowledge knowledge;
  knowledge.drug("x");
  knowledge.drug("y");
  knowledge.rule({"r", {drug_term("x"), drug_term("y")}});
  auto oracle = PairOracle::open(knowledge.path());
  REQUIRE(oracle);
  const auto rows = oracle->pairs_of({"x", "X"});
  REQUIRE_FALSE(rows);
  CHECK(rows.error().code == ErrorCode::not_found);
  CHECK(oracle->pairs_of({"x", "y"})->size() == 1);
}

TEST_CASE("the oracle needs nothing that the compiler wrote", "[audit]") {
  Knowledge knowledge;
  add_inference(knowledge);
  knowledge.sql("DROP TABLE compiled");
  knowledge.sql("DROP TABLE meta");
  CHECK(knowledge.findings() == Lines{"i+s drug-drug moderate INF-E-t"});
}

TEST_CASE("the oracle leaves the file as it was", "[audit]") {
  Knowledge knowledge;
  add_inference(knowledge);
  const auto bytes = [&] {
    std::ifstream file(knowledge.path(), std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), {});
  };
  const auto before = bytes();
  CHECK(knowledge.findings().size() == 1);
  CHECK(bytes() == before);
}

TEST_CASE("a predicate the oracle cannot read is an error, not a guess", "[audit]") {
  Knowledge knowledge;
  knowledge.drug("x");
  knowledge.drug("y");
  knowledge.rule({"r", {drug_term("x", {{"exposure", "inhaled"}}), drug_term("y")}});
  auto oracle = PairOracle::open(knowledge.path());
  REQUIRE(oracle);
  const auto rows = oracle->all_pairs();
  REQUIRE_FALSE(rows);
  CHECK(rows.error().code == ErrorCode::knowledge_unavailable);
  CHECK(rows.error().message == "pair oracle: cannot read the predicate exposure=inhaled");
}

TEST_CASE("a file that is missing or no knowledge base does not open", "[audit]") {
  CHECK(PairOracle::open("/nonexistent/knowledge.db").error().code == ErrorCode::knowledge_unavailable);
  const std::filesystem::path source = std::filesystem::path(GUARDIAN_SOURCE_DIR) / "knowledge" / "schema.sql";
  CHECK(PairOracle::open(source).error().code == ErrorCode::knowledge_unavailable);
}
