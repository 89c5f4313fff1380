#include "agents/tool_findings.hpp"

#include <nlohmann/json.hpp>

namespace guardian::agents {

std::string findings_json(const std::vector<core::Finding>& findings, FindingWords words,
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
  return list.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace guardian::agents
