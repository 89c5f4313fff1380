#include "knowledge/matcher.hpp"

#include <algorithm>

#include <catch2/catch.hpp>

#include "knowledge/fact_slots.hpp"
#include "tests/knowledge/small_knowledge.hpp"

using namespace guardian;
using namespace guardian::knowledge;
using guardian::tests::RuleRow;
using guardian::tests::SmallKnowledge;

namespace {

using Lines = std::vector<std::string>;
const Lines nothing;

RuleRow pair_rule(std::string terms, std::string severity = "major") {
  return {"R", std::move(severity), std::move(terms)};
}
RuleRow set_rule(std::string terms, std::string severity = "major") {
  return {"R", std::move(severity), std::move(terms), "cumulative"};
}

}  // namespace

// ---- what a rule of two medicines asks for ----

TEST_CASE("a rule between two ingredients fires for these two and no others", "[knowledge][matcher]") {
  SmallKnowledge small({pair_rule("object = simvastatin ; precipitant = amlodipine")});
  CHECK(small.findings(small.drugs({"simvastatin", "amlodipine"})) ==
        Lines{"major drug-drug amlodipine+simvastatin: R"});
  CHECK(small.findings(small.drugs({"simvastatin", "warfarin"})) == nothing);
  CHECK(small.findings(small.drugs({"simvastatin"})) == nothing);
  CHECK(small.findings(small.drugs({"simvastatin", "simvastatin"})) == nothing);
  CHECK(small.findings({}) == nothing);
}

TEST_CASE("a rule between classes fires through two levels of the hierarchy", "[knowledge][matcher]") {
  SmallKnowledge small({pair_rule("a = class:antidepressant ; b = class:nsaid")});
  CHECK(small.findings(small.drugs({"fluoxetine", "ibuprofen"})) == Lines{"major drug-drug fluoxetine+ibuprofen: R"});
  CHECK(small.findings(small.drugs({"phenelzine", "aspirin"})) == Lines{"major drug-drug aspirin+phenelzine: R"});
  CHECK(small.findings(small.drugs({"fluoxetine", "citalopram"})) == nothing);
  CHECK(small.findings(small.drugs({"aspirin", "ibuprofen"})) == nothing);
}

TEST_CASE("a rule within one class fires for two different members", "[knowledge][matcher]") {
  SmallKnowledge small({pair_rule("a = class:ssri ; b = class:ssri")});
  CHECK(small.findings(small.drugs({"fluoxetine", "citalopram"})) == Lines{"major drug-drug citalopram+fluoxetine: R"});
  CHECK(small.findings(small.drugs({"fluoxetine", "fluoxetine"})) == nothing);
}

TEST_CASE("a role in a rule is a threshold", "[knowledge][matcher]") {
  struct Row {
    const char* strength;
    Lines fires;
  };
  const auto row = GENERATE(values<Row>({{"strong", {"ketoconazole"}},
                                         {"moderate", {"erythromycin", "ketoconazole"}},
                                         {"weak", {"amiodarone", "erythromycin", "ketoconazole"}}}));
  CAPTURE(row.strength);
  SmallKnowledge small(
      {pair_rule("object = simvastatin ; precipitant = role:CYP3A4 inhibitor " + std::string(row.strength))});
  Lines fired;
  for (const char* drug : {"amiodarone", "erythromycin", "ketoconazole", "warfarin"}) {
    if (!small.findings(small.drugs({"simvastatin", drug})).empty()) fired.emplace_back(drug);
  }
  CHECK(fired == row.fires);
}

TEST_CASE("the sensitivity of a substrate in a rule is a threshold", "[knowledge][matcher]") {
  SmallKnowledge sensitive({pair_rule("object = role:CYP3A4 substrate sensitive ; precipitant = ketoconazole")});
  CHECK(sensitive.findings(sensitive.drugs({"simvastatin", "ketoconazole"})).size() == 1);
  CHECK(sensitive.findings(sensitive.drugs({"amlodipine", "ketoconazole"})) == nothing);
  SmallKnowledge moderate({pair_rule("object = role:CYP3A4 substrate moderate ; precipitant = ketoconazole")});
  CHECK(moderate.findings(moderate.drugs({"simvastatin", "ketoconazole"})).size() == 1);
  CHECK(moderate.findings(moderate.drugs({"amlodipine", "ketoconazole"})).size() == 1);
}

TEST_CASE("an effect in a rule is a threshold in one direction", "[knowledge][matcher]") {
  SmallKnowledge qt({pair_rule("a = effect:qt+2 ; b = effect:qt+2")});
  CHECK(qt.findings(qt.drugs({"amiodarone", "ondansetron"})).size() == 1);
  CHECK(qt.findings(qt.drugs({"amiodarone", "fluoxetine"})) == nothing);
  SmallKnowledge potassium({pair_rule("a = effect:potassium+1 ; b = effect:potassium+2")});
  CHECK(potassium.findings(potassium.drugs({"lisinopril", "spironolactone"})).size() == 1);
  CHECK(potassium.findings(potassium.drugs({"lisinopril", "furosemide"})) == nothing);
  SmallKnowledge opposite({pair_rule("a = effect:potassium-1 ; b = effect:potassium+2")});
  CHECK(opposite.findings(opposite.drugs({"lisinopril", "furosemide"})).size() == 1);
  CHECK(opposite.findings(opposite.drugs({"lisinopril", "spironolactone"})) == nothing);
}

TEST_CASE("an alternative of several concepts wants all of them from one drug", "[knowledge][matcher]") {
  SmallKnowledge small(
      {pair_rule("object = warfarin ; precipitant = role:CYP3A4 inhibitor moderate & role:P-gp inhibitor weak")});
  CHECK(small.findings(small.drugs({"warfarin", "ketoconazole"})).size() == 1);
  CHECK(small.findings(small.drugs({"warfarin", "erythromycin"})) == nothing);
}

TEST_CASE("any alternative of a term is enough", "[knowledge][matcher]") {
  SmallKnowledge small(
      {pair_rule("object = warfarin | class:ssri ; precipitant = aspirin | class:maoi & phenelzine | lisinopril")});
  for (const auto& drugs :
       {Lines{"warfarin", "aspirin"}, Lines{"citalopram", "phenelzine"}, Lines{"warfarin", "lisinopril"}}) {
    CAPTURE(drugs);
    CHECK(small.findings(small.drugs(drugs)).size() == 1);
  }
  CHECK(small.findings(small.drugs({"warfarin", "citalopram"})) == nothing);
}

TEST_CASE("a rule fires whichever of the two drugs comes first by name", "[knowledge][matcher]") {
  SmallKnowledge small({{"R1", "major", "object = amlodipine ; precipitant = simvastatin"},
                        {"R2", "minor", "object = simvastatin ; precipitant = amlodipine"}});
  const auto facts = small.drugs({"simvastatin", "amlodipine"});
  CHECK(small.findings(facts) == Lines{"major drug-drug amlodipine+simvastatin: R1,R2"});
  const MatchResult& result = small.matcher().match(facts);
  REQUIRE(result.rules.size() == 2);
  CHECK(result.rules[0].first_fact == 1);
  CHECK(result.rules[0].second_fact == 0);
  CHECK(result.rules[1].first_fact == 0);
  CHECK(result.rules[1].second_fact == 1);
}

TEST_CASE("a rule that two drugs can fill either way fires once", "[knowledge][matcher]") {
  SmallKnowledge small({pair_rule("a = effect:qt+3 ; b = effect:qt+3")});
  CHECK(small.findings(small.drugs({"amiodarone", "citalopram"})) == Lines{"major drug-drug amiodarone+citalopram: R"});
}

TEST_CASE("a rule that two drugs can fill either way fires in the way that its predicates allow",
          "[knowledge][matcher]") {
  SmallKnowledge small({pair_rule("a = effect:qt+3 {dose>20 mg/day ?ignore} ; b = effect:qt+3")});
  CHECK(small.findings({small.dosed("amiodarone", 10), small.dosed("citalopram", 40)}).size() == 1);
  CHECK(small.findings({small.dosed("amiodarone", 200), small.dosed("citalopram", 10)}).size() == 1);
  CHECK(small.findings({small.dosed("amiodarone", 10), small.dosed("citalopram", 10)}) == nothing);
}

