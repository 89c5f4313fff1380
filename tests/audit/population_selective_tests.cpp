// Intervals, thresholds that certify a budget, and what watches for drift.

#include <cmath>

#include <rapidcheck.h>
#include <catch2/catch.hpp>

#include "audit/population/drift.hpp"
#include "audit/population/novelty.hpp"
#include "audit/population/numbers.hpp"
#include "audit/population/proportions.hpp"
#include "audit/population/selective.hpp"
#include "audit/population/sequential.hpp"
#include "audit/population/slices.hpp"

using namespace guardian::audit::population;

TEST_CASE("Newcombe's interval is that of the published example", "[audit][population]") {
  // Newcombe (1998), table II, example (a), method 10: 56/70 against 48/80.
  const Interval gap = newcombe({56, 70}, {48, 80}, z_95());
  CHECK(gap.lower == Approx(0.0524).margin(5e-5));
  CHECK(gap.upper == Approx(0.3339).margin(5e-5));
}

TEST_CASE("intervals hold their proportion, and Clopper-Pearson is the widest", "[audit][population][property]") {
  CHECK(rc::check([] {
    const auto cases = static_cast<std::size_t>(*rc::gen::inRange(1, 400));
    const auto hits = static_cast<std::size_t>(*rc::gen::inRange<int>(0, static_cast<int>(cases) + 1));
    const Proportion proportion{hits, cases};
    const Interval exact = clopper_pearson(proportion, 0.05);
    const Interval score = wilson(proportion, z_95());
    for (const Interval& interval : {exact, score}) {
      RC_ASSERT(interval.lower <= proportion.value() + 1e-12);
      RC_ASSERT(interval.upper >= proportion.value() - 1e-12);
    }
    // Its defining equations: each tail has 2.5 %.
    if (hits > 0) RC_ASSERT(std::abs(1.0 - binomial_cdf(hits - 1, cases, exact.lower) - 0.025) < 1e-9);
    if (hits < cases) RC_ASSERT(std::abs(binomial_cdf(hits, cases, exact.upper) - 0.025) < 1e-9);
  }));
}

TEST_CASE("without an error 59 cases certify a risk of 5 %, 299 one of 1 %, 2,995 one of 0.1 %",
          "[audit][population]") {
  CHECK(error_free_cases(0.05, 0.05) == 59);
  CHECK(error_free_cases(0.01, 0.05) == 299);
  CHECK(error_free_cases(0.001, 0.05) == 2995);
  const std::vector<double> confidence(59, 0.995);
  const std::vector<double> right(59, 1.0);
  CHECK(learn_then_test(right, confidence, 0.05, 0.05).threshold == 0.5);
  const std::vector<double> fewer(58, 0.995);
  CHECK_FALSE(learn_then_test(std::vector<double>(58, 1.0), fewer, 0.05, 0.05).threshold);
}

TEST_CASE("the area under risk and coverage lies between the best order and no order at all",
          "[audit][population][property]") {
  CHECK(rc::check([] {
    const auto size = *rc::gen::inRange(1, 60);
    std::vector<double> correct;
    std::vector<double> confidence;
    for (int i = 0; i < size; ++i) {
      correct.push_back(*rc::gen::inRange(0, 2));
      confidence.push_back(*rc::gen::inRange(0, 11) / 10.0);
    }
    RC_ASSERT(risk_coverage_area(correct, confidence).excess() >= -1e-12);
    const std::vector<double> same(correct.size(), 0.5);
    RC_ASSERT(std::abs(risk_coverage_area(correct, same).area - (1.0 - mean(correct))) < 1e-12);
  }));
}

TEST_CASE("the area under the ROC curve counts pairs", "[audit][population][property]") {
  CHECK(rc::check([] {
    std::vector<double> outcomes{1.0, 0.0};
    std::vector<double> scores{0.5, 0.5};
    for (int i = *rc::gen::inRange(0, 30); i > 0; --i) {
      outcomes.push_back(*rc::gen::inRange(0, 2));
      scores.push_back(*rc::gen::inRange(0, 6) / 5.0);
    }
    double wins = 0.0;
    double pairs = 0.0;
    for (std::size_t i = 0; i < scores.size(); ++i) {
      for (std::size_t j = 0; j < scores.size(); ++j) {
        if (outcomes[i] != 1.0 || outcomes[j] != 0.0) continue;
        pairs += 1.0;
        wins += scores[i] > scores[j] ? 1.0 : scores[i] == scores[j] ? 0.5 : 0.0;
      }
    }
    RC_ASSERT(std::abs(auroc(outcomes, scores) - wins / pairs) < 1e-12);
  }));
}

