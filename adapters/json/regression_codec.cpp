// Predictions of numbers.

#include <cstdlib>

#include "adapters/json/audit_families.hpp"
#include "adapters/json/compat_codec.hpp"
#include "adapters/json/json_writer.hpp"
#include "adapters/json/number_reader.hpp"

namespace guardian::adapters {
namespace {

namespace stats = audit::population;

JsonValue skipped(const char* reason, const char* details) {
  return JsonValue{
      JsonObject{{"status", json_text("skipped")}, {"reason", json_text(reason)}, {"details", json_text(details)}}};
}

JsonValue encode(const stats::ErrorDistribution& errors, std::size_t cases) {
  return JsonValue{JsonObject{{"median_absolute_error", json_number(errors.median)},
                              {"p90_absolute_error", json_number(errors.p90)},
                              {"max_error", json_number(errors.largest)},
                              {"mean_absolute_error", json_number(errors.mean_absolute)},
                              {"rmse", json_number(errors.rmse)},
                              {"histogram_bins", json_numbers(errors.edges)},
                              {"error_hist", json_counts(errors.histogram)},
                              {"n_samples", json_count(cases)}}};
}

JsonValue encode(const stats::IntervalCoverage& coverage, std::size_t cases) {
  const auto encode_level = [](const stats::LevelCoverage& level) {
    return JsonValue{JsonObject{{"level", json_number(level.level)},
                                {"emp_coverage", json_number(level.coverage)},
                                {"calibration_error", json_number(level.error)},
                                {"mean_interval_width", json_number(level.width)},
                                {"ref_width", json_number(level.reference_width)},
                                {"calibrated", json_flag(level.is_calibrated)}}};
  };
  JsonObject object{{"ice", json_number(coverage.calibration_error)},
                    {"sharpness_skill", json_number(coverage.sharpness)},
                    {"n_levels", json_count(coverage.levels.size())},
                    {"n_calibrated_levels", json_count(coverage.calibrated_levels)},
                    {"worst_calibration_error", json_number(coverage.worst_error)},
                    {"mean_interval_width", json_number(coverage.mean_width)},
                    {"per_level", json_list(coverage.levels, encode_level)},
                    {"verdict", json_text(coverage.verdict)},
                    {"n_samples", json_count(cases)}};
  if (coverage.levels.size() == 1) {
    object.push_back({"picp", json_number(coverage.levels.front().coverage)});
    object.push_back({"target_coverage", json_number(coverage.levels.front().level)});
    object.push_back({"calibration_error", json_number(coverage.levels.front().error)});
  }
  return JsonValue{std::move(object)};
}

JsonValue encode_ranked(const stats::RankedScore& ranked, std::size_t levels, std::size_t cases) {
  return JsonValue{JsonObject{{"mean_crps", json_number(ranked.mean)},
                              {"median_crps", json_number(ranked.median)},
                              {"n_quantile_levels", json_count(ranked.quantiles)},
                              {"quantile_level_span", json_numbers({ranked.first_level, ranked.last_level})},
                              {"n_levels", json_count(levels)},
                              {"n_samples", json_count(cases)}}};
}

JsonValue encode_decomposition(const stats::RankedScore& ranked, std::size_t levels, std::size_t cases) {
  return JsonValue{JsonObject{{"reliability", json_number(ranked.reliability)},
                              {"resolution", json_number(ranked.resolution)},
                              {"uncertainty", json_number(ranked.uncertainty)},
                              {"crps", json_number(ranked.total)},
                              {"crps_potential", json_number(ranked.potential)},
                              {"n_quantile_levels", json_count(ranked.quantiles)},
                              {"n_levels", json_count(levels)},
                              {"n_samples", json_count(cases)}}};
}

}  // namespace

core::Result<stats::Regression> read_regression(const JsonObject& object, const std::string& place) {
  NumberReader reader(object, place);
  stats::Regression regression{reader.numbers("y_true"), reader.numbers("y_pred"), reader.numbers("variance"), {}};
  const JsonValue* intervals = reader.find("intervals");
  const std::string here = reader.pointer("intervals");
  if (intervals != nullptr && intervals->object() == nullptr) reader.note(here, "must be an object");
  for (std::size_t i = 0; intervals != nullptr && intervals->object() != nullptr && i < intervals->object()->size();
       ++i) {
    const JsonMember& member = (*intervals->object())[i];
    if (member.value.object() == nullptr) {
      reader.note(member_pointer(here, member.name), "must have lower and upper");
      break;
    }
    NumberReader bounds(*member.value.object(), member_pointer(here, member.name));
    regression.intervals.push_back(
        {std::strtod(member.name.c_str(), nullptr), bounds.numbers("lower"), bounds.numbers("upper")});
    if (bounds.problem()) return core::fail(*bounds.problem());
  }
  if (reader.problem()) return core::fail(*reader.problem());
  auto sound = checked(std::move(regression));
  if (!sound) return core::fail(sound.error().code, place + sound.error().message);
  return sound;
}

JsonValue encode_regression_results(const stats::RegressionResults& results, std::size_t cases) {
  return JsonValue{JsonObject{
      {"error_distribution", encode(results.errors, cases)},
      {"interval_coverage", results.coverage ? encode(*results.coverage, cases)
                                             : skipped("missing_intervals", "there are no prediction intervals")},
      {"error_variance_correlation",
       results.correlation ? JsonValue{JsonObject{{"pearson", json_number(results.correlation->pearson)},
                                                  {"spearman", json_number(results.correlation->spearman)},
                                                  {"verdict", json_text(results.correlation->verdict)},
                                                  {"n_samples", json_count(cases)}}}
                           : skipped("missing_variance", "there is no predicted variance")},
      {"target_variance", json_number(results.target_variance)}}};
}

JsonValue encode_regression(const stats::Regression& regression) {
  const stats::RegressionResults results = regression_results(regression);
  const stats::CompatScore score = regression_score(results);
  const std::size_t cases = regression.truth.size();
  const std::size_t levels = regression.intervals.size();
  JsonObject compat{{"results", encode_regression_results(results, cases)}};
  if (results.ranked) {
    compat.push_back({"crps", encode_ranked(*results.ranked, levels, cases)});
    compat.push_back({"crps_decomposition", encode_decomposition(*results.ranked, levels, cases)});
  } else {
    for (const char* name : {"crps", "crps_decomposition"})
      compat.push_back({name, skipped("missing_intervals", "there are no prediction intervals")});
  }
  compat.push_back({"score", json_number(score.score)});
  compat.push_back({"grade", json_text(score.grade)});
  compat.push_back({"verdict", json_text(score.verdict)});
  compat.push_back({"sub_scores", encode_parts(score.sub_scores)});
  compat.push_back({"penalties", encode_parts(score.penalties)});
  compat.push_back({"status", json_text("present")});
  JsonObject coverage;
  for (std::size_t i = 0; i < levels; ++i) {
    coverage.push_back(
        {write_json(json_number(regression.intervals[i].level), false), json_number(results.exact_coverage[i])});
  }
  JsonObject exact{{"rmse_unrounded", json_number(results.exact_rmse)},
                   {"skill_unrounded", json_number(results.exact_skill)},
                   {"picp", JsonValue{std::move(coverage)}}};
  if (results.correlation) {
    exact.push_back({"spearman", json_number(results.exact_spearman)});
    exact.push_back({"pearson", json_number(results.exact_pearson)});
  }
  return JsonValue{
      JsonObject{{"trustlens", JsonValue{std::move(compat)}}, {"independent", JsonValue{std::move(exact)}}}};
}

JsonResult audit_regression_cases(const JsonObject& document) {
  JsonResult cases =
      audit_entries(document, "cases", [](const JsonObject& object, const std::string& place) -> JsonResult {
        auto regression = read_regression(object, place);
        if (!regression) return core::fail(regression.error());
        JsonValue found = encode_regression(*regression);
        auto& members = std::get<JsonObject>(found.data);
        members.insert(members.begin(), {"name", json_text(NumberReader(object, place).text("name"))});
        return found;
      });
  if (!cases) return cases;
  return JsonValue{JsonObject{{"cases", std::move(*cases)}}};
}

}  // namespace guardian::adapters
