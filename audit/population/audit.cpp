#include "audit/population/audit.hpp"

#include <algorithm>
#include <cmath>

#include "audit/population/bootstrap.hpp"

namespace guardian::audit::population {
namespace {

constexpr std::size_t neighbours = 10;
constexpr std::size_t band_points = 60;
constexpr std::size_t band_resamples = 200;
constexpr std::size_t most_band_cases = 5000;  // of more, evenly spaced ones: the band is then drawn a little wide

// The fit at `forecast`: that of the nearest point below it, or the first one.
double fit_at(const std::vector<FitPoint>& curve, double forecast) {
  const auto above = std::upper_bound(curve.begin(), curve.end(), forecast,
                                      [](double value, const FitPoint& point) { return value < point.forecast; });
  return above == curve.begin() ? above->fitted : std::prev(above)->fitted;
}

double uniform(SplitMix64& random) {
  constexpr double unit = 1.0 / 9007199254740992.0;  // 2^-53
  return static_cast<double>(random.next() >> 11U) * unit;
}

void void_threshold(PopulationAudit& audit, const char* why) {
  if (!audit.plots) return;
  audit.plots->certified.threshold.reset();
  audit.trust.notes.emplace_back(why);
}

void add_drift(PopulationAudit& audit, ConfidenceDrift drift, const TrustPolicy& policy) {
  Gate gate;
  gate.name = "drift";
  gate.value = drift.stability.index;
  gate.interval = {drift.stability.index, drift.stability.index};
  gate.limit = drift.stability.critical;
  gate.state = drift.stability.index > drift.stability.critical ? GateState::block : GateState::pass;
  if (gate.state == GateState::block) void_threshold(audit, "confidence has drifted: no threshold is certified");
  audit.trust.dimensions.push_back({"drift", gate.state == GateState::block ? 0.0 : 100.0, 0.0});
  set_record_weights(audit.trust);
  audit.trust.gates.push_back(std::move(gate));
  grade(audit.trust, policy);
  audit.drift = std::move(drift);
}

}  // namespace

std::vector<BandPoint> consistency_band(std::span<const double> forecasts, std::size_t resamples, std::uint64_t seed) {
  std::vector<double> ascending = sorted(forecasts);
  if (ascending.size() > most_band_cases) {
    std::vector<double> some;
    for (std::size_t i = 0; i < most_band_cases; ++i)
      some.push_back(ascending[i * (ascending.size() - 1) / (most_band_cases - 1)]);
    ascending = std::move(some);
  }
  std::vector<BandPoint> band;
  for (std::size_t i = 0; i < band_points; ++i) {
    const double forecast = quantile(ascending, static_cast<double>(i) / static_cast<double>(band_points - 1));
    if (band.empty() || band.back().forecast != forecast) band.push_back({forecast, 0.0, 0.0});
  }
  SplitMix64 random(seed);
  std::vector<std::vector<double>> drawn(band.size());
  std::vector<double> outcomes(ascending.size());
  for (std::size_t b = 0; b < resamples; ++b) {
    for (std::size_t i = 0; i < outcomes.size(); ++i) outcomes[i] = uniform(random) < ascending[i] ? 1.0 : 0.0;
    const std::vector<FitPoint> curve = isotonic_curve(outcomes, ascending);
    for (std::size_t k = 0; k < band.size(); ++k) drawn[k].push_back(fit_at(curve, band[k].forecast));
  }
  for (std::size_t k = 0; k < band.size(); ++k) {
    const Interval interval = percentile_interval(drawn[k], 0.95);
    band[k].lower = interval.lower;
    band[k].upper = interval.upper;
  }
  return band;
}

ConfidenceDrift confidence_drift(const std::vector<double>& reference, const std::vector<double>& current) {
  constexpr std::size_t cells = 10;
  return {population_stability(reference, current, cells), kolmogorov_smirnov(reference, current),
          maximum_mean_discrepancy(reference, current), outliers(reference, current).window_z};
}

PopulationAudit audit_population(const Population& population, const AuditPolicy& policy, const Population* reference) {
  PopulationAudit audit;
  if (population.size() == 0) {
    grade(audit.trust, policy.trust);
    return audit;
  }
  audit.extended = extended_analysis(population);
  audit.trust = trust_score(population, policy.trust);
  const std::vector<double> correct = correctness(population);
  std::vector<double> errors;
  for (const double right : correct) errors.push_back(1.0 - right);
  if (population.has_confidence()) {
    const std::vector<double> confidence = top_confidence(population);
    audit.plots = ConfidencePlots{isotonic_curve(correct, confidence),
                                  consistency_band(confidence, band_resamples, policy.trust.seed),
                                  confidence_gap(correct, confidence), risk_coverage_curve(correct, confidence),
                                  learn_then_test(correct, confidence, policy.alpha, policy.delta)};
  }
  audit.slices = find_slices(population.features, errors);
  audit.errors = watch(errors, {});
  audit.intersections = intersections(population, policy.trust);
  audit.multicalibration = multicalibration(population, policy.trust);
  if (!population.embeddings.empty()) {
    const std::vector<std::size_t> places = sample_rows(population.embeddings.rows, most_embeddings, policy.trust.seed);
    std::vector<int> labels;
    for (const std::size_t place : places) labels.push_back(population.truth[place]);
    audit.purity = neighbour_purity(picked(population.embeddings, places), labels, neighbours);
  }
  if (!population.pred_sets.empty()) {
    if (const auto rows = membership(population.pred_sets, population.labels.size()))
      audit.label_coverage = label_coverage(*rows, population.truth);
  }
  if (reference != nullptr && reference->has_confidence() && population.has_confidence())
    add_drift(audit, confidence_drift(top_confidence(*reference), top_confidence(population)), policy.trust);
  return audit;
}

void add_records(PopulationAudit& audit, const RecordAudit& records, const AuditPolicy& policy) {
  audit.trust = with_records(std::move(audit.trust), records, policy.trust);
  const bool has_drifted = std::any_of(records.drift.begin(), records.drift.end(),
                                       [](const FeatureDrift& drift) { return drift.is_drifted; });
  if (has_drifted) void_threshold(audit, "what comes in has drifted: no threshold is certified");
}

}  // namespace guardian::audit::population
