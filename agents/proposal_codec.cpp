#include "agents/proposal_codec.hpp"

#include <nlohmann/json.hpp>

namespace guardian::agents {
namespace {

using Json = nlohmann::json;

std::vector<std::string> texts(const Json& list) {
  std::vector<std::string> all;
  for (const Json& entry : list) all.push_back(entry.get<std::string>());
  return all;
}

std::optional<std::string> original(const CaseView& view, const Json& quote) {
  return view.original(quote.get_ref<const std::string&>());
}

std::string words(const CaseView& view, const Json& text) { return view.unmasked(text.get_ref<const std::string&>()); }

}  // namespace

void read_interaction_reply(std::string_view json, const CaseView& view, Proposal& proposal,
                            std::vector<std::string>& refused) {
  const Json reply = Json::parse(json);
  for (const Json& entry : reply["medicines"]) {
    const auto quote = original(view, entry["quote"]);
    if (!quote) {
      refused.emplace_back("medicine: its quote is not in the note");
      continue;
    }
    NoteMedicine medicine{*quote, words(view, entry["text"]), entry["stopped"].get<bool>(), std::nullopt};
    if (entry.contains("stopped_days_ago")) medicine.stopped_days_ago = entry["stopped_days_ago"].get<double>();
    proposal.medicines.push_back(std::move(medicine));
  }
  for (const Json& entry : reply["concerns"]) {
    Concern concern;
    // The schema allows known words only.
    if (!core::parse_finding_type(entry["type"].get<std::string>(), concern.type)) continue;
    concern.severity = core::parse_severity(entry["severity"].get<std::string>()).value_or(core::Severity::minor);
    concern.subjects = texts(entry["subjects"]);
    concern.title = words(view, entry["title"]);
    concern.reason = words(view, entry["reason"]);
    concern.management = words(view, entry["management"]);
    concern.rows = texts(entry["rows"]);
    proposal.concerns.push_back(std::move(concern));
  }
  for (const Json& entry : reply["raises"])
    proposal.raises.push_back({entry["finding"].get<std::string>(), words(view, entry["reason"])});
}

void read_triage_reply(std::string_view json, const CaseView& view, Proposal& proposal,
                       std::vector<std::string>& refused) {
  const Json reply = Json::parse(json);
  for (const Json& entry : reply["symptoms"]) {
    if (const auto quote = original(view, entry["quote"])) {
      proposal.symptoms.push_back({*quote, words(view, entry["name"])});
    } else {
      refused.emplace_back("symptom: its quote is not in the note");
    }
  }
  core::TriageLevel level = core::TriageLevel::routine;
  if (!core::parse_triage_level(reply["level"].get<std::string>(), level) || level == core::TriageLevel::routine)
    return;
  if (const auto quote = original(view, reply["quote"])) {
    proposal.triage.push_back({level, *quote, words(view, reply["reason"])});
  } else if (!reply["quote"].get_ref<const std::string&>().empty()) {
    refused.emplace_back("triage: its quote is not in the note");
  }
}

}  // namespace guardian::agents
