#include "adapters/json/comparison_codec.hpp"

#include "adapters/json/extended_codec.hpp"
#include "adapters/json/json_writer.hpp"

namespace guardian::adapters {
namespace {

namespace stats = audit::population;

JsonValue encode(stats::Preference preference) {
  switch (preference) {
    case stats::Preference::first: return json_text("A");
    case stats::Preference::second: return json_text("B");
    case stats::Preference::none: return json_null();
  }
  return json_null();
}

}  // namespace

JsonValue encode_comparison(const stats::Comparison& comparison) {
  JsonObject differences;
  for (const stats::ScoreDifference& part : comparison.differences) {
    differences.push_back({part.name, JsonValue{JsonObject{{"a", json_number(part.first)},
                                                           {"b", json_number(part.second)},
                                                           {"difference", json_number(part.first - part.second)},
                                                           {"ci95", encode_interval(part.interval)},
                                                           {"higher", encode(part.preference)}}}});
  }
  const stats::McNemar& test = comparison.correctness;
  return JsonValue{JsonObject{{"schema", json_text("guardian-audit-comparison/1")},
                              {"a", encode_trust_score(comparison.first)},
                              {"b", encode_trust_score(comparison.second)},
                              {"differences", JsonValue{std::move(differences)}},
                              {"mcnemar", JsonValue{JsonObject{{"only_a_right", json_count(test.only_first_right)},
                                                               {"only_b_right", json_count(test.only_second_right)},
                                                               {"p", json_number(test.p_value)}}}},
                              {"recommended", encode(comparison.recommended)},
                              {"reason", json_text(comparison.reason)}}};
}

}  // namespace guardian::adapters