// ---- routes and exposures ----

TEST_CASE("a drug applied locally gives a minor finding of type route", "[knowledge][matcher]") {
  SmallKnowledge small({{"R", "critical", "object = warfarin ; precipitant = ketoconazole", "drug-drug", "yes"}});
  CHECK(small.findings(small.drugs({"warfarin", "ketoconazole"})) ==
        Lines{"critical drug-drug ketoconazole+warfarin: R"});
  const std::vector<DrugFact> topical{small.drug("warfarin"), small.by("topical", "ketoconazole")};
  CHECK(small.findings(topical) == Lines{"minor route ketoconazole+warfarin: R"});
  CHECK_FALSE(small.matcher().match(topical).findings.front().contraindication);
  CHECK(small.notes(topical) == Lines{"local of ketoconazole"});
}

TEST_CASE("an exposure of one ingredient goes before that of its route", "[knowledge][matcher]") {
  auto tables = tests::small_tables({pair_rule("object = warfarin ; precipitant = ketoconazole | amiodarone")});
  tables["exposures"] = "ketoconazole\ttopical\tsystemic\tref\t\nketoconazole\toral\tnone\tref\t";
  SmallKnowledge small = SmallKnowledge::of(tables);
  CHECK(small.findings({small.drug("warfarin"), small.by("topical", "ketoconazole")}).front() ==
        "major drug-drug ketoconazole+warfarin: R");
  CHECK(small.findings({small.drug("warfarin"), small.by("oral", "ketoconazole")}).front() ==
        "minor route ketoconazole+warfarin: R");
  CHECK(small.findings({small.drug("warfarin"), small.by("topical", "amiodarone")}).front() ==
        "minor route amiodarone+warfarin: R");
}

TEST_CASE("a route that is not stated counts as systemic", "[knowledge][matcher]") {
  SmallKnowledge small({pair_rule("object = warfarin ; precipitant = ketoconazole")});
  CHECK(small.drug("ketoconazole").route == 0);
  CHECK(small.drug("ketoconazole").exposure == core::Exposure::systemic);
  CHECK(small.findings(small.drugs({"warfarin", "ketoconazole"})).front() ==
        "major drug-drug ketoconazole+warfarin: R");
}

TEST_CASE("a term for any exposure fires for every route", "[knowledge][matcher]") {
  SmallKnowledge small({pair_rule("object = warfarin ; precipitant = ketoconazole {exposure=any}")});
  for (const char* route : {"oral", "topical", "vaginal", "iv"}) {
    CAPTURE(route);
    CHECK(small.findings({small.drug("warfarin"), small.by(route, "ketoconazole")}) ==
          Lines{"major drug-drug ketoconazole+warfarin: R"});
  }
}

TEST_CASE("a term for local exposure fires for local routes alone and gives no route finding", "[knowledge][matcher]") {
  SmallKnowledge small({pair_rule("object = warfarin ; precipitant = ketoconazole {exposure=local}", "moderate")});
  CHECK(small.findings({small.drug("warfarin"), small.by("vaginal", "ketoconazole")}) ==
        Lines{"moderate drug-drug ketoconazole+warfarin: R"});
  CHECK(small.findings({small.drug("warfarin"), small.by("oral", "ketoconazole")}) == nothing);
}

TEST_CASE("a local rule stands beside the route finding of a systemic one", "[knowledge][matcher]") {
  SmallKnowledge small({{"R1", "critical", "object = warfarin ; precipitant = ketoconazole"},
                        {"R2", "moderate", "object = warfarin ; precipitant = ketoconazole {exposure=local}"}});
  CHECK(small.findings({small.drug("warfarin"), small.by("vaginal", "ketoconazole")}) ==
        Lines{"moderate drug-drug ketoconazole+warfarin: R2", "minor route ketoconazole+warfarin: R1"});
}

TEST_CASE("a route predicate is true, false or unknown", "[knowledge][matcher]") {
  struct Row {
    const char* unknown;
    bool fires;
    bool asks;
  };
  const auto row = GENERATE(values<Row>({{"", true, false}, {" ?ask", false, true}, {" ?ignore", false, false}}));
  CAPTURE(row.unknown);
  SmallKnowledge small({pair_rule("object = warfarin ; precipitant = ketoconazole {route=oral|buccal" +
                                  std::string(row.unknown) + "}")});
  CHECK(small.findings({small.drug("warfarin"), small.by("buccal", "ketoconazole")}).size() == 1);
  CHECK(small.findings({small.drug("warfarin"), small.by("iv", "ketoconazole")}) == nothing);
  const auto unknown = small.drugs({"warfarin", "ketoconazole"});
  CHECK(small.findings(unknown).size() == (row.fires ? 1U : 0U));
  CHECK(small.unevaluated(unknown) == (row.asks ? Lines{"R route of ketoconazole"} : nothing));
  CHECK(small.notes(unknown) == (row.fires ? Lines{"unknown route of ketoconazole"} : nothing));
}

TEST_CASE("a route that a rule does not name gives no route finding", "[knowledge][matcher]") {
  SmallKnowledge small({pair_rule("object = warfarin ; precipitant = ketoconazole {route=oral}")});
  CHECK(small.findings({small.drug("warfarin"), small.by("topical", "ketoconazole")}) == nothing);
}

TEST_CASE("what is said of a route holds for each way of giving by it, and not the other way round",
          "[knowledge][matcher]") {
  auto tables = tests::small_tables({pair_rule("object = warfarin ; precipitant = ketoconazole {route=iv}"),
                                     {"S", "major", "object = warfarin ; precipitant = amiodarone {route=iv push}"}});
  tables["routes"] = "iv\tsystemic\niv push\tsystemic\noral\tsystemic\ntopical\tlocal";
  tables["exposures"] = "ketoconazole\tiv\tlocal\tref\t";
  SmallKnowledge small = SmallKnowledge::of(tables);
  const auto found = [&](const char* route, const char* drug) {
    return small.findings({small.drug("warfarin"), small.by(route, drug)});
  };
  CHECK(found("iv", "ketoconazole") == Lines{"minor route ketoconazole+warfarin: R"});
  CHECK(found("iv push", "ketoconazole") == found("iv", "ketoconazole"));
  CHECK(found("oral", "ketoconazole") == nothing);
  CHECK(found("iv push", "amiodarone") == Lines{"major drug-drug amiodarone+warfarin: S"});
  CHECK(found("iv", "amiodarone") == nothing);
}

// ---- doses and durations ----

TEST_CASE("a dose is compared with the limit of the rule", "[knowledge][matcher]") {
  struct Row {
    const char* predicate;
    double daily_mg;
    bool fires;
  };
  const auto row = GENERATE(values<Row>({{"dose>20 mg/day", 20.0, false},
                                         {"dose>20 mg/day", 20.5, true},
                                         {"dose>=20 mg/day", 20.0, true},
                                         {"dose>=20 mg/day", 19.9, false},
                                         {"dose<20 mg/day", 20.0, false},
                                         {"dose<20 mg/day", 10.0, true},
                                         {"dose<=20 mg/day", 20.0, true},
                                         {"dose<=20 mg/day", 21.0, false},
                                         {"dose>0.02 g/day", 21.0, true},
                                         {"dose>0.02 g/day", 19.0, false},
                                         {"dose>70 mg/week", 11.0, true},
                                         {"dose>70 mg/week", 9.0, false}}));
  CAPTURE(row.predicate, row.daily_mg);
  SmallKnowledge small(
      {pair_rule("object = simvastatin {" + std::string(row.predicate) + "} ; precipitant = amlodipine")});
  CHECK(small.findings({small.dosed("simvastatin", row.daily_mg), small.drug("amlodipine")}).size() ==
        (row.fires ? 1U : 0U));
}

