#include "audit/patient_oracle.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <SQLiteCpp/SQLiteCpp.h>
#include <catch2/catch.hpp>

#include "tests/audit/hand_written_knowledge.hpp"

using guardian::audit::OracleCase;
using guardian::audit::OracleDrug;
using guardian::audit::PatientOracle;
using guardian::core::ErrorCode;
using guardian::core::Exposure;

namespace tests = guardian::tests;

namespace {

using Lines = std::vector<std::string>;
using Selector =
    std::vector<Lines>;  // alternatives, each of concepts: "x", "class:x", "condition:x", "quantity:x", "any"

struct Need {
  std::string kind;
  std::string comparison = "=";
  std::string words = {};
  double value = 0.0;
  std::string unit = {};
  std::string on_unknown = "fire";
};
Need status(std::string words) { return {"status", "=", std::move(words)}; }
Need over(std::string kind, double value, std::string unit, std::string on_unknown = "ask") {
  return {std::move(kind), ">", "", value, std::move(unit), std::move(on_unknown)};
}
Need under(std::string kind, double value, std::string unit, std::string on_unknown = "ask") {
  return {std::move(kind), "<", "", value, std::move(unit), std::move(on_unknown)};
}

struct Term {
  std::string label;
  Selector selector;
  std::vector<Need> needs = {};
  std::string on_unknown = "ask";
  int quantity = 1;
};
Term drug(const std::string& of, std::vector<Need> needs = {}) { return {"drug", {{of}}, std::move(needs)}; }
Term condition(const std::string& name, std::vector<Need> needs = {}, std::string on_unknown = "ask") {
  return {"condition", {{"condition:" + name}}, std::move(needs), std::move(on_unknown)};
}
Term value(const std::string& name, std::vector<Need> needs, std::string on_unknown = "ask") {
  return {"value", {{"quantity:" + name}}, std::move(needs), std::move(on_unknown)};
}

struct Condition {
  int step = 0;
  std::string looks_at = "term";
  Selector selector = {};
  std::vector<Need> needs = {};
  std::vector<Term> patient = {};
};
struct Rule {
  std::string id;
  std::vector<Term> terms;
  std::vector<Condition> conditions = {};
  bool contraindication = false;
  std::string kind = "finding";
  std::string severity = "major";
};

// The medicines ibuprofen and naproxen (both `nsaid`, which is an `analgesic`), warfarin, insulin and metformin (its
// washout: 3 days), and a patient who may have an ulcer (bleeding or not), heart failure, a history of infarction, a
// potassium, a clearance and an eGFR.
class Knowledge : public tests::HandWrittenKnowledge {
 public:
  Knowledge() {
    sql(R"sql(
      INSERT INTO route VALUES ('oral', 'systemic'), ('iv', 'systemic'), ('topical', 'local');
      INSERT INTO ingredient (ingredient, kind, rxcui, atc, usual_route, washout_days, note) VALUES
        ('ibuprofen', 'drug', '', '', NULL, NULL, ''), ('naproxen', 'drug', '', '', NULL, NULL, ''),
        ('warfarin', 'drug', '', '', NULL, NULL, ''), ('insulin', 'drug', '', '', NULL, NULL, ''),
        ('metformin', 'drug', '', '', NULL, 3.0, '');
      INSERT INTO class VALUES ('nsaid', '', ''), ('analgesic', '', ''), ('hormone', '', '');
      INSERT INTO class_parent VALUES ('nsaid', 'analgesic');
      INSERT INTO member VALUES ('ibuprofen', 'nsaid', ''), ('naproxen', 'nsaid', ''), ('insulin', 'hormone', '');
      INSERT INTO condition VALUES ('ulcer', 'disease', '', 'ulcer', ''), ('bleeding_ulcer', 'event', '', 'ulcer', ''),
        ('heart_failure', 'disease', '', 'heart failure', ''), ('infarction', 'event', '', 'infarction', '');
      INSERT INTO condition_parent VALUES ('bleeding_ulcer', 'ulcer');
      INSERT INTO quantity (quantity, kind, title, unit, low, high, stale_days, stands_in, note) VALUES
        ('potassium', 'lab', 'potassium', 'mmol/L', 1, 12, 14, '', ''),
        ('crcl', 'measure', 'clearance', 'mL/min', 1, 300, 90, 'egfr', ''),
        ('egfr', 'measure', 'eGFR', 'mL/min', 1, 300, 90, 'crcl', '');
    )sql");
  }

