#include "core/kidney_function.hpp"

#include <limits>

#include <rapidcheck.h>
#include <catch2/catch.hpp>

#include "core/age.hpp"

using namespace guardian::core;

namespace {

KidneyInputs person(double age, Sex sex, double creatinine, std::optional<double> weight = std::nullopt,
                    std::optional<double> height = std::nullopt) {
  return {age, sex, weight, height, creatinine};
}

MeasureGap gap_of(const Measured<double>& measured) {
  REQUIRE_FALSE(measured.has_value());
  CHECK_FALSE(measured.error().message.empty());
  return measured.error().gap;
}

MeasureGap gap_of(const Measured<CreatinineClearance>& measured) {
  REQUIRE_FALSE(measured.has_value());
  CHECK_FALSE(measured.error().message.empty());
  return measured.error().gap;
}

}  // namespace

// Computed apart from this code from the equation of Inker et al. 2021 (doi 10.1056/NEJMoa2102953); whole numbers are
// what laboratories print.
TEST_CASE("CKD-EPI 2021 gives the values of the published equation", "[core][kidney]") {
  struct Row {
    double age;
    Sex sex;
    double creatinine;
    double egfr;
  };
  for (const Row& row :
       {Row{50, Sex::male, 1.0, 91.691}, Row{50, Sex::female, 1.0, 68.633}, Row{65, Sex::male, 1.2, 67.111},
        Row{65, Sex::female, 0.6, 99.549}, Row{80, Sex::male, 2.5, 25.338}, Row{30, Sex::female, 0.7, 119.245},
        Row{40, Sex::male, 0.9, 110.726}, Row{20, Sex::male, 0.5, 149.748}, Row{90, Sex::female, 4.0, 10.140},
        Row{18, Sex::female, 1.0, 83.747}}) {
    CAPTURE(row.age, row.creatinine);
    const auto egfr = ckd_epi_2021(person(row.age, row.sex, row.creatinine));
    REQUIRE(egfr.has_value());
    CHECK(*egfr == Approx(row.egfr).margin(0.001));
  }
}

// Cockcroft and Gault 1976: 72 kg and 1 mg/dL make the clearance 140 - age.
TEST_CASE("Cockcroft-Gault gives the values of the published equation", "[core][kidney]") {
  const auto man = cockcroft_gault(person(40, Sex::male, 1.0, 72));
  REQUIRE(man.has_value());
  CHECK(man->ml_min == Approx(100.0));
  CHECK(man->weight == WeightKind::actual);
  CHECK_FALSE(man->by_ideal.has_value());
  const auto woman = cockcroft_gault(person(80, Sex::female, 1.2, 60));
  REQUIRE(woman.has_value());
  CHECK(woman->ml_min == Approx(60.0 * 60.0 * 0.85 / 86.4));  // 35.4
}

TEST_CASE("the clearance of an obese patient is by the adjusted weight and says so", "[core][kidney]") {
  // 70 in: ideal 73 kg, adjusted 73 + 0.4 x 47 = 91.8 kg; body mass index 38.
  const auto obese = cockcroft_gault(person(60, Sex::male, 1.0, 120, 177.8));
  REQUIRE(obese.has_value());
  CHECK(obese->weight == WeightKind::adjusted);
  CHECK(obese->weight_kg == Approx(91.8));
  CHECK(obese->ml_min == Approx(80.0 * 91.8 / 72.0));
  CHECK(obese->by_actual == Approx(80.0 * 120.0 / 72.0));
  CHECK(*obese->by_ideal == Approx(80.0 * 73.0 / 72.0));
  CHECK(*obese->by_adjusted == Approx(obese->ml_min));
}

TEST_CASE("the clearance of one who is not obese is by the actual weight", "[core][kidney]") {
  for (const double weight : {45.0, 60.0, 73.0, 94.0}) {
    CAPTURE(weight);
    const auto clearance = cockcroft_gault(person(60, Sex::male, 1.0, weight, 177.8));
    REQUIRE(clearance.has_value());
    CHECK(clearance->weight == WeightKind::actual);
    CHECK(clearance->weight_kg == weight);
    CHECK(clearance->ml_min == Approx(clearance->by_actual));
    CHECK(clearance->by_ideal.has_value());
  }
}