TEST_CASE("a dose or duration that is not stated fires, asks or is ignored as the rule says", "[knowledge][matcher]") {
  struct Row {
    const char* predicate;
    const char* wanted;
    std::size_t findings;
    bool asks;
  };
  const auto row = GENERATE(values<Row>({{"dose>20 mg/day", "dose", 1, false},
                                         {"dose>20 mg/day ?fire", "dose", 1, false},
                                         {"dose>20 mg/day ?ask", "dose", 0, true},
                                         {"dose>20 mg/day ?ignore", "dose", 0, false},
                                         {"duration>3 d", "duration", 1, false},
                                         {"duration>3 d ?ask", "duration", 0, true},
                                         {"duration>3 d ?ignore", "duration", 0, false}}));
  CAPTURE(row.predicate);
  SmallKnowledge small(
      {pair_rule("object = simvastatin {" + std::string(row.predicate) + "} ; precipitant = amlodipine")});
  const auto facts = small.drugs({"simvastatin", "amlodipine"});
  CHECK(small.findings(facts).size() == row.findings);
  CHECK(small.unevaluated(facts) == (row.asks ? Lines{"R " + std::string(row.wanted) + " of simvastatin"} : nothing));
  CHECK(small.notes(facts) ==
        (row.findings > 0 ? Lines{"unknown " + std::string(row.wanted) + " of simvastatin"} : nothing));
}

TEST_CASE("a duration is compared with the limit of the rule", "[knowledge][matcher]") {
  SmallKnowledge small({pair_rule("object = simvastatin {duration>3 d} ; precipitant = amlodipine")});
  CHECK(small.findings({small.lasting("simvastatin", 4), small.drug("amlodipine")}).size() == 1);
  CHECK(small.findings({small.lasting("simvastatin", 3), small.drug("amlodipine")}) == nothing);
}

TEST_CASE("all predicates of a term must hold", "[knowledge][matcher]") {
  SmallKnowledge small({pair_rule("object = simvastatin {dose>20 mg/day, route=oral} ; precipitant = amlodipine")});
  CHECK(small.findings({small.dosed("simvastatin", 40), small.drug("amlodipine")}).size() == 1);
  CHECK(small.findings({small.dosed("simvastatin", 10), small.drug("amlodipine")}) == nothing);
  DrugFact elsewhere = small.by("iv", "simvastatin");
  elsewhere.daily_mg = 40;
  CHECK(small.findings({elsewhere, small.drug("amlodipine")}) == nothing);
}

TEST_CASE("a rule that is false by one predicate does not ask for another", "[knowledge][matcher]") {
  SmallKnowledge small({pair_rule("object = simvastatin {dose>20 mg/day ?ask} ; precipitant = amlodipine {route=iv}")});
  const auto facts = small.drugs({"simvastatin", "amlodipine"});
  CHECK(small.findings(facts) == nothing);
  CHECK(small.unevaluated(facts) == nothing);
}

// ---- exceptions ----

TEST_CASE("an exception on a term vetoes the rule for the drugs that it names", "[knowledge][matcher]") {
  SmallKnowledge small({pair_rule("object = warfarin ; precipitant = class:nsaid")},
                       {{"R", "", "precipitant", "aspirin"}});
  CHECK(small.findings(small.drugs({"warfarin", "aspirin"})) == nothing);
  CHECK(small.vetoes(small.drugs({"warfarin", "aspirin"})) == Lines{"R"});
  CHECK(small.findings(small.drugs({"warfarin", "ibuprofen"})).size() == 1);
  CHECK(small.findings(small.drugs({"warfarin", "aspirin", "ibuprofen"})) ==
        Lines{"major drug-drug ibuprofen+warfarin: R"});
}

TEST_CASE("an exception on a predicate vetoes only when it is known to hold", "[knowledge][matcher]") {
  SmallKnowledge small({pair_rule("object = warfarin ; precipitant = class:nsaid")},
                       {{"R", "", "precipitant", "aspirin", "dose<=100 mg/day"}});
  CHECK(small.findings({small.drug("warfarin"), small.dosed("aspirin", 75)}) == nothing);
  CHECK(small.findings({small.drug("warfarin"), small.dosed("aspirin", 500)}).size() == 1);
  CHECK(small.findings({small.drug("warfarin"), small.drug("aspirin")}).size() == 1);
}

TEST_CASE("an unknown exception never vetoes, whatever it says of the unknown", "[knowledge][matcher]") {
  for (const char* unknown : {"", " ?fire", " ?ask", " ?ignore"}) {
    CAPTURE(unknown);
    SmallKnowledge small({pair_rule("object = warfarin ; precipitant = class:nsaid")},
                         {{"R", "", "precipitant", "", "route=topical" + std::string(unknown)}});
    CHECK(small.findings(small.drugs({"warfarin", "ibuprofen"})).size() == 1);
    CHECK(small.unevaluated(small.drugs({"warfarin", "ibuprofen"})) == nothing);
  }
}

TEST_CASE("an exception on the case vetoes when a further medicine holds", "[knowledge][matcher]") {
  SmallKnowledge small({pair_rule("object = warfarin ; precipitant = class:nsaid")},
                       {{"R", "", "case", "lisinopril | class:nsaid"}});
  CHECK(small.findings(small.drugs({"warfarin", "ibuprofen"})).size() == 1);
  CHECK(small.findings(small.drugs({"warfarin", "ibuprofen", "lisinopril"})) == nothing);
  CHECK(small.findings(small.drugs({"warfarin", "ibuprofen", "aspirin"})) == nothing);
  CHECK(small.findings({small.drug("warfarin"), small.drug("ibuprofen"), small.stopped("lisinopril", 0)}).size() == 1);
  CHECK(small.findings({small.drug("warfarin"), small.drug("ibuprofen"), small.by("topical", "lisinopril")}).size() ==
        1);
  CHECK(small.findings({small.drug("warfarin"), small.drug("ibuprofen"), small.drug("ibuprofen")}).size() == 1);
}

// ---- modifiers ----

TEST_CASE("a modifier that holds moves the severity by one step", "[knowledge][matcher]") {
  struct Row {
    const char* severity;
    const char* step;
    const char* moved;
  };
  const auto row = GENERATE(values<Row>({{"minor", "+1", "moderate"},
                                         {"major", "+1", "critical"},
                                         {"critical", "+1", "critical"},
                                         {"major", "-1", "moderate"},
                                         {"critical", "-1", "major"},
                                         {"minor", "-1", "minor"}}));
  CAPTURE(row.severity, row.step);
  SmallKnowledge small({pair_rule("object = warfarin ; precipitant = class:nsaid", row.severity)},
                       {{"R", row.step, "precipitant", "aspirin"}});
  CHECK(small.findings(small.drugs({"warfarin", "aspirin"})) ==
        Lines{std::string(row.moved) + " drug-drug aspirin+warfarin: R"});
  CHECK(small.findings(small.drugs({"warfarin", "ibuprofen"})) ==
        Lines{std::string(row.severity) + " drug-drug ibuprofen+warfarin: R"});
  const bool moved = std::string_view(row.severity) != row.moved;
  CHECK(small.notes(small.drugs({"warfarin", "aspirin"})).size() == (moved ? 1U : 0U));
}

TEST_CASE("no modifier lowers a contraindication", "[knowledge][matcher]") {
  RuleRow rule = pair_rule("object = warfarin ; precipitant = class:nsaid", "critical");
  rule.contraindication = "yes";
  SmallKnowledge small({rule}, {{"R", "-1", "precipitant", "aspirin"}, {"R", "-1", "case", "lisinopril"}});
  const auto facts = small.drugs({"warfarin", "aspirin", "lisinopril"});
  CHECK(small.findings(facts) == Lines{"critical drug-drug aspirin+warfarin: R"});
  CHECK(small.matcher().match(facts).findings.front().contraindication);
}

