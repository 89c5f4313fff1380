#include "adapters/json/audit_codec.hpp"

#include "adapters/json/compat_codec.hpp"
#include "adapters/json/extended_codec.hpp"
#include "adapters/json/json_writer.hpp"
#include "adapters/json/population_reader.hpp"

namespace guardian::adapters {
namespace {

namespace stats = audit::population;

JsonValue classification(const stats::Population& population, const AuditOptions& options) {
  if (options.compat) {
    const stats::CompatResults results = compat_results(population);
    return JsonValue{JsonObject{{"results", encode_compat_results(results, population)},
                                {"trust_score", encode_compat_score(compat_score(results))}}};
  }
  return JsonValue{JsonObject{{"schema", json_text(std::string(audit_schema))},
                              {"kind", json_text("classification")},
                              {"extended", encode_extended(extended_analysis(population), population)},
                              {"trust", encode_trust_score(trust_score(population, options.policy))}}};
}

}  // namespace

core::Result<JsonValue> audit_document(const JsonObject& document, const AuditOptions& options) {
  auto population = read_population(document);
  if (!population) return core::fail(population.error());
  return classification(*population, options);
}

}  // namespace guardian::adapters
