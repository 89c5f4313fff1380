#pragma once
// What the tools share: findings as a model needs them, and the texts of arguments. Only for .cpp files of this folder.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/finding.hpp"

namespace guardian::agents {

// Of a case words are written by people, and some texts of a finding repeat them: what a model sees of its findings are
// names and ids of the knowledge base.
enum class FindingWords : std::uint8_t { all, names };

inline constexpr std::size_t most_tool_findings = 30;  // in one list of an answer

inline std::string written(const nlohmann::ordered_json& json) {
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

inline std::vector<std::string> texts_of(const nlohmann::ordered_json& list) {
  std::vector<std::string> all;
  for (const auto& entry : list) all.push_back(entry.get<std::string>());
  return all;
}

// The ids of findings, rules and evidence are added to `rows`: a proposal or a claim may cite them.
inline nlohmann::ordered_json findings_json(const std::vector<core::Finding>& findings, FindingWords words,
                                            std::vector<std::string>& rows) {
  using Json = nlohmann::ordered_json;
  Json list = Json::array();
  for (const core::Finding& finding : findings) {
    if (list.size() >= most_tool_findings) break;
    Json evidence = Json::array();
    for (const core::EvidenceRecord& record : finding.evidence) {
      evidence.push_back(record.id);
      rows.push_back(record.id);
    }
    rows.insert(rows.end(), finding.rules.begin(), finding.rules.end());
    list.push_back(Json{{"id", finding.id},
                        {"type", core::to_string(finding.type)},
                        {"severity", core::to_string(finding.severity)},
                        {"medicines", finding.medicines},
                        {"rows", finding.rules},
                        {"evidence", std::move(evidence)}});
    if (words == FindingWords::all) {
      list.back()["effect"] = finding.effect;
      list.back()["management"] = finding.management;
    }
  }
  return list;
}

}  // namespace guardian::agents