TEST_CASE("a modifier can raise a contraindication", "[knowledge][matcher]") {
  RuleRow rule = pair_rule("object = warfarin ; precipitant = class:nsaid", "major");
  rule.contraindication = "yes";
  SmallKnowledge small({rule}, {{"R", "+1", "precipitant", "aspirin"}});
  CHECK(small.findings(small.drugs({"warfarin", "aspirin"})) == Lines{"critical drug-drug aspirin+warfarin: R"});
}

TEST_CASE("a reason for care is never cancelled by one for ease, and steps do not add up", "[knowledge][matcher]") {
  SmallKnowledge both({pair_rule("object = warfarin ; precipitant = class:nsaid", "moderate")},
                      {{"R", "+1", "precipitant", "aspirin"}, {"R", "-1", "object", "warfarin"}});
  CHECK(both.findings(both.drugs({"warfarin", "aspirin"})).front() == "major drug-drug aspirin+warfarin: R");
  CHECK(both.findings(both.drugs({"warfarin", "ibuprofen"})).front() == "minor drug-drug ibuprofen+warfarin: R");
  SmallKnowledge twice({pair_rule("object = warfarin ; precipitant = class:nsaid", "moderate")},
                       {{"R", "+1", "precipitant", "aspirin"}, {"R", "+1", "object", "warfarin"}});
  CHECK(twice.findings(twice.drugs({"warfarin", "aspirin"})).front() == "major drug-drug aspirin+warfarin: R");
}

TEST_CASE("an unknown modifier never moves the severity", "[knowledge][matcher]") {
  for (const char* step : {"+1", "-1"}) {
    CAPTURE(step);
    SmallKnowledge small({pair_rule("object = warfarin ; precipitant = class:nsaid")},
                         {{"R", step, "precipitant", "", "dose>2400 mg/day"}});
    CHECK(small.findings(small.drugs({"warfarin", "ibuprofen"})).front() == "major drug-drug ibuprofen+warfarin: R");
    CHECK(small.findings({small.drug("warfarin"), small.dosed("ibuprofen", 3200)}).front() ==
          std::string(step[0] == '+' ? "critical" : "moderate") + " drug-drug ibuprofen+warfarin: R");
  }
}

TEST_CASE("a modifier on the case looks at further medicines only", "[knowledge][matcher]") {
  SmallKnowledge small({pair_rule("object = warfarin ; precipitant = class:nsaid", "moderate")},
                       {{"R", "+1", "case", "class:nsaid"}});
  CHECK(small.findings(small.drugs({"warfarin", "ibuprofen"})).front() == "moderate drug-drug ibuprofen+warfarin: R");
  CHECK(small.findings(small.drugs({"warfarin", "ibuprofen", "aspirin"})) ==
        Lines{"major drug-drug aspirin+warfarin: R", "major drug-drug ibuprofen+warfarin: R"});
}

TEST_CASE("an exception that holds outweighs every modifier", "[knowledge][matcher]") {
  SmallKnowledge small({pair_rule("object = warfarin ; precipitant = class:nsaid")},
                       {{"R", "", "precipitant", "aspirin"}, {"R", "+1", "precipitant", "aspirin"}});
  CHECK(small.findings(small.drugs({"warfarin", "aspirin"})) == nothing);
}

// A route finding is minor because it is local, not because a modifier lowered it.
TEST_CASE("a route finding does not speak of modifiers", "[knowledge][matcher]") {
  SmallKnowledge small({pair_rule("object = warfarin ; precipitant = class:nsaid")},
                       {{"R", "-1", "object", "warfarin"}});
  CHECK(small.notes({small.drug("warfarin"), small.by("topical", "ibuprofen")}) == Lines{"local of ibuprofen"});
}

// ---- inferred rules ----

TEST_CASE("a template fires for every pair of its roles", "[knowledge][matcher]") {
  SmallKnowledge small({}, {}, {{"inh", "major", "moderate", "sensitive"}});
  CHECK(small.findings(small.drugs({"simvastatin", "erythromycin"})) ==
        Lines{"major drug-drug erythromycin+simvastatin: INF-CYP3A4-inh"});
  CHECK(small.matcher().match(small.drugs({"simvastatin", "erythromycin"})).findings.front().inferred);
  CHECK(small.findings(small.drugs({"simvastatin", "ketoconazole"})).size() == 1);
  CHECK(small.findings(small.drugs({"simvastatin", "amiodarone"})) == nothing);
  CHECK(small.findings(small.drugs({"amlodipine", "ketoconazole"})) == nothing);
}

TEST_CASE("a template for narrow index asks for the class", "[knowledge][matcher]") {
  SmallKnowledge small({}, {}, {{"narrow", "major", "strong", "sensitive", "yes"}});
  CHECK(small.findings(small.drugs({"tacrolimus", "ketoconazole"})).size() == 1);
  CHECK(small.findings(small.drugs({"simvastatin", "ketoconazole"})) == nothing);
}

TEST_CASE("an inferred rule gives way to an explicit one that is at least as severe", "[knowledge][matcher]") {
  for (const char* severity : {"major", "critical"}) {
    CAPTURE(severity);
    SmallKnowledge small({pair_rule("object = simvastatin ; precipitant = ketoconazole", severity)}, {},
                         {{"inh", "major"}});
    CHECK(small.findings(small.drugs({"simvastatin", "ketoconazole"})) ==
          Lines{std::string(severity) + " drug-drug ketoconazole+simvastatin: R"});
  }
}

TEST_CASE("a milder explicit rule hides an inferred one only when it says that it settles the pair",
          "[knowledge][matcher]") {
  RuleRow rule = pair_rule("object = simvastatin ; precipitant = ketoconazole", "moderate");
  SmallKnowledge silent({rule}, {}, {{"inh", "major"}});
  CHECK(silent.findings(silent.drugs({"simvastatin", "ketoconazole"})) ==
        Lines{"major drug-drug ketoconazole+simvastatin: R,INF-CYP3A4-inh"});
  CHECK_FALSE(silent.matcher().match(silent.drugs({"simvastatin", "ketoconazole"})).findings.front().inferred);
  rule.settles = "yes";
  SmallKnowledge settled({rule}, {}, {{"inh", "major"}});
  CHECK(settled.findings(settled.drugs({"simvastatin", "ketoconazole"})) ==
        Lines{"moderate drug-drug ketoconazole+simvastatin: R"});
  CHECK(settled.findings(settled.drugs({"tacrolimus", "ketoconazole"})).size() == 1);
}

TEST_CASE("an explicit rule never hides another explicit one", "[knowledge][matcher]") {
  SmallKnowledge small({{"R1", "minor", "object = simvastatin ; precipitant = ketoconazole", "drug-drug", "", "yes"},
                        {"R2", "critical", "object = simvastatin ; precipitant = role:CYP3A4 inhibitor strong"}});
  CHECK(small.findings(small.drugs({"simvastatin", "ketoconazole"})) ==
        Lines{"critical drug-drug ketoconazole+simvastatin: R1,R2"});
}

TEST_CASE("an explicit rule that is vetoed or false leaves the inferred one", "[knowledge][matcher]") {
  SmallKnowledge vetoed({pair_rule("object = simvastatin ; precipitant = ketoconazole", "critical")},
                        {{"R", "", "precipitant", "ketoconazole"}}, {{"inh", "major"}});
  CHECK(vetoed.findings(vetoed.drugs({"simvastatin", "ketoconazole"})) ==
        Lines{"major drug-drug ketoconazole+simvastatin: INF-CYP3A4-inh"});
  SmallKnowledge by_dose({pair_rule("object = simvastatin {dose>20 mg/day} ; precipitant = ketoconazole", "critical")},
                         {}, {{"inh", "major"}});
  CHECK(by_dose.findings({by_dose.dosed("simvastatin", 10), by_dose.drug("ketoconazole")}) ==
        Lines{"major drug-drug ketoconazole+simvastatin: INF-CYP3A4-inh"});
}

