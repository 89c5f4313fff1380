#pragma once
// When may the model speak alone? Confidence as a guard against errors, and thresholds that certify a budget. Pure.
// `confidence` is higher for cases to be accepted first, `correct` 1 or 0, of the same length.

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace guardian::audit::population {

// Mean risk over all coverages (Geifman and El-Yaniv 2017; excess over the best order: 2019). Equal confidences count
// in the mean over their orders.
struct RiskCoverageArea {
  double area = 0.0;
  double optimal = 0.0;
  [[nodiscard]] double excess() const noexcept { return area - optimal; }
};
[[nodiscard]] RiskCoverageArea risk_coverage_area(std::span<const double> correct, std::span<const double> confidence);

// One point for each distinct confidence, the most confident first.
struct RiskCoveragePoint {
  double threshold = 0.0;
  double coverage = 0.0;
  double risk = 0.0;
};
[[nodiscard]] std::vector<RiskCoveragePoint> risk_coverage_curve(std::span<const double> correct,
                                                                 std::span<const double> confidence);

// P(score of a positive > score of a negative), half for equal ones (Mann-Whitney); NaN when one kind is missing.
[[nodiscard]] double auroc(std::span<const double> outcomes, std::span<const double> scores);
// Standard error of it (Hanley and McNeil 1982).
[[nodiscard]] double auroc_error(double area, std::size_t positives, std::size_t negatives) noexcept;

// Learn Then Test (Angelopoulos and others 2021): a fixed sequence of thresholds, each tested by the binomial tail, up
// to the first that fails. The grid is 0.99, 0.98 ... 0.50; too few accepted cases for any proof are skipped.
struct ThresholdTest {
  double threshold = 0.0;
  std::size_t accepted = 0;
  std::size_t errors = 0;
  std::optional<double> p_value;      // none: skipped
  std::optional<double> upper_bound;  // of the risk, Clopper-Pearson at delta
};
struct CertifiedThreshold {
  double alpha = 0.0;
  double delta = 0.0;
  std::vector<ThresholdTest> path;
  std::optional<double> threshold;  // none: nothing is certified
};
[[nodiscard]] CertifiedThreshold learn_then_test(std::span<const double> correct, std::span<const double> confidence,
                                                 double alpha, double delta);

// Conformal risk control (Angelopoulos and others 2022) of the loss "accepted and wrong": the smallest threshold of
// the grid down to which (n R + 1) / (n + 1) stays within alpha. None when the first one does not.
[[nodiscard]] std::optional<double> conformal_risk_threshold(std::span<const double> correct,
                                                             std::span<const double> confidence, double alpha);

}  // namespace guardian::audit::population
