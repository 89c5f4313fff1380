#pragma once
// What TrustLens does not tell about a population of predictions: calibration without bins, selective prediction,
// intervals, exact distances. Pure. A number that is not defined is NaN; a part without input is absent.

#include <optional>
#include <vector>

#include "audit/population/calibration.hpp"
#include "audit/population/groups.hpp"
#include "audit/population/isotonic.hpp"
#include "audit/population/representation.hpp"
#include "audit/population/selective.hpp"

namespace guardian::audit::population {

struct TopLabel {
  double ece_uniform = 0.0;  // 10 bins each
  double ece_equal_mass = 0.0;
  double mce_equal_mass = 0.0;
  double ece_debiased = 0.0;
  double ks = 0.0;
  Murphy murphy;
  Corp corp;
  double spiegelhalter_z = 0.0;
  double brier = 0.0;
};
struct PositiveClass {
  double ece_equal_mass = 0.0;
  Corp corp;
  Murphy murphy;
  double spiegelhalter_z = 0.0;
  double auroc = 0.0;
  double ks = 0.0;
};
struct ConfidenceAnalysis {  // what needs probabilities, or a confidence at least
  TopLabel top_label;
  RiskCoverageArea selective;
  double auroc = 0.0;                           // of confidence, right against wrong
  std::vector<double> classwise_ece;            // label by label
  std::optional<PositiveClass> positive_class;  // two labels only
  std::optional<double> log_loss;
  Interval accuracy_wilson;
  Interval accuracy_clopper_pearson;
};
struct HeldOutCoverage {  // of the second half, for sets whose threshold came from the first
  std::size_t first = 0;
  std::size_t end = 0;
  Proportion covered;
  Interval interval;  // Clopper-Pearson
};
struct Alignments {
  double with_b = 0.0;
  double with_c = 0.0;
};
struct Extended {
  std::optional<ConfidenceAnalysis> confidence;
  std::vector<FeatureIntervals> features;  // as in the population
  std::optional<PairDistances> distances;
  std::optional<Alignments> alignments;
  std::optional<HeldOutCoverage> held_out;
};
[[nodiscard]] Extended extended_analysis(const Population& population);

}  // namespace guardian::audit::population