TEST_CASE("a route finding of an explicit rule does not hide an inferred rule that fires", "[knowledge][matcher]") {
  SmallKnowledge small({pair_rule("object = simvastatin ; precipitant = ketoconazole", "critical")}, {},
                       {{"inh", "major"}});
  CHECK(small.findings({small.drug("simvastatin"), small.by("topical", "ketoconazole")}) ==
        Lines{"minor route ketoconazole+simvastatin: R"});
}

// ---- several facts of one ingredient ----

TEST_CASE("of a drug given both topically and by mouth the systemic one counts", "[knowledge][matcher]") {
  SmallKnowledge small({pair_rule("object = warfarin ; precipitant = ketoconazole")});
  const auto topical = small.by("topical", "ketoconazole");
  const auto oral = small.by("oral", "ketoconazole");
  for (const auto& facts : {std::vector<DrugFact>{topical, oral, small.drug("warfarin")},
                            std::vector<DrugFact>{oral, small.drug("warfarin"), topical}}) {
    CHECK(small.findings(facts) == Lines{"major drug-drug ketoconazole+warfarin: R"});
    CHECK(small.notes(facts) == nothing);
    CHECK(small.matcher().match(facts).distinct_ingredients == 2);
    CHECK(small.matcher().match(facts).pairs == 1);
  }
}

TEST_CASE("the doses of one ingredient add up over its medicines, and one stated twice is one",
          "[knowledge][matcher]") {
  SmallKnowledge small({pair_rule("object = simvastatin {dose>20 mg/day} ; precipitant = amlodipine")});
  const auto amlodipine = small.drug("amlodipine");
  CHECK(small.findings({small.dosed("simvastatin", 15), amlodipine}) == nothing);
  CHECK(small.findings({small.dosed("simvastatin", 15), small.dosed("simvastatin", 15), amlodipine}) == nothing);
  CHECK(small.findings({small.dosed("simvastatin", 15), small.dosed("simvastatin", 10), amlodipine}).size() == 1);
  auto combined = small.dosed("simvastatin", 15);
  combined.fixed_product = true;
  CHECK(small.findings({small.dosed("simvastatin", 15), combined, amlodipine}).size() == 1);
  // An unknown dose makes the sum unknown, and what is not known fires.
  CHECK(small.findings({small.dosed("simvastatin", 10), small.drug("simvastatin"), amlodipine}).size() == 1);
}

TEST_CASE("of several facts of one ingredient the most severe counts", "[knowledge][matcher]") {
  SmallKnowledge small({pair_rule("object = simvastatin {dose>20 mg/day} ; precipitant = amlodipine")},
                       {{"R", "+1", "object", "", "dose>=80 mg/day"}});
  CHECK(small.findings({small.dosed("simvastatin", 10), small.drug("amlodipine"), small.dosed("simvastatin", 40)})
            .front() == "major drug-drug amlodipine+simvastatin: R");
  CHECK(small.findings({small.dosed("simvastatin", 40), small.drug("amlodipine"), small.dosed("simvastatin", 80)})
            .front() == "critical drug-drug amlodipine+simvastatin: R");
}

TEST_CASE("an exception for one fact of an ingredient does not veto for another fact of it", "[knowledge][matcher]") {
  SmallKnowledge small({pair_rule("object = warfarin ; precipitant = class:nsaid")},
                       {{"R", "", "precipitant", "aspirin", "dose<=100 mg/day"}});
  CHECK(small.findings({small.drug("warfarin"), small.dosed("aspirin", 75), small.dosed("aspirin", 1000)}).size() == 1);
}

TEST_CASE("a drug that is stopped in one entry and taken in another counts as taken", "[knowledge][matcher]") {
  SmallKnowledge small({pair_rule("object = warfarin ; precipitant = ketoconazole")});
  CHECK(small.findings({small.drug("warfarin"), small.stopped("ketoconazole", 300), small.drug("ketoconazole")}) ==
        Lines{"major drug-drug ketoconazole+warfarin: R"});
}

// "Applied locally, no precaution needed" would be an answer to the wrong question.
TEST_CASE("a topical use of a drug does not hide that its oral use could not be assessed", "[knowledge][matcher]") {
  SmallKnowledge small({pair_rule("object = warfarin ; precipitant = ketoconazole {dose>200 mg/day ?ask}")});
  const std::vector<DrugFact> facts{small.drug("warfarin"), small.by("topical", "ketoconazole"),
                                    small.by("oral", "ketoconazole")};
  CHECK(small.unevaluated(facts) == Lines{"R dose of ketoconazole"});
}

TEST_CASE("a topical use of a drug does not hide that its washout is not known", "[knowledge][matcher]") {
  SmallKnowledge small({pair_rule("object = warfarin ; precipitant = ketoconazole")});
  const std::vector<DrugFact> facts{small.drug("warfarin"), small.by("topical", "ketoconazole"),
                                    small.stopped("ketoconazole", 5)};
  CHECK(small.unevaluated(facts) == Lines{"R washout_time of ketoconazole"});
}

// Of facts that weigh alike one is bound, and which one must not depend on the order.
TEST_CASE("the notes of a finding do not depend on the order of facts", "[knowledge][matcher]") {
  SmallKnowledge small({pair_rule("object = simvastatin {dose>20 mg/day} ; precipitant = amlodipine")});
  const auto stated = small.dosed("simvastatin", 40);
  const auto not_stated = small.drug("simvastatin");
  const auto amlodipine = small.drug("amlodipine");
  CHECK(small.notes({stated, not_stated, amlodipine}) == small.notes({not_stated, stated, amlodipine}));
}

// ---- stopped drugs ----

TEST_CASE("a stopped drug still interacts within its washout", "[knowledge][matcher]") {
  SmallKnowledge small({pair_rule("a = fluoxetine | citalopram ; b = class:maoi", "critical")});
  struct Row {
    const char* drug;
    double days;
    Lines findings;
    Lines unevaluated;
  };
  const auto row =
      GENERATE(values<Row>({{"fluoxetine", 0.0, {"critical washout fluoxetine+phenelzine: R"}, {}},
                            {"fluoxetine", 1.0, {"critical washout fluoxetine+phenelzine: R"}, {}},
                            {"fluoxetine", 35.0, {"critical washout fluoxetine+phenelzine: R"}, {}},
                            {"fluoxetine", 35.5, {}, {}},
                            {"fluoxetine", 400.0, {}, {}},
                            {"citalopram", 0.0, {"critical washout citalopram+phenelzine: R"}, {}},
                            {"citalopram", 1.0, {"critical washout citalopram+phenelzine: R"}, {}},
                            {"citalopram", 1.5, {}, {"R washout_time of citalopram"}},
                            {"citalopram", 30.0, {}, {"R washout_time of citalopram"}},
                            {"fluoxetine", unknown_number, {"critical washout fluoxetine+phenelzine: R"}, {}},
                            {"citalopram", unknown_number, {"critical washout citalopram+phenelzine: R"}, {}}}));
  CAPTURE(row.drug, row.days);
  const std::vector<DrugFact> facts{small.stopped(row.drug, row.days), small.drug("phenelzine")};
  CHECK(small.findings(facts) == row.findings);
  CHECK(small.unevaluated(facts) == row.unevaluated);
}

TEST_CASE("a washout finding says when the drug was stopped, or that this is not stated", "[knowledge][matcher]") {
  SmallKnowledge small({pair_rule("a = fluoxetine ; b = class:maoi")});
  CHECK(small.notes({small.stopped("fluoxetine", 7), small.drug("phenelzine")}) == Lines{"stopped of fluoxetine"});
  CHECK(small.notes({small.stopped("fluoxetine"), small.drug("phenelzine")}) ==
        Lines{"stopped when unknown of fluoxetine"});
}

