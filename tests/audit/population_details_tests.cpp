// What the audit says beside the score: where groups meet, confidence within groups, neighbours, coverage by label, how
// many cases a gate still needs.

#include <cmath>
#include <functional>
#include <random>

#include <rapidcheck/catch.h>
#include <catch2/catch.hpp>

#include "audit/population/conformal.hpp"
#include "audit/population/equity.hpp"
#include "audit/population/proportions.hpp"
#include "audit/population/representation.hpp"
#include "audit/population/trust_score.hpp"

using namespace guardian::audit::population;

namespace {

// Cases of two features with two groups each; `right` says with which chance (of 1000) a case is right.
Population crossed(std::size_t cases, const std::function<int(std::size_t, std::size_t)>& right, double confidence) {
  std::mt19937_64 random(5);
  Population population;
  population.labels = {"0", "1"};
  population.features = {{"sex", {"F", "M"}, {}}, {"age", {"old", "young"}, {}}};
  for (std::size_t i = 0; i < cases; ++i) {
    const std::size_t sex = i % 2;
    const std::size_t age = i / 2 % 2;
    population.features[0].of.push_back(sex);
    population.features[1].of.push_back(age);
    population.predicted.push_back(1);
    population.truth.push_back(static_cast<int>(random() % 1000) < right(sex, age) ? 1 : 0);
    population.confidence.push_back(confidence);
  }
  return population;
}

}  // namespace

TEST_CASE("what is fair in each feature may not be where two of them meet", "[audit][population]") {
  const auto unfair = crossed(
      800, [](std::size_t sex, std::size_t age) { return sex == age ? 980 : 600; }, 0.8);
  const Intersections found = intersections(unfair, {});
  REQUIRE(found.tested.size() == 4);
  REQUIRE(found.gap);
  CHECK(found.gap->interval.lower > 0.2);
  CHECK(found.tested[found.gap->smaller].right.value() < 0.7);
  CHECK(found.tested.front().right.value() <= found.tested.back().right.value());

  const auto fair = crossed(
      800, [](std::size_t, std::size_t) { return 900; }, 0.9);
  CHECK(intersections(fair, {}).gap->interval.lower <= 0.0);
  const Intersections few = intersections(crossed(
                                              40, [](std::size_t, std::size_t) { return 900; }, 0.9),
                                          {});
  CHECK(few.tested.empty());
  CHECK(few.too_small == 4);
  CHECK_FALSE(few.gap);
}

TEST_CASE("features with a group for every case are no burden", "[audit][population]") {
  Population population = crossed(
      3000, [](std::size_t, std::size_t) { return 900; }, 0.9);
  for (Feature& feature : population.features) {
    feature.groups.clear();
    for (std::size_t i = 0; i < population.size(); ++i) {
      feature.groups.push_back(std::to_string(i));
      feature.of[i] = i;
    }
  }
  const Intersections found = intersections(population, {});
  CHECK(found.tested.empty());
  CHECK(found.too_small == 3000);
  CHECK(multicalibration(population, {}).cells.size() == 1);  // of all cases
}

TEST_CASE("a group that is surer than it is right is found, and calibrated confidence proves nothing",
          "[audit][population]") {
  const auto unfair = crossed(
      1000, [](std::size_t sex, std::size_t) { return sex == 0 ? 600 : 1000; }, 0.8);
  const Multicalibration found = multicalibration(unfair, {});
  CHECK(found.proven > 0.1);
  CHECK(found.cells.front().group.rfind("sex=", 0) == 0);
  CHECK(found.largest == Approx(0.2).margin(0.05));
  const auto fair = crossed(
      1000, [](std::size_t, std::size_t) { return 800; }, 0.8);
  CHECK(multicalibration(fair, {}).proven == 0.0);
}

