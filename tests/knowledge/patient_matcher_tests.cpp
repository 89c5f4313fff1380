// Rules about the patient: what moves and silences them, what they wait for, and that no place in a list hides one.

#include "knowledge/patient_matcher.hpp"

#include <algorithm>

#include <catch2/catch.hpp>

#include "knowledge/screen.hpp"
#include "tests/knowledge/small_knowledge.hpp"

using namespace guardian;
using namespace guardian::knowledge;
using core::Severity;
using tests::ConditionRow;
using tests::SmallKnowledge;

namespace {

using Lines = std::vector<std::string>;

// One rule of old age, with the age in a table of its own.
SmallKnowledge old_age(const std::vector<ConditionRow>& conditions, const std::string& terms = "drug = warfarin") {
  auto tables =
      tests::small_tables({{"R", "moderate", terms + " ; value = age {value>=65 y}", "drug-age"}}, conditions);
  tables["quantities"] = "age\tattribute\tage\ty\t0\t130\t\t\t";
  return SmallKnowledge::of(tables);
}

Screening screened(const std::shared_ptr<const KnowledgeBase>& base, const Lines& texts, std::optional<double> age) {
  core::Case subject;
  subject.patient.age = age;
  for (const std::string& text : texts) {
    core::MedicationEntry entry;
    entry.element = "/medications/" + std::to_string(subject.medications.size());
    entry.text = text;
    subject.medications.push_back(entry);
  }
  auto screening = Screener(base).screen(subject);
  REQUIRE(screening.has_value());
  return std::move(*screening);
}

std::vector<core::Finding> of_rule(const Screening& screening, const std::string& rule) {
  std::vector<core::Finding> found;
  for (const core::Finding& finding : screening.findings) {
    if (std::find(finding.rules.begin(), finding.rules.end(), rule) != finding.rules.end()) found.push_back(finding);
  }
  return found;
}

// "moderate", or "moderate, raised one step: reason of case"; empty: it does not fire.
std::string said(const SmallKnowledge& small, const Lines& texts) {
  const auto found = of_rule(screened(small.shared(), texts, 70), "R");
  if (found.empty()) return "";
  REQUIRE(found.size() == 1);
  std::string text(to_string(found[0].severity));
  for (const std::string& line : found[0].context) {
    if (line.find("one step") != std::string::npos) text += ", " + line;
  }
  return text;
}

}  // namespace

TEST_CASE("a modifier moves the severity of a rule about the patient, and care is never cancelled",
          "[knowledge][matcher]") {
  const auto small = old_age({{"R", "+1", "case", "aspirin"}, {"R", "-1", "case", "lisinopril"}});
  CHECK(said(small, {"warfarin"}) == "moderate");
  CHECK(said(small, {"warfarin", "aspirin"}) == "major, raised one step: reason of case");
  CHECK(said(small, {"warfarin", "lisinopril"}) == "minor, lowered one step: reason of case");
  CHECK(said(small, {"warfarin", "lisinopril", "aspirin"}) == "major, raised one step: reason of case");
  CHECK(said(small, {"warfarin", "furosemide"}) == "moderate");
}

TEST_CASE("an exception on a medicine of a rule about the patient looks at that medicine alone",
          "[knowledge][matcher]") {
  const auto small = old_age({{"R", "", "drug", "", "dose<=2 mg/day"}});
  CHECK(said(small, {"warfarin 5 mg once daily"}) == "moderate");
  CHECK(said(small, {"warfarin 1 mg once daily"}).empty());
  CHECK(said(small, {"warfarin 5 mg once daily", "lisinopril 1 mg once daily"}) == "moderate");
  // Of two medicines of a rule, the second has the exception.
  const auto two = old_age({{"R", "", "b", "", "dose<=2 mg/day"}}, "a = warfarin ; b = lisinopril");
  CHECK(said(two, {"warfarin 1 mg once daily", "lisinopril 5 mg once daily"}) == "moderate");
  CHECK(said(two, {"warfarin 5 mg once daily", "lisinopril 1 mg once daily"}).empty());
}

