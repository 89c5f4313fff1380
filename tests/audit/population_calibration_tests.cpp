// Laws of the calibration statistics, on generated forecasts.

#include <cmath>
#include <numeric>

#include <rapidcheck.h>
#include <catch2/catch.hpp>

#include "audit/population/bootstrap.hpp"
#include "audit/population/calibration.hpp"
#include "audit/population/isotonic.hpp"

using namespace guardian::audit::population;

namespace {

struct Forecasts {
  std::vector<double> outcomes;
  std::vector<double> probabilities;
};

// Probabilities on a coarse grid, so that ties are common.
Forecasts any_forecasts() {
  const auto size = static_cast<std::size_t>(*rc::gen::inRange(1, 60));
  Forecasts forecasts;
  for (std::size_t i = 0; i < size; ++i) {
    forecasts.probabilities.push_back(*rc::gen::inRange(0, 21) / 20.0);
    forecasts.outcomes.push_back(*rc::gen::inRange(0, 2));
  }
  return forecasts;
}

void near(double a, double b) { RC_ASSERT(std::abs(a - b) <= 1e-12); }

}  // namespace

TEST_CASE("the isotonic fit never falls, keeps the mean, and gives equal forecasts equal values",
          "[audit][population][property]") {
  CHECK(rc::check([] {
    const Forecasts f = any_forecasts();
    const std::vector<double> fitted = isotonic_fit(f.outcomes, f.probabilities);
    for (std::size_t i = 0; i < fitted.size(); ++i) {
      for (std::size_t j = 0; j < fitted.size(); ++j) {
        if (f.probabilities[i] < f.probabilities[j]) RC_ASSERT(fitted[i] <= fitted[j]);
        if (f.probabilities[i] == f.probabilities[j]) RC_ASSERT(fitted[i] == fitted[j]);
      }
    }
    near(mean(fitted), mean(f.outcomes));
  }));
}

TEST_CASE("no other non-decreasing step at one place fits better than the isotonic fit",
          "[audit][population][property]") {
  CHECK(rc::check([] {
    const Forecasts f = any_forecasts();
    const double best = brier(f.outcomes, isotonic_fit(f.outcomes, f.probabilities));
    const double cut = *rc::gen::inRange(0, 21) / 20.0;
    const double low = *rc::gen::inRange(0, 11) / 10.0;
    const double high = std::min(1.0, low + *rc::gen::inRange(0, 11) / 10.0);
    std::vector<double> step;
    for (const double p : f.probabilities) step.push_back(p < cut ? low : high);
    RC_ASSERT(best <= brier(f.outcomes, step) + 1e-12);
  }));
}

TEST_CASE("the CORP parts are not negative and make up the Brier score", "[audit][population][property]") {
  CHECK(rc::check([] {
    const Forecasts f = any_forecasts();
    const Corp parts = corp(f.outcomes, f.probabilities);
    RC_ASSERT(parts.miscalibration >= -1e-12);
    RC_ASSERT(parts.discrimination >= -1e-12);
    near(parts.miscalibration - parts.discrimination + parts.uncertainty, brier(f.outcomes, f.probabilities));
  }));
}

TEST_CASE("Murphy's parts with the terms within bins make up the Brier score", "[audit][population][property]") {
  CHECK(rc::check([] {
    const Forecasts f = any_forecasts();
    const Murphy m = murphy(f.outcomes, f.probabilities, 10);
    near(m.reliability - m.resolution + m.uncertainty + m.within_variance - 2.0 * m.within_covariance,
         brier(f.outcomes, f.probabilities));
  }));
}

TEST_CASE("the order of the cases does not matter to the KS error and the uniform calibration error",
          "[audit][population][property]") {
  CHECK(rc::check([] {
    const Forecasts f = any_forecasts();
    Forecasts reversed{{f.outcomes.rbegin(), f.outcomes.rend()}, {f.probabilities.rbegin(), f.probabilities.rend()}};
    near(ks_error(f.outcomes, f.probabilities), ks_error(reversed.outcomes, reversed.probabilities));
    const auto edges = uniform_edges(10);
    near(expected_error(binned(f.outcomes, f.probabilities, edges), f.outcomes.size()),
         expected_error(binned(reversed.outcomes, reversed.probabilities, edges), f.outcomes.size()));
  }));
}

TEST_CASE("the calibration error never exceeds the largest of a bin", "[audit][population][property]") {
  CHECK(rc::check([] {
    const Forecasts f = any_forecasts();
    const auto bins = binned(f.outcomes, f.probabilities, uniform_edges(10));
    RC_ASSERT(expected_error(bins, f.outcomes.size()) <= maximum_error(bins) + 1e-12);
  }));
}

TEST_CASE("a Venn-Abers band holds its merged probability", "[audit][population][property]") {
  CHECK(rc::check([] {
    const Forecasts f = any_forecasts();
    const VennAbers band = venn_abers(f.outcomes, f.probabilities, *rc::gen::inRange(0, 21) / 20.0);
    RC_ASSERT(band.p0 <= band.p1 + 1e-12);
    RC_ASSERT(band.p0 <= band.merged + 1e-12);
    RC_ASSERT(band.merged <= band.p1 + 1e-12);
  }));
}

TEST_CASE("the fast bootstrap of the debiased error draws what sorting each resample would",
          "[audit][population][property]") {
  CHECK(rc::check([] {
    const Forecasts f = any_forecasts();
    const auto fast = bootstrap_debiased_error(f.outcomes, f.probabilities, 10, 5, 7);
    const auto plain = bootstrap(f.outcomes.size(), 5, 7, [&](std::span<const std::size_t> places) {
      std::vector<double> outcomes;
      std::vector<double> probabilities;
      for (const std::size_t place : places) {
        outcomes.push_back(f.outcomes[place]);
        probabilities.push_back(f.probabilities[place]);
      }
      return debiased_error(equal_mass(outcomes, probabilities, 10), outcomes.size());
    });
    for (std::size_t i = 0; i < fast.size(); ++i) near(fast[i], plain[i]);
  }));
}

TEST_CASE("a probability on an edge of binary64 falls where numpy's linspace puts it", "[audit][population]") {
  const auto edges = uniform_edges(10);
  CHECK(edges[3] == 3 * 0.1);
  const std::vector<double> forecasts{0.3, 0.6, 0.7, 0.2, 1.0, 0.0, 1.2, -0.1, std::nan("")};
  CHECK(assign_bins(forecasts, edges) == std::vector<std::size_t>{2, 5, 6, 2, 9, 0, no_bin, no_bin, no_bin});
}

TEST_CASE("rounding is to even on the binary value", "[audit][population]") {
  CHECK(round_to(0.5, 0) == 0.0);
  CHECK(round_to(2.675, 2) == 2.67);
  CHECK(round_even(62.5) == 62);
  CHECK(round_even(63.5) == 64);
}

TEST_CASE("cooling finds the temperature that logits were heated by", "[audit][population]") {
  // Outcomes exactly as frequent as a temperature of 2 says: the loss is least there.
  Matrix logits{0, 2, {}};
  std::vector<int> truth;
  for (int i = 0; i < 1000; ++i) {
    logits.cells.insert(logits.cells.end(), {0.0, 4.0});
    ++logits.rows;
    truth.push_back(i < 881 ? 1 : 0);  // sigmoid(4 / 2) = 0.881
  }
  CHECK(fit_temperature(logits, truth).value == Approx(2.0).epsilon(0.01));
}