TEST_CASE("an order starts nothing when its ingredient is taken or was not long ago", "[knowledge][matcher]") {
  SmallKnowledge small({pair_rule("a = fluoxetine ; b = class:maoi")});
  DrugFact order = small.drug("fluoxetine");
  order.ordered = true;
  const auto starts = [&](std::vector<DrugFact> others) {
    others.insert(others.begin(), order);
    FactSlots slots;
    slots.assign(others);
    return slots.fact(0).started;
  };
  DrugFact local = small.drug("fluoxetine");
  local.exposure = core::Exposure::local;
  CHECK(starts({}));
  CHECK(starts({small.drug("citalopram"), local}));
  CHECK(starts({order}));
  CHECK_FALSE(starts({small.drug("fluoxetine")}));
  CHECK_FALSE(starts({small.stopped("fluoxetine", 35)}));
  CHECK_FALSE(starts({small.stopped("fluoxetine")}));
  CHECK(starts({small.stopped("fluoxetine", 36)}));
}

TEST_CASE("a condition on the case sees what was stopped only where it asks for it", "[knowledge][matcher]") {
  const auto words = GENERATE(as<std::string>(), "status=taken", "status=taken|stopped");
  SmallKnowledge small({pair_rule("a = warfarin ; b = aspirin")}, {{"R", "", "case", "fluoxetine", words}});
  const auto fires = [&](const DrugFact& other) {
    return !small.findings({small.drug("warfarin"), small.drug("aspirin"), other}).empty();
  };
  CHECK_FALSE(fires(small.drug("fluoxetine")));
  CHECK(fires(small.stopped("fluoxetine", 35)) == (words == "status=taken"));
  CHECK(fires(small.stopped("fluoxetine", 36)));
}

TEST_CASE("two stopped drugs do not interact", "[knowledge][matcher]") {
  SmallKnowledge small({pair_rule("a = fluoxetine ; b = class:maoi")});
  const std::vector<DrugFact> facts{small.stopped("fluoxetine", 0), small.stopped("phenelzine", 0)};
  CHECK(small.findings(facts) == nothing);
  CHECK(small.unevaluated(facts) == nothing);
}

TEST_CASE("a stopped drug with a local one is no finding", "[knowledge][matcher]") {
  SmallKnowledge small({pair_rule("object = warfarin ; precipitant = ketoconazole")});
  CHECK(small.findings({small.stopped("warfarin", 0), small.by("topical", "ketoconazole")}) == nothing);
}

TEST_CASE("a rule that is vetoed or asks is not asked for the washout first", "[knowledge][matcher]") {
  SmallKnowledge small({pair_rule("a = citalopram ; b = class:maoi")}, {{"R", "", "a", "citalopram"}});
  const std::vector<DrugFact> facts{small.stopped("citalopram", 30), small.drug("phenelzine")};
  CHECK(small.unevaluated(facts) == nothing);
  CHECK(small.vetoes(facts) == Lines{"R"});
}

// ---- fixed products ----

TEST_CASE("the ingredients of one fixed product are not screened against each other", "[knowledge][matcher]") {
  SmallKnowledge small({pair_rule("a = simvastatin ; b = amlodipine")});
  auto facts = small.drugs({"simvastatin", "amlodipine"});
  for (DrugFact& fact : facts) {
    fact.fixed_product = true;
    fact.source = 4;
  }
  CHECK(small.findings(facts) == nothing);
  CHECK(small.matcher().match(facts).within_product == 1);
  CHECK(small.matcher().match(facts).pairs == 1);

  auto apart = facts;
  apart.push_back(small.drug("amlodipine"));
  apart.back().source = 5;
  CHECK(small.findings(apart).size() == 1);
  CHECK(small.matcher().match(apart).within_product == 0);

  facts[1].source = 5;
  CHECK(small.findings(facts).size() == 1);
  facts[1].source = 4;
  facts[1].fixed_product = false;
  CHECK(small.findings(facts).size() == 1);
}

TEST_CASE("the ingredients of a fixed product are screened against other medicines", "[knowledge][matcher]") {
  SmallKnowledge small(
      {pair_rule("a = simvastatin ; b = amlodipine"), {"R2", "minor", "a = simvastatin ; b = warfarin"}});
  auto facts = small.drugs({"simvastatin", "amlodipine", "warfarin"});
  facts[0].fixed_product = facts[1].fixed_product = true;
  facts[2].source = 1;
  CHECK(small.findings(facts) == Lines{"minor drug-drug simvastatin+warfarin: R2"});
}

// ---- rules over sets ----

TEST_CASE("a count rule fires from its number of different ingredients on", "[knowledge][matcher]") {
  SmallKnowledge small({set_rule("count(3) = effect:qt+2")});
  CHECK(small.findings(small.drugs({"amiodarone", "citalopram"})) == nothing);
  CHECK(small.findings(small.drugs({"amiodarone", "citalopram", "citalopram"})) == nothing);
  CHECK(small.findings(small.drugs({"amiodarone", "citalopram", "fluoxetine"})) == nothing);
  CHECK(small.findings(small.drugs({"amiodarone", "citalopram", "ondansetron"})) ==
        Lines{"major cumulative amiodarone+citalopram+ondansetron: R"});
  CHECK(small.findings(
            small.drugs({"ondansetron", "erythromycin", "warfarin", "citalopram", "amiodarone", "fluoxetine"})) ==
        Lines{"major cumulative amiodarone+citalopram+erythromycin+ondansetron: R"});
}

TEST_CASE("a sum rule adds the grades of different ingredients", "[knowledge][matcher]") {
  SmallKnowledge small({set_rule("sum(6) = effect:qt+1")});
  CHECK(small.findings(small.drugs({"amiodarone", "ondansetron"})) == nothing);
  CHECK(small.findings(small.drugs({"amiodarone", "citalopram"})) ==
        Lines{"major cumulative amiodarone+citalopram: R"});
  CHECK(small.findings(small.drugs({"amiodarone", "ondansetron", "fluoxetine"})) ==
        Lines{"major cumulative amiodarone+fluoxetine+ondansetron: R"});
  CHECK(small.findings(small.drugs({"amiodarone", "amiodarone", "amiodarone"})) == nothing);
}

// Once a defect: A drug of grade 3 fires sum(3) by itself: a finding of one drug, without a smallest set. Neither does
// the linter refuse a sum that one drug reaches.
TEST_CASE("one medicine alone never fires a sum rule", "[knowledge][matcher]") {
  SmallKnowledge small({set_rule("sum(3) = effect:qt+1")});
  CHECK(small.findings(small.drugs({"amiodarone"})) == nothing);
  CHECK(small.findings(small.drugs({"amiodarone", "warfarin"})) == nothing);
  CHECK(small.findings(small.drugs({"amiodarone", "fluoxetine"})).size() == 1);
}

TEST_CASE("a sum rule leaves out what lies below its grade", "[knowledge][matcher]") {
  SmallKnowledge small({set_rule("sum(5) = effect:qt+2")});
  CHECK(small.findings(small.drugs({"amiodarone", "ondansetron", "fluoxetine"})) ==
        Lines{"major cumulative amiodarone+ondansetron: R"});
  CHECK(small.findings(small.drugs({"ondansetron", "erythromycin", "fluoxetine"})) == nothing);
}

TEST_CASE("a local drug, or one that has left the body, does not count in a rule over sets", "[knowledge][matcher]") {
  SmallKnowledge small({set_rule("count(2) = class:nsaid")});
  CHECK(small.findings({small.drug("aspirin"), small.by("topical", "ibuprofen")}) == nothing);
  CHECK(small.findings({small.drug("aspirin"), small.stopped("ibuprofen", 0)}).size() == 1);
  CHECK(small.findings({small.drug("aspirin"), small.stopped("ibuprofen", 300)}) == nothing);
  CHECK(
      small.findings({small.drug("aspirin"), small.by("topical", "ibuprofen"), small.by("oral", "ibuprofen")}).size() ==
      1);
}

TEST_CASE("a rule of three terms wants three different drugs", "[knowledge][matcher]") {
  SmallKnowledge small({set_rule("a = lisinopril ; b = furosemide | spironolactone ; c = class:nsaid")});
  CHECK(small.findings(small.drugs({"lisinopril", "furosemide"})) == nothing);
  CHECK(small.findings(small.drugs({"lisinopril", "furosemide", "ibuprofen"})) ==
        Lines{"major cumulative furosemide+ibuprofen+lisinopril: R"});
  CHECK(small.findings(small.drugs({"lisinopril", "furosemide", "spironolactone", "ibuprofen", "warfarin"})) ==
        Lines{"major cumulative furosemide+ibuprofen+lisinopril+spironolactone: R"});
}

