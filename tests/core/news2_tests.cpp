#include "core/news2.hpp"

#include <limits>

#include <rapidcheck.h>
#include <catch2/catch.hpp>

using namespace guardian::core;

namespace {

constexpr double adult = 60.0;

Vitals well() {
  Vitals vitals;
  vitals.respiratory_rate = 16;
  vitals.spo2 = 98;
  vitals.supplemental_oxygen = false;
  vitals.systolic_bp = 120;
  vitals.heart_rate = 70;
  vitals.temperature_c = 37.0;
  vitals.consciousness = "A";
  return vitals;
}

News2 scored(const Vitals& vitals) { return news2(vitals, adult, false); }

struct Edge {
  double value;
  int points;
};

Vitals some_vitals() {
  Vitals vitals;
  const auto maybe = [](int low, int high) {
    return *rc::gen::arbitrary<bool>() ? std::optional<double>(*rc::gen::inRange(low, high)) : std::nullopt;
  };
  vitals.respiratory_rate = maybe(0, 60);
  vitals.spo2 = maybe(60, 101);
  if (*rc::gen::arbitrary<bool>()) vitals.spo2_scale = *rc::gen::inRange(1, 3);
  if (*rc::gen::arbitrary<bool>()) vitals.supplemental_oxygen = *rc::gen::arbitrary<bool>();
  vitals.systolic_bp = maybe(40, 260);
  vitals.heart_rate = maybe(20, 200);
  if (*rc::gen::arbitrary<bool>()) vitals.temperature_c = *rc::gen::inRange(300, 420) / 10.0;
  vitals.consciousness = *rc::gen::element<std::string>("", "A", "C", "V", "P", "U");
  return vitals;
}

}  // namespace

// (c) Royal College of Physicians 2017, chart 1: both edges of every band.
TEST_CASE("every band edge of the respiration rate has its points", "[core][news2]") {
  for (const Edge edge : {Edge{0, 3}, Edge{8, 3}, Edge{9, 1}, Edge{11, 1}, Edge{12, 0}, Edge{20, 0}, Edge{21, 2},
                          Edge{24, 2}, Edge{25, 3}, Edge{60, 3}}) {
    CAPTURE(edge.value);
    Vitals vitals = well();
    vitals.respiratory_rate = edge.value;
    CHECK(scored(vitals).points.respiration == edge.points);
    CHECK(scored(vitals).score == edge.points);
  }
}

TEST_CASE("every band edge of the oxygen saturation on scale 1 has its points", "[core][news2]") {
  for (const Edge edge :
       {Edge{70, 3}, Edge{91, 3}, Edge{92, 2}, Edge{93, 2}, Edge{94, 1}, Edge{95, 1}, Edge{96, 0}, Edge{100, 0}}) {
    for (const bool oxygen : {false, true}) {
      CAPTURE(edge.value, oxygen);
      Vitals vitals = well();
      vitals.spo2 = edge.value;
      vitals.supplemental_oxygen = oxygen;
      CHECK(scored(vitals).points.spo2 == edge.points);
      vitals.spo2_scale = 1;
      CHECK(scored(vitals).points.spo2 == edge.points);
    }
  }
}

TEST_CASE("every band edge of the oxygen saturation on scale 2 has its points", "[core][news2]") {
  for (const Edge edge : {Edge{70, 3}, Edge{83, 3}, Edge{84, 2}, Edge{85, 2}, Edge{86, 1}, Edge{87, 1}, Edge{88, 0},
                          Edge{92, 0}, Edge{93, 1}, Edge{94, 1}, Edge{95, 2}, Edge{96, 2}, Edge{97, 3}, Edge{100, 3}}) {
    CAPTURE(edge.value);
    Vitals vitals = well();
    vitals.spo2_scale = 2;
    vitals.spo2 = edge.value;
    vitals.supplemental_oxygen = true;
    CHECK(scored(vitals).points.spo2 == edge.points);
    vitals.supplemental_oxygen = false;
    CHECK(scored(vitals).points.spo2 == (edge.value >= 93 ? 0 : edge.points));
  }
}

