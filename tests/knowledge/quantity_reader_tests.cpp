#include "knowledge/quantity_reader.hpp"

#include <limits>

#include <rapidcheck.h>
#include <catch2/catch.hpp>

#include "knowledge/quantity_name.hpp"
#include "tests/knowledge/small_quantities.hpp"

using namespace guardian;
using namespace guardian::knowledge;
using core::LabResult;
using tests::small_reader;

namespace {

const AsOf review = core::parse_moment("2026-11-02T08:00:00Z");

LabReading read(const LabResult& lab) { return small_reader().read(lab, review); }

LabValue value_of(const LabResult& lab) {
  const LabReading reading = read(lab);
  if (const auto* refusal = std::get_if<LabRefusal>(&reading)) FAIL(refusal->message);
  return std::get<LabValue>(reading);
}

LabRefusal refusal_of(const LabResult& lab) {
  const LabReading reading = read(lab);
  REQUIRE(std::holds_alternative<LabRefusal>(reading));
  CHECK_FALSE(std::get<LabRefusal>(reading).message.empty());
  return std::get<LabRefusal>(reading);
}

std::string quantity_of(std::string_view name) {
  const auto named = small_reader().quantity_of(name);
  return named ? named->definition->name : "";
}

}  // namespace

TEST_CASE("a result is read into the unit of its quantity", "[knowledge][quantity]") {
  const LabValue potassium = value_of({"Potassium", 5.9, "mmol/L", "today"});
  CHECK(potassium == LabValue{"potassium", 5.9, "mmol/L", false, {AgeKind::known, 0.0}});
  CHECK(value_of({"SCr", 132.6, "\xC2\xB5mol/L", ""}).value == 1.5);
  CHECK(value_of({"SCr", 132.6, "umol/L", ""}).unit == "mg/dL");
  CHECK(value_of({"glucose", 5.5, "mmol/L", ""}).value == Approx(99.0858));
  CHECK(value_of({"Plt", 150000.0, "/mm3", ""}).value == 150.0);
  CHECK(value_of({"HbA1c", 53.0, "mmol/mol", ""}).value == Approx(7.0).margin(0.01));
  CHECK(value_of({"temp", 100.4, "F", ""}).value == 38.0);
}

TEST_CASE("a name is known in any case, with punctuation and with the words around it", "[knowledge][quantity]") {
  for (const char* name : {"potassium", "POTASSIUM", "Potassium, serum", "serum potassium", "Plasma Potassium Level",
                           "K+", "k", "Kali\xC3\xA9mie", "Potassium (K)", "K (potassium)", "potassium (serum)",
                           "Potassium [mmol/L]", "potassium_level", " Potassium ", "potassium in serum or plasma"}) {
    CAPTURE(name);
    CHECK(quantity_of(name) == "potassium");
  }
  CHECK(quantity_of("PT/INR") == "inr");
  CHECK(quantity_of("pt inr") == "inr");
}

TEST_CASE("a word that makes another quantity of a name is not dropped", "[knowledge][quantity]") {
  for (const char* name : {"urine potassium", "potassium urine", "potassium (urine)", "ionized calcium",
                           "neutrophils %", "Neutrophils (%)", "peak potassium", "free hemoglobin",
                           "potassium/creatinine", "serum", "", "%", "potassium creatinine", "potassium (glucose)"}) {
    CAPTURE(name);
    CHECK(quantity_of(name).empty());
    CHECK(refusal_of({name, 4.0, "", ""}).reason == LabRefusalReason::unknown_name);
  }
}