TEST_CASE("one drug cannot fill two terms of a rule", "[knowledge][matcher]") {
  SmallKnowledge small({set_rule("a = class:ssri ; b = citalopram | fluoxetine ; c = fluoxetine | warfarin")});
  CHECK(small.findings(small.drugs({"citalopram", "fluoxetine"})) == nothing);
  CHECK(small.findings(small.drugs({"citalopram", "warfarin"})) == nothing);
  CHECK(small.findings(small.drugs({"citalopram", "fluoxetine", "warfarin"})) ==
        Lines{"major cumulative citalopram+fluoxetine+warfarin: R"});
  CHECK(small.findings(small.drugs({"citalopram", "fluoxetine", "phenelzine"})) == nothing);
}

TEST_CASE("overlapping candidates are chosen so that the rule fires when it can", "[knowledge][matcher]") {
  SmallKnowledge small(
      {set_rule("a = amiodarone | citalopram | warfarin ; b = amiodarone | citalopram ; c = amiodarone")});
  CHECK(small.findings(small.drugs({"amiodarone", "citalopram", "warfarin"})) ==
        Lines{"major cumulative amiodarone+citalopram+warfarin: R"});
  CHECK(small.findings(small.drugs({"amiodarone", "citalopram", "aspirin"})) == nothing);
}

TEST_CASE("a drug that fits no complete choice takes no part in a rule of three terms", "[knowledge][matcher]") {
  SmallKnowledge small({set_rule("a = amiodarone | citalopram ; b = amiodarone ; c = warfarin")});
  CHECK(small.findings(small.drugs({"amiodarone", "citalopram", "warfarin", "aspirin"})) ==
        Lines{"major cumulative amiodarone+citalopram+warfarin: R"});
}

TEST_CASE("predicates hold in rules over sets", "[knowledge][matcher]") {
  SmallKnowledge small({set_rule("count(2) = class:nsaid {dose>1000 mg/day}")});
  CHECK(small.findings({small.dosed("aspirin", 75), small.dosed("ibuprofen", 2400)}) == nothing);
  CHECK(small.findings({small.dosed("aspirin", 3000), small.dosed("ibuprofen", 2400)}).size() == 1);
  CHECK(small.findings(small.drugs({"aspirin", "ibuprofen"})).size() == 1);
}

TEST_CASE("an exception or modifier on the case holds in rules over sets", "[knowledge][matcher]") {
  SmallKnowledge vetoed({set_rule("count(2) = class:nsaid")}, {{"R", "", "case", "lisinopril"}});
  CHECK(vetoed.findings(vetoed.drugs({"aspirin", "ibuprofen"})).size() == 1);
  CHECK(vetoed.findings(vetoed.drugs({"aspirin", "ibuprofen", "lisinopril"})) == nothing);
  CHECK(vetoed.vetoes(vetoed.drugs({"aspirin", "ibuprofen", "lisinopril"})) == Lines{"R"});
  SmallKnowledge raised({set_rule("count(2) = class:nsaid")}, {{"R", "+1", "case", "warfarin"}});
  CHECK(raised.findings(raised.drugs({"aspirin", "ibuprofen", "warfarin"})) ==
        Lines{"critical cumulative aspirin+ibuprofen: R"});
}

TEST_CASE("an exception on a term of a rule over sets looks at the drug that fills the term", "[knowledge][matcher]") {
  SmallKnowledge small({set_rule("a = lisinopril ; b = furosemide ; c = class:nsaid")}, {{"R", "", "c", "aspirin"}});
  CHECK(small.findings(small.drugs({"lisinopril", "furosemide", "ibuprofen"})).size() == 1);
  CHECK(small.findings(small.drugs({"lisinopril", "furosemide", "aspirin"})) == nothing);
}

// The exception for aspirin must not silence ibuprofen.
TEST_CASE("an exception on a term of a rule over sets does not veto a binding without it", "[knowledge][matcher]") {
  SmallKnowledge small({set_rule("a = amlodipine ; b = amiodarone ; c = class:nsaid")}, {{"R", "", "c", "aspirin"}});
  CHECK(small.findings(small.drugs({"amlodipine", "amiodarone", "ibuprofen"})).size() == 1);
  CHECK(small.findings(small.drugs({"amlodipine", "amiodarone", "ibuprofen", "aspirin"})).size() == 1);
}

// DDI-CV-AC-ANTIPLATELET-NSAID excepts aspirin as its NSAID; an NSAID whose name stands before apixaban in the alphabet
// was once not found beside apixaban and aspirin.
TEST_CASE("an anticoagulant with aspirin and an NSAID is found whatever the NSAID is called", "[knowledge][matcher]") {
  const auto& base = *tests::shipped_knowledge();
  Matcher matcher(base.graph(), base.rules(), base.lit(), base.pairs());
  for (const char* nsaid : {"aceclofenac", "acemetacin", "celecoxib", "diclofenac", "ibuprofen", "naproxen"}) {
    CAPTURE(nsaid);
    std::vector<DrugFact> facts;
    for (const char* name : {"apixaban", "aspirin", nsaid}) {
      const auto index = base.graph().ingredient(name);
      REQUIRE(index.has_value());
      facts.push_back(base.bare_fact(*index));
    }
    const MatchResult& result = matcher.match(facts);
    CHECK(std::any_of(result.rules.begin(), result.rules.end(), [&](const FiredRule& fired) {
      return base.rules().id(fired.rule) == "DDI-CV-AC-ANTIPLATELET-NSAID";
    }));
  }
}

// README: `?ask` makes the rule "not assessed".
TEST_CASE("a rule over sets that asks for what is not stated is not assessed", "[knowledge][matcher]") {
  SmallKnowledge small({set_rule("count(2) = class:nsaid {dose>1000 mg/day ?ask}")});
  CHECK(small.findings(small.drugs({"aspirin", "ibuprofen"})) == nothing);
  CHECK_FALSE(small.unevaluated(small.drugs({"aspirin", "ibuprofen"})).empty());
}

// README: different terms are filled by different ingredients.
TEST_CASE("a drug that fills a term of its own does not count in the same rule", "[knowledge][matcher]") {
  SmallKnowledge small({set_rule("object = citalopram ; count(2) = effect:qt+2")});
  CHECK(small.findings(small.drugs({"citalopram", "amiodarone"})) == nothing);
  CHECK(small.findings(small.drugs({"citalopram", "amiodarone", "ondansetron"})).size() == 1);
}

// ---- smallest sets ----

TEST_CASE("minimal subsets are the smallest sets that fire a rule by themselves", "[knowledge][matcher]") {
  SmallKnowledge small({set_rule("sum(6) = effect:qt+1")});
  const auto taking_part = small.indexes({"amiodarone", "citalopram", "erythromycin", "fluoxetine", "ondansetron"});
  const auto subsets = small.matcher().minimal_subsets(RuleIndex{0}, taking_part, 20);
  CHECK(subsets ==
        std::vector<std::vector<IngredientIndex>>{small.indexes({"amiodarone", "citalopram"}),
                                                  small.indexes({"amiodarone", "erythromycin", "fluoxetine"}),
                                                  small.indexes({"amiodarone", "erythromycin", "ondansetron"}),
                                                  small.indexes({"amiodarone", "fluoxetine", "ondansetron"}),
                                                  small.indexes({"citalopram", "erythromycin", "fluoxetine"}),
                                                  small.indexes({"citalopram", "erythromycin", "ondansetron"}),
                                                  small.indexes({"citalopram", "fluoxetine", "ondansetron"})});
}

