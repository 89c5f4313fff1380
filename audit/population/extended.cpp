#include "audit/population/extended.hpp"

#include <algorithm>

#include "audit/population/conformal.hpp"

namespace guardian::audit::population {
namespace {

constexpr std::size_t bins = 10;

TopLabel top_label(const std::vector<double>& correct, const std::vector<double>& confidence) {
  TopLabel top;
  const std::size_t cases = correct.size();
  const std::vector<Bin> masses = equal_mass(correct, confidence, bins);
  top.ece_uniform = expected_error(binned(correct, confidence, uniform_edges(bins)), cases);
  top.ece_equal_mass = expected_error(masses, cases);
  top.mce_equal_mass = maximum_error(masses);
  top.ece_debiased = debiased_error(masses, cases);
  top.ks = ks_error(correct, confidence);
  top.murphy = murphy(correct, confidence, bins);
  top.corp = corp(correct, confidence);
  top.spiegelhalter_z = spiegelhalter_z(correct, confidence);
  top.brier = brier(correct, confidence);
  return top;
}

ConfidenceAnalysis confidence_analysis(const Population& population) {
  const std::vector<double> correct = correctness(population);
  const std::vector<double> confidence = top_confidence(population);
  ConfidenceAnalysis analysis;
  analysis.top_label = top_label(correct, confidence);
  analysis.selective = risk_coverage_area(correct, confidence);
  analysis.auroc = auroc(correct, confidence);
  for (std::size_t label = 0; label < population.probabilities.columns; ++label) {
    const std::vector<double> hits = indicator(population.truth, static_cast<int>(label));
    const std::vector<double> forecasts = column(population.probabilities, label);
    analysis.classwise_ece.push_back(expected_error(binned(hits, forecasts, uniform_edges(bins)), hits.size()));
  }
  if (population.is_binary() && !population.probabilities.empty()) {
    const std::vector<double> hits = indicator(population.truth, 1);
    const std::vector<double> forecasts = column(population.probabilities, 1);
    analysis.positive_class = PositiveClass{expected_error(equal_mass(hits, forecasts, bins), hits.size()),
                                            corp(hits, forecasts),
                                            murphy(hits, forecasts, bins),
                                            spiegelhalter_z(hits, forecasts),
                                            auroc(hits, forecasts),
                                            ks_error(hits, forecasts)};
  }
  if (!population.probabilities.empty()) analysis.log_loss = log_loss(population.truth, population.probabilities);
  const auto right = static_cast<std::size_t>(std::count(correct.begin(), correct.end(), 1.0));
  analysis.accuracy_wilson = wilson({right, correct.size()}, z_95());
  analysis.accuracy_clopper_pearson = clopper_pearson({right, correct.size()}, 0.05);
  return analysis;
}

std::optional<HeldOutCoverage> held_out_coverage(const Population& population) {
  const auto rows = membership(population.pred_sets, population.labels.size());
  if (!rows) return std::nullopt;
  HeldOutCoverage held_out{population.size() / 2, population.size(), {}, {}};
  for (std::size_t i = held_out.first; i < held_out.end; ++i) {
    const auto label = static_cast<std::size_t>(population.truth[i]);
    ++held_out.covered.cases;
    if (label < (*rows)[i].size()) held_out.covered.hits += (*rows)[i][label];
  }
  held_out.interval = clopper_pearson(held_out.covered, 0.05);
  return held_out;
}

}  // namespace

Extended extended_analysis(const Population& population) {
  Extended extended;
  if (population.has_confidence()) extended.confidence = confidence_analysis(population);
  for (const Feature& feature : population.features) {
    extended.features.push_back(group_intervals(population, feature));
  }
  if (!population.embeddings.empty()) {
    const std::vector<std::size_t> places = sample_rows(population.embeddings.rows, most_embeddings, 1);
    const Matrix rows = picked(population.embeddings, places);
    std::vector<int> labels;
    for (const std::size_t place : places) labels.push_back(population.truth[place]);
    extended.distances = pair_distances(rows, labels);
    if (!population.embeddings_b.empty() || !population.embeddings_c.empty()) {
      const auto against = [&](const Matrix& other) {
        return other.empty() ? not_a_number() : debiased_alignment(rows, picked(other, places));
      };
      extended.alignments = Alignments{against(population.embeddings_b), against(population.embeddings_c)};
    }
  }
  if (!population.pred_sets.empty()) extended.held_out = held_out_coverage(population);
  return extended;
}

}  // namespace guardian::audit::population
