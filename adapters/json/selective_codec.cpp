// Thresholds that certify a budget, and the intervals and fits that belong to them.

#include "adapters/json/audit_families.hpp"
#include "adapters/json/extended_codec.hpp"
#include "adapters/json/json_writer.hpp"
#include "adapters/json/number_reader.hpp"

namespace guardian::adapters {
namespace {

namespace stats = audit::population;

constexpr double alpha_default = 0.05;
constexpr double delta_default = 0.05;

struct Cases {
  std::vector<double> score;
  std::vector<double> correct;
};

// The member as an object; an empty one where it is absent.
const JsonObject& member_object(const JsonObject& document, std::string_view name) {
  static const JsonObject none;
  const JsonValue* value = find_member(document, name);
  return value == nullptr || value->object() == nullptr ? none : *value->object();
}

JsonResult venn_abers_queries(const JsonObject& document, const Cases& cases) {
  const JsonObject& object = member_object(document, "venn_abers");
  NumberReader reader(object, "/venn_abers");
  std::vector<int> rows = reader.integers("calibration_rows");
  if (rows.empty()) rows = {0, static_cast<int>(cases.score.size())};
  if (rows.size() != 2 || rows[0] < 0 || rows[1] < rows[0] || static_cast<std::size_t>(rows[1]) > cases.score.size())
    reader.note("/venn_abers/calibration_rows", "must be the first row and the one behind the last");
  if (reader.problem()) return core::fail(*reader.problem());
  const auto first = static_cast<std::size_t>(rows[0]);
  const auto count = static_cast<std::size_t>(rows[1] - rows[0]);
  const auto outcomes = std::span<const double>(cases.correct).subspan(first, count);
  const auto scores = std::span<const double>(cases.score).subspan(first, count);
  JsonList queries;
  const JsonValue* asked = find_member(object, "queries");
  for (std::size_t i = 0; asked != nullptr && asked->list() != nullptr && i < asked->list()->size(); ++i) {
    const JsonValue& entry = (*asked->list())[i];
    const JsonValue* score = entry.object() == nullptr ? &entry : find_member(*entry.object(), "score");
    const auto number = score == nullptr ? std::nullopt : number_of(*score);
    if (!number)
      return core::fail(core::ErrorCode::invalid_input,
                        entry_pointer("/venn_abers/queries", i) + ": must have a score");
    const stats::VennAbers band = stats::venn_abers(outcomes, scores, *number);
    queries.push_back(JsonValue{JsonObject{{"score", json_number(*number)},
                                           {"p0", json_number(band.p0)},
                                           {"p1", json_number(band.p1)},
                                           {"merged", json_number(band.merged)}}});
  }
  return JsonValue{JsonObject{{"calibration_rows", json_counts({first, first + count})},
                              {"queries", JsonValue{std::move(queries)}}}};
}

JsonResult temperature(const JsonObject& document) {
  NumberReader reader(member_object(document, "temperature"), "/temperature");
  const stats::Matrix logits = reader.matrix("logits");
  const std::vector<int> truth = reader.integers("y");
  if (logits.empty() || truth.size() != logits.rows)
    reader.note("/temperature/y", "must have an entry for each row of logits");
  for (const int label : truth) {
    if (label < 0 || static_cast<std::size_t>(label) >= logits.columns)
      reader.note("/temperature/y", "must be columns");
  }
  if (reader.problem()) return core::fail(*reader.problem());
  const stats::Temperature fit = stats::fit_temperature(logits, truth);
  return JsonValue{JsonObject{{"T", json_number(fit.value)},
                              {"nll_before", json_number(fit.loss_before)},
                              {"nll_after", json_number(fit.loss_after)}}};
}

JsonResult wilson_entry(const JsonObject& object, const std::string& place) {
  NumberReader reader(object, place);
  const stats::Proportion proportion{reader.count("k", 0), reader.count("n", 0)};
  if (proportion.hits > proportion.cases) reader.note(reader.pointer("k"), "must not exceed n");
  if (reader.problem()) return core::fail(*reader.problem());
  return JsonValue{JsonObject{{"k", json_count(proportion.hits)},
                              {"n", json_count(proportion.cases)},
                              {"wilson95", encode_interval(stats::wilson(proportion, stats::z_95()))},
                              {"clopper_pearson95", encode_interval(stats::clopper_pearson(proportion, 0.05))}}};
}

JsonResult newcombe_entry(const JsonObject& object, const std::string& place) {
  NumberReader reader(object, place);
  const auto proportion = [&](const char* name) {
    const std::vector<int> pair = reader.integers(name);
    if (pair.size() == 2 && pair[0] >= 0 && pair[1] > 0 && pair[0] <= pair[1])
      return stats::Proportion{static_cast<std::size_t>(pair[0]), static_cast<std::size_t>(pair[1])};
    reader.note(reader.pointer(name), "must be hits and cases");
    return stats::Proportion{0, 1};
  };
  const stats::Proportion a = proportion("a");
  const stats::Proportion b = proportion("b");
  if (reader.problem()) return core::fail(*reader.problem());
  return JsonValue{JsonObject{{"a", json_counts({a.hits, a.cases})},
                              {"b", json_counts({b.hits, b.cases})},
                              {"ci95", encode_interval(stats::newcombe(a, b, stats::z_95()))}}};
}

JsonResult budget_entry(const JsonObject& object, const std::string& place) {
  NumberReader reader(object, place);
  const double alpha = reader.number("alpha", alpha_default);
  const double delta = reader.number("delta", delta_default);
  if (!(alpha > 0.0 && alpha < 1.0 && delta > 0.0 && delta < 1.0)) reader.note(place, "must lie between 0 and 1");
  if (reader.problem()) return core::fail(*reader.problem());
  return JsonValue{JsonObject{{"alpha", json_number(alpha)},
                              {"delta", json_number(delta)},
                              {"n_zero_error", json_count(stats::error_free_cases(alpha, delta))}}};
}

}  // namespace

JsonValue encode_certified(const stats::CertifiedThreshold& certified) {
  const auto encode_test = [](const stats::ThresholdTest& test) {
    JsonObject object{{"t", json_number(test.threshold)},
                      {"n", json_count(test.accepted)},
                      {"errors", json_count(test.errors)},
                      {"p", json_number(test.p_value)}};
    if (test.upper_bound) {
      object.push_back({"ucb_cp", json_number(*test.upper_bound)});
    } else {
      object.push_back({"skipped", json_flag(true)});
    }
    return JsonValue{std::move(object)};
  };
  return JsonValue{JsonObject{{"alpha", json_number(certified.alpha)},
                              {"delta", json_number(certified.delta)},
                              {"path", json_list(certified.path, encode_test)},
                              {"threshold", json_number(certified.threshold)}}};
}

JsonResult audit_selective(const JsonObject& document) {
  NumberReader reader(document, "");
  const Cases cases{reader.numbers("score"), reader.numbers("correct")};
  if (cases.score.size() != cases.correct.size()) reader.note("/correct", "must have as many entries as score");
  NumberReader budget(member_object(document, "ltt"), "/ltt");
  NumberReader control(member_object(document, "crc"), "/crc");
  const double alpha = budget.number("alpha", alpha_default);
  const double delta = budget.number("delta", delta_default);
  const double control_alpha = control.number("alpha", alpha_default);
  for (const NumberReader* each : {&reader, &budget, &control}) {
    if (each->problem()) return core::fail(*each->problem());
  }
  const auto within = [](double value) { return value > 0.0 && value < 1.0; };
  if (!within(alpha) || !within(delta) || !within(control_alpha))
    return core::fail(core::ErrorCode::invalid_input, "/ltt: alpha and delta must lie between 0 and 1");

  JsonObject found;
  if (!cases.score.empty()) {
    found.push_back({"aurc", encode_area(stats::risk_coverage_area(cases.correct, cases.score))});
    found.push_back({"ltt", encode_certified(stats::learn_then_test(cases.correct, cases.score, alpha, delta))});
    found.push_back({"crc", JsonValue{JsonObject{{"alpha", json_number(control_alpha)},
                                                 {"threshold", json_number(stats::conformal_risk_threshold(
                                                                   cases.correct, cases.score, control_alpha))}}}});
  }
  const auto add = [&](const char* name, JsonResult part) -> std::optional<core::Error> {
    if (!part) return part.error();
    found.push_back({name, std::move(*part)});
    return std::nullopt;
  };
  std::optional<core::Error> problem;
  if (!cases.score.empty() && reader.has("venn_abers"))
    problem = add("venn_abers", venn_abers_queries(document, cases));
  if (!problem && reader.has("temperature")) problem = add("temperature", temperature(document));
  if (!problem && reader.has("wilson")) problem = add("wilson", audit_entries(document, "wilson", wilson_entry));
  if (!problem && reader.has("newcombe"))
    problem = add("newcombe", audit_entries(document, "newcombe", newcombe_entry));
  if (!problem && reader.has("budget")) problem = add("budget", audit_entries(document, "budget", budget_entry));
  if (problem) return core::fail(*problem);
  return JsonValue{std::move(found)};
}

}  // namespace guardian::adapters
