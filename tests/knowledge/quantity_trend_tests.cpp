#include "knowledge/quantity_trend.hpp"

#include <algorithm>

#include <rapidcheck.h>
#include <catch2/catch.hpp>

#include "tests/knowledge/small_quantities.hpp"

using namespace guardian;
using namespace guardian::knowledge;
using tests::small_reader;

namespace {

struct Sample {
  const char* name;
  double value;
  const char* unit;
  const char* when;
};

std::vector<LabReading> readings_of(const std::vector<Sample>& samples) {
  const AsOf review = core::parse_moment("2026-11-02T08:00:00Z");
  std::vector<LabReading> readings;
  for (const Sample& sample : samples) {
    readings.push_back(small_reader().read({sample.name, sample.value, sample.unit, sample.when}, review));
  }
  return readings;
}

PresentValue present_creatinine(const std::vector<Sample>& samples) {
  return present_values(small_reader(), readings_of(samples)).at("creatinine");
}

LabTrend trend_of(const std::vector<Sample>& samples) { return lab_trend(small_reader(), readings_of(samples)); }

Sample creatinine(double value, const char* when) { return {"creatinine", value, "mg/dL", when}; }

}  // namespace

TEST_CASE("the youngest dated result is the present value in any order", "[knowledge][trend]") {
  CHECK(present_creatinine({creatinine(1.0, "5 days ago"), creatinine(2.0, "today")}).position == 1);
  CHECK(present_creatinine({creatinine(2.0, "today"), creatinine(1.0, "5 days ago")}).position == 0);
  CHECK(present_creatinine({creatinine(2.0, "2026-11-01"), creatinine(1.0, "2026-10-01")}).rivals.empty());
}

TEST_CASE("an undated result is behind those of the day and before all older ones", "[knowledge][trend]") {
  CHECK(present_creatinine({creatinine(1.0, ""), creatinine(2.0, "today")}).position == 1);
  CHECK(present_creatinine({creatinine(1.0, ""), creatinine(2.0, "3 days ago")}).position == 0);
  CHECK(present_creatinine({creatinine(2.0, "3 days ago"), creatinine(1.0, "")}).position == 1);
}

TEST_CASE("a time that is not understood is behind a dated result and before a stale one", "[knowledge][trend]") {
  CHECK(present_creatinine({creatinine(1.0, "02/11/2026"), creatinine(2.0, "30 days ago")}).position == 1);
  CHECK(present_creatinine({creatinine(1.0, "02/11/2026"), creatinine(2.0, "2 years ago")}).position == 0);
  CHECK(present_creatinine({creatinine(1.0, "02/11/2026"), creatinine(2.0, "")}).position == 1);
}

TEST_CASE("a baseline is the present value only where there is no other", "[knowledge][trend]") {
  CHECK(present_creatinine({creatinine(2.0, "2 years ago"), creatinine(1.0, "baseline")}).position == 0);
  CHECK(present_creatinine({creatinine(1.0, "baseline")}).position == 0);
}

TEST_CASE("other values that may be the present one are its rivals", "[knowledge][trend]") {
  const PresentValue undated =
      present_creatinine({creatinine(1.0, ""), creatinine(2.0, ""), creatinine(3.0, "4 days ago")});
  CHECK(undated.position == 1);
  CHECK(undated.rivals == std::vector<std::size_t>{0, 2});
  CHECK(present_creatinine({creatinine(1.0, "today"), creatinine(2.0, "today")}).rivals == std::vector<std::size_t>{0});
  CHECK(present_creatinine({creatinine(1.0, "today"), creatinine(1.0, "today")}).rivals.empty());
  CHECK(present_creatinine({creatinine(2.0, ""), creatinine(1.0, "baseline")}).rivals.empty());
}

TEST_CASE("a refused reading takes no part", "[knowledge][trend]") {
  const auto present = present_values(
      small_reader(), readings_of({creatinine(1.0, "today"), creatinine(90.0, "today"), {"x", 1, "", ""}}));
  CHECK(present.size() == 1);
  CHECK(present.at("creatinine").position == 0);
  CHECK(present_values(small_reader(), {}).empty());
}

TEST_CASE("the rise of creatinine is against the lowest value of the days before", "[knowledge][trend]") {
  const LabTrend trend = trend_of({creatinine(0.8, "60 days ago"), creatinine(1.0, "6 days ago"),
                                   creatinine(1.2, "2 days ago"), creatinine(2.0, "today")});
  REQUIRE(trend.creatinine_ratio_7_days.has_value());
  CHECK(trend.creatinine_ratio_7_days->value == Approx(2.0));
  CHECK(trend.creatinine_ratio_7_days->earlier == 1);
  CHECK(trend.creatinine_ratio_7_days->present == 3);
  REQUIRE(trend.creatinine_ratio_90_days.has_value());
  CHECK(trend.creatinine_ratio_90_days->value == Approx(2.5));
  CHECK(trend.creatinine_ratio_90_days->earlier == 0);
}