TEST_CASE("the body measures give their published values", "[core][kidney]") {
  CHECK(*ideal_body_weight(Sex::male, 177.8) == Approx(73.0));
  CHECK(*ideal_body_weight(Sex::female, 152.4) == Approx(45.5));
  CHECK(*ideal_body_weight(Sex::female, 147.32) == Approx(40.9));
  CHECK(*body_mass_index(70, 175) == Approx(22.857).margin(0.001));
  CHECK(*body_surface_area(70, 170) == Approx(1.818).margin(0.001));
  CHECK(*body_surface_area(3.5, 50) == Approx(0.2205).margin(0.001));
  CHECK(*corrected_calcium(8.0, 2.0) == Approx(9.6));
  CHECK(*corrected_calcium(9.2, 4.0) == Approx(9.2));
}

TEST_CASE("what is not stated is the reason why nothing is computed", "[core][kidney]") {
  const KidneyInputs whole = person(60, Sex::female, 1.0, 70, 165);
  KidneyInputs inputs = whole;
  inputs.age_years.reset();
  CHECK(gap_of(cockcroft_gault(inputs)) == MeasureGap::age_missing);
  CHECK(gap_of(ckd_epi_2021(inputs)) == MeasureGap::age_missing);
  inputs = whole;
  inputs.sex.reset();
  CHECK(gap_of(cockcroft_gault(inputs)) == MeasureGap::sex_missing);
  CHECK(gap_of(ckd_epi_2021(inputs)) == MeasureGap::sex_missing);
  inputs = whole;
  inputs.weight_kg.reset();
  CHECK(gap_of(cockcroft_gault(inputs)) == MeasureGap::weight_missing);
  CHECK(ckd_epi_2021(inputs).has_value());
  inputs = whole;
  inputs.creatinine_mg_dl.reset();
  CHECK(gap_of(cockcroft_gault(inputs)) == MeasureGap::creatinine_missing);
  CHECK(gap_of(ckd_epi_2021(inputs)) == MeasureGap::creatinine_missing);
  CHECK(gap_of(body_mass_index(std::nullopt, 170)) == MeasureGap::weight_missing);
  CHECK(gap_of(body_mass_index(70, std::nullopt)) == MeasureGap::height_missing);
  CHECK(gap_of(body_surface_area(70, std::nullopt)) == MeasureGap::height_missing);
  CHECK(gap_of(ideal_body_weight(std::nullopt, 170)) == MeasureGap::sex_missing);
  CHECK(gap_of(corrected_calcium(std::nullopt, 4.0)) == MeasureGap::calcium_missing);
  CHECK(gap_of(corrected_calcium(9.0, std::nullopt)) == MeasureGap::albumin_missing);
}

TEST_CASE("all that is missing is named at once", "[core][kidney]") {
  const auto nothing = cockcroft_gault({});
  REQUIRE_FALSE(nothing.has_value());
  CHECK(nothing.error().message == "the age, the sex, the weight and the creatinine are not stated");
  CHECK(ckd_epi_2021({60.0, Sex::male, {}, {}, {}}).error().message == "the creatinine is not stated");
}

TEST_CASE("the equations for adults are not used for a child", "[core][kidney]") {
  CHECK(gap_of(cockcroft_gault(person(17.9, Sex::male, 0.6, 60))) == MeasureGap::child);
  CHECK(gap_of(ckd_epi_2021(person(17.9, Sex::male, 0.6))) == MeasureGap::child);
  CHECK(gap_of(ckd_epi_2021({3.0, {}, {}, {}, {}})) == MeasureGap::child);
  CHECK(ckd_epi_2021(person(18, Sex::male, 0.6)).has_value());
  CHECK(body_mass_index(20, 110).has_value());
}

