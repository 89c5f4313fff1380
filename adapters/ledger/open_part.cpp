#include <algorithm>
#include <set>

#include "adapters/json/json_fragment.hpp"
#include "adapters/ledger/review_record.hpp"
#include "knowledge/digest.hpp"

namespace guardian::adapters {
namespace {

using Json = JsonFragment;
using agents::Event;
using agents::EventKind;

std::string digest_of(std::string_view text) { return "sha256:" + knowledge::sha256_hex(text); }

Json texts(const std::vector<std::string>& entries) {
  Json list = Json::array();
  for (const std::string& entry : entries) list.push_back(entry);
  return list;
}

// Without title, subjects and texts: an unresolved name is the chart's own words.
Json encode(const core::Finding& finding) {
  Json json{{"id", finding.id},
            {"type", core::to_string(finding.type)},
            {"severity", core::to_string(finding.severity)},
            {"contraindication", finding.contraindication},
            {"source", finding.source},
            {"rules", texts(finding.rules)},
            {"inferred", finding.inferred},
            {"interruptive", finding.interruptive}};
  if (finding.raise) json["raised"] = Json{{"by", finding.raise->by}, {"to", core::to_string(finding.raise->to)}};
  return json;
}

Json encode(const core::AuditReport& audit) {
  Json failed = Json::array();
  for (const core::InvariantCheck& check : audit.invariants) {
    if (check.state == core::CheckState::fails) failed.push_back(check.id);
  }
  std::size_t checkable = 0;
  std::size_t supported = 0;
  for (const core::ClaimCheck& check : audit.claims) {
    checkable += check.state == core::ClaimState::uncheckable ? 0U : 1U;
    supported += check.state == core::ClaimState::supported ? 1U : 0U;
  }
  Json signals = Json::object();
  for (const core::AuditSignal& signal : audit.signals)
    signals[signal.id] = signal.value ? Json(*signal.value) : Json(nullptr);
  Json confidences = Json::array();
  for (const core::Confidence& confidence : audit.confidences) {
    confidences.push_back(Json{{"question", core::to_string(confidence.question)},
                               {"about", confidence.about},
                               {"band", confidence.band},
                               {"value", confidence.value ? Json(*confidence.value) : Json(nullptr)},
                               {"basis", confidence.basis},
                               {"calibration", confidence.calibration}});
  }
  return Json{{"version", audit.version},
              {"input", audit.input},
              {"released", audit.released},
              {"escalated", audit.escalated},
              {"failed", failed},
              {"claims", Json{{"checkable", checkable}, {"supported", supported}}},
              {"signals", signals},
              {"confidences", confidences},
              {"calibration", audit.certificate ? Json(audit.certificate->digest) : Json(nullptr)}};
}

Json model_call(const Event& event) {
  Json json{{"step", event.step}, {"call", event.call}, {"request", event.request}};
  if (const auto* reply = std::get_if<agents::ModelReply>(&*event.answer)) {
    json["model"] = reply->model;
    json["model_version"] = reply->model_version;
    json["response_id"] = reply->response_id;
    json["usage"] = Json{{"prompt", reply->usage.prompt_tokens},
                         {"output", reply->usage.output_tokens},
                         {"thoughts", reply->usage.thought_tokens},
                         {"cached", reply->usage.cached_tokens},
                         {"total", reply->usage.total_tokens}};
    json["reply"] = digest_of(reply->content);
  } else {
    const auto& failure = std::get<agents::ModelFailure>(*event.answer);
    json["failure"] = agents::to_string(failure.kind);
    json["http_status"] = failure.http_status;
  }
  return json;
}

// What the engine took from the case, without words: concepts of the knowledge base, numbers and units. Ages of 90 and
// more become 90, as there are few of them (45 CFR 164.514(b)(2)(i)(C)).
Json encode(const core::StatedFact& fact) {
  static const std::set<std::string> kinds{"drug", "stopped_drug", "condition", "symptom", "allergy",
                                           "lab",  "vital",        "measure",   "patient"};
  if (kinds.count(fact.kind) == 0) return nullptr;
  Json json{{"kind", fact.kind}, {"concept", fact.concept_name}};
  const bool is_old = fact.concept_name == "age" && fact.unit == "y";
  const auto put = [&](const char* name, const std::optional<double>& value) {
    if (value) json[name] = is_old ? std::min(*value, 90.0) : *value;
  };
  put("value", fact.value);
  put("high", fact.high);
  if (!fact.unit.empty()) json["unit"] = fact.unit;
  if (!fact.truth.empty()) json["truth"] = fact.truth;
  if (!fact.reaction.empty()) json["reaction"] = fact.reaction;
  if (!fact.route.empty()) json["route"] = fact.route;
  if (!fact.exposure.empty()) json["exposure"] = fact.exposure;
  put("age_days", fact.age_days);
  put("daily_mg", fact.daily_mg);
  put("duration_days", fact.duration_days);
  put("stopped_days_ago", fact.stopped_days_ago);
  return json;
}

}  // namespace

std::string encode_open_part(const ReviewRecord& record, bool facts) {
  const core::Review& review = record.review;
  Json json = Json::object();
  json["schema"] = "guardian-ledger-review/1";
  json["input"] = digest_of(record.input);
  json["engine"] = review.engine_version;
  json["kb"] = Json{{"version", review.kb.version}, {"digest", review.kb.digest}};
  json["decision"] = core::to_string(review.decision);
  json["status"] = review.complete ? "complete" : "incomplete";
  Json degraded = Json::array();
  for (const core::Degradation& degradation : review.degradations) degraded.push_back(degradation.agent);
  json["degraded"] = degraded;
  json["triage"] = review.triage ? Json(core::to_string(review.triage->level)) : Json(nullptr);
  json["resolved"] = review.resolved.size();
  json["unresolved"] = review.unresolved.size();
  Json findings = Json::array();
  for (const core::Finding& finding : review.findings) findings.push_back(encode(finding));
  json["findings"] = findings;
  if (!review.set_aside.empty()) {
    Json list = Json::array();
    for (const core::SetAside& one : review.set_aside)
      list.push_back(Json{{"rule", one.rule},
                          {"source", one.source},
                          {"why", one.why},
                          {"effect", one.effect},
                          {"severity", core::to_string(one.severity)}});
    json["set_aside"] = list;
  }
  Json calls = Json::array();
  Json tools = Json::array();
  for (const Event& event : record.events) {
    if (event.kind == EventKind::model_answered && event.answer) calls.push_back(model_call(event));
    if (event.kind == EventKind::tool_called)
      tools.push_back(Json{{"step", event.step}, {"tool", event.name}, {"arguments", digest_of(event.detail)}});
  }
  json["model_calls"] = calls;
  json["tool_calls"] = tools;
  json["audit"] = review.audit ? encode(*review.audit) : Json(nullptr);
  if (facts) {
    Json list = Json::array();
    for (const core::StatedFact& fact : review.facts) {
      if (Json one = encode(fact); !one.is_null()) list.push_back(one);
    }
    json["facts"] = list;
  }
  if (!record.hook.empty()) json["hook"] = Json::of_json(record.hook);
  return std::move(json).text();
}

}  // namespace guardian::adapters