TEST_CASE("a modifier on the patient moves a rule about the patient", "[knowledge][matcher]") {
  const auto small = old_age({{"R", "+1", "patient", "value = age {value>=80 y}"}});
  CHECK(of_rule(screened(small.shared(), {"warfarin"}, 70), "R").at(0).severity == Severity::moderate);
  CHECK(of_rule(screened(small.shared(), {"warfarin"}, 85), "R").at(0).severity == Severity::major);
  CHECK(of_rule(screened(small.shared(), {"warfarin"}, 60), "R").empty());
}

TEST_CASE("a rule about products counts medicines that are taken beside each other", "[knowledge][matcher]") {
  const SmallKnowledge small({{"R", "moderate", "products(2) = aspirin", "duplicate"}});
  const auto fires = [&](const Lines& list, const Lines& orders) {
    core::Case subject;
    for (const Lines* texts : {&list, &orders}) {
      for (const std::string& text : *texts) {
        core::MedicationEntry entry;
        entry.element = "/" + std::to_string(subject.medications.size());
        entry.text = text;
        entry.is_order = texts == &orders;
        subject.medications.push_back(entry);
      }
    }
    const auto screening = Screener(small.shared()).screen(subject);
    REQUIRE(screening.has_value());
    return !of_rule(*screening, "R").empty();
  };
  CHECK_FALSE(fires({"aspirin 100 mg once daily"}, {}));
  CHECK(fires({"aspirin 100 mg once daily", "aspirin 300 mg once daily"}, {}));
  // An order of what is taken already, the same way, is its new dose.
  CHECK_FALSE(fires({"aspirin 100 mg PO once daily"}, {"aspirin 300 mg PO once daily"}));
  CHECK(fires({"aspirin 100 mg PO once daily"}, {"aspirin 300 mg PR once daily"}));
  // One that is taken when needed is more of the same, and hides no other.
  CHECK_FALSE(fires({"aspirin 100 mg once daily", "aspirin 300 mg as needed"}, {}));
  CHECK(fires({"aspirin 100 mg once daily", "aspirin 300 mg as needed", "aspirin 75 mg once daily"}, {}));
}

// Beside 64 medicines the quick look whether a rule can reach a medicine ends, and each is looked at.
TEST_CASE("a rule about the patient is found at every place of a long list, of its own medicine alone",
          "[knowledge][matcher]") {
  const auto& base = tests::shipped_knowledge();
  Lines names;
  for (std::uint32_t i = 0; i < base->graph().ingredient_count() && names.size() < 67; ++i) {
    const std::string& name = base->graph().ingredient_name(static_cast<IngredientIndex>(i));
    if (name < "valproate") names.push_back(name);
  }
  for (std::size_t others = 62; others <= names.size(); ++others) {
    CAPTURE(others);
    Lines texts(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(others));
    texts.emplace_back("valproate");
    const auto found = of_rule(screened(base, texts, 1), "AGE-VALPROATE-2");
    REQUIRE(found.size() == 1);
    CHECK(found[0].medicines == Lines{"valproate"});
  }
}

namespace {

// What the rule waits for in a patient of 70, a line each time it is asked for.
Lines waits_for(SmallKnowledge& small, const std::vector<DrugFact>& facts) {
  auto patient = small.base().patient_state();
  QuantityFact age{*small.base().quantity("age")};
  age.low = age.high = 70;
  patient.add(age);
  Lines lines;
  for (const PatientUnevaluated& missing : small.matcher().match(facts, &patient).patient.unevaluated)
    lines.push_back(small.base().graph().ingredient_name(missing.ingredient));
  return lines;
}

}  // namespace

TEST_CASE("a rule about the patient that fires for two medicines does not wait for them the other way round",
          "[knowledge][matcher]") {
  auto small = old_age({}, "a = class:nsaid ; b = class:nsaid {dose>=100 mg/day ?ask}");
  for (const bool turned : {false, true}) {
    CAPTURE(turned);
    const char* known = turned ? "ibuprofen" : "aspirin";
    const char* unknown = turned ? "aspirin" : "ibuprofen";
    CHECK(waits_for(small, {small.dosed(known, 500), small.drug(unknown)}).empty());
    CHECK(waits_for(small, {small.drug(unknown), small.dosed(known, 500)}).empty());
    CHECK(waits_for(small, {small.dosed(known, 50), small.drug(unknown)}) == Lines{unknown});
  }
}