  void rule(const Rule& rule) {
    const int number = ++rules_;
    insert(
        "INSERT INTO rule (rule_no, id, kind, outcome, type, severity, contraindication, settles, onset, status, "
        "mechanism, effect, management) VALUES (?, ?, ?, '', '', ?, ?, 0, '', 'draft', '', '', '')",
        number, rule.id, rule.kind, rule.severity, int{rule.contraindication});
    int term_no = 0;
    for (const Term& item : rule.terms) term(number, term_no++, -1, item);
    int position = 0;
    for (const Condition& item : rule.conditions) {
      insert("INSERT INTO rule_condition VALUES (?, ?, ?, ?, nullif(?, -1), '', '')", number, position, item.step,
             item.looks_at, item.looks_at == "term" ? 0 : -1);
      selector("condition_concept", number, position, item.selector);
      needs("condition_predicate", number, position, item.needs);
      for (const Term& wanted : item.patient) term(number, term_no++, position, wanted);
      ++position;
    }
  }

  // What the rules come to, one a line: "0 RULE: ibuprofen: major".
  [[nodiscard]] Lines judge(const std::vector<OracleCase>& cases) const {
    auto oracle = PatientOracle::open(path());
    if (!oracle) return {oracle.error().message};
    const auto rows = oracle->judge(cases);
    if (!rows) return {rows.error().message};
    Lines lines;
    for (const auto& row : *rows) {
      lines.push_back(std::to_string(row.case_no) + ' ' + row.rule + ": " + row.ingredients + ": " +
                      (row.severity ? std::string(guardian::core::to_string(*row.severity)) : "waits"));
    }
    return lines;
  }
  // The same for one case and one rule: "major", "waits" or "", with all ingredients for which it is so.
  [[nodiscard]] std::string answer(const OracleCase& given) const {
    std::string text;
    for (const std::string& line : judge({given})) {
      const auto colon = line.rfind(": ");
      text += (text.empty() ? "" : ", ") + (colon == std::string::npos ? line : line.substr(colon + 2));
    }
    return text;
  }

 private:
  void term(int rule, int term_no, int condition_no, const Term& item) {
    insert("INSERT INTO rule_term VALUES (?, ?, nullif(?, -1), ?, ?, ?)", rule, term_no, condition_no, item.label,
           item.quantity, item.on_unknown);
    selector("term_concept", rule, term_no, item.selector);
    needs("term_predicate", rule, term_no, item.needs);
  }

  void selector(const std::string& table, int rule, int owner, const Selector& alternatives) {
    int alternative = 0;
    for (const Lines& concepts : alternatives) {
      int position = 0;
      for (const std::string& item : concepts) {
        const auto colon = item.find(':');
        const std::string kind = colon != std::string::npos ? item.substr(0, colon)
                                 : item == "any"            ? "any"
                                                            : "ingredient";
        const std::string name = kind == "any" ? "" : colon == std::string::npos ? item : item.substr(colon + 1);
        insert("INSERT OR IGNORE INTO concept VALUES (?, ?, ?, '', 0)", item, kind, name);
        insert("INSERT INTO " + table + " VALUES (?, ?, ?, ?, ?)", rule, owner, alternative, position++, item);
      }
      ++alternative;
    }
  }