TEST_CASE("the hypergeometric tail is that of counting", "[audit][population]") {
  // 3 or more of 4 drawn from 10 with 5 marked: (C(5,3) C(5,1) + C(5,4)) / C(10,4) = 55 / 210.
  CHECK(hypergeometric_tail(3, 4, 5, 10) == Approx(55.0 / 210.0));
  CHECK(hypergeometric_tail(0, 4, 5, 10) == 1.0);
  CHECK(hypergeometric_tail(5, 6, 9, 10) == 1.0);  // at least five must be marked
}

TEST_CASE("SplitMix64 gives the published sequence", "[audit][population]") {
  SplitMix64 random(1234567);
  CHECK(random.next() == 6457827717110365317ULL);
  CHECK(random.next() == 3203168211198807973ULL);
}

TEST_CASE("a sample does not drift from itself", "[audit][population]") {
  std::vector<double> sample;
  SplitMix64 random(3);
  for (int i = 0; i < 200; ++i) sample.push_back(static_cast<double>(random.below(10000)));
  CHECK(population_stability(sample, sample, 10).index == Approx(0.0).margin(1e-12));
  CHECK(kolmogorov_smirnov(sample, sample).distance == 0.0);
  CHECK(kolmogorov_smirnov(sample, sample).p_stephens == 1.0);
  CHECK(kolmogorov_smirnov(sample, sample).p_asymptotic == Approx(1.0));
  std::vector<double> moved;
  for (const double value : sample) moved.push_back(value + 5000.0);
  const Stability drift = population_stability(sample, moved, 10);
  CHECK(drift.index > drift.critical);
  CHECK(kolmogorov_smirnov(sample, moved).p_stephens < 1e-6);
  CHECK(maximum_mean_discrepancy(sample, moved).squared > 0.1);
}

TEST_CASE("the e-process alarms rarely on the agreed error rate and soon on four times it", "[audit][population]") {
  const SequentialPolicy policy;
  SplitMix64 random(11);
  const auto run = [&](std::size_t per_thousand, std::size_t cases) {
    std::vector<double> losses;
    for (std::size_t i = 0; i < cases; ++i) losses.push_back(random.below(1000) < per_thousand ? 1.0 : 0.0);
    return watch(losses, policy);
  };
  int false_alarms = 0;
  for (int i = 0; i < 200; ++i) false_alarms += run(20, 1000).evidence_alarm ? 1 : 0;
  CHECK(false_alarms <= 8);  // at most 2 by the guarantee; 8 would be a chance of less than one in a thousand
  for (int i = 0; i < 20; ++i) {
    const Sequential bad = run(80, 2000);
    CHECK(bad.evidence_alarm);
    CHECK(bad.cusum_alarm);
  }
}

TEST_CASE("a case far from the reference has the least conformal p-value", "[audit][population]") {
  Matrix reference{50, 2, {}};
  SplitMix64 random(5);
  for (int i = 0; i < 100; ++i) reference.cells.push_back(static_cast<double>(random.below(1000)));
  const Matrix queries{2, 2, {500.0, 500.0, 9000.0, -9000.0}};
  const Novelty found = novelty(reference, queries);
  CHECK(found.p_value[1] == Approx(1.0 / 51.0));
  CHECK(found.p_value[0] > 0.3);
  CHECK(found.distance_squared[1] > found.distance_squared[0]);
  const auto near = neighbour_distance(reference, queries, 5);
  CHECK(near[1] > near[0]);
}

TEST_CASE("a planted slice of errors comes first, with the errors that it has", "[audit][population]") {
  Feature age{"age", {"<65", "65+"}, {}};
  Feature drug{"drug", {"a", "b"}, {}};
  std::vector<double> errors;
  for (std::size_t i = 0; i < 200; ++i) {
    age.of.push_back(i % 2);
    drug.of.push_back(i / 100);
    errors.push_back(i % 2 == 1 && i >= 100 && i % 4 == 1 ? 1.0 : 0.0);
  }
  const auto slices = find_slices({age, drug}, errors);
  REQUIRE(slices.size() == 8);
  CHECK(slices.front().literals == std::vector<std::string>{"age=65+", "drug=b"});
  CHECK(slices.front().errors == 25);
  CHECK(slices.front().q_value < 1e-6);
  for (std::size_t i = 1; i < slices.size(); ++i) {
    CHECK(slices[i - 1].p_value <= slices[i].p_value);
    CHECK(slices[i].q_value >= slices[i].p_value - 1e-15);
  }
}
