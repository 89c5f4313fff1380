#include "core/medication.hpp"

#include <limits>

#include <catch2/catch.hpp>

using namespace guardian::core;

namespace {

Dose dose(std::vector<double> strengths, DoseUnit unit, std::optional<double> times) {
  Dose made;
  made.strengths = std::move(strengths);
  made.strength_unit = unit;
  made.times_per_day = times;
  return made;
}

}  // namespace

TEST_CASE("a daily dose is strength times amount times frequency in milligrams", "[core][medication]") {
  Dose stated = dose({20}, DoseUnit::mg, 2.0);
  REQUIRE(daily_mg(stated, 0).has_value());
  CHECK(*daily_mg(stated, 0) == Approx(40.0));
  stated.amount = 1.5;
  CHECK(*daily_mg(stated, 0) == Approx(60.0));
  CHECK(*daily_mg(dose({7}, DoseUnit::mg, 1.0 / 7.0), 0) == Approx(1.0));
}

TEST_CASE("micrograms and grams are converted to milligrams", "[core][medication]") {
  CHECK(*daily_mg(dose({125}, DoseUnit::mcg, 1.0), 0) == Approx(0.125));
  CHECK(*daily_mg(dose({0.5}, DoseUnit::g, 3.0), 0) == Approx(1500.0));
}

TEST_CASE("each ingredient of a combination has its own daily dose", "[core][medication]") {
  const Dose combination = dose({20, 12.5}, DoseUnit::mg, 1.0);
  CHECK(*daily_mg(combination, 0) == Approx(20.0));
  CHECK(*daily_mg(combination, 1) == Approx(12.5));
}

TEST_CASE("a daily dose that was not stated is unknown and not zero", "[core][medication]") {
  CHECK_FALSE(daily_mg(Dose{}, 0).has_value());
  CHECK_FALSE(daily_mg(dose({20}, DoseUnit::mg, std::nullopt), 0).has_value());
  CHECK_FALSE(daily_mg(dose({}, DoseUnit::mg, 1.0), 0).has_value());
  CHECK_FALSE(daily_mg(dose({20}, DoseUnit::mg, 1.0), 1).has_value());
  CHECK_FALSE(daily_mg(dose({20}, DoseUnit::mg, 1.0), std::numeric_limits<std::size_t>::max()).has_value());
}

TEST_CASE("a strength in a unit that is no mass gives no daily dose", "[core][medication]") {
  for (const DoseUnit unit :
       {DoseUnit::none, DoseUnit::units, DoseUnit::ml, DoseUnit::meq, DoseUnit::mmol, DoseUnit::percent,
        DoseUnit::tablet, DoseUnit::drop, DoseUnit::puff, DoseUnit::patch, DoseUnit::mg_per_kg}) {
    CAPTURE(to_string(unit));
    CHECK_FALSE(daily_mg(dose({20}, unit, 1.0), 0).has_value());
  }
}

TEST_CASE("a dose taken as needed counts at its maximum", "[core][medication]") {
  Dose stated = dose({50}, DoseUnit::mg, 4.0);
  stated.as_needed = true;
  CHECK(*daily_mg(stated, 0) == Approx(200.0));
}

TEST_CASE("an exposure is written as one word and read back from it", "[core][medication]") {
  for (const Exposure exposure : {Exposure::none, Exposure::local, Exposure::systemic}) {
    CHECK(parse_exposure(to_string(exposure)) == exposure);
  }
  CHECK(to_string(Exposure::none) == "none");
  CHECK(to_string(Exposure::local) == "local");
  CHECK(to_string(Exposure::systemic) == "systemic");
  CHECK_FALSE(parse_exposure("").has_value());
  CHECK_FALSE(parse_exposure("Systemic").has_value());
}

TEST_CASE("the states of a medicine and the units of a dose have their usual words", "[core][medication]") {
  CHECK(to_string(MedicationStatus::active) == "active");
  CHECK(to_string(MedicationStatus::stopped) == "stopped");
  CHECK(to_string(MedicationStatus::on_hold) == "on-hold");
  CHECK(to_string(DoseUnit::none).empty());
  CHECK(to_string(DoseUnit::mg) == "mg");
  CHECK(to_string(DoseUnit::mcg) == "mcg");
  CHECK(to_string(DoseUnit::meq) == "mEq");
  CHECK(to_string(DoseUnit::mg_per_kg) == "mg/kg");
}

TEST_CASE("parts of a medicine that nobody stated are empty", "[core][medication]") {
  const MedicationEntry entry;
  CHECK(entry.status == MedicationStatus::active);
  CHECK_FALSE(entry.stopped_days_ago.has_value());
  CHECK_FALSE(entry.is_order);
  CHECK(entry.code.empty());
}
