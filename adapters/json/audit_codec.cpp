#include "adapters/json/audit_codec.hpp"

#include <algorithm>
#include <cmath>

#include "adapters/json/audit_families.hpp"
#include "adapters/json/compat_codec.hpp"
#include "adapters/json/detail_codec.hpp"
#include "adapters/json/extended_codec.hpp"
#include "adapters/json/json_writer.hpp"
#include "adapters/json/population_reader.hpp"
#include "adapters/json/record_codec.hpp"

namespace guardian::adapters {
namespace {

namespace stats = audit::population;

bool has(const JsonObject& document, std::string_view name) { return find_member(document, name) != nullptr; }

// Whether the first of `cases` has such a member.
bool cases_have(const JsonObject& document, std::string_view name) {
  const JsonValue* cases = find_member(document, "cases");
  if (cases == nullptr || cases->list() == nullptr || cases->list()->empty()) return false;
  const JsonObject* first = cases->list()->front().object();
  return first != nullptr && has(*first, name);
}

// Labels are whole numbers or words; anything else is a quantity.
bool has_quantities(const JsonObject& document) {
  if (has(document, "intervals") || has(document, "variance")) return true;
  const JsonValue* truth = find_member(document, "y_true");
  if (truth == nullptr || truth->list() == nullptr || has(document, "y_prob")) return false;
  return std::any_of(truth->list()->begin(), truth->list()->end(), [](const JsonValue& value) {
    const double* number = value.number();
    return number != nullptr && std::trunc(*number) != *number;
  });
}

using Family = JsonResult (*)(const JsonObject&);
struct FamilyOf {
  const char* kind = nullptr;
  Family audit = nullptr;
};

FamilyOf family_of(const JsonObject& document) {
  if (has(document, "models")) return {"models", audit_models};
  if (has(document, "image")) return {"pixels", audit_pixels};
  if (has(document, "sequential") || cases_have(document, "ref")) return {"drift", audit_drift};
  if (cases_have(document, "y_true")) return {"regression", audit_regression_cases};
  if (has(document, "score") || has(document, "budget") || has(document, "wilson") || has(document, "temperature"))
    return {"selective", audit_selective};
  if (has(document, "reference") || has(document, "slices") || has(document, "bootstrap"))
    return {"novelty", audit_novelty};
  if (!has(document, "y_true") && (has(document, "calibration") || has(document, "conformal")))
    return {"functions", audit_functions};
  return {};
}

JsonValue answer(const char* kind, JsonValue extended) {
  return JsonValue{JsonObject{
      {"schema", json_text(std::string(audit_schema))}, {"kind", json_text(kind)}, {"extended", std::move(extended)}}};
}

JsonResult quantities(const JsonObject& document, const AuditOptions& options) {
  const auto regression = read_regression(document, "");
  if (!regression) return core::fail(regression.error());
  if (!options.compat) return answer("regression", encode_regression(*regression));
  const stats::RegressionResults results = regression_results(*regression);
  return JsonValue{JsonObject{{"results", encode_regression_results(results, regression->truth.size())},
                              {"trust_score", encode_compat_score(regression_score(results))}}};
}

}  // namespace

core::Result<JsonValue> audit_document(const JsonObject& document, const AuditOptions& options) {
  if (const FamilyOf family = family_of(document); family.audit != nullptr) {
    if (options.compat)
      return core::fail(core::ErrorCode::invalid_input, "--compat: needs y_true and y_pred at the top");
    JsonResult found = family.audit(document);
    if (!found) return found;
    return answer(family.kind, std::move(*found));
  }
  if (has_quantities(document)) return quantities(document, options);
  auto population = read_population(document);
  if (!population) return core::fail(population.error());
  if (!options.compat) return encode_audit(audit_population(*population, options.policy), *population, nullptr);
  const stats::CompatResults results = compat_results(*population);
  return JsonValue{JsonObject{{"results", encode_compat_results(results, *population)},
                              {"trust_score", encode_compat_score(compat_score(results))}}};
}

bool is_population(const JsonObject& document) {
  return family_of(document).audit == nullptr && !has_quantities(document);
}

JsonValue encode_audit(const stats::PopulationAudit& audit, const stats::Population& population,
                       const stats::RecordAudit* records) {
  JsonValue found = answer("classification", encode_extended(audit.extended, population));
  auto& members = std::get<JsonObject>(found.data);
  if (population.size() > 0) members.push_back({"functions", encode_metrics(population)});
  members.push_back({"trust", encode_trust_score(audit.trust)});
  if (audit.plots) members.push_back({"certificate", encode_certified(audit.plots->certified)});
  if (!audit.slices.empty()) members.push_back({"slices", json_list(audit.slices, encode_slice)});
  if (audit.drift) {
    members.push_back({"drift", JsonValue{JsonObject{{"psi", encode_stability(audit.drift->stability)},
                                                     {"ks", encode_test(audit.drift->test)},
                                                     {"mmd", encode_discrepancy(audit.drift->discrepancy)},
                                                     {"window_z", json_number(audit.drift->window_z)}}}});
  }
  add_details(audit, population, members);
  if (records != nullptr) {
    members.push_back({"records", encode_records(records->summary)});
    if (!records->drift.empty()) members.push_back({"feature_drift", encode_feature_drift(records->drift)});
  }
  return found;
}

}  // namespace guardian::adapters