  void needs(const std::string& table, int rule, int owner, const std::vector<Need>& list) {
    int position = 0;
    for (const Need& item : list) {
      insert("INSERT INTO " + table + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rule, owner, position++, item.kind,
             item.comparison, item.words, item.value, item.unit, item.on_unknown);
    }
  }

  int rules_ = 0;
};

OracleDrug taken(const std::string& ingredient, std::optional<double> daily_mg = {}) {
  OracleDrug made;
  made.ingredient = ingredient;
  made.daily_mg = daily_mg;
  made.name_key = ingredient;
  return made;
}
OracleCase with(std::vector<OracleDrug> drugs) {
  for (std::size_t i = 0; i < drugs.size(); ++i) drugs[i].source = static_cast<int>(i);
  OracleCase made;
  made.drugs = std::move(drugs);
  return made;
}

}  // namespace

TEST_CASE("a rule fires for each medicine of its class when a condition or one below it is there", "[audit]") {
  Knowledge knowledge;
  knowledge.rule({"ULCER", {drug("class:analgesic"), condition("ulcer")}});
  OracleCase bleeding = with({taken("ibuprofen"), taken("naproxen"), taken("warfarin")});
  bleeding.conditions = {{"bleeding_ulcer", true, {}}};
  OracleCase possible = with({taken("ibuprofen")});
  possible.conditions = {{"ulcer", false, {}}};
  OracleCase other = with({taken("ibuprofen")});
  other.conditions = {{"heart_failure", true, {}}};
  CHECK(knowledge.judge({bleeding, other, possible}) ==
        Lines{"0 ULCER: ibuprofen: major", "0 ULCER: naproxen: major", "2 ULCER: ibuprofen: waits"});
}

TEST_CASE("a local medicine fills only a term that asks for it", "[audit]") {
  Knowledge knowledge;
  knowledge.rule({"BLOOD", {drug("ibuprofen")}});
  knowledge.rule({"SKIN", {drug("ibuprofen", {{"exposure", "=", "local"}})}, {}, false, "finding", "minor"});
  OracleDrug gel = taken("ibuprofen");
  gel.route = "topical";
  gel.exposure = Exposure::local;
  CHECK(knowledge.judge({with({gel}), with({taken("ibuprofen")})}) ==
        Lines{"0 SKIN: ibuprofen: minor", "1 BLOOD: ibuprofen: major"});
}

TEST_CASE("an event of an unknown date is what the predicate says, but neither vetoes nor moves", "[audit]") {
  Knowledge knowledge;
  const Need recent = under("within", 180, "d", "fire");
  OracleCase given = with({taken("ibuprofen")});
  given.conditions = {{"infarction", true, {}}};
  OracleCase old = given;
  old.conditions[0].age_days = 180.0;
  OracleCase fresh = given;
  fresh.conditions[0].age_days = 179.0;
  SECTION("in a term") {
    knowledge.rule({"MI", {drug("ibuprofen"), condition("infarction", {recent})}});
    CHECK(knowledge.answer(given) == "major");
    CHECK(knowledge.answer(old).empty());
    CHECK(knowledge.answer(fresh) == "major");
  }
  SECTION("in an exception") {
    knowledge.rule({"MI", {drug("ibuprofen")}, {{0, "patient", {}, {}, {condition("infarction", {recent})}}}});
    CHECK(knowledge.answer(given) == "major");
    CHECK(knowledge.answer(old) == "major");
    CHECK(knowledge.answer(fresh).empty());
  }
  SECTION("in a modifier") {
    knowledge.rule({"MI", {drug("ibuprofen")}, {{-1, "patient", {}, {}, {condition("infarction", {recent})}}}});
    CHECK(knowledge.answer(given) == "major");
    CHECK(knowledge.answer(fresh) == "moderate");
  }
}