TEST_CASE("a rule about the patient that fires for three medicines does not wait for them in another order",
          "[knowledge][matcher]") {
  auto small =
      old_age({}, "a = class:antidepressant ; b = class:antidepressant {dose>=100 mg/day ?ask} ; c = warfarin");
  CHECK(waits_for(small, {small.dosed("citalopram", 500), small.drug("fluoxetine"), small.drug("warfarin")}).empty());
  CHECK(waits_for(small, {small.drug("warfarin"), small.drug("citalopram"), small.dosed("fluoxetine", 500)}).empty());
}

TEST_CASE("a rule about the patient asks once for what it waits for, whatever else is taken", "[knowledge][matcher]") {
  auto small = old_age({}, "a = class:antidepressant ; b = class:antidepressant {dose>=100 mg/day ?ask}");
  auto asked = waits_for(small, small.drugs({"citalopram", "fluoxetine", "phenelzine"}));
  std::sort(asked.begin(), asked.end());
  CHECK(asked == Lines{"citalopram", "fluoxetine", "phenelzine"});
}

TEST_CASE("a rule about the patient with a washout of its own counts a medicine until its end",
          "[knowledge][matcher]") {
  auto tables = tests::small_tables({{"R", "moderate", "drug = warfarin ; value = age {value>=65 y}", "drug-age"},
                                     {"S", "moderate", "drug = lisinopril ; value = age {value>=65 y}", "drug-age"},
                                     {"T", "moderate", "drug = aspirin ; value = age {value>=65 y}", "drug-age"}});
  tables["quantities"] = "age\tattribute\tage\ty\t0\t130\t\t\t";
  tables["washouts"] = "R\tdrug\t10\tref\nT\tdrug\t0.5\tref";
  auto small = SmallKnowledge::of(tables);
  auto patient = small.base().patient_state();
  QuantityFact age{*small.base().quantity("age")};
  age.low = age.high = 70;
  patient.add(age);
  const auto fires = [&](const char* name, double days_ago) {
    const std::vector<DrugFact> facts{small.stopped(name, days_ago)};
    return small.matcher().match(facts, &patient).patient.fired.size();
  };
  CHECK(fires("warfarin", 10) == 1);
  CHECK(fires("warfarin", 11) == 0);
  CHECK(fires("lisinopril", 1) == 0);
  CHECK(fires("aspirin", 0.4) == 1);  // half a day is a washout too
  CHECK(fires("aspirin", 0.6) == 0);
}

TEST_CASE("a rule about the patient that asks for a dose by weight asks for the weight where the dose is known",
          "[knowledge][matcher]") {
  struct Row {
    const char* predicate;
    double DrugFact::*stated;
    double DrugFact::*other;  // says nothing of that dose
  };
  const auto row = GENERATE(values<Row>({
      {"dose>10 mg/kg/day ?ask", &DrugFact::daily_mg, &DrugFact::rate_mg},
      {"single>10 mg/kg ?ask", &DrugFact::single_mg, &DrugFact::daily_mg},
      {"dose>10 mg/kg/h ?ask", &DrugFact::rate_mg, &DrugFact::daily_mg},
      {"dose>10 units/kg/day ?ask", &DrugFact::daily_units, &DrugFact::daily_mg},
      {"dose>10 units/kg/h ?ask", &DrugFact::rate_units, &DrugFact::rate_mg},
  }));
  CAPTURE(row.predicate);
  auto small = old_age({}, "drug = warfarin {" + std::string(row.predicate) + "}");
  const auto wanted = [&](double DrugFact::*stated, double weight_kg) {
    DrugFact fact = small.drug("warfarin");
    fact.*stated = 500.0;
    fact.weight_kg = weight_kg;
    auto patient = small.base().patient_state();
    QuantityFact age{*small.base().quantity("age")};
    age.low = age.high = 70;
    patient.add(age);
    const std::vector<DrugFact> facts{fact};
    const auto& missing = small.matcher().match(facts, &patient).patient.unevaluated;
    REQUIRE(missing.size() == 1);
    return missing[0].wanted;
  };
  CHECK(wanted(row.stated, unknown_number) == WantedFact::weight);
  CHECK(wanted(row.other, unknown_number) == WantedFact::dose);
  CHECK(wanted(row.other, 70.0) == WantedFact::dose);
}