TEST_CASE("on scale 2 a saturation above the target has no points before oxygen is known", "[core][news2]") {
  Vitals vitals = well();
  vitals.spo2_scale = 2;
  vitals.supplemental_oxygen.reset();
  vitals.spo2 = 93;
  CHECK_FALSE(scored(vitals).points.spo2.has_value());
  CHECK(scored(vitals).missing == std::vector<std::string>{"spo2", "oxygen"});
  vitals.spo2 = 92;
  CHECK(scored(vitals).points.spo2 == 0);
  CHECK(scored(vitals).missing == std::vector<std::string>{"oxygen"});
}

TEST_CASE("oxygen has two points and air none", "[core][news2]") {
  Vitals vitals = well();
  CHECK(scored(vitals).points.oxygen == 0);
  vitals.supplemental_oxygen = true;
  CHECK(scored(vitals).points.oxygen == 2);
}

TEST_CASE("every band edge of the systolic pressure has its points", "[core][news2]") {
  for (const Edge edge : {Edge{40, 3}, Edge{90, 3}, Edge{91, 2}, Edge{100, 2}, Edge{101, 1}, Edge{110, 1}, Edge{111, 0},
                          Edge{219, 0}, Edge{220, 3}, Edge{300, 3}}) {
    CAPTURE(edge.value);
    Vitals vitals = well();
    vitals.systolic_bp = edge.value;
    CHECK(scored(vitals).points.systolic_bp == edge.points);
  }
}

TEST_CASE("every band edge of the pulse has its points", "[core][news2]") {
  for (const Edge edge : {Edge{20, 3}, Edge{40, 3}, Edge{41, 1}, Edge{50, 1}, Edge{51, 0}, Edge{90, 0}, Edge{91, 1},
                          Edge{110, 1}, Edge{111, 2}, Edge{130, 2}, Edge{131, 3}, Edge{200, 3}}) {
    CAPTURE(edge.value);
    Vitals vitals = well();
    vitals.heart_rate = edge.value;
    CHECK(scored(vitals).points.pulse == edge.points);
  }
}

TEST_CASE("alert has no points and each other level of consciousness three", "[core][news2]") {
  Vitals vitals = well();
  CHECK(scored(vitals).points.consciousness == 0);
  for (const char* level : {"C", "V", "P", "U"}) {
    CAPTURE(level);
    vitals.consciousness = level;
    CHECK(scored(vitals).points.consciousness == 3);
    CHECK(scored(vitals).band == News2Band::low_medium);
  }
  for (const char* level : {"", "a", "alert", "X"}) {
    CAPTURE(level);
    vitals.consciousness = level;
    CHECK_FALSE(scored(vitals).points.consciousness.has_value());
  }
}

TEST_CASE("every band edge of the temperature has its points", "[core][news2]") {
  for (const Edge edge : {Edge{30.0, 3}, Edge{35.0, 3}, Edge{35.04, 3}, Edge{35.05, 1}, Edge{35.1, 1}, Edge{36.0, 1},
                          Edge{36.04, 1}, Edge{36.05, 0}, Edge{36.1, 0}, Edge{38.0, 0}, Edge{38.04, 0}, Edge{38.05, 1},
                          Edge{38.1, 1}, Edge{39.0, 1}, Edge{39.04, 1}, Edge{39.05, 2}, Edge{39.1, 2}, Edge{42.0, 2}}) {
    CAPTURE(edge.value);
    Vitals vitals = well();
    vitals.temperature_c = edge.value;
    CHECK(scored(vitals).points.temperature == edge.points);
  }
}

