#include "adapters/json/extended_codec.hpp"

#include <algorithm>

#include "adapters/json/json_writer.hpp"

namespace guardian::adapters {
namespace {

namespace stats = audit::population;

JsonValue encode(const stats::Murphy& murphy) {
  return JsonValue{JsonObject{{"reliability", json_number(murphy.reliability)},
                              {"resolution", json_number(murphy.resolution)},
                              {"uncertainty", json_number(murphy.uncertainty)},
                              {"wbv", json_number(murphy.within_variance)},
                              {"wbc", json_number(murphy.within_covariance)}}};
}

JsonValue encode(const stats::Corp& corp) {
  return JsonValue{JsonObject{{"mcb", json_number(corp.miscalibration)},
                              {"dsc", json_number(corp.discrimination)},
                              {"unc", json_number(corp.uncertainty)}}};
}

void add_confidence(const stats::ConfidenceAnalysis& analysis, JsonObject& object) {
  const stats::TopLabel& top = analysis.top_label;
  object.push_back({"top_label", JsonValue{JsonObject{{"ece_uniform10", json_number(top.ece_uniform)},
                                                      {"ece_equal_mass10", json_number(top.ece_equal_mass)},
                                                      {"mce_equal_mass10", json_number(top.mce_equal_mass)},
                                                      {"ece_l2_debiased10", json_number(top.ece_debiased)},
                                                      {"ks_calibration", json_number(top.ks)},
                                                      {"murphy", encode(top.murphy)},
                                                      {"corp", encode(top.corp)},
                                                      {"spiegelhalter_z", json_number(top.spiegelhalter_z)},
                                                      {"brier", json_number(top.brier)}}}});
  JsonValue selective = encode_area(analysis.selective);
  std::get<JsonObject>(selective.data).push_back({"auroc_correct_vs_wrong", json_number(analysis.auroc)});
  object.push_back({"selective", std::move(selective)});
  if (const std::vector<double>& classwise = analysis.classwise_ece; !classwise.empty()) {
    object.push_back(
        {"classwise_ece",
         JsonValue{JsonObject{{"per_class", json_numbers(classwise)},
                              {"mean", json_number(stats::mean(classwise))},
                              {"max", json_number(*std::max_element(classwise.begin(), classwise.end()))}}}});
  }
  if (analysis.positive_class) {
    const stats::PositiveClass& positive = *analysis.positive_class;
    object.push_back({"positive_class", JsonValue{JsonObject{{"ece_equal_mass10", json_number(positive.ece_equal_mass)},
                                                             {"corp", encode(positive.corp)},
                                                             {"murphy", encode(positive.murphy)},
                                                             {"spiegelhalter_z", json_number(positive.spiegelhalter_z)},
                                                             {"auroc", json_number(positive.auroc)},
                                                             {"ks_calibration", json_number(positive.ks)}}}});
  }
  if (analysis.log_loss) object.push_back({"nll", json_number(*analysis.log_loss)});
  object.push_back(
      {"accuracy_ci", JsonValue{JsonObject{{"wilson", encode_interval(analysis.accuracy_wilson)},
                                           {"clopper_pearson", encode_interval(analysis.accuracy_clopper_pearson)}}}});
}

JsonValue encode(const stats::GroupIntervals& group) {
  JsonObject object{{"n", json_count(group.cases)}, {"accuracy_wilson", encode_interval(group.accuracy)}};
  if (group.ece) object.push_back({"ece_top_label", json_number(*group.ece)});
  if (group.signed_gap) object.push_back({"mean_signed_gap", json_number(*group.signed_gap)});
  if (group.positives && group.negatives) {
    object.push_back({"n_pos", json_count(group.positives->cases)});
    object.push_back({"n_neg", json_count(group.negatives->cases)});
    object.push_back({"tpr_wilson", encode_interval(stats::wilson(*group.positives, stats::z_95()))});
    object.push_back({"fpr_wilson", encode_interval(stats::wilson(*group.negatives, stats::z_95()))});
  }
  return JsonValue{std::move(object)};
}

JsonValue text_or_null(const std::string& text) { return text.empty() ? json_null() : json_text(text); }

JsonValue encode(const stats::Gate& gate) {
  JsonObject object;
  if (gate.value) object.push_back({"value", json_number(*gate.value)});
  object.push_back({"lower", json_number(gate.interval.lower)});
  object.push_back({"upper", json_number(gate.interval.upper)});
  object.push_back({"limit", json_number(gate.limit)});
  if (gate.is_equity) {
    object.push_back({"feature", text_or_null(gate.feature)});
    object.push_back({"metric", text_or_null(gate.metric)});
    object.push_back({"untestable", json_list(gate.untestable, [](const stats::UntestableRate& rate) {
                        return JsonValue{JsonList{json_text(rate.feature), json_text(rate.group),
                                                  json_text(rate.metric), json_count(rate.cases)}};
                      })});
  }
  object.push_back({"state", json_text(std::string(to_string(gate.state)))});
  return JsonValue{std::move(object)};
}

}  // namespace

JsonValue encode_interval(const stats::Interval& interval) {
  return JsonValue{JsonList{json_number(interval.lower), json_number(interval.upper)}};
}

JsonValue encode_area(const stats::RiskCoverageArea& area) {
  return JsonValue{JsonObject{{"aurc", json_number(area.area)},
                              {"optimal", json_number(area.optimal)},
                              {"e_aurc", json_number(area.excess())}}};
}

JsonValue encode_extended(const stats::Extended& extended, const stats::Population& population) {
  JsonObject object;
  if (extended.confidence) add_confidence(*extended.confidence, object);
  if (!extended.features.empty()) {
    JsonObject features;
    for (std::size_t i = 0; i < extended.features.size(); ++i) {
      const stats::Feature& feature = population.features[i];
      JsonObject groups;
      for (std::size_t j = 0; j < feature.groups.size(); ++j) {
        groups.push_back({feature.groups[j], encode(extended.features[i].groups[j])});
      }
      if (extended.features[i].gap)
        groups.push_back({"__gap_newcombe95__", encode_interval(*extended.features[i].gap)});
      features.push_back({feature.name, JsonValue{std::move(groups)}});
    }
    object.push_back({"groups", JsonValue{std::move(features)}});
  }
  if (extended.distances) {
    object.push_back(
        {"pair_distances_exact", JsonValue{JsonObject{{"within", json_number(extended.distances->within)},
                                                      {"between", json_number(extended.distances->between)}}}});
  }
  if (extended.alignments) {
    object.push_back({"cka_debiased", JsonValue{JsonObject{{"ab", json_number(extended.alignments->with_b)},
                                                           {"ac", json_number(extended.alignments->with_c)}}}});
  }
  if (extended.held_out) {
    const stats::HeldOutCoverage& held_out = *extended.held_out;
    object.push_back(
        {"conformal_holdout_rows", JsonValue{JsonObject{{"rows", json_counts({held_out.first, held_out.end})},
                                                        {"coverage", json_number(held_out.covered.value())},
                                                        {"clopper_pearson", encode_interval(held_out.interval)}}}});
  }
  return JsonValue{std::move(object)};
}

JsonValue encode_trust_score(const stats::TrustScore& score) {
  JsonObject dimensions;
  for (const stats::Dimension& dimension : score.dimensions)
    dimensions.push_back({dimension.name, json_number(dimension.score)});
  JsonObject gates;
  for (const stats::Gate& gate : score.gates) gates.push_back({gate.name, encode(gate)});
  return JsonValue{JsonObject{{"n", json_count(score.cases)},
                              {"score", json_number(score.score)},
                              {"grade", json_text(score.grade)},
                              {"verdict", json_text(score.verdict)},
                              {"dimensions", JsonValue{std::move(dimensions)}},
                              {"weight_present", json_number(score.weight_present)},
                              {"gates", JsonValue{std::move(gates)}},
                              {"notes", json_list(score.notes, json_text)}}};
}

}  // namespace guardian::adapters
