#include "audit/calibration.hpp"

#include <algorithm>
#include <cmath>
#include <random>

#include <catch2/catch.hpp>

#include "audit/population/isotonic.hpp"
#include "audit/population/proportions.hpp"
#include "audit/population/selective.hpp"

using namespace guardian;
using audit::LabelledReview;
namespace population = audit::population;

namespace {

std::vector<LabelledReview> labelled(std::size_t count, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  const auto unit = [&] { return static_cast<double>(random() >> 11U) * 0x1.0p-53; };
  std::vector<LabelledReview> list(count);
  for (LabelledReview& one : list) {
    for (auto& signal : one.signals) {
      if (unit() < 0.8) signal = unit();
    }
    const double odds = -1.0 + 4.0 * one.signals[7].value_or(0.0);
    one.right = unit() < 1.0 / (1.0 + std::exp(-odds));
  }
  return list;
}

}  // namespace

TEST_CASE("more support never lowers the confidence, and what says nothing has no weight", "[audit][calibration]") {
  const auto model = audit::fit_logistic(labelled(2000, 3));
  for (const double weight : model.weights) CHECK(weight >= 0.0);
  CHECK(model.weights[7] > 2.0);
  CHECK(model.weights[0] < 0.8);
}

TEST_CASE("Venn-Abers gives two probabilities that hold the share of right texts", "[audit][calibration]") {
  audit::Calibration calibration;
  audit::fit_narratives(labelled(1500, 5), calibration);
  REQUIRE(calibration.scores.size() == 1500);
  const auto at = [&](double score) { return population::venn_abers(calibration.outcomes, calibration.scores, score); };
  for (const double score : {-10.0, -1.0, 0.0, 1.0, 2.0, 10.0}) {
    const auto both = at(score);
    CHECK(both.p0 <= both.p1);
    CHECK(both.p0 >= 0.0);
    CHECK(both.p1 <= 1.0);
    CHECK(both.merged >= both.p0);
    CHECK(both.merged <= both.p1);
  }
  CHECK(at(2.0).merged > at(-1.0).merged);
}

TEST_CASE("isotonic regression of four scores is what it is by hand", "[audit][calibration]") {
  // 0.1 wrong, 0.4 right, 0.5 wrong, 0.9 right; the new one at 0.45.
  const std::vector<double> scores{0.1, 0.4, 0.5, 0.9};
  const std::vector<double> outcomes{0.0, 1.0, 0.0, 1.0};
  const auto both = population::venn_abers(outcomes, scores, 0.45);
  CHECK(both.p0 == Approx(1.0 / 3.0));  // 0.4 right, 0.45 wrong, 0.5 wrong
  CHECK(both.p1 == Approx(2.0 / 3.0));  // 0.4 right, 0.45 right, 0.5 wrong
}

TEST_CASE("a threshold is only certified by enough texts without too many errors", "[audit][calibration]") {
  std::vector<double> confidence(58, 0.995);
  std::vector<double> right(58, 1.0);
  const auto certified = [&] { return population::learn_then_test(right, confidence, 0.05, 0.05).threshold; };
  CHECK_FALSE(certified().has_value());
  confidence.push_back(0.995);
  right.push_back(1.0);
  REQUIRE(certified().has_value());  // 59 without an error: 0.95^59 < 0.05
  // A first error stops the sequence.
  confidence.push_back(0.70);
  right.push_back(0.0);
  CHECK(*certified() > 0.70);
  confidence.assign(500, 0.9);
  right.assign(500, 1.0);
  std::fill(right.begin(), right.begin() + 100, 0.0);
  CHECK_FALSE(certified().has_value());
}

TEST_CASE("the error among released texts exceeds its budget as seldom as promised", "[audit][calibration][property]") {
  std::mt19937_64 random(11);
  const auto unit = [&] { return static_cast<double>(random() >> 11U) * 0x1.0p-53; };
  constexpr double alpha = 0.1;
  constexpr double delta = 0.1;
  int exceeded = 0;
  constexpr int trials = 400;
  for (int trial = 0; trial < trials; ++trial) {
    std::vector<double> confidence(400);
    std::vector<double> right(400);
    for (std::size_t i = 0; i < confidence.size(); ++i) {
      confidence[i] = 0.5 + unit() / 2.0;
      right[i] = unit() < confidence[i] ? 1.0 : 0.0;
    }
    const auto threshold = population::learn_then_test(right, confidence, alpha, delta).threshold;
    // Among texts above t the error is the mean of 1 - c over c in [t, 1].
    if (threshold && (1.0 - *threshold) / 2.0 > alpha) ++exceeded;
  }
  CHECK(exceeded <= static_cast<int>(trials * delta * 1.5));
}

TEST_CASE("bounds on proportions are those of the textbook", "[audit][calibration]") {
  CHECK(population::upper_bound({0, 59}, 0.05) == Approx(0.0495).margin(5e-4));
  CHECK(population::upper_bound({0, 299}, 0.05) == Approx(0.00997).margin(5e-5));
  CHECK(population::upper_bound({3, 3}, 0.05) == 1.0);
  CHECK(population::beta_quantile(1.0, 1.0, 0.25) == Approx(0.25));
}
