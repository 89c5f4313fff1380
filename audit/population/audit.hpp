#pragma once
// The whole audit of class predictions in one value, for the report. Pure and deterministic.

#include <optional>
#include <vector>

#include "audit/population/conformal.hpp"
#include "audit/population/drift.hpp"
#include "audit/population/equity.hpp"
#include "audit/population/extended.hpp"
#include "audit/population/failure.hpp"
#include "audit/population/policy.hpp"
#include "audit/population/records.hpp"
#include "audit/population/representation.hpp"
#include "audit/population/sequential.hpp"
#include "audit/population/slices.hpp"
#include "audit/population/trust_score.hpp"

namespace guardian::audit::population {

// What a forecast would come to if it were calibrated: the middle 95 % of isotonic fits to outcomes drawn from the
// forecasts themselves (consistency band, Broecker and Smith 2007).
struct BandPoint {
  double forecast = 0.0;
  double lower = 0.0;
  double upper = 0.0;
};
[[nodiscard]] std::vector<BandPoint> consistency_band(std::span<const double> forecasts, std::size_t resamples,
                                                      std::uint64_t seed);

struct ConfidencePlots {
  std::vector<FitPoint> fitted;
  std::vector<BandPoint> band;
  ConfidenceGap gap;
  std::vector<RiskCoveragePoint> risk_coverage;
  CertifiedThreshold certified;
};
// The confidence of these cases against that of earlier ones.
struct ConfidenceDrift {
  Stability stability;
  KolmogorovSmirnov test;
  Discrepancy discrepancy;
  double window_z = 0.0;
};
[[nodiscard]] ConfidenceDrift confidence_drift(const std::vector<double>& reference,
                                               const std::vector<double>& current);

struct PopulationAudit {
  Extended extended;
  TrustScore trust;
  std::optional<ConfidencePlots> plots;       // with probabilities
  std::vector<Slice> slices;                  // with features
  Sequential errors;                          // in the order of the cases
  std::optional<ConfidenceDrift> drift;       // with a reference
  Intersections intersections;                // with two features or more
  Multicalibration multicalibration;          // with confidence
  std::optional<NeighbourPurity> purity;      // with embeddings
  std::vector<LabelCoverage> label_coverage;  // with conformal sets
};
// Drift beyond its critical value blocks, and voids the certified threshold. An empty population is graded I.
[[nodiscard]] PopulationAudit audit_population(const Population& population, const AuditPolicy& policy,
                                               const Population* reference = nullptr);

// What the records behind the population add: gates, dimensions, drift. Drift that blocks voids the threshold.
void add_records(PopulationAudit& audit, const RecordAudit& records, const AuditPolicy& policy);

}  // namespace guardian::audit::population