TEST_CASE("units are the same before values are compared", "[knowledge][trend]") {
  const LabTrend trend =
      trend_of({{"SCr", 88.4, "umol/L", "3 days ago"}, {"serum creatinine", 2.0, "mg/dL", "yesterday"}});
  REQUIRE(trend.creatinine_ratio_7_days.has_value());
  CHECK(trend.creatinine_ratio_7_days->value == Approx(2.0));
}

TEST_CASE("a stated baseline counts for the ratio over ninety days only", "[knowledge][trend]") {
  const LabTrend trend = trend_of({{"baseline creatinine", 1.0, "mg/dL", ""}, creatinine(3.0, "")});
  CHECK_FALSE(trend.creatinine_ratio_7_days.has_value());
  REQUIRE(trend.creatinine_ratio_90_days.has_value());
  CHECK(trend.creatinine_ratio_90_days->value == Approx(3.0));
}

TEST_CASE("a result of the same moment or outside the window is nothing to compare with", "[knowledge][trend]") {
  CHECK_FALSE(trend_of({creatinine(1.0, "today"), creatinine(2.0, "today")}).creatinine_ratio_90_days.has_value());
  CHECK_FALSE(trend_of({creatinine(1.0, ""), creatinine(2.0, "")}).creatinine_ratio_90_days.has_value());
  CHECK_FALSE(trend_of({creatinine(1.0, "8 days ago"), creatinine(2.0, "")}).creatinine_ratio_7_days.has_value());
  CHECK(trend_of({creatinine(1.0, "7 days ago"), creatinine(2.0, "")}).creatinine_ratio_7_days.has_value());
  CHECK_FALSE(trend_of({creatinine(1.0, "91 days ago"), creatinine(2.0, "")}).creatinine_ratio_90_days.has_value());
  CHECK_FALSE(trend_of({creatinine(2.0, "today")}).creatinine_ratio_90_days.has_value());
}

TEST_CASE("the window is counted back from the present value and not from the review", "[knowledge][trend]") {
  CHECK(trend_of({creatinine(1.0, "40 days ago"), creatinine(2.0, "35 days ago")}).creatinine_ratio_7_days.has_value());
}

TEST_CASE("hemoglobin falls and platelets shrink against the highest of fourteen days", "[knowledge][trend]") {
  const LabTrend trend = trend_of({{"Hgb", 13.0, "g/dL", "10 days ago"},
                                   {"Hgb", 110.0, "g/L", "5 days ago"},
                                   {"Hgb", 9.0, "g/dL", "today"},
                                   {"Plt", 240.0, "10^9/L", "8 days ago"},
                                   {"Plt", 90.0, "K/uL", "today"}});
  REQUIRE(trend.hemoglobin_drop.has_value());
  CHECK(trend.hemoglobin_drop->value == Approx(4.0));
  REQUIRE(trend.platelet_ratio.has_value());
  CHECK(trend.platelet_ratio->value == Approx(0.375));
  const LabTrend rise = trend_of({{"Hgb", 9.0, "g/dL", "10 days ago"}, {"Hgb", 10.0, "g/dL", "today"}});
  CHECK(rise.hemoglobin_drop->value == 0.0);
}

TEST_CASE("the trend of dated results does not hang on their order", "[knowledge][trend][property]") {
  CHECK(rc::check("order", [] {
    std::vector<LabReading> readings;
    const auto ages = *rc::gen::unique<std::vector<int>>(rc::gen::inRange(0, 120));
    for (const int days : ages) {
      const double value = *rc::gen::inRange(5, 60) / 10.0;
      readings.push_back(small_reader().read({"creatinine", value, "mg/dL", std::to_string(days) + " days ago"}, {}));
    }
    const LabTrend before = lab_trend(small_reader(), readings);
    std::reverse(readings.begin(), readings.end());
    const LabTrend after = lab_trend(small_reader(), readings);
    RC_ASSERT(before.creatinine_ratio_90_days.has_value() == after.creatinine_ratio_90_days.has_value());
    if (before.creatinine_ratio_90_days) {
      RC_ASSERT(before.creatinine_ratio_90_days->value == after.creatinine_ratio_90_days->value);
      RC_ASSERT(before.creatinine_ratio_90_days->value > 0.0);
    }
    if (before.creatinine_ratio_7_days) {
      RC_ASSERT(before.creatinine_ratio_7_days->value == after.creatinine_ratio_7_days->value);
      RC_ASSERT(before.creatinine_ratio_7_days->value <= before.creatinine_ratio_90_days->value);
    }
  }));
}