TEST_CASE("`without` is true when the condition is not lit", "[audit]") {
  Knowledge knowledge;
  knowledge.rule({"BARE", {drug("ibuprofen"), {"without", {{"condition:ulcer"}, {"condition:heart_failure"}}}}});
  OracleCase given = with({taken("ibuprofen")});
  CHECK(knowledge.answer(given) == "major");
  given.conditions = {{"bleeding_ulcer", false, {}}};
  CHECK(knowledge.answer(given) == "waits");
  given.conditions.push_back({"heart_failure", true, {}});
  CHECK(knowledge.answer(given).empty());
}

TEST_CASE("a value decides at its limit, bounds only where both ends agree", "[audit]") {
  Knowledge knowledge;
  knowledge.rule({"K", {drug("ibuprofen"), value("potassium", {over("value", 5.5, "mmol/L", "fire")})}});
  const auto at = [&](double low, double high, std::optional<double> age = {}) {
    OracleCase given = with({taken("ibuprofen")});
    given.quantities = {{"potassium", low, high, age}};
    return knowledge.answer(given);
  };
  CHECK(knowledge.answer(with({taken("ibuprofen")})) == "waits");
  CHECK(at(5.5, 5.5).empty());
  CHECK(at(5.6, 5.6) == "major");
  CHECK(at(5.0, 6.0) == "waits");
  CHECK(at(5.6, 6.0) == "major");
  CHECK(at(5.6, 5.6, 14.0) == "major");
  CHECK(at(5.6, 5.6, 15.0) == "waits");
  CHECK(at(4.0, 4.0, 15.0) == "waits");
}

TEST_CASE("an old measure shows what is there, not what is absent, and another quantity stands in for it", "[audit]") {
  Knowledge knowledge;
  knowledge.rule({"REN", {drug("metformin"), value("crcl", {under("value", 30, "mL/min", "fire")})}});
  const auto at = [&](std::vector<guardian::audit::OracleQuantity> quantities) {
    OracleCase given = with({taken("metformin")});
    given.quantities = std::move(quantities);
    return knowledge.answer(given);
  };
  CHECK(at({{"crcl", 20.0, 20.0, 400.0}}) == "major");
  CHECK(at({{"crcl", 40.0, 40.0, 400.0}}) == "waits");
  CHECK(at({{"crcl", 40.0, 40.0, 4.0}}).empty());
  CHECK(at({{"egfr", 20.0, 20.0, {}}}) == "major");
  CHECK(at({{"egfr", 20.0, 20.0, {}}, {"crcl", 40.0, 40.0, {}}}).empty());
  CHECK(at({{"egfr", 20.0, 20.0, {}}, {"crcl", 15.0, 40.0, {}}}) == "major");  // a number outweighs bounds
  CHECK(at({{"crcl", 15.0, 60.0, {}}, {"crcl", 15.0, 29.0, {}}}) == "major");  // narrow ones outweigh wide ones
}

TEST_CASE("a value outside its own time is not known, and a test is missing when none is young enough", "[audit]") {
  Knowledge knowledge;
  OracleCase given = with({taken("warfarin")});
  given.quantities = {{"potassium", 6.0, 6.0, 40.0}};
  OracleCase undated = given;
  undated.quantities[0].age_days.reset();
  SECTION("value") {
    knowledge.rule(
        {"K",
         {drug("warfarin"), value("potassium", {over("value", 5, "mmol/L"), under("within", 30, "d")}, "ignore")}});
    CHECK(knowledge.answer(given).empty());
    CHECK(knowledge.answer(undated) == "major");
  }
  SECTION("missing") {
    knowledge.rule(
        {"MON", {drug("warfarin"), {"missing", {{"quantity:potassium"}}, {under("within", 30, "d")}, "must"}}});
    CHECK(knowledge.answer(given) == "major");
    CHECK(knowledge.answer(undated).empty());
    OracleCase none = with({taken("warfarin")});
    CHECK(knowledge.answer(none) == "major");
    none.results_stated = false;
    CHECK(knowledge.answer(none) == "waits");
  }
}

