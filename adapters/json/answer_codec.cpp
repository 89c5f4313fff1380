#include "adapters/json/answer_codec.hpp"

#include <nlohmann/json.hpp>

#include "adapters/json/review_codec.hpp"

namespace guardian::adapters {
namespace {

using Json = nlohmann::ordered_json;

Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

Json encode(const core::AnswerClaim& claim) {
  return Json{{"text", claim.text},         {"by", claim.by},
              {"verified", claim.verified}, {"doubt", text_or_null(claim.doubt)},
              {"findings", claim.findings}, {"evidence", claim.evidence},
              {"rows", claim.rows}};
}

Json encode(const core::Finding& finding) {
  return Json{{"id", finding.id},
              {"type", core::to_string(finding.type)},
              {"severity", core::to_string(finding.severity)},
              {"contraindication", finding.contraindication},
              {"medicines", finding.medicines},
              {"title", finding.title}};
}

Json encode(const core::ReadOrder& order) {
  return Json{{"text", order.text},
              {"ingredients", order.ingredients},
              {"route", text_or_null(order.route)},
              {"dose", Json::parse(encode_dose(order.dose))}};
}

Json encode(const core::Answer& answer) {
  Json json = Json::object();
  json["question"] = answer.question;
  json["intent"] = text_or_null(answer.intent);
  json["status"] = core::to_string(answer.status);
  json["claims"] = Json::array();
  for (const core::AnswerClaim& claim : answer.claims) json["claims"].push_back(encode(claim));
  json["findings"] = Json::array();
  for (const core::Finding& finding : answer.findings) json["findings"].push_back(encode(finding));
  json["order"] = answer.order ? encode(*answer.order) : Json(nullptr);
  json["ask"] =
      answer.ask ? Json{{"question", answer.ask->question}, {"candidates", answer.ask->candidates}} : Json(nullptr);
  json["withheld"] = answer.withheld;
  json["can_ask"] = answer.can_ask;
  json["notes"] = answer.notes;
  json["degradation"] = answer.degradation ? Json(answer.degradation->reason) : Json(nullptr);
  json["agent"] = Json{{"by", answer.agent.by},
                       {"model", text_or_null(answer.agent.model)},
                       {"prompt", text_or_null(answer.agent.prompt)},
                       {"calls", answer.agent.calls},
                       {"tool_calls", answer.agent.tool_calls},
                       {"tokens", answer.agent.tokens}};
  return json;
}

}  // namespace

std::string encode_conversation(const core::Conversation& conversation, bool pretty) {
  Json json = Json::object();
  json["schema"] = "guardian-answer/1";
  json["case_id"] = conversation.case_id;
  json["as_of"] = text_or_null(conversation.as_of);
  json["status"] = conversation.complete ? "complete" : "incomplete";
  json["decision"] = core::to_string(conversation.decision);
  json["kb"] = Json{{"version", conversation.kb.version},
                    {"digest", conversation.kb.digest},
                    {"age_days", conversation.kb.age_days ? Json(*conversation.kb.age_days) : Json(nullptr)},
                    {"released", conversation.kb.released}};
  json["answers"] = Json::array();
  for (const core::Answer& answer : conversation.answers) json["answers"].push_back(encode(answer));
  return json.dump(pretty ? 2 : -1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace guardian::adapters
