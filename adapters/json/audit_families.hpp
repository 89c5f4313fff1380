#pragma once
// The audits that are not of class predictions: each takes the members of its input and gives the same shape back with
// what it found (docs/population-audit.md, "Other inputs"). Pure.

#include "adapters/json/json_value.hpp"
#include "audit/population/compat_score.hpp"
#include "audit/population/drift.hpp"
#include "audit/population/regression.hpp"
#include "audit/population/selective.hpp"
#include "audit/population/slices.hpp"
#include "core/result.hpp"

namespace guardian::adapters {

using JsonResult = core::Result<JsonValue>;

[[nodiscard]] JsonValue encode_stability(const audit::population::Stability& psi);
[[nodiscard]] JsonValue encode_test(const audit::population::KolmogorovSmirnov& ks);
[[nodiscard]] JsonValue encode_discrepancy(const audit::population::Discrepancy& mmd);
[[nodiscard]] JsonValue encode_certified(const audit::population::CertifiedThreshold& certified);
[[nodiscard]] JsonValue encode_slice(const audit::population::Slice& slice);

[[nodiscard]] JsonResult audit_drift(const JsonObject& document);      // cases of ref and cur; sequential losses
[[nodiscard]] JsonResult audit_selective(const JsonObject& document);  // score and correct: thresholds, intervals
[[nodiscard]] JsonResult audit_novelty(const JsonObject& document);    // reference and queries; slices; bootstrap
[[nodiscard]] JsonResult audit_pixels(const JsonObject& document);     // image, weights, saliency maps
[[nodiscard]] JsonResult audit_functions(const JsonObject& document);  // single metrics on awkward inputs
[[nodiscard]] JsonResult audit_models(const JsonObject& document);     // several models: TrustLens's scores

// Numbers instead of classes.
[[nodiscard]] core::Result<audit::population::Regression> read_regression(const JsonObject& object,
                                                                          const std::string& place);
[[nodiscard]] JsonResult audit_regression_cases(const JsonObject& document);
[[nodiscard]] JsonValue encode_regression(const audit::population::Regression& regression);
[[nodiscard]] JsonValue encode_regression_results(const audit::population::RegressionResults& results,
                                                  std::size_t cases);

// Each entry of a list of objects through `audit`, which gets its place; the first failure ends it.
template <class Audit>
[[nodiscard]] JsonResult audit_entries(const JsonObject& document, std::string_view name, const Audit& audit) {
  const JsonValue* value = find_member(document, name);
  const std::string place = member_pointer("", name);
  if (value == nullptr || value->list() == nullptr)
    return core::fail(core::ErrorCode::invalid_input, place + ": must be a list");
  JsonList found;
  for (std::size_t i = 0; i < value->list()->size(); ++i) {
    const std::string here = entry_pointer(place, i);
    const JsonObject* object = (*value->list())[i].object();
    if (object == nullptr) return core::fail(core::ErrorCode::invalid_input, here + ": must be an object");
    JsonResult entry = audit(*object, here);
    if (!entry) return entry;
    found.push_back(std::move(*entry));
  }
  return JsonValue{std::move(found)};
}

}  // namespace guardian::adapters