TEST_CASE("an allergy meets the medicine in a class, or is to the very ingredient or a class that holds it",
          "[audit]") {
  Knowledge knowledge;
  const auto to = [&](const std::string& allergen, const std::string& reaction = "rash",
                      std::optional<double> years = {}) {
    OracleCase given = with({taken("naproxen")});
    given.allergies = {{allergen, reaction, years}};
    return knowledge.answer(given);
  };
  SECTION("class") {
    knowledge.rule(
        {"ALG", {drug("class:nsaid"), {"allergy", {{"class:nsaid"}}, {{"reaction", "=", "rash|urticaria"}}}}});
    CHECK(to("ibuprofen") == "major");
    CHECK(to("class:nsaid") == "major");
    CHECK(to("class:analgesic").empty());  // wider than the rule asks for
    CHECK(to("ibuprofen", "anaphylaxis").empty());
    CHECK(to("warfarin").empty());
  }
  SECTION("same") {
    knowledge.rule({"ALG", {drug("any"), {"allergy", {}, {over("years", 10, "y", "ignore")}}}});
    CHECK(to("naproxen").empty());
    CHECK(to("naproxen", "rash", 10.0).empty());
    CHECK(to("naproxen", "rash", 11.0) == "major");
    CHECK(to("class:analgesic", "rash", 11.0) == "major");
    CHECK(to("ibuprofen", "rash", 11.0).empty());
  }
}

TEST_CASE("the dose of a day is that of all medicines with the ingredient", "[audit]") {
  Knowledge knowledge;
  knowledge.rule({"DOS", {drug("ibuprofen", {over("dose", 2.4, "g/day")})}});
  const auto dose = [&](std::vector<OracleDrug> drugs) { return knowledge.answer(with(std::move(drugs))); };
  OracleDrug brand = taken("ibuprofen", 1200.0);
  brand.name_key = "brand";
  OracleDrug order = taken("ibuprofen", 1600.0);
  order.ordered = true;
  OracleDrug gel = taken("ibuprofen", 5000.0);
  gel.exposure = Exposure::local;
  CHECK(dose({taken("ibuprofen", 2400.0)}).empty());
  CHECK(dose({taken("ibuprofen", 2500.0)}) == "major");
  CHECK(dose({taken("ibuprofen")}) == "waits");
  CHECK(dose({taken("ibuprofen", 1600.0), brand}) == "major");
  CHECK(dose({taken("ibuprofen", 1600.0), brand, gel, taken("naproxen", 5000.0)}) == "major");
  CHECK(dose({taken("ibuprofen", 1600.0), taken("ibuprofen", 1600.0)}).empty());  // stated twice
  CHECK(dose({taken("ibuprofen", 1500.0), order}).empty());                       // its new dose
  CHECK(dose({taken("ibuprofen", 9000.0), taken("ibuprofen")}) == "waits");
}

TEST_CASE("an order starts a therapy unless the ingredient is taken or was not long ago", "[audit]") {
  Knowledge knowledge;
  knowledge.rule({"START", {drug("metformin", {status("start")})}});
  OracleDrug order = taken("metformin");
  order.ordered = true;
  OracleDrug brand = taken("metformin");
  brand.name_key = "brand";
  OracleDrug gel = brand;
  gel.exposure = Exposure::local;
  const auto after = [&](std::optional<double> days) {
    OracleDrug stopped = brand;
    stopped.stopped = true;
    stopped.stopped_days = days;
    return knowledge.answer(with({order, stopped}));
  };
  CHECK(knowledge.answer(with({order})) == "major");
  CHECK(knowledge.answer(with({order, taken("warfarin"), gel})) == "major");
  CHECK(knowledge.answer(with({brand})).empty());
  CHECK(knowledge.answer(with({order, brand})).empty());
  CHECK(after(3.0).empty());  // the washout of metformin
  CHECK(after({}).empty());
  CHECK(after(3.5) == "major");
}

