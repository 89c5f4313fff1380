#include "adapters/json/compat_codec.hpp"

#include "adapters/json/json_writer.hpp"

namespace guardian::adapters {
namespace {

namespace stats = audit::population;

JsonValue skipped(const char* reason, std::string details) {
  return JsonValue{JsonObject{
      {"status", json_text("skipped")}, {"reason", json_text(reason)}, {"details", json_text(std::move(details))}}};
}

const std::string& word(const stats::Population& population, int label) {
  return population.labels[static_cast<std::size_t>(label)];
}

// A label that is a number stays one.
JsonValue label_value(const stats::Population& population, int label) {
  return population.labels_are_words ? json_text(word(population, label)) : json_number(label);
}

JsonValue encode_calibration(const stats::CompatResults& results) {
  JsonObject object;
  if (results.calibration) {
    object = {{"brier_score", json_number(results.calibration->brier)},
              {"ece", json_number(results.calibration->ece)},
              {"mce", json_number(results.calibration->mce)},
              {"reliability_curve", encode_reliability(results.calibration->curve)}};
  } else {
    object = *skipped("missing_probabilities", "Calibration requires probabilistic predictions.").object();
  }
  if (results.conformal) {
    object.push_back({"conformal", encode_conformal(*results.conformal)});
  } else if (!results.conformal_problem.empty()) {
    object.push_back({"conformal", skipped("invalid_prediction_sets", results.conformal_problem)});
  }
  return JsonValue{std::move(object)};
}

JsonValue encode_misclassification(const stats::Misclassification& summary, const stats::Population& population) {
  JsonObject object;
  for (const stats::LabelErrors& part : summary.labels) {
    object.push_back({word(population, part.label),
                      JsonValue{JsonObject{{"support", json_count(part.support)},
                                           {"n_misclassified", json_count(part.errors)},
                                           {"error_rate", json_number(part.error_rate)},
                                           {"avg_misclassification_confidence", json_number(part.mean_confidence)},
                                           {"top_mistake_indices", json_counts(part.most_confident)}}}});
  }
  object.push_back({"__overall__", JsonValue{JsonObject{{"total_errors", json_count(summary.errors)},
                                                        {"overall_error_rate", json_number(summary.error_rate)}}}});
  return JsonValue{std::move(object)};
}

JsonValue encode_failure(const stats::CompatResults& results, const stats::Population& population) {
  JsonObject object;
  if (!results.gap) {
    object = {{"status", json_text("degraded")}, {"reason", json_text("missing_probabilities")}};
  }
  object.push_back({"misclassification_summary", encode_misclassification(results.misclassification, population)});
  if (results.gap) {
    const stats::ConfidenceGap& gap = *results.gap;
    object.push_back(
        {"confidence_gap", JsonValue{JsonObject{{"correct_confidence_mean", json_number(gap.correct_mean)},
                                                {"incorrect_confidence_mean", json_number(gap.incorrect_mean)},
                                                {"gap", json_number(gap.gap)},
                                                {"histogram_bins", json_numbers(gap.edges)},
                                                {"correct_hist", json_counts(gap.correct_histogram)},
                                                {"incorrect_hist", json_counts(gap.incorrect_histogram)},
                                                {"n_correct", json_count(gap.correct)},
                                                {"n_incorrect", json_count(gap.incorrect)}}}});
  } else {
    object.push_back(
        {"confidence_gap", JsonValue{JsonObject{{"gap", json_number(0.0)}, {"status", json_text("skipped")}}}});
  }
  return JsonValue{std::move(object)};
}

JsonValue encode_imbalance(const stats::ClassImbalance& imbalance, const stats::Population& population) {
  JsonObject counts;
  JsonObject frequencies;
  for (const stats::LabelShare& share : imbalance.shares) {
    counts.push_back({word(population, share.label), json_count(share.count)});
    frequencies.push_back({word(population, share.label), json_number(share.frequency)});
  }
  return JsonValue{JsonObject{{"class_counts", JsonValue{std::move(counts)}},
                              {"class_frequencies", JsonValue{std::move(frequencies)}},
                              {"imbalance_ratio", json_number(imbalance.ratio)},
                              {"minority_class", label_value(population, imbalance.minority)},
                              {"majority_class", label_value(population, imbalance.majority)},
                              {"n_classes", json_count(imbalance.shares.size())}}};
}

JsonValue encode_bias(const stats::CompatResults& results, const stats::Population& population) {
  JsonObject object{{"class_imbalance", encode_imbalance(results.imbalance, population)}};
  if (results.features.empty()) return JsonValue{std::move(object)};
  JsonObject performance;
  JsonObject odds;
  for (std::size_t i = 0; i < results.features.size(); ++i) {
    const stats::Feature& feature = population.features[i];
    performance.push_back({feature.name, encode_subgroups(results.features[i].performance, feature)});
    if (results.features[i].odds) odds.push_back({feature.name, encode_odds(*results.features[i].odds, feature)});
  }
  object.push_back({"subgroup_performance", JsonValue{std::move(performance)}});
  object.push_back(
      {"equalized_odds", results.has_odds
                             ? JsonValue{std::move(odds)}
                             : skipped("invalid_input", "requires binary target and multi-group sensitive features")});
  return JsonValue{std::move(object)};
}

}  // namespace

JsonValue encode_parts(const std::vector<stats::Part>& parts) {
  JsonObject object;
  for (const stats::Part& part : parts) object.push_back({part.name, json_number(part.value)});
  return JsonValue{std::move(object)};
}

JsonValue encode_reliability(const std::vector<stats::Bin>& curve) {
  return JsonValue{JsonList{json_list(curve, [](const stats::Bin& bin) { return json_number(bin.outcome); }),
                            json_list(curve, [](const stats::Bin& bin) { return json_number(bin.forecast); }),
                            json_list(curve, [](const stats::Bin& bin) { return json_count(bin.count); })}};
}

JsonValue encode_conformal(const stats::ConformalCoverage& coverage) {
  const auto less = [](std::optional<double> a, std::optional<double> b) {
    return a && b ? std::optional(*a - *b) : std::nullopt;
  };
  std::optional<double> violation = less(coverage.nominal, coverage.worst_size_coverage);
  if (violation && *violation < 0.0) violation = 0.0;
  return JsonValue{JsonObject{{"nominal", json_number(coverage.nominal)},
                              {"marginal_coverage", json_number(coverage.marginal)},
                              {"coverage_gap", json_number(less(coverage.marginal, coverage.nominal))},
                              {"worst_class_coverage", json_number(coverage.worst_label_coverage)},
                              {"worst_class_gap", json_number(less(coverage.nominal, coverage.worst_label_coverage))},
                              {"ssc_violation", json_number(violation)},
                              {"avg_set_size", json_number(coverage.mean_size)},
                              {"singleton_rate", json_number(coverage.singletons)},
                              {"size_efficiency", json_number(coverage.efficiency)},
                              {"empty_rate", json_number(coverage.empty)},
                              {"n_classes", json_count(coverage.labels)},
                              {"n_samples", json_count(coverage.cases)}}};
}

JsonValue encode_subgroups(const stats::SubgroupPerformance& performance, const stats::Feature& feature) {
  JsonObject groups;
  for (std::size_t i = 0; i < performance.groups.size(); ++i) {
    const stats::GroupPerformance& group = performance.groups[i];
    groups.push_back({feature.groups[i], JsonValue{JsonObject{{"n_samples", json_count(group.cases)},
                                                              {"accuracy", json_number(group.accuracy)},
                                                              {"f1", json_number(group.f1)}}}});
  }
  if (performance.gap) {
    groups.push_back(
        {"__summary__", JsonValue{JsonObject{{"performance_gap", json_number(*performance.gap)},
                                             {"best_group", json_text(feature.groups[performance.best])},
                                             {"worst_group", json_text(feature.groups[performance.worst])}}}});
  }
  return JsonValue{std::move(groups)};
}

JsonValue encode_odds(const stats::EqualizedOdds& odds, const stats::Feature& feature) {
  JsonObject groups;
  for (std::size_t i = 0; i < odds.groups.size(); ++i) {
    const stats::GroupRates& group = odds.groups[i];
    groups.push_back({feature.groups[i], JsonValue{JsonObject{{"n_samples", json_count(group.cases)},
                                                              {"tpr", json_number(group.tpr)},
                                                              {"fpr", json_number(group.fpr)}}}});
  }
  groups.push_back(
      {"__summary__", JsonValue{JsonObject{{"tpr_gap", json_number(odds.tpr_gap)},
                                           {"fpr_gap", json_number(odds.fpr_gap)},
                                           {"tpr_violation", json_text(stats::violation(odds.tpr_gap))},
                                           {"fpr_violation", json_text(stats::violation(odds.fpr_gap))},
                                           {"best_tpr_group", json_text(feature.groups[odds.best_tpr])},
                                           {"worst_tpr_group", json_text(feature.groups[odds.worst_tpr])}}}});
  return JsonValue{std::move(groups)};
}

JsonValue encode_compat_results(const stats::CompatResults& results, const stats::Population& population) {
  JsonObject object{{"calibration", encode_calibration(results)},
                    {"failure", encode_failure(results, population)},
                    {"bias", encode_bias(results, population)}};
  if (results.representation) {
    const stats::CompatRepresentation& part = *results.representation;
    const auto or_zero = [](double value) { return std::isnan(value) ? 0.0 : value; };
    const double within = or_zero(part.distances.within);
    const double between = or_zero(part.distances.between);
    const JsonObject separability{
        {"silhouette_score", json_number(stats::round_to(part.silhouette, 4))},
        {"within_class_distance", json_number(stats::round_to(within, 4))},
        {"between_class_distance", json_number(stats::round_to(between, 4))},
        {"separability_ratio", within > 0.0 ? json_number(stats::round_to(between / within, 4)) : json_null()},
        {"n_samples_used", json_count(part.rows)},
        {"embedding_dim", json_count(part.dimensions)}};
    object.push_back({"representation", JsonValue{JsonObject{{"separability", JsonValue{separability}}}}});
  }
  return JsonValue{std::move(object)};
}

JsonValue encode_compat_score(const stats::CompatScore& score) {
  return JsonValue{JsonObject{{"score", json_number(score.score)},
                              {"base_score", json_number(score.base_score)},
                              {"grade", json_text(score.grade)},
                              {"verdict", json_text(score.verdict)},
                              {"is_blocked", json_flag(score.is_blocked)},
                              {"sub_scores", encode_parts(score.sub_scores)},
                              {"weights_used", encode_parts(score.weights_used)},
                              {"breakdown", encode_parts(score.breakdown)},
                              {"penalties_applied", encode_parts(score.penalties)}}};
}

}  // namespace guardian::adapters
