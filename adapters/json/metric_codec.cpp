// Single metrics at several numbers of bins, and the parts of coverage and alignment.

#include "adapters/json/compat_codec.hpp"
#include "adapters/json/json_writer.hpp"
#include "audit/population/calibration.hpp"

namespace guardian::adapters {
namespace {

namespace stats = audit::population;

struct Forecasts {
  std::vector<double> outcomes;
  std::vector<double> probabilities;
};

JsonValue encode_errors(const Forecasts& forecasts, const std::vector<double>& edges, bool with_curve) {
  const auto bins = stats::binned(forecasts.outcomes, forecasts.probabilities, edges);
  JsonObject object{{"ece", json_number(stats::expected_error(bins, forecasts.outcomes.size()))},
                    {"mce", json_number(stats::maximum_error(bins))}};
  if (with_curve) {
    object.push_back({"reliability_curve", encode_reliability(stats::reliability_curve(
                                               forecasts.outcomes, forecasts.probabilities, edges))});
  }
  return JsonValue{std::move(object)};
}

JsonValue encode_detail(const stats::ConformalCoverage& coverage) {
  JsonObject by_label;
  for (const auto& [label, share] : coverage.by_label) by_label.push_back({std::to_string(label), json_number(share)});
  JsonObject by_size;
  for (const auto& [size, stratum] : coverage.by_size) {
    by_size.push_back({std::to_string(size),
                       JsonValue{JsonObject{{"coverage", json_number(stratum.coverage)},
                                            {"count", json_count(stratum.count)},
                                            {"low_confidence", json_flag(stratum.count < stats::least_stratum)}}}});
  }
  return JsonValue{JsonObject{
      {"class_conditional", JsonValue{JsonObject{{"per_class", JsonValue{std::move(by_label)}},
                                                 {"worst_class", json_count(coverage.worst_label)},
                                                 {"worst_coverage", json_number(coverage.worst_label_coverage)}}}},
      {"size_stratified",
       JsonValue{
           JsonObject{{"per_size", JsonValue{std::move(by_size)}},
                      {"worst_stratum_coverage", json_number(coverage.worst_size_coverage)},
                      {"worst_stratum_size", coverage.worst_size ? json_count(*coverage.worst_size) : json_null()}}}}}};
}

}  // namespace

JsonValue encode_metrics(const stats::Population& population) {
  JsonObject object;
  if (!population.probabilities.empty()) {
    const Forecasts top{correctness(population), top_confidence(population)};
    const Forecasts forecasts = population.is_binary() ? Forecasts{stats::indicator(population.truth, 1),
                                                                   stats::column(population.probabilities, 1)}
                                                       : top;
    for (const std::size_t bins : {5U, 10U, 15U}) {
      object.push_back({"uniform_" + std::to_string(bins), encode_errors(forecasts, stats::uniform_edges(bins), true)});
    }
    for (const std::size_t bins : {5U, 10U, 15U}) {
      object.push_back({"quantile_" + std::to_string(bins),
                        encode_errors(forecasts, stats::quantile_edges(forecasts.probabilities, bins), true)});
    }
    object.push_back({"top_label_uniform_10", encode_errors(top, stats::uniform_edges(10), false)});
  }
  if (!population.pred_sets.empty() && !population.labels_are_words) {
    if (const auto rows = stats::membership(population.pred_sets, population.labels.size())) {
      object.push_back({"conformal_detail", encode_detail(stats::conformal_coverage(*rows, population.truth,
                                                                                    population.nominal_coverage))});
    }
  }
  if (!population.embeddings_b.empty() && !population.embeddings_c.empty() && !population.embeddings.empty()) {
    const stats::Matrix& own = population.embeddings;
    object.push_back({"cka", JsonValue{JsonObject{{"ab", json_number(stats::alignment(own, population.embeddings_b))},
                                                  {"ac", json_number(stats::alignment(own, population.embeddings_c))},
                                                  {"aa", json_number(stats::alignment(own, own))}}}});
  }
  return JsonValue{std::move(object)};
}

}  // namespace guardian::adapters