TEST_CASE("a condition on the case sees what was stopped only where it asks for it", "[audit]") {
  Knowledge knowledge;
  const auto words = GENERATE(as<std::string>(), "taken", "taken|stopped");
  knowledge.rule({"R", {drug("warfarin")}, {{0, "case", {{"metformin"}}, {status(words)}, {}}}});
  OracleDrug other = taken("metformin");
  CHECK(knowledge.answer(with({taken("warfarin"), other})).empty());
  other.stopped = true;
  other.stopped_days = 3.0;
  CHECK(knowledge.answer(with({taken("warfarin"), other})).empty() == (words != "taken"));
  other.stopped_days = 4.0;
  CHECK(knowledge.answer(with({taken("warfarin"), other})) == "major");
}

TEST_CASE("doses are read in units, by weight, at a time and by the week", "[audit]") {
  Knowledge knowledge;
  knowledge.rule({"UNITS", {drug("insulin", {over("dose", 1, "units/kg/day")})}});
  knowledge.rule({"SINGLE", {drug("ibuprofen", {over("single", 10, "mg/kg")})}});
  knowledge.rule({"WEEK", {drug("warfarin", {over("dose", 70, "mg/week")})}});
  knowledge.rule({"TIMES", {drug("naproxen", {over("times", 7, "/week")})}});
  OracleDrug insulin = taken("insulin");
  insulin.daily_units = 60.0;
  insulin.weight_kg = 64.0;
  OracleDrug ibuprofen = taken("ibuprofen");
  ibuprofen.single_mg = 800.0;
  ibuprofen.weight_kg = 64.0;
  OracleDrug naproxen = taken("naproxen");
  naproxen.times_per_day = 2.0;
  CHECK(knowledge.judge({with({insulin, ibuprofen, naproxen, taken("warfarin", 11.0)}), with({insulin, insulin})}) ==
        Lines{"0 SINGLE: ibuprofen: major", "0 TIMES: naproxen: major", "0 WEEK: warfarin: major"});
  insulin.daily_units = 65.0;
  CHECK(knowledge.answer(with({insulin})) == "major");
  insulin.weight_kg.reset();
  CHECK(knowledge.answer(with({insulin})) == "waits");
}

TEST_CASE("a dose by the hour asks for the rate of an infusion", "[audit]") {
  Knowledge knowledge;
  knowledge.rule({"RATE", {drug("insulin", {over("dose", 40, "units/kg/h")})}});
  OracleDrug insulin = taken("insulin");
  insulin.rate_units = 2560.0;
  insulin.weight_kg = 64.0;
  CHECK(knowledge.answer(with({insulin})) != "major");
  insulin.rate_units = 2600.0;
  CHECK(knowledge.answer(with({insulin})) == "major");
  insulin.rate_units.reset();
  insulin.daily_units = 1e6;  // of a day, and not of an hour
  CHECK(knowledge.answer(with({insulin})) == "waits");
}

TEST_CASE("an ingredient is in two products only where they do not replace each other", "[audit]") {
  Knowledge knowledge;
  knowledge.rule({"DUP", {{"products", {{"any"}}, {}, "fire", 2}}});
  const OracleDrug home = taken("ibuprofen");
  OracleDrug order = home;
  order.ordered = true;
  OracleDrug needed = home;
  needed.as_needed = true;
  OracleDrug brand = home;
  brand.name_key = "brand";
  OracleDrug stopped = brand;
  stopped.stopped = true;
  CHECK(knowledge.answer(with({home})).empty());
  CHECK(knowledge.answer(with({home, home})) == "major");
  CHECK(knowledge.answer(with({home, order})).empty());
  CHECK(knowledge.answer(with({home, needed})).empty());
  CHECK(knowledge.answer(with({home, stopped})).empty());
  CHECK(knowledge.answer(with({home, brand})) == "major");
  CHECK(knowledge.answer(with({needed, home, home})) == "major");  // whatever the order of the three
  CHECK(knowledge.answer(with({home, order, order})) == "major");
  OracleCase one_product = with({home, brand});
  one_product.drugs[1].source = one_product.drugs[0].source;
  CHECK(knowledge.answer(one_product).empty());
}

