// Single metrics of TrustLens 0.5.0 on inputs that a whole analysis would refuse: what each of them gives, or how it
// fails. Failures carry the name of the exception that TrustLens raises.

#include <algorithm>
#include <cmath>
#include <functional>

#include "adapters/json/audit_families.hpp"
#include "adapters/json/compat_codec.hpp"
#include "adapters/json/json_writer.hpp"
#include "adapters/json/number_reader.hpp"
#include "adapters/json/population_reader.hpp"
#include "audit/population/calibration.hpp"

namespace guardian::adapters {
namespace {

namespace stats = audit::population;

constexpr std::size_t bins = 10;

JsonValue failure(const char* kind, std::string message) {
  return JsonValue{JsonObject{{"error", json_text(kind)}, {"message", json_text(std::move(message))}}};
}

struct Forecasts {
  std::vector<double> truth;
  std::vector<double> probability;

  [[nodiscard]] bool have_equal_lengths() const noexcept { return truth.size() == probability.size(); }
  [[nodiscard]] std::string lengths() const {
    return "Invalid input shapes: y_true has " + std::to_string(truth.size()) + " entries, y_prob " +
           std::to_string(probability.size());
  }
};

JsonValue brier_score(const Forecasts& forecasts) {
  if (!forecasts.have_equal_lengths()) return failure("ValueError", forecasts.lengths());
  const auto is_binary = [](double label) { return label == 0.0 || label == 1.0; };
  if (!std::all_of(forecasts.truth.begin(), forecasts.truth.end(), is_binary))
    return failure("ValueError", "brier_score expects binary labels (0/1).");
  return json_number(stats::brier(forecasts.truth, forecasts.probability));
}

JsonValue calibration_error(const Forecasts& forecasts, std::size_t bin_count, const std::string& strategy) {
  if (bin_count < 1) return failure("ValueError", "n_bins must be >= 1; got " + std::to_string(bin_count) + ".");
  std::vector<double> edges;
  if (strategy == "uniform") {
    edges = stats::uniform_edges(bin_count);
  } else if (strategy == "quantile") {
    if (forecasts.probability.empty()) return failure("IndexError", "there are no probabilities to take quantiles of");
    const bool any_nan = std::any_of(forecasts.probability.begin(), forecasts.probability.end(),
                                     [](double probability) { return std::isnan(probability); });
    if (any_nan) return json_null();
    edges = stats::quantile_edges(forecasts.probability, bin_count);
    if (edges.size() < 2)
      return json_number(std::abs(stats::mean(forecasts.truth) - stats::mean(forecasts.probability)));
  } else {
    return failure("ValueError", "Unknown strategy '" + strategy + "'. Use 'uniform' or 'quantile'.");
  }
  if (!forecasts.have_equal_lengths()) return failure("IndexError", forecasts.lengths());
  return json_number(
      stats::expected_error(stats::binned(forecasts.truth, forecasts.probability, edges), forecasts.truth.size()));
}

JsonValue maximum_error(const Forecasts& forecasts) {
  if (!forecasts.have_equal_lengths()) return failure("ValueError", forecasts.lengths());
  if (forecasts.truth.empty())
    return failure("ValueError", "maximum_calibration_error requires non-empty inputs; got empty arrays.");
  return json_number(
      stats::maximum_error(stats::binned(forecasts.truth, forecasts.probability, stats::uniform_edges(bins))));
}

JsonResult calibration_entry(const JsonObject& object, const std::string& place) {
  NumberReader reader(object, place);
  const std::string name = reader.text("name");
  const Forecasts forecasts{reader.numbers("y_true"), reader.numbers("y_prob")};
  if (reader.problem()) return core::fail(*reader.problem());
  JsonValue curve = forecasts.have_equal_lengths()
                        ? encode_reliability(stats::reliability_curve(forecasts.truth, forecasts.probability,
                                                                      stats::uniform_edges(bins)))
                        : failure("ValueError", forecasts.lengths());
  return JsonValue{
      JsonObject{{"name", json_text(name)},
                 {"trustlens", JsonValue{JsonObject{{"brier", brier_score(forecasts)},
                                                    {"ece", calibration_error(forecasts, bins, "uniform")},
                                                    {"mce", maximum_error(forecasts)},
                                                    {"ece_quantile", calibration_error(forecasts, bins, "quantile")},
                                                    {"reliability", std::move(curve)},
                                                    {"n_bins_0", calibration_error(forecasts, 0, "uniform")},
                                                    {"bad_strategy", calibration_error(forecasts, bins, "foo")}}}}}};
}

JsonResult conformal_entry(const JsonObject& object, const std::string& place) {
  NumberReader reader(object, place);
  const auto sets = reader.count_rows("sets");
  const std::vector<int> truth = reader.integers("y");
  std::optional<double> nominal;
  if (reader.has("nominal")) nominal = reader.number("nominal", 0.0);
  std::optional<std::size_t> labels;
  if (reader.has("n_classes")) labels = reader.count("n_classes", 0);
  if (reader.problem()) return core::fail(*reader.problem());
  const auto found = [&]() -> JsonValue {
    if (nominal && !(*nominal > 0.0 && *nominal <= 1.0))
      return failure("ValueError", "nominal_coverage must be in (0, 1].");
    const auto rows = stats::membership(sets, labels);
    if (!rows) return failure("ValueError", rows.error().message);
    if (truth.size() != sets.size()) return failure("ValueError", "y_true and the prediction sets differ in length.");
    for (const int label : truth) {
      if (label < 0) return failure("ValueError", "y_true labels must be non-negative integers.");
      if (labels && static_cast<std::size_t>(label) >= *labels)
        return failure("ValueError", "y_true contains label " + std::to_string(label) +
                                         ", outside the declared class space n_classes=" + std::to_string(*labels));
    }
    return encode_conformal(stats::conformal_coverage(*rows, truth, nominal));
  };
  return JsonValue{JsonObject{{"trustlens", found()}}};
}

JsonResult group_entry(const JsonObject& object, const std::string& place) {
  NumberReader reader(object, place);
  JsonObject population{{"groups", JsonValue{JsonObject{}}}};
  for (const auto& [name, as] : {std::pair{"y", "y_true"}, std::pair{"pred", "y_pred"}}) {
    if (const JsonValue* value = reader.find(name)) population.push_back({as, *value});
  }
  if (const JsonValue* value = reader.find("group"))
    std::get<JsonObject>(population.front().value.data).push_back({"g", *value});
  const auto read = read_population(JsonObject(population));
  if (!read) return core::fail(read.error().code, place + ": " + read.error().message);
  if (read->features.empty()) return core::fail(core::ErrorCode::invalid_input, place + "/group: is missing");
  const stats::Feature& feature = read->features.front();
  return JsonValue{JsonObject{
      {"equalized_odds", JsonValue{JsonObject{{"g", encode_odds(stats::equalized_odds(*read, feature), feature)}}}},
      {"subgroup",
       JsonValue{JsonObject{{"g", encode_subgroups(stats::subgroup_performance(*read, feature), feature)}}}}}};
}

}  // namespace

JsonResult audit_functions(const JsonObject& document) {
  JsonObject found;
  using Entry = JsonResult (*)(const JsonObject&, const std::string&);
  for (const auto& [name, entry] : {std::pair<const char*, Entry>{"calibration", calibration_entry},
                                    std::pair<const char*, Entry>{"conformal", conformal_entry},
                                    std::pair<const char*, Entry>{"groups", group_entry}}) {
    if (find_member(document, name) == nullptr) continue;
    JsonResult entries = audit_entries(document, name, entry);
    if (!entries) return entries;
    found.push_back({name, std::move(*entries)});
  }
  return JsonValue{std::move(found)};
}

JsonResult audit_models(const JsonObject& document) {
  JsonResult models =
      audit_entries(document, "models", [](const JsonObject& object, const std::string& place) -> JsonResult {
        const auto population = read_population(object);
        if (!population) return core::fail(population.error().code, place + population.error().message);
        const stats::CompatScore score = compat_score(compat_results(*population));
        return JsonValue{JsonObject{{"name", json_text(NumberReader(object, place).text("name"))},
                                    {"score", json_number(score.score)},
                                    {"grade", json_text(score.grade)},
                                    {"blocked", json_flag(score.is_blocked)},
                                    {"penalties", encode_parts(score.penalties)}}};
      });
  if (!models) return models;
  return JsonValue{JsonObject{{"models", std::move(*models)}}};
}

}  // namespace guardian::adapters