TEST_CASE("what is finer than the chart is rounded to the nearest step, a half upwards", "[core][news2]") {
  Vitals vitals = well();
  vitals.spo2 = 91.4;
  CHECK(scored(vitals).points.spo2 == 3);
  vitals.spo2 = 91.5;
  CHECK(scored(vitals).points.spo2 == 2);
  vitals.respiratory_rate = 20.5;
  CHECK(scored(vitals).points.respiration == 2);
  vitals.heart_rate = 90.4;
  CHECK(scored(vitals).points.pulse == 0);
}

TEST_CASE("the band follows the score and a single three lifts it to low-medium", "[core][news2]") {
  Vitals vitals = well();
  CHECK(scored(vitals).band == News2Band::none);
  vitals.heart_rate = 91;  // 1
  CHECK(scored(vitals).band == News2Band::low);
  vitals.supplemental_oxygen = true;  // 3
  CHECK(scored(vitals).band == News2Band::low);
  vitals.temperature_c = 38.1;  // 4
  CHECK(scored(vitals).score == 4);
  CHECK(scored(vitals).band == News2Band::low);
  vitals.systolic_bp = 110;  // 5
  CHECK(scored(vitals).band == News2Band::medium);
  vitals.spo2 = 95;  // 6
  CHECK(scored(vitals).band == News2Band::medium);
  vitals.respiratory_rate = 11;  // 7
  CHECK(scored(vitals).score == 7);
  CHECK(scored(vitals).band == News2Band::high);

  vitals = well();
  vitals.respiratory_rate = 25;  // 3 in one parameter
  CHECK(scored(vitals).band == News2Band::low_medium);
  vitals.heart_rate = 91;  // 4
  CHECK(scored(vitals).band == News2Band::low_medium);
  vitals.temperature_c = 38.1;  // 5
  CHECK(scored(vitals).band == News2Band::medium);
}

TEST_CASE("the worst of every parameter is twenty", "[core][news2]") {
  Vitals vitals;
  vitals.respiratory_rate = 30;
  vitals.spo2 = 80;
  vitals.supplemental_oxygen = true;
  vitals.systolic_bp = 80;
  vitals.heart_rate = 150;
  vitals.temperature_c = 34;
  vitals.consciousness = "U";
  CHECK(scored(vitals).score == news2_highest_score);
  CHECK(scored(vitals).band == News2Band::high);
}

TEST_CASE("a missing parameter is named and never counts as normal", "[core][news2]") {
  const News2 complete = scored(well());
  CHECK(complete.applicable);
  CHECK(complete.complete);
  CHECK(complete.highest_score == complete.score);
  CHECK(complete.note.empty());

  const News2 nothing = scored(Vitals{});
  CHECK_FALSE(nothing.complete);
  CHECK(nothing.score == 0);
  CHECK(nothing.highest_score == news2_highest_score);
  CHECK(nothing.missing == std::vector<std::string>{"respiration", "spo2", "oxygen", "systolic_bp", "pulse",
                                                    "consciousness", "temperature"});
  Vitals vitals = well();
  vitals.heart_rate.reset();
  vitals.respiratory_rate = 25;
  CHECK_FALSE(scored(vitals).complete);
  CHECK(scored(vitals).score == 3);
  CHECK(scored(vitals).highest_score == 6);
  CHECK(scored(vitals).missing == std::vector<std::string>{"pulse"});
}

TEST_CASE("a number that no patient can have is missing", "[core][news2]") {
  for (const double value : {-1.0, std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity(),
                             std::numeric_limits<double>::max()}) {
    CAPTURE(value);
    Vitals vitals = well();
    vitals.spo2 = value;
    vitals.heart_rate = value;
    vitals.temperature_c = value;
    CHECK(scored(vitals).missing == std::vector<std::string>{"spo2", "pulse", "temperature"});
  }
  Vitals vitals = well();
  vitals.spo2 = 101;
  CHECK_FALSE(scored(vitals).points.spo2.has_value());
}