TEST_CASE("a stopped medicine counts in a red flag and where the rule has a washout", "[audit]") {
  Knowledge knowledge;
  const auto since = [&](std::optional<double> days) {
    OracleDrug stopped = taken("metformin");
    stopped.stopped = true;
    stopped.stopped_days = days;
    return knowledge.answer(with({stopped}));
  };
  SECTION("not in others") {
    knowledge.rule({"PLAIN", {drug("metformin")}});
    CHECK(since(0.0).empty());
  }
  SECTION("red flag: the washout of the ingredient") {
    knowledge.rule({"RF", {drug("metformin")}, {}, false, "red_flag"});
    CHECK(since(3.0) == "major");
    CHECK(since(4.0).empty());
    CHECK(since({}) == "major");
  }
  SECTION("red flag: the longer of its own and that of the ingredient") {
    knowledge.rule({"RF", {drug("metformin")}, {}, false, "red_flag"});
    knowledge.sql("INSERT INTO washout VALUES ('RF', 'drug', 7, '')");
    CHECK(since(7.0) == "major");
    CHECK(since(8.0).empty());
    knowledge.sql("UPDATE washout SET days = 2");
    CHECK(since(3.0) == "major");
    CHECK(since(4.0).empty());
  }
  SECTION("the washout of the rule") {
    knowledge.rule({"WASH", {drug("metformin")}});
    knowledge.sql("INSERT INTO washout VALUES ('WASH', 'drug', 7, '')");
    CHECK(since(7.0) == "major");
    CHECK(since(8.0).empty());
  }
}

TEST_CASE("exceptions veto, modifiers move once, upward first, and nothing lowers a contraindication", "[audit]") {
  Knowledge knowledge;
  const Condition lower{-1, "patient", {}, {}, {condition("ulcer")}};
  const Condition raise{1, "case", {{"warfarin"}}, {}, {}};
  const Condition small{0, "term", {}, {under("dose", 400, "mg/day")}, {}};
  OracleCase given = with({taken("ibuprofen")});
  given.conditions = {{"ulcer", true, {}}};
  OracleCase both = with({taken("ibuprofen"), taken("warfarin")});
  both.conditions = given.conditions;
  SECTION("moderate rule") {
    knowledge.rule({"R", {drug("class:nsaid")}, {lower, raise, small}});
    CHECK(knowledge.answer(given) == "moderate");
    CHECK(knowledge.answer(both) == "critical");
    given.conditions[0].certain = false;
    CHECK(knowledge.answer(given) == "major");
    CHECK(knowledge.answer(with({taken("ibuprofen", 300.0)})).empty());
    CHECK(knowledge.answer(with({taken("ibuprofen", 400.0)})) == "major");
  }
  SECTION("contraindication") {
    knowledge.rule({"R", {drug("class:nsaid")}, {lower}, true, "finding", "critical"});
    CHECK(knowledge.answer(given) == "critical");
  }
  SECTION("a further medicine is another one, taken, in the blood") {
    knowledge.rule({"R", {drug("any")}, {{1, "case", {{"class:nsaid"}}, {}, {}}}});
    OracleDrug stopped = taken("naproxen");
    stopped.stopped = true;
    CHECK(knowledge.judge({with({taken("ibuprofen"), taken("warfarin"), stopped})}) ==
          Lines{"0 R: ibuprofen: major", "0 R: warfarin: critical"});
  }
}