// So many sets are of seven and more that none is looked for where a smaller one says it.
TEST_CASE("minimal subsets of more than six are looked for only where there is no smaller one",
          "[knowledge][matcher]") {
  auto tables = tests::small_tables({set_rule("sum(7) = effect:qt+1")});
  const std::string ones =
      "aspirin\tqt\t+1\tref\nerythromycin\tqt\t+1\tref\nfluoxetine\tqt\t+1\tref\nfurosemide\tqt\t+1\tref\n"
      "ibuprofen\tqt\t+1\tref\nlisinopril\tqt\t+1\tref\nondansetron\tqt\t+1\tref";
  const Lines seven{"aspirin", "erythromycin", "fluoxetine", "furosemide", "ibuprofen", "lisinopril", "ondansetron"};
  tables["effects"] = "amiodarone\tqt\t+2\tref\n" + ones;
  auto small = SmallKnowledge::of(tables);
  const auto of_seven = small.indexes(seven);
  CHECK(small.matcher().minimal_subsets(RuleIndex{0}, of_seven, 50) ==
        std::vector<std::vector<IngredientIndex>>{of_seven});
  Lines eight{"amiodarone"};
  eight.insert(eight.end(), seven.begin(), seven.end());
  const auto subsets = small.matcher().minimal_subsets(RuleIndex{0}, small.indexes(eight), 50);
  CHECK(subsets.size() == 21);  // amiodarone with five of seven
  for (const auto& subset : subsets) CHECK(subset.size() == 6);
}

TEST_CASE("minimal subsets stop at their limit", "[knowledge][matcher]") {
  SmallKnowledge small({set_rule("count(2) = effect:qt+1")});
  const auto taking_part = small.indexes({"amiodarone", "citalopram", "erythromycin", "fluoxetine", "ondansetron"});
  CHECK(small.matcher().minimal_subsets(RuleIndex{0}, taking_part, 20).size() == 10);
  CHECK(small.matcher().minimal_subsets(RuleIndex{0}, taking_part, 4).size() == 4);
  CHECK(small.matcher().minimal_subsets(RuleIndex{0}, taking_part, 1).front() ==
        small.indexes({"amiodarone", "citalopram"}));
}

TEST_CASE("minimal subsets of a rule of three terms are its bindings", "[knowledge][matcher]") {
  SmallKnowledge small({set_rule("a = lisinopril ; b = furosemide | spironolactone ; c = class:nsaid")});
  const auto taking_part = small.indexes({"furosemide", "ibuprofen", "lisinopril", "spironolactone"});
  CHECK(small.matcher().minimal_subsets(RuleIndex{0}, taking_part, 20) ==
        std::vector<std::vector<IngredientIndex>>{small.indexes({"furosemide", "ibuprofen", "lisinopril"}),
                                                  small.indexes({"ibuprofen", "lisinopril", "spironolactone"})});
}

TEST_CASE("a set that does not fire has no minimal subsets", "[knowledge][matcher]") {
  SmallKnowledge small({set_rule("count(3) = effect:qt+1"), {"R2", "minor", "a = warfarin ; b = aspirin"}});
  CHECK(small.matcher().minimal_subsets(RuleIndex{0}, small.indexes({"amiodarone", "citalopram"}), 20).empty());
  CHECK(small.matcher().minimal_subsets(RuleIndex{1}, small.indexes({"aspirin", "warfarin"}), 20).empty());
}

TEST_CASE("a drug ends a finding when the rule does not fire without it", "[knowledge][matcher]") {
  SmallKnowledge small({set_rule("sum(7) = effect:qt+1")});
  const auto all = small.indexes({"amiodarone", "citalopram", "fluoxetine", "ondansetron"});
  CHECK_FALSE(small.matcher().fires_without(RuleIndex{0}, all, small.index("amiodarone")));
  CHECK_FALSE(small.matcher().fires_without(RuleIndex{0}, all, small.index("citalopram")));
  CHECK(small.matcher().fires_without(RuleIndex{0}, all, small.index("fluoxetine")));
  CHECK(small.matcher().fires_without(RuleIndex{0}, all, small.index("ondansetron")));
  CHECK(small.matcher().fires_without(RuleIndex{0}, all, small.index("warfarin")));
}

// ---- findings ----

TEST_CASE("rules of one type about the same drugs are one finding with all rules", "[knowledge][matcher]") {
  SmallKnowledge small({{"R1", "minor", "a = warfarin ; b = aspirin"},
                        {"R2", "major", "object = warfarin ; precipitant = class:nsaid"},
                        {"R3", "moderate", "object = warfarin ; precipitant = aspirin", "drug-drug", "yes"},
                        {"R4", "moderate", "object = warfarin ; precipitant = aspirin", "timing"}});
  const auto facts = small.drugs({"warfarin", "aspirin"});
  CHECK(small.findings(facts) ==
        Lines{"major drug-drug aspirin+warfarin: R1,R2,R3", "moderate timing aspirin+warfarin: R4"});
  const MatchResult& result = small.matcher().match(facts);
  CHECK(result.findings[0].contraindication);
  CHECK_FALSE(result.findings[1].contraindication);
  CHECK(result.fired(result.findings[0])[0].severity == core::Severity::minor);
  CHECK(result.fired(result.findings[0])[1].severity == core::Severity::major);
}

TEST_CASE("rules over sets about the same drugs are one finding with all rules", "[knowledge][matcher]") {
  SmallKnowledge small({{"R1", "moderate", "count(2) = effect:qt+3", "cumulative"},
                        {"R2", "critical", "sum(6) = effect:qt+1", "cumulative"}});
  CHECK(small.findings(small.drugs({"amiodarone", "citalopram"})) ==
        Lines{"critical cumulative amiodarone+citalopram: R1,R2"});
  CHECK(small.findings(small.drugs({"amiodarone", "citalopram", "fluoxetine"})) ==
        Lines{"critical cumulative amiodarone+citalopram+fluoxetine: R2",
              "moderate cumulative amiodarone+citalopram: R1"});
}

TEST_CASE("findings are sorted by severity, then type, then drugs", "[knowledge][matcher]") {
  SmallKnowledge small({{"R1", "moderate", "a = warfarin ; b = aspirin"},
                        {"R2", "critical", "a = warfarin ; b = ibuprofen"},
                        {"R3", "moderate", "a = aspirin ; b = ibuprofen", "drug-food"},
                        {"R4", "moderate", "a = amlodipine ; b = aspirin"},
                        {"R5", "moderate", "count(3) = class:nsaid | warfarin", "cumulative"}});
  CHECK(small.findings(small.drugs({"warfarin", "ibuprofen", "aspirin", "amlodipine"})) ==
        Lines{"critical drug-drug ibuprofen+warfarin: R2", "moderate drug-drug amlodipine+aspirin: R4",
              "moderate drug-drug aspirin+warfarin: R1", "moderate cumulative aspirin+ibuprofen+warfarin: R5",
              "moderate drug-food aspirin+ibuprofen: R3"});
}

TEST_CASE("the counts of a match are of different ingredients", "[knowledge][matcher]") {
  SmallKnowledge small({pair_rule("a = warfarin ; b = aspirin")});
  CHECK(small.matcher().match({}).pairs == 0);
  CHECK(small.matcher().match(small.drugs({"warfarin"})).pairs == 0);
  const MatchResult& result = small.matcher().match(small.drugs({"warfarin", "aspirin", "warfarin", "lisinopril"}));
  CHECK(result.distinct_ingredients == 3);
  CHECK(result.pairs == 3);
}

TEST_CASE("a matcher forgets the case before", "[knowledge][matcher]") {
  SmallKnowledge small(
      {pair_rule("a = warfarin ; b = aspirin"), {"R2", "minor", "count(2) = effect:qt+2", "cumulative"}});
  CHECK(small.findings(small.drugs({"warfarin", "aspirin", "amiodarone", "citalopram"})).size() == 2);
  CHECK(small.findings(small.drugs({"warfarin", "lisinopril"})) == nothing);
  CHECK(small.findings(small.drugs({"warfarin", "aspirin"})).size() == 1);
}
