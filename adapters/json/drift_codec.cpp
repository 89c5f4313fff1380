// Drift of features, and outcomes watched one after the other.

#include "adapters/json/audit_families.hpp"
#include "adapters/json/json_writer.hpp"
#include "adapters/json/number_reader.hpp"
#include "audit/population/drift.hpp"
#include "audit/population/sequential.hpp"

namespace guardian::adapters {
namespace {

namespace stats = audit::population;

constexpr std::size_t cells = 10;

const char* to_words(stats::OutlierState state) {
  switch (state) {
    case stats::OutlierState::healthy: return "Healthy";
    case stats::OutlierState::warning: return "Warning";
    case stats::OutlierState::critical: return "Critical";
  }
  return "Healthy";
}

JsonResult drift_case(const JsonObject& object, const std::string& place) {
  NumberReader reader(object, place);
  const std::string name = reader.text("name");
  const std::vector<double> reference = reader.numbers("ref");
  const std::vector<double> current = reader.numbers("cur");
  if (reference.empty()) reader.note(reader.pointer("ref"), "must have at least one number");
  if (current.empty()) reader.note(reader.pointer("cur"), "must have at least one number");
  if (reader.problem()) return core::fail(*reader.problem());
  const stats::Stability psi = stats::population_stability(reference, current, cells);
  const stats::KolmogorovSmirnov ks = stats::kolmogorov_smirnov(reference, current);
  const stats::Discrepancy mmd = stats::maximum_mean_discrepancy(reference, current);
  const stats::Outliers outliers = stats::outliers(reference, current);
  return JsonValue{JsonObject{
      {"name", json_text(name)},
      {"psi", encode_stability(psi)},
      {"ks", encode_test(ks)},
      {"mmd", encode_discrepancy(mmd)},
      {"z", json_numbers(outliers.z)},
      {"robust_z", json_numbers(outliers.robust_z)},
      {"status", json_list(outliers.states, [](stats::OutlierState state) { return json_text(to_words(state)); })},
      {"window_z", json_number(outliers.window_z)}}};
}

JsonResult sequential(const JsonObject& object) {
  NumberReader reader(object, "/sequential");
  stats::SequentialPolicy policy;
  policy.p0 = reader.number("p0", policy.p0);
  policy.odds_ratio = reader.number("odds_ratio", policy.odds_ratio);
  policy.limit = reader.number("h", policy.limit);
  policy.evidence_limit = reader.number("e_threshold", policy.evidence_limit);
  if (reader.has("lambdas")) policy.lambdas = reader.numbers("lambdas");
  const std::vector<double> losses = reader.numbers("losses");
  if (!(policy.p0 > 0.0 && policy.p0 < 1.0)) reader.note("/sequential/p0", "must lie between 0 and 1");
  if (!(policy.odds_ratio > 0.0)) reader.note("/sequential/odds_ratio", "must be above 0");
  if (policy.lambdas.empty()) reader.note("/sequential/lambdas", "must have at least one number");
  if (reader.problem()) return core::fail(*reader.problem());
  const stats::Sequential watched = stats::watch(losses, policy);
  const auto place = [](std::optional<std::size_t> alarm) { return alarm ? json_count(*alarm) : json_null(); };
  return JsonValue{JsonObject{{"p0", json_number(policy.p0)},
                              {"odds_ratio", json_number(policy.odds_ratio)},
                              {"p1", json_number(watched.p1)},
                              {"cusum", json_numbers(watched.cusum)},
                              {"h", json_number(policy.limit)},
                              {"cusum_alarm_index", place(watched.cusum_alarm)},
                              {"e_process", json_numbers(watched.evidence)},
                              {"lambdas", json_numbers(policy.lambdas)},
                              {"e_threshold", json_number(policy.evidence_limit)},
                              {"e_alarm_index", place(watched.evidence_alarm)}}};
}

}  // namespace

JsonValue encode_stability(const stats::Stability& psi) {
  return JsonValue{JsonObject{{"psi", json_number(psi.index)},
                              {"bins", json_count(psi.reference.size())},
                              {"inner_edges", json_numbers(psi.edges)},
                              {"ref_counts", json_counts(psi.reference)},
                              {"cur_counts", json_counts(psi.current)},
                              {"critical_999", json_number(psi.critical)}}};
}

JsonValue encode_test(const stats::KolmogorovSmirnov& ks) {
  return JsonValue{JsonObject{{"D", json_number(ks.distance)},
                              {"p_scipy_asymp", json_number(ks.p_asymptotic)},
                              {"p_stephens", json_number(ks.p_stephens)}}};
}

JsonValue encode_discrepancy(const stats::Discrepancy& mmd) {
  return JsonValue{JsonObject{{"gamma", json_number(mmd.gamma)}, {"mmd2_unbiased", json_number(mmd.squared)}}};
}

JsonResult audit_drift(const JsonObject& document) {
  JsonObject found;
  if (find_member(document, "cases") != nullptr) {
    JsonResult cases = audit_entries(document, "cases", drift_case);
    if (!cases) return cases;
    found.push_back({"cases", std::move(*cases)});
  }
  if (const JsonValue* value = find_member(document, "sequential")) {
    if (value->object() == nullptr) return core::fail(core::ErrorCode::invalid_input, "/sequential: must be an object");
    JsonResult watched = sequential(*value->object());
    if (!watched) return watched;
    found.push_back({"sequential", std::move(*watched)});
  }
  return JsonValue{std::move(found)};
}

}  // namespace guardian::adapters
