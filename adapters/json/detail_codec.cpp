#include "adapters/json/detail_codec.hpp"

#include "adapters/json/audit_families.hpp"
#include "adapters/json/extended_codec.hpp"
#include "adapters/json/json_writer.hpp"

namespace guardian::adapters {
namespace {

namespace stats = audit::population;

constexpr std::size_t most_listed = 20;  // of cells and of places where groups meet

template <class Entry>
std::vector<Entry> first_ones(const std::vector<Entry>& entries) {
  const std::size_t count = std::min(entries.size(), most_listed);
  return {entries.begin(), entries.begin() + static_cast<std::ptrdiff_t>(count)};
}

JsonValue text_or_null(const std::string& text) { return text.empty() ? json_null() : json_text(text); }

JsonValue encode(const stats::Intersections& found) {
  JsonObject object{{"tested", json_count(found.tested.size())}, {"too_small", json_count(found.too_small)}};
  const auto literals = [](const stats::Intersection& one) {
    return JsonValue{JsonList{json_text(one.first), json_text(one.second)}};
  };
  if (found.gap) {
    object.push_back({"largest_gap", JsonValue{JsonObject{{"best", literals(found.tested[found.gap->larger])},
                                                          {"worst", literals(found.tested[found.gap->smaller])},
                                                          {"value", json_number(found.gap->value)},
                                                          {"interval", encode_interval(found.gap->interval)}}}});
  }
  object.push_back({"least_accurate", json_list(first_ones(found.tested), [&](const stats::Intersection& one) {
                      return JsonValue{JsonObject{{"groups", literals(one)},
                                                  {"n", json_count(one.right.cases)},
                                                  {"accuracy", json_number(one.right.value())},
                                                  {"wilson", encode_interval(one.interval)}}};
                    })});
  return JsonValue{std::move(object)};
}

JsonValue encode(const stats::Multicalibration& found) {
  return JsonValue{JsonObject{{"cells", json_count(found.cells.size())},
                              {"too_small", json_count(found.too_small)},
                              {"largest", json_number(found.largest)},
                              {"proven", json_number(found.proven)},
                              {"worst", json_list(first_ones(found.cells), [](const stats::CellError& cell) {
                                 return JsonValue{JsonObject{{"group", text_or_null(cell.group)},
                                                             {"from", json_number(cell.from)},
                                                             {"to", json_number(cell.to)},
                                                             {"n", json_count(cell.cases)},
                                                             {"confidence_less_accuracy", json_number(cell.difference)},
                                                             {"interval", encode_interval(cell.interval)}}};
                               })}}};
}

JsonValue encode(const std::vector<stats::LabelCoverage>& coverage, const stats::Population& population) {
  return json_list(coverage, [&](const stats::LabelCoverage& one) {
    JsonValue state = json_null();
    if (population.nominal_coverage) {
      state = json_text(one.interval.lower >= *population.nominal_coverage  ? "PASS"
                        : one.interval.upper < *population.nominal_coverage ? "BLOCK"
                                                                            : "INCONCLUSIVE");
    }
    return JsonValue{JsonObject{{"label", json_text(population.labels[one.label])},
                                {"covered", json_count(one.covered.hits)},
                                {"n", json_count(one.covered.cases)},
                                {"coverage", json_number(one.covered.value())},
                                {"clopper_pearson", encode_interval(one.interval)},
                                {"state", std::move(state)}}};
  });
}

}  // namespace

JsonValue encode_feature_drift(const std::vector<stats::FeatureDrift>& drift) {
  return json_list(drift, [](const stats::FeatureDrift& one) {
    return JsonValue{
        JsonObject{{"feature", json_text(one.name)},
                   {"reference", json_count(one.reference)},
                   {"current", json_count(one.current)},
                   {"missing_reference", json_number(one.missing_reference)},
                   {"missing_current", json_number(one.missing_current)},
                   {"psi", one.stability.reference.empty() ? json_null() : encode_stability(one.stability)},
                   {"window_z", json_number(one.window_z)},
                   {"new_categories", json_number(one.new_categories)},
                   {"p", json_number(one.p_value)},
                   {"q", json_number(one.q_value)},
                   {"drifted", json_flag(one.is_drifted)}}};
  });
}

void add_details(const stats::PopulationAudit& audit, const stats::Population& population, JsonObject& object) {
  JsonObject needed;
  for (const stats::Gate& gate : audit.trust.gates) {
    if (gate.state != stats::GateState::inconclusive) continue;
    needed.push_back({gate.name, gate.cases_needed ? json_count(*gate.cases_needed) : json_null()});
  }
  if (!needed.empty()) object.push_back({"cases_needed", JsonValue{std::move(needed)}});
  if (!audit.intersections.tested.empty() || audit.intersections.too_small > 0)
    object.push_back({"intersections", encode(audit.intersections)});
  if (!audit.multicalibration.cells.empty() || audit.multicalibration.too_small > 0)
    object.push_back({"multicalibration", encode(audit.multicalibration)});
  if (audit.purity) {
    object.push_back({"neighbour_purity", JsonValue{JsonObject{{"neighbours", json_count(audit.purity->neighbours)},
                                                               {"purity", json_number(audit.purity->purity)},
                                                               {"by_chance", json_number(audit.purity->by_chance)}}}});
  }
  if (!audit.label_coverage.empty()) object.push_back({"coverage_by_label", encode(audit.label_coverage, population)});
}

}  // namespace guardian::adapters