TEST_CASE("a name of very many words is not known and costs no time", "[knowledge][quantity]") {
  std::string name = "potassium";
  for (int i = 0; i < 2'000; ++i) name += i % 2 == 0 ? " serum" : " baseline";
  CHECK(quantity_of(name).empty());
  CHECK(quantity_of(name.substr(10)).empty());
}

TEST_CASE("a unit in the name counts when none stands beside the number", "[knowledge][quantity]") {
  CHECK(value_of({"Creatinine (umol/L)", 88.4, "", ""}).value == Approx(1.0));
  CHECK(value_of({"HbA1c %", 7.0, "", ""}).value == 7.0);
  CHECK(value_of({"Glucose mg/dL", 20.0, "", ""}).value == 20.0);
  CHECK(value_of({"Creatinine (umol/L)", 1.1, "mg/dL", ""}).value == 1.1);
}

TEST_CASE("a number without a unit is read when only one unit is possible", "[knowledge][quantity]") {
  CHECK(value_of({"potassium", 5.9, "", ""}).value == 5.9);
  CHECK(value_of({"potassium", 5.9, "", ""}).unit_assumed);
  CHECK_FALSE(value_of({"INR", 2.5, "", ""}).unit_assumed);
  CHECK(value_of({"creatinine", 1.1, "", ""}).value == 1.1);
  CHECK(value_of({"creatinine", 88.4, "n/a", ""}).value == Approx(1.0));
  CHECK(value_of({"glucose", 110.0, "", ""}).value == 110.0);
  CHECK(value_of({"glucose", 5.0, "", ""}).value == Approx(90.078));
  CHECK(value_of({"platelets", 85.0, "", ""}).value == 85.0);
  CHECK(value_of({"platelets", 85000.0, "", ""}).value == 85.0);
  CHECK(value_of({"Hgb", 130.0, "", ""}).value == 13.0);
  CHECK(value_of({"ANC", 450.0, "", ""}).value == 0.45);
  CHECK(value_of({"BUN", 18.0, "", ""}).value == 18.0);
}

TEST_CASE("the unit that a number was taken in is told where another is not absurd", "[knowledge][quantity]") {
  CHECK(value_of({"glucose", 110.0, "", ""}).unit_taken == "mg/dL");
  CHECK(value_of({"glucose", 5.0, "", ""}).unit_taken == "mmol/L");
  CHECK(value_of({"glucose", 110.0, "mg/dL", ""}).unit_taken.empty());
  CHECK(value_of({"creatinine", 1.1, "", ""}).unit_taken.empty());  // 1.1 umol/L is nobody's
  CHECK(value_of({"INR", 2.5, "", ""}).unit_taken.empty());
}

TEST_CASE("a number without a unit that may mean different things is refused", "[knowledge][quantity]") {
  CHECK(refusal_of({"glucose", 20.0, "", ""}).reason == LabRefusalReason::unit_unclear);  // 20 or 360 mg/dL
  CHECK(refusal_of({"glucose", 20.0, "", ""}).message == "glucose: 20 without a unit may be in mg/dL or mmol/L");
  CHECK(refusal_of({"creatinine", 22.0, "", ""}).reason == LabRefusalReason::unit_unclear);
  CHECK(refusal_of({"platelets", 2000.0, "", ""}).reason == LabRefusalReason::unit_unclear);
  CHECK(refusal_of({"neutrophils", 65.0, "", ""}).reason ==
        LabRefusalReason::unit_unclear);  // a percentage, most likely
  CHECK(refusal_of({"urea", 40.0, "", ""}).reason == LabRefusalReason::unit_unclear);
  CHECK(refusal_of({"glucose", 6000.0, "", ""}).reason == LabRefusalReason::implausible);
}

TEST_CASE("a number of urea is not taken for one of its nitrogen", "[knowledge][quantity]") {
  CHECK(value_of({"urea", 42.0, "mg/dL", ""}).value == Approx(19.59).margin(0.01));
  CHECK(value_of({"BUN", 42.0, "mg/dL", ""}).value == 42.0);
  CHECK(value_of({"urea", 7.0, "mmol/L", ""}).value == Approx(19.61).margin(0.01));
  CHECK(value_of({"BUN", 7.0, "mmol/L", ""}).value == Approx(19.61).margin(0.01));
}

TEST_CASE("each reason for a refusal is told with its quantity", "[knowledge][quantity]") {
  const auto check = [](const LabResult& lab, LabRefusalReason reason) {
    CAPTURE(lab.name, lab.unit, lab.when);
    const LabRefusal refusal = refusal_of(lab);
    CHECK(refusal.reason == reason);
    CHECK(refusal.quantity.empty() == (reason == LabRefusalReason::unknown_name));
  };
  check({"porcelain", 1.0, "", ""}, LabRefusalReason::unknown_name);
  check({"potassium", 5.9, "furlong", ""}, LabRefusalReason::unknown_unit);
  check({"neutrophils", 65.0, "%", ""}, LabRefusalReason::unknown_unit);
  check({"potassium", std::string("5.9 hemolyzed"), "", ""}, LabRefusalReason::unknown_unit);
  check({"potassium", std::string("5.9 mmol/L"), "mg/dL", ""}, LabRefusalReason::unit_unclear);
  check({"potassium", 59.0, "mmol/L", ""}, LabRefusalReason::implausible);
  check({"potassium", 0.0, "mmol/L", ""}, LabRefusalReason::implausible);
  check({"potassium", -4.0, "mmol/L", ""}, LabRefusalReason::implausible);
  check({"creatinine", 88.4, "mg/dL", ""}, LabRefusalReason::implausible);
  check({"potassium", 59.0, "", ""}, LabRefusalReason::implausible);
  check({"potassium", std::string("pending"), "mmol/L", ""}, LabRefusalReason::not_a_number);
  check({"potassium", std::string(), "mmol/L", ""}, LabRefusalReason::not_a_number);
  check({"potassium", std::numeric_limits<double>::quiet_NaN(), "mmol/L", ""}, LabRefusalReason::not_a_number);
  check({"potassium", std::numeric_limits<double>::infinity(), "mmol/L", ""}, LabRefusalReason::not_a_number);
  check({"platelets", std::string("150,000"), "/uL", ""}, LabRefusalReason::not_a_number);
  check({"creatinine", std::string("<0.2"), "mg/dL", ""}, LabRefusalReason::only_a_limit);
  check({"potassium", 5.9, "mmol/L", "2026-12-24"}, LabRefusalReason::in_the_future);
}

TEST_CASE("every reason has its word", "[knowledge][quantity]") {
  CHECK(to_string(LabRefusalReason::unknown_name) == "unknown_name");
  CHECK(to_string(LabRefusalReason::unknown_unit) == "unknown_unit");
  CHECK(to_string(LabRefusalReason::unit_unclear) == "unit_unclear");
  CHECK(to_string(LabRefusalReason::implausible) == "implausible");
  CHECK(to_string(LabRefusalReason::not_a_number) == "not_a_number");
  CHECK(to_string(LabRefusalReason::only_a_limit) == "only_a_limit");
  CHECK(to_string(LabRefusalReason::in_the_future) == "in_the_future");
}

TEST_CASE("a result that was written as text is read like a number", "[knowledge][quantity]") {
  CHECK(value_of({"potassium", std::string("5.9"), "mmol/L", ""}).value == 5.9);
  CHECK(value_of({"potassium", std::string("5,9 mmol/l (H)"), "", ""}).value == 5.9);
  CHECK(value_of({"potassium", std::string("5.9 mmol/L"), "MMOL/L", ""}).value == 5.9);
  CHECK(value_of({"creatinine", std::string("132.6 umol/L H"), "", ""}).value == 1.5);
}

TEST_CASE("the edges of the plausible are plausible in every unit", "[knowledge][quantity]") {
  CHECK(value_of({"potassium", 1.0, "mmol/L", ""}).value == 1.0);
  CHECK(value_of({"potassium", 12.0, "mEq/L", ""}).value == 12.0);
  CHECK(refusal_of({"potassium", 12.01, "mEq/L", ""}).reason == LabRefusalReason::implausible);
  CHECK(value_of({"creatinine", 2210.0, "umol/L", ""}).value == 25.0);
  CHECK(value_of({"creatinine", 8.84, "umol/L", ""}).value == 0.1);
}

TEST_CASE("an earlier result says so by its name or its time", "[knowledge][quantity]") {
  CHECK(value_of({"baseline creatinine", 0.9, "mg/dL", ""}).age.kind == AgeKind::earlier);
  CHECK(value_of({"creatinine (baseline)", 0.9, "mg/dL", ""}).age.kind == AgeKind::earlier);
  CHECK(value_of({"creatinine", 0.9, "mg/dL", "baseline"}).age.kind == AgeKind::earlier);
  CHECK(value_of({"previous Hgb", 9.0, "g/dL", "3 days ago"}).age == ResultAge{AgeKind::known, 3.0});
  CHECK(value_of({"creatinine", 0.9, "mg/dL", ""}).age.kind == AgeKind::not_stated);
  CHECK(value_of({"creatinine", 0.9, "mg/dL", "02/11/2026"}).age.kind == AgeKind::not_understood);
}

TEST_CASE("a message cuts what it repeats and never cuts a character", "[knowledge][quantity]") {
  std::string name;
  for (int i = 0; i < 100; ++i) name += "\xC3\xA9";
  const std::string message = refusal_of({name, 1.0, "", ""}).message;
  CHECK(message.size() < 120);
  CHECK(message.find("...\"") != std::string::npos);
}

TEST_CASE("tables that contradict themselves are refused", "[knowledge][quantity]") {
  const auto fails = [](auto change) {
    QuantityTables tables = tests::small_quantity_tables();
    change(tables);
    return !QuantityReader::build(tables).has_value();
  };
  CHECK_FALSE(fails([](QuantityTables&) {}));
  CHECK(fails([](QuantityTables& t) { t.quantities.push_back(t.quantities.front()); }));
  CHECK(fails([](QuantityTables& t) { t.quantities.front().low = 20; }));
  CHECK(fails([](QuantityTables& t) { t.names.push_back({"x", "no_such", ""}); }));
  CHECK(fails([](QuantityTables& t) { t.names.push_back({"++", "potassium", ""}); }));
  CHECK(fails([](QuantityTables& t) { t.names.push_back({"k", "glucose", ""}); }));
  CHECK(fails([](QuantityTables& t) { t.units.push_back({"no_such", "g", 1, 0}); }));
  CHECK(fails([](QuantityTables& t) { t.units.push_back({"potassium", "g", 0, 0}); }));
  CHECK(fails([](QuantityTables& t) { t.units.push_back({"potassium", "g", -1, 0}); }));
  CHECK(fails([](QuantityTables& t) { t.units.push_back({"potassium", "mmol/L", 2, 0}); }));
  CHECK(fails([](QuantityTables& t) { t.units.push_back({"glucose", "MMOL/L", 18, 0}); }));
  CHECK(fails([](QuantityTables& t) { t.unstated.push_back({"no_such", {}, 1, 2}); }));
  CHECK(fails([](QuantityTables& t) { t.unstated.push_back({"potassium", {"stone"}, 1, 2}); }));
  CHECK(fails([](QuantityTables& t) { t.unstated.push_back({"potassium", {}, 2, 1}); }));
}

TEST_CASE("a number goes to the unit of its quantity and back unchanged", "[knowledge][quantity][property]") {
  CHECK(rc::check("conversion is undone by its inverse", [] {
    const auto row = *rc::gen::elementOf(tests::small_quantity_tables().units);
    const double number = *rc::gen::inRange(1, 1'000'000) / 1000.0;
    const auto canonical = small_reader().to_canonical(row.quantity, number, row.unit);
    RC_ASSERT(canonical.has_value());
    const auto back = small_reader().from_canonical(row.quantity, *canonical, row.unit);
    RC_ASSERT(back.has_value());
    RC_ASSERT(*back == Approx(number).epsilon(1e-8).margin(1e-6));
  }));
}

TEST_CASE("what is read is plausible, whatever was written", "[knowledge][quantity][property]") {
  CHECK(rc::check("limits hold", [] {
    const QuantityTables tables = tests::small_quantity_tables();
    LabResult lab;
    lab.name = (*rc::gen::elementOf(tables.names)).name;
    lab.value = *rc::gen::inRange(-100, 1'000'000) / 100.0;
    lab.unit = *rc::gen::element<std::string>("", "mmol/L", "mg/dL", "umol/L", "g/L", "/uL", "10^9/L", "F", "%", "x");
    const LabReading reading = read(lab);
    if (const auto* value = std::get_if<LabValue>(&reading)) {
      const QuantityDefinition* definition = small_reader().find(value->quantity);
      RC_ASSERT(definition != nullptr);
      RC_ASSERT(value->value >= definition->low * (1 - 1e-9));
      RC_ASSERT(value->value <= definition->high * (1 + 1e-9));
    } else {
      RC_ASSERT(!std::get<LabRefusal>(reading).message.empty());
    }
  }));
}

TEST_CASE("a normalised name is lower case with single blanks", "[knowledge][quantity]") {
  CHECK(normalised_quantity_name("eGFR (CKD-EPI)") == "egfr ckd epi");
  CHECK(normalised_quantity_name("Neutrophils%") == "neutrophils %");
  CHECK(normalised_quantity_name("  25-OH  Vitamin D ") == "25 oh vitamin d");
  CHECK(normalised_quantity_name("Ca++") == "ca");
  CHECK(normalised_quantity_name("...").empty());
}