TEST_CASE("a sign may rest on a condition that another sign shows, whichever of the two comes first",
          "[knowledge][matcher]") {
  auto tables = tests::small_tables({{"R", "moderate", "drug = warfarin ; condition = early", "drug-disease"}});
  tables["conditions"] = "early\tdisease\t\tearly in the order\t\nlate\tdisease\t\tlate in the order\t";
  tables["quantities"] = "urea\tlab\turea\tmmol/L\t0\t100\t\t\t";
  const bool forward = GENERATE(true, false);
  const std::string shown = forward ? "late" : "early";
  const std::string basis = forward ? "early" : "late";
  const std::string of_value = basis + "\tvalue = urea {value>=20 mmol/L}\tref";
  const std::string of_condition = shown + "\tcondition = " + basis + "\tref";
  tables["signs"] = forward ? of_value + "\n" + of_condition : of_condition + "\n" + of_value;
  auto small = SmallKnowledge::of(tables);
  auto patient = small.base().patient_state();
  patient.add({*small.base().quantity("urea"), 25, 25, 0, 7});
  CHECK(small.matcher().apply_signs(patient).size() == 2);
  CHECK(patient.conditions().size() == 2);
}

TEST_CASE("a sign that rests on one with an assumed age says what was assumed there", "[knowledge][matcher]") {
  auto tables = tests::small_tables({{"R", "moderate", "drug = warfarin ; condition = early", "drug-disease"}});
  tables["conditions"] = "early\tdisease\t\tearly in the order\t\nlate\tdisease\t\tlate in the order\t";
  tables["quantities"] = "age\tattribute\tage\ty\t0\t130\t\t\t\nurea\tlab\turea\tmmol/L\t0\t100\t\t\t";
  tables["signs"] =
      "early\tvalue = urea {value>=20 mmol/L} ; value = age {value>=18 y, ?fire}\tref\n"
      "late\tcondition = early\tref";
  auto small = SmallKnowledge::of(tables);
  auto patient = small.base().patient_state();
  patient.add({*small.base().quantity("urea"), 25, 25, 0, 7});
  CHECK(small.matcher().apply_signs(patient).size() == 2);
  REQUIRE(patient.conditions().size() == 2);
  REQUIRE(patient.conditions()[0].given != nullptr);
  CHECK(patient.conditions()[1].given == patient.conditions()[0].given);
}

TEST_CASE("what a sign shows is of the value that comes first", "[knowledge][matcher]") {
  auto tables = tests::small_tables({{"R", "moderate", "drug = warfarin ; condition = injury", "drug-disease"}});
  tables["conditions"] = "injury\tdisease\t\tkidney injury\t";
  tables["quantities"] = "age\tattribute\tage\ty\t0\t130\t\t\t\nurea\tlab\turea\tmmol/L\t0\t100\t\t\t";
  tables["signs"] = "injury\tvalue = urea {value>=20 mmol/L} ; value = age {value>=18 y}\tref";
  auto small = SmallKnowledge::of(tables);
  auto patient = small.base().patient_state();
  patient.add({*small.base().quantity("age"), 70, 70, 0, 3});
  patient.add({*small.base().quantity("urea"), 25, 25, 0, 7});
  CHECK(small.matcher().apply_signs(patient).size() == 1);
  REQUIRE(patient.conditions().size() == 1);
  CHECK(patient.conditions()[0].source == 7);
}