TEST_CASE("neighbours of classes that lie apart have their label", "[audit][population]") {
  Matrix rows{0, 1, {}};
  std::vector<int> labels;
  for (int i = 0; i < 30; ++i) {
    rows.cells.push_back(i % 2 == 0 ? i * 0.01 : 100.0 + i * 0.01);
    labels.push_back(i % 2);
    ++rows.rows;
  }
  const NeighbourPurity apart = neighbour_purity(rows, labels, 10);
  CHECK(apart.purity == 1.0);
  CHECK(apart.by_chance == Approx(14.0 / 29.0));
  // By hand: 0 and 1 have each other and 3 as neighbours, labels 0, 0, 1.
  const NeighbourPurity three = neighbour_purity({3, 1, {0.0, 1.0, 3.0}}, {0, 0, 1}, 1);
  CHECK(three.purity == Approx(2.0 / 3.0));
  CHECK(std::isnan(neighbour_purity({1, 1, {0.0}}, {0}, 10).purity));
  CHECK(neighbour_purity({2, 1, {0.0, 0.0}}, {0, 0}, 10).purity == 1.0);
}

TEST_CASE("sets that cover most cases may miss the rare label", "[audit][population]") {
  MembershipRows sets;
  std::vector<int> truth;
  for (std::size_t i = 0; i < 200; ++i) {
    truth.push_back(i % 10 == 0 ? 1 : 0);
    sets.push_back({1, 0});
  }
  const auto coverage = label_coverage(sets, truth);
  REQUIRE(coverage.size() == 2);
  CHECK(coverage[0].covered.value() == 1.0);
  CHECK(coverage[1].covered.value() == 0.0);
  CHECK(coverage[1].interval.upper < 0.9);
}

TEST_CASE("a gate is decided from the number of cases that it is said to need", "[audit][population][property]") {
  CHECK(rc::check([] {
    const auto cases = static_cast<std::size_t>(*rc::gen::inRange(1, 400));
    const auto hits = static_cast<std::size_t>(*rc::gen::inRange(0, static_cast<int>(cases) + 1));
    const double limit = *rc::gen::inRange(1, 50) / 100.0;
    const Interval now = clopper_pearson({hits, cases}, 0.05);
    if (now.upper <= limit || now.lower > limit) return;  // decided
    const auto needed = cases_to_decide({hits, cases}, limit, 0.05);
    const double rate = static_cast<double>(hits) / static_cast<double>(cases);
    if (!needed) {
      RC_ASSERT(std::abs(rate - limit) < 1e-4);
      return;
    }
    RC_ASSERT(*needed > cases);
    // Many times the same cases, so that the rate is exactly what it was.
    const std::size_t times = (*needed + cases - 1) / cases;
    const Interval then = clopper_pearson({hits * times, cases * times}, 0.05);
    RC_ASSERT(then.upper <= limit || then.lower > limit);
    if (times < 3) return;
    const Interval before = clopper_pearson({hits * (times - 2), cases * (times - 2)}, 0.05);
    RC_ASSERT(before.upper > limit && before.lower <= limit);
  }));
  CHECK_FALSE(cases_to_decide({0, 0}, 0.1, 0.05));
  CHECK_FALSE(cases_to_decide({1, 10}, 0.1, 0.05));
  // 0 of n: 1 - 0.025^(1/n) <= 0.01 from 368 on.
  CHECK(cases_to_decide({0, 10}, 0.01, 0.05) == 368);
  CHECK(cases_by_width(0.05, {0.0, 0.15}, 0.10, 100) == 400);
  CHECK_FALSE(cases_by_width(0.10, {0.0, 0.2}, 0.10, 100));
}

TEST_CASE("an open question of equity is not called open to more cases where the gap is at its limit",
          "[audit][population]") {
  const auto some = crossed(
      200, [](std::size_t sex, std::size_t) { return sex == 0 ? 930 : 960; }, 0.9);
  for (const Gate& gate : trust_score(some, {}).gates) {
    if (gate.state != GateState::inconclusive) CHECK_FALSE(gate.cases_needed);
    if (gate.cases_needed) CHECK(*gate.cases_needed > some.size());
  }
}
