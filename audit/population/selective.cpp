#include "audit/population/selective.hpp"

#include <algorithm>
#include <cmath>

#include "audit/population/numbers.hpp"
#include "audit/population/proportions.hpp"

namespace guardian::audit::population {
namespace {

double real(std::size_t count) noexcept { return static_cast<double>(count); }

constexpr int grid_first = 99;
constexpr int grid_last = 50;

// Calls with the threshold and what it accepts, down the grid, until `visit` says false.
template <class Visit>
void down_the_grid(std::span<const double> correct, std::span<const double> confidence, const Visit& visit) {
  const std::vector<std::size_t> order = ascending_order(confidence);
  std::size_t left = order.size();
  std::size_t errors = 0;
  for (int step = grid_first; step >= grid_last; --step) {
    const double threshold = step / 100.0;
    while (left > 0 && confidence[order[left - 1]] >= threshold) {
      --left;
      if (correct[order[left]] == 0.0) ++errors;
    }
    if (!visit(threshold, order.size() - left, errors)) return;
  }
}

}  // namespace

RiskCoverageArea risk_coverage_area(std::span<const double> correct, std::span<const double> confidence) {
  if (correct.empty()) return {not_a_number(), not_a_number()};
  const std::vector<std::size_t> order = ascending_order(confidence);
  const std::size_t cases = order.size();
  double sum = 0.0;
  double errors = 0.0;
  for (std::size_t end = cases; end > 0;) {
    std::size_t first = end;
    double tied_errors = 0.0;
    while (first > 0 && confidence[order[first - 1]] == confidence[order[end - 1]]) {
      --first;
      tied_errors += 1.0 - correct[order[first]];
    }
    const double share = tied_errors / real(end - first);
    for (std::size_t k = 1; k <= end - first; ++k) sum += (errors + share * real(k)) / real(cases - end + k);
    errors += tied_errors;
    end = first;
  }
  const auto wrong = static_cast<std::size_t>(std::llround(errors));
  double best = 0.0;
  for (std::size_t k = cases - wrong + 1; k <= cases; ++k) best += real(k - (cases - wrong)) / real(k);
  return {sum / real(cases), best / real(cases)};
}

std::vector<RiskCoveragePoint> risk_coverage_curve(std::span<const double> correct,
                                                   std::span<const double> confidence) {
  const std::vector<std::size_t> order = ascending_order(confidence);
  std::vector<RiskCoveragePoint> curve;
  double errors = 0.0;
  for (std::size_t i = order.size(); i-- > 0;) {
    errors += 1.0 - correct[order[i]];
    if (i > 0 && confidence[order[i - 1]] == confidence[order[i]]) continue;
    const double accepted = real(order.size() - i);
    curve.push_back({confidence[order[i]], accepted / real(order.size()), errors / accepted});
  }
  return curve;
}

double auroc(std::span<const double> outcomes, std::span<const double> scores) {
  const std::vector<double> ranks = average_ranks(scores);
  double positives = 0.0;
  double sum = 0.0;
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    if (outcomes[i] == 0.0) continue;
    positives += 1.0;
    sum += ranks[i];
  }
  const double negatives = real(outcomes.size()) - positives;
  if (positives == 0.0 || negatives == 0.0) return not_a_number();
  return (sum - positives * (positives + 1.0) / 2.0) / (positives * negatives);
}

double auroc_error(double area, std::size_t positives, std::size_t negatives) noexcept {
  const double two_positives = area / (2.0 - area);
  const double two_negatives = 2.0 * area * area / (1.0 + area);
  const double spread = area * (1.0 - area) + (real(positives) - 1.0) * (two_positives - area * area) +
                        (real(negatives) - 1.0) * (two_negatives - area * area);
  return std::sqrt(std::max(0.0, spread) / (real(positives) * real(negatives)));
}

CertifiedThreshold learn_then_test(std::span<const double> correct, std::span<const double> confidence, double alpha,
                                   double delta) {
  CertifiedThreshold certified{alpha, delta, {}, std::nullopt};
  const std::size_t least = error_free_cases(alpha, delta);
  down_the_grid(correct, confidence, [&](double threshold, std::size_t accepted, std::size_t errors) {
    ThresholdTest test{threshold, accepted, errors, std::nullopt, std::nullopt};
    if (accepted >= least) {
      test.p_value = binomial_cdf(errors, accepted, alpha);
      test.upper_bound = upper_bound({errors, accepted}, delta);
    }
    certified.path.push_back(test);
    if (!test.p_value) return true;
    if (*test.p_value > delta) return false;
    certified.threshold = threshold;
    return true;
  });
  return certified;
}

std::optional<double> conformal_risk_threshold(std::span<const double> correct, std::span<const double> confidence,
                                               double alpha) {
  std::optional<double> smallest;
  down_the_grid(correct, confidence, [&](double threshold, std::size_t, std::size_t errors) {
    if ((real(errors) + 1.0) / (real(correct.size()) + 1.0) > alpha) return false;
    smallest = threshold;
    return true;
  });
  return smallest;
}

}  // namespace guardian::audit::population