TEST_CASE("the score does not apply under 16 years or in pregnancy", "[core][news2]") {
  CHECK_FALSE(news2(well(), 15.9, false).applicable);
  CHECK_FALSE(news2(well(), 0.0, std::nullopt).applicable);
  CHECK(news2(well(), 16.0, std::nullopt).applicable);
  CHECK_FALSE(news2(well(), 30.0, true).applicable);
  CHECK(news2(well(), 15.0, false).reason_not_applicable == "NEWS2 is not valid under 16 years");
  CHECK(news2(well(), 30.0, true).reason_not_applicable == "NEWS2 is not valid in pregnancy");
  CHECK(news2(well(), 30.0, true).points == News2Points{});
}

TEST_CASE("an age that is not stated is said, and the score applies", "[core][news2]") {
  const News2 result = news2(well(), std::nullopt, std::nullopt);
  CHECK(result.applicable);
  CHECK_FALSE(result.note.empty());
}

TEST_CASE("every band has its word", "[core][news2]") {
  CHECK(to_string(News2Band::none) == "none");
  CHECK(to_string(News2Band::low) == "low");
  CHECK(to_string(News2Band::low_medium) == "low_medium");
  CHECK(to_string(News2Band::medium) == "medium");
  CHECK(to_string(News2Band::high) == "high");
}

TEST_CASE("the score lies between its bounds and stating one more parameter only narrows them",
          "[core][news2][property]") {
  CHECK(rc::check("bounds", [] {
    const Vitals vitals = some_vitals();
    const News2 before = scored(vitals);
    RC_ASSERT(before.score >= 0);
    RC_ASSERT(before.score <= before.highest_score);
    RC_ASSERT(before.highest_score <= news2_highest_score);
    RC_ASSERT(before.complete == before.missing.empty());
    if (before.complete) RC_ASSERT(before.score == before.highest_score);

    Vitals more = vitals;
    if (!more.heart_rate) more.heart_rate = *rc::gen::inRange(20, 200);
    if (!more.supplemental_oxygen) more.supplemental_oxygen = *rc::gen::arbitrary<bool>();
    if (more.consciousness.empty()) more.consciousness = *rc::gen::element<std::string>("A", "C", "U");
    const News2 after = scored(more);
    RC_ASSERT(after.score >= before.score);
    RC_ASSERT(after.highest_score <= before.highest_score);
    RC_ASSERT(after.band >= before.band);
  }));
}

TEST_CASE("the score is monotone away from the normal band", "[core][news2][property]") {
  CHECK(rc::check("a worse sign never scores less", [] {
    const Vitals vitals = some_vitals();
    const News2 before = scored(vitals);
    const double by = *rc::gen::inRange(1, 30);
    Vitals worse = vitals;
    if (worse.respiratory_rate) *worse.respiratory_rate += *worse.respiratory_rate >= 16 ? by : -by;
    if (worse.respiratory_rate) worse.respiratory_rate = std::max(0.0, *worse.respiratory_rate);
    if (worse.systolic_bp) *worse.systolic_bp += *worse.systolic_bp >= 160 ? by : -by;
    if (worse.systolic_bp) worse.systolic_bp = std::max(0.0, *worse.systolic_bp);
    if (worse.heart_rate) *worse.heart_rate += *worse.heart_rate >= 70 ? by : -by;
    if (worse.heart_rate) worse.heart_rate = std::max(0.0, *worse.heart_rate);
    if (worse.spo2 && worse.spo2_scale != 2) worse.spo2 = std::max(0.0, *worse.spo2 - by);
    if (worse.temperature_c && *worse.temperature_c >= 37.0) *worse.temperature_c += by / 10.0;
    RC_ASSERT(scored(worse).score >= before.score);
    RC_ASSERT(scored(worse).band >= before.band);
    RC_ASSERT(scored(worse).missing == before.missing);
  }));
}
