#include "adapters/json/kb_codec.hpp"

#include <nlohmann/json.hpp>

#include "adapters/json/review_codec.hpp"

namespace guardian::adapters {

using Json = nlohmann::ordered_json;

std::string encode_counts(const KnowledgeCounts& counts) {
  Json json{
      {"file", counts.file}, {"version", counts.version}, {"released", counts.released}, {"digest", counts.digest}};
  Json& rows = json["rows"];
  for (const auto& [table, number] : counts.rows) rows[table] = number;
  Json& severities = json["rules_by_severity"];
  for (const auto& [severity, number] : counts.severities) severities[severity] = number;
  json["verified_rules"] = counts.verified_rules;
  json["inferred_rules"] = counts.inferred_rules;
  json["concepts"] = counts.concepts;
  json["edges"] = counts.edges;
  json["pairs_with_rules"] = counts.pairs_with_rules;
  json["sources"] = Json::array();
  for (const knowledge::SourceRow& source : counts.sources) {
    json["sources"].push_back(Json{{"source", source.name},
                                   {"kind", source.kind},
                                   {"format", source.format},
                                   {"title", source.title},
                                   {"version", source.version},
                                   {"date", source.date},
                                   {"licence", source.licence},
                                   {"precedence", source.precedence},
                                   {"rules", source.rules},
                                   {"names", source.names},
                                   {"codes", source.codes},
                                   {"rows_read", source.rows_read},
                                   {"rows_left_out", source.rows_left_out},
                                   {"digest", source.digest}});
  }
  if (counts.local_rules.empty() && counts.lowerings.empty()) return json.dump(2);
  const auto of_both = [&](const auto& row) {
    return Json{{"rule", row.rule},
                {"source", row.source},
                {"owner", row.owner},
                {"expires", row.expires},
                {"expired", knowledge::has_expired(row.expires, counts.day)},
                {"mode", row.shadow ? "shadow" : "active"},
                {"reason", row.reason}};
  };
  json["local_rules"] = Json::array();
  for (const knowledge::LocalRuleRow& row : counts.local_rules) json["local_rules"].push_back(of_both(row));
  json["lowerings"] = Json::array();
  for (const knowledge::LoweringRow& row : counts.lowerings) {
    Json one = of_both(row);
    one["severity"] = core::to_string(row.severity);
    one["signed_off_by"] = row.keys;
    json["lowerings"].push_back(std::move(one));
  }
  return json.dump(2);
}

std::string encode_resolution(const knowledge::KnowledgeBase& base, std::string_view text,
                              const knowledge::Resolution& resolution, bool pretty) {
  const auto interpretation = [&](const knowledge::Interpretation& meaning) {
    Json json;
    json["name"] = meaning.name;
    json["ingredients"] = Json::array();
    for (const auto ingredient : meaning.ingredients)
      json["ingredients"].push_back(base.graph().ingredient_name(ingredient));
    json["match"] = to_string(meaning.kind);
    json["score"] = meaning.score;
    json["reason"] = meaning.reason;
    return json;
  };
  Json json;
  json["text"] = text;
  json["resolved"] = resolution.resolved;
  json["ingredients"] = Json::array();
  if (resolution.resolved) {
    const Json meant = interpretation(resolution.interpretations.front());
    for (const char* member : {"ingredients", "match", "score"}) json[member] = meant.at(member);
  }
  json["reason"] = resolution.resolved ? resolution.interpretations.front().reason : resolution.reason;
  json["route"] = resolution.route.empty() ? Json() : Json(resolution.route);
  json["dose"] = Json::parse(encode_dose(resolution.dose));
  json["note"] = resolution.note;
  // Names that people mix up with the one that is meant.
  json["lookalikes"] = Json::array();
  if (!resolution.interpretations.empty()) {
    const std::string known = knowledge::normalised_name(resolution.interpretations.front().name);
    for (const std::string& other : base.names().lookalikes_of(known)) json["lookalikes"].push_back(other);
  }
  json["candidates"] = Json::array();
  for (const auto& meaning : resolution.interpretations) json["candidates"].push_back(interpretation(meaning));
  return json.dump(pretty ? 2 : -1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace guardian::adapters