TEST_CASE("a rule of two medicines binds different ingredients, and answers once for a set", "[audit]") {
  Knowledge knowledge;
  knowledge.rule({"TWO", {{"a", {{"class:nsaid"}}}, {"b", {{"any"}}}, condition("heart_failure")}});
  OracleCase given = with({taken("naproxen"), taken("ibuprofen"), taken("ibuprofen")});
  CHECK(knowledge.judge({given}).empty());
  given.conditions = {{"heart_failure", true, {}}};
  CHECK(knowledge.judge({given}) == Lines{"0 TWO: ibuprofen + naproxen: major"});
}

TEST_CASE("of the bindings of one ingredient the gravest answers", "[audit]") {
  Knowledge knowledge;
  knowledge.rule({"SINGLE", {drug("ibuprofen", {over("single", 800, "mg")})}});
  OracleDrug large = taken("ibuprofen");
  large.single_mg = 900.0;
  CHECK(knowledge.judge({with({taken("ibuprofen"), large})}) == Lines{"0 SINGLE: ibuprofen: major"});
}

TEST_CASE("what the oracle cannot read is an error, never a guess", "[audit]") {
  Knowledge knowledge;
  const auto refused = [&] {
    auto oracle = PatientOracle::open(knowledge.path());
    REQUIRE(oracle.has_value());
    const auto rows = oracle->judge({});
    return !rows && rows.error().code == ErrorCode::knowledge_unavailable;
  };
  CHECK_FALSE(refused());
  SECTION("a unit") { knowledge.rule({"R", {drug("ibuprofen", {over("dose", 1, "drops/day")})}}); }
  SECTION("the unit of a quantity") {
    knowledge.rule({"R", {drug("ibuprofen"), value("potassium", {over("value", 1, "mg/dL")})}});
  }
  SECTION("a word") { knowledge.rule({"R", {drug("ibuprofen", {{"exposure", "=", "sideways"}})}}); }
  SECTION("a predicate on the wrong term") {
    knowledge.rule({"R", {drug("ibuprofen"), condition("ulcer", {over("dose", 1, "mg/day")})}});
  }
  SECTION("a counted term") {
    knowledge.rule({"R", {{"count", {{"class:nsaid"}}, {}, "fire", 2}}, {}, false, "red_flag"});
  }
  SECTION("no medicine") { knowledge.rule({"R", {condition("ulcer")}}); }
  SECTION("a condition on the patient that says nothing") {
    knowledge.rule({"R", {drug("ibuprofen")}, {{0, "patient", {}, {}, {}}}});
  }
  SECTION("a washout of no term") {
    knowledge.rule({"R", {drug("ibuprofen")}});
    knowledge.sql("INSERT INTO washout VALUES ('R', 'object', 7, '')");
  }
  CHECK(refused());
}

TEST_CASE("an oracle refuses names it does not know, and can be asked again", "[audit]") {
  Knowledge knowledge;
  knowledge.rule({"R", {drug("ibuprofen")}});
  knowledge.rule({"PAIR", {{"a", {{"ibuprofen"}}}, {"b", {{"warfarin"}}}}});
  auto oracle = PatientOracle::open(knowledge.path());
  REQUIRE(oracle.has_value());
  CHECK(oracle->rules().value() == Lines{"R"});  // a pair of medicines is for the pair oracle
  OracleCase given = with({taken("ibuprofen")});
  for (int part = 0; part < 4; ++part) {
    OracleCase wrong = given;
    if (part == 0) wrong.drugs[0].ingredient = "moonshine";
    if (part == 1) wrong.conditions = {{"spleen", true, {}}};
    if (part == 2) wrong.quantities = {{"humors", 1.0, 1.0, {}}};
    if (part == 3) wrong.allergies = {{"class:moonshine", "rash", {}}};
    const auto rows = oracle->judge(std::vector{wrong});
    REQUIRE_FALSE(rows.has_value());
    CHECK(rows.error().code == ErrorCode::not_found);
  }
  CHECK(oracle->judge(std::vector{given, OracleCase{}, given}).value().size() == 2);
  CHECK_FALSE(PatientOracle::open("/nowhere/guardian.kb").has_value());
}