TEST_CASE("a sex that the equation has no term for is a reason of its own", "[core][kidney]") {
  CHECK(gap_of(cockcroft_gault(person(60, Sex::other, 1.0, 70))) == MeasureGap::sex_other);
  CHECK(gap_of(ckd_epi_2021(person(60, Sex::other, 1.0))) == MeasureGap::sex_other);
  CHECK(gap_of(ideal_body_weight(Sex::other, 170)) == MeasureGap::sex_other);
}

TEST_CASE("a number that no patient has is refused and not computed with", "[core][kidney]") {
  const double not_a_number = std::numeric_limits<double>::quiet_NaN();
  CHECK(gap_of(ckd_epi_2021(person(60, Sex::male, 90))) == MeasureGap::implausible);  // in umol/L
  CHECK(gap_of(ckd_epi_2021(person(60, Sex::male, 0))) == MeasureGap::implausible);
  CHECK(gap_of(ckd_epi_2021(person(60, Sex::male, not_a_number))) == MeasureGap::implausible);
  CHECK(gap_of(ckd_epi_2021(person(140, Sex::male, 1))) == MeasureGap::implausible);
  CHECK(gap_of(ckd_epi_2021(person(-1, Sex::male, 1))) == MeasureGap::implausible);
  CHECK(gap_of(cockcroft_gault(person(60, Sex::male, 1, 0))) == MeasureGap::implausible);
  CHECK(gap_of(cockcroft_gault(person(60, Sex::male, 1, 70, 1.75))) == MeasureGap::implausible);  // in metres
  CHECK(gap_of(cockcroft_gault(person(60, Sex::male, 1, 300, 70))) == MeasureGap::implausible);
  CHECK(gap_of(body_mass_index(70, 40)) == MeasureGap::implausible);
  CHECK(gap_of(body_surface_area(70, 40)) == MeasureGap::implausible);
  CHECK(gap_of(ideal_body_weight(Sex::male, 100)) == MeasureGap::implausible);
  CHECK(gap_of(corrected_calcium(2.3e2, 4)) == MeasureGap::implausible);
  CHECK(gap_of(corrected_calcium(9, 40)) == MeasureGap::implausible);  // albumin in g/L
}

TEST_CASE("a height too small for an ideal weight leaves the clearance by the actual one", "[core][kidney]") {
  const auto clearance = cockcroft_gault(person(50, Sex::female, 0.8, 40, 130));
  REQUIRE(clearance.has_value());
  CHECK(clearance->weight == WeightKind::actual);
  CHECK_FALSE(clearance->by_ideal.has_value());
}

TEST_CASE("an age is given in years whatever its unit", "[core][kidney]") {
  Patient patient;
  CHECK_FALSE(age_in_years(patient).has_value());
  patient.age = 18;
  CHECK(age_in_years(patient) == 18.0);
  patient.age_unit = AgeUnit::months;
  CHECK(age_in_years(patient) == 1.5);
  patient.age_unit = AgeUnit::days;
  CHECK(*age_in_years(patient) == Approx(0.0493).margin(0.0001));
}

TEST_CASE("more creatinine or more years never mean a better kidney", "[core][kidney][property]") {
  CHECK(rc::check("monotone", [] {
    const double age = *rc::gen::inRange(180, 1'000) / 10.0;
    const double creatinine = *rc::gen::inRange(10, 1'000) / 100.0;
    const Sex sex = *rc::gen::element(Sex::female, Sex::male);
    const double weight = *rc::gen::inRange(40, 150);
    const double more = *rc::gen::inRange(0, 200) / 100.0;
    const auto egfr = [&](double a, double c) { return *ckd_epi_2021(person(a, sex, c)); };
    const auto clearance = [&](double a, double c) { return cockcroft_gault(person(a, sex, c, weight, 170))->ml_min; };
    RC_ASSERT(egfr(age, creatinine + more) <= egfr(age, creatinine));
    RC_ASSERT(egfr(age + more, creatinine) <= egfr(age, creatinine));
    RC_ASSERT(clearance(age, creatinine + more) <= clearance(age, creatinine));
    RC_ASSERT(clearance(age + more, creatinine) <= clearance(age, creatinine));
    RC_ASSERT(clearance(age, creatinine) > 0.0);
  }));
}
