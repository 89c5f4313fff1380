#include "audit/calibration.hpp"

#include <cmath>
#include <random>

#include <catch2/catch.hpp>

using namespace guardian;
using audit::LabelledReview;

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
  for (const double score : {-10.0, -1.0, 0.0, 1.0, 2.0, 10.0}) {
    const auto both = audit::venn_abers(calibration.scores, score);
    CHECK(both.low <= both.high);
    CHECK(both.low >= 0.0);
    CHECK(both.high <= 1.0);
    CHECK(both.merged() >= both.low);
    CHECK(both.merged() <= both.high);
  }
  CHECK(audit::venn_abers(calibration.scores, 2.0).merged() > audit::venn_abers(calibration.scores, -1.0).merged());
}

TEST_CASE("isotonic regression of four scores is what it is by hand", "[audit][calibration]") {
  // 0.1 wrong, 0.4 right, 0.5 wrong, 0.9 right; the new one at 0.45.
  const std::vector<std::pair<double, bool>> scores{{0.1, false}, {0.4, true}, {0.5, false}, {0.9, true}};
  const auto both = audit::venn_abers(scores, 0.45);
  CHECK(both.low == Approx(1.0 / 3.0));   // 0.4 right, 0.45 wrong, 0.5 wrong
  CHECK(both.high == Approx(2.0 / 3.0));  // 0.4 right, 0.45 right, 0.5 wrong
}

TEST_CASE("a threshold is only certified by enough texts without too many errors", "[audit][calibration]") {
  constexpr double alpha = 0.05;
  constexpr double delta = 0.05;
  std::vector<std::pair<double, bool>> log(58, {0.995, true});
  CHECK_FALSE(audit::learn_then_test(log, alpha, delta).has_value());
  log.emplace_back(0.995, true);
  REQUIRE(audit::learn_then_test(log, alpha, delta).has_value());  // 59 without an error: 0.95^59 < 0.05
  // A first error stops the sequence.
  log.emplace_back(0.70, false);
  CHECK(*audit::learn_then_test(log, alpha, delta) > 0.70);
  std::vector<std::pair<double, bool>> bad(500, {0.9, true});
  for (std::size_t i = 0; i < 100; ++i) bad[i].second = false;
  CHECK_FALSE(audit::learn_then_test(bad, alpha, delta).has_value());
}

TEST_CASE("the error among released texts exceeds its budget as seldom as promised", "[audit][calibration][property]") {
  std::mt19937_64 random(11);
  const auto unit = [&] { return static_cast<double>(random() >> 11U) * 0x1.0p-53; };
  constexpr double alpha = 0.1;
  constexpr double delta = 0.1;
  int exceeded = 0;
  constexpr int trials = 400;
  for (int trial = 0; trial < trials; ++trial) {
    std::vector<std::pair<double, bool>> log(400);
    for (auto& [confidence, right] : log) {
      confidence = 0.5 + unit() / 2.0;
      right = unit() < confidence;
    }
    const auto threshold = audit::learn_then_test(log, alpha, delta);
    // Among texts above t the error is the mean of 1 - c over c in [t, 1].
    if (threshold && (1.0 - *threshold) / 2.0 > alpha) ++exceeded;
  }
  CHECK(exceeded <= static_cast<int>(trials * delta * 1.5));
}

TEST_CASE("bounds on proportions are those of the textbook", "[audit][calibration]") {
  CHECK(audit::clopper_pearson_upper(0, 59, 0.95) == Approx(0.0495).margin(5e-4));
  CHECK(audit::clopper_pearson_upper(0, 299, 0.95) == Approx(0.00997).margin(5e-5));
  CHECK(audit::clopper_pearson_upper(3, 3, 0.95) == 1.0);
  CHECK(audit::beta_quantile(1.0, 1.0, 0.25) == Approx(0.25));
}
