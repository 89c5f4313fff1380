// New cases against a reference, slices where errors gather, and a bootstrap band of the calibration error.

#include <algorithm>

#include "adapters/json/audit_families.hpp"
#include "adapters/json/extended_codec.hpp"
#include "adapters/json/json_writer.hpp"
#include "adapters/json/number_reader.hpp"
#include "adapters/json/population_reader.hpp"
#include "audit/population/bootstrap.hpp"
#include "audit/population/novelty.hpp"
#include "audit/population/slices.hpp"

namespace guardian::adapters {
namespace {

namespace stats = audit::population;

constexpr std::size_t neighbours = 5;
constexpr std::size_t bins = 10;

std::optional<core::Error> add_novelty(const JsonObject& document, JsonObject& found) {
  NumberReader reader(document, "");
  const stats::Matrix reference = reader.matrix("reference");
  const stats::Matrix queries = reader.matrix("queries");
  if (reference.rows < 2) reader.note("/reference", "must have at least two rows");
  if (!queries.empty() && queries.columns != reference.columns)
    reader.note("/queries", "must have as many columns as reference");
  if (reader.problem()) return reader.problem();
  const stats::Novelty novelty = stats::novelty(reference, queries);
  found.push_back({"mahalanobis_sq", json_numbers(novelty.distance_squared)});
  found.push_back({"conformal_p", json_numbers(novelty.p_value)});
  found.push_back({"knn5_mean_standardised", json_numbers(stats::neighbour_distance(reference, queries, neighbours))});
  return std::nullopt;
}

std::optional<core::Error> add_slices(const JsonObject& object, JsonObject& found) {
  NumberReader reader(object, "/slices");
  const std::vector<double> errors = reader.numbers("error");
  std::vector<stats::Feature> features;
  const JsonValue* named = reader.find("features");
  if (named == nullptr || named->object() == nullptr) {
    reader.note("/slices/features", "must be an object");
    return reader.problem();
  }
  for (const JsonMember& member : *named->object()) {
    std::vector<std::string> values;
    bool are_numbers = true;
    for (std::size_t i = 0; member.value.list() != nullptr && i < member.value.list()->size(); ++i) {
      const JsonValue& entry = (*member.value.list())[i];
      are_numbers = are_numbers && entry.number() != nullptr;
      values.push_back(entry.text() != nullptr ? *entry.text() : write_json(entry, false));
    }
    if (values.size() != errors.size())
      reader.note(member_pointer("/slices/features", member.name), "must have as many entries as error");
    features.push_back(make_feature(member.name, values, are_numbers));
  }
  if (reader.problem()) return reader.problem();
  found.push_back(
      {"slices", JsonValue{JsonObject{{"result", json_list(stats::find_slices(features, errors), encode_slice)}}}});
  return std::nullopt;
}

std::optional<core::Error> add_bootstrap(const JsonObject& object, JsonObject& found) {
  NumberReader reader(object, "/bootstrap");
  const std::vector<double> confidence = reader.numbers("conf");
  const std::vector<double> correct = reader.numbers("correct");
  const std::size_t seed = reader.count("seed", 1);
  const std::size_t resamples = reader.count("B", 1000);
  if (confidence.empty() || confidence.size() != correct.size())
    reader.note("/bootstrap/correct", "must have an entry for each of conf");
  if (reader.problem()) return reader.problem();
  const std::vector<double> edges = stats::uniform_edges(bins);
  const auto error_of = [&](const std::vector<double>& outcomes, const std::vector<double>& forecasts) {
    return stats::expected_error(stats::binned(outcomes, forecasts, edges), outcomes.size());
  };
  std::vector<std::size_t> first;
  constexpr std::size_t shown = 8;
  const std::vector<double> values =
      stats::bootstrap(confidence.size(), resamples, seed, [&](std::span<const std::size_t> places) {
        if (first.empty())
          first.assign(places.begin(), places.begin() + static_cast<std::ptrdiff_t>(std::min(shown, places.size())));
        const std::vector<std::size_t> drawn(places.begin(), places.end());
        return error_of(stats::selected(correct, drawn), stats::selected(confidence, drawn));
      });
  found.push_back(
      {"bootstrap", JsonValue{JsonObject{{"seed", json_count(seed)},
                                         {"first_indices", json_counts(first)},
                                         {"B", json_count(resamples)},
                                         {"ece", json_number(error_of(correct, confidence))},
                                         {"ece_ci95", encode_interval(stats::percentile_interval(values, 0.95))},
                                         {"mean", json_number(stats::mean(values))}}}});
  return std::nullopt;
}

}  // namespace

JsonValue encode_slice(const stats::Slice& slice) {
  return JsonValue{JsonObject{{"slice", json_list(slice.literals, json_text)},
                              {"n", json_count(slice.cases)},
                              {"errors", json_count(slice.errors)},
                              {"error_rate", json_number(slice.error_rate())},
                              {"effect_size", json_number(slice.effect)},
                              {"p", json_number(slice.p_value)},
                              {"q_bh", json_number(slice.q_value)}}};
}

JsonResult audit_novelty(const JsonObject& document) {
  JsonObject found;
  std::optional<core::Error> problem;
  if (find_member(document, "reference") != nullptr) problem = add_novelty(document, found);
  using Add = std::optional<core::Error> (*)(const JsonObject&, JsonObject&);
  for (const auto& [name, add] :
       {std::pair<const char*, Add>{"slices", add_slices}, std::pair<const char*, Add>{"bootstrap", add_bootstrap}}) {
    const JsonValue* value = find_member(document, name);
    if (problem || value == nullptr) continue;
    if (value->object() == nullptr)
      return core::fail(core::ErrorCode::invalid_input, member_pointer("", name) + ": must be an object");
    problem = add(*value->object(), found);
  }
  if (problem) return core::fail(*problem);
  return JsonValue{std::move(found)};
}

}  // namespace guardian::adapters
