#include <algorithm>
#include <set>

#include "adapters/json/json_text.hpp"
#include "adapters/ledger/review_record.hpp"
#include "knowledge/digest.hpp"

namespace guardian::adapters {
namespace {

using agents::Event;
using agents::EventKind;

constexpr std::size_t usual_size = 8UL * 1024;  // in bytes

std::string digest_of(std::string_view text) { return "sha256:" + knowledge::sha256_hex(text); }

void texts(JsonText& json, std::string_view name, const std::vector<std::string>& entries) {
  json.open_list(name);
  for (const std::string& entry : entries) json.text(entry);
  json.close_list();
}

void real_or_null(JsonText& json, std::string_view name, const std::optional<double>& value) {
  if (value)
    json.real(name, *value);
  else
    json.null(name);
}

// Without title, subjects and texts: an unresolved name is the chart's own words.
void write(JsonText& json, const core::Finding& finding) {
  json.open_object();
  json.string("id", finding.id);
  json.string("type", core::to_string(finding.type));
  json.string("severity", core::to_string(finding.severity));
  json.flag("contraindication", finding.contraindication);
  json.string("source", finding.source);
  texts(json, "rules", finding.rules);
  json.flag("inferred", finding.inferred);
  json.flag("interruptive", finding.interruptive);
  if (finding.raise) {
    json.open_object("raised");
    json.string("by", finding.raise->by);
    json.string("to", core::to_string(finding.raise->to));
    json.close_object();
  }
  json.close_object();
}

void write(JsonText& json, const core::SetAside& one) {
  json.open_object();
  json.string("rule", one.rule);
  json.string("source", one.source);
  json.string("why", one.why);
  json.string("effect", one.effect);
  json.string("severity", core::to_string(one.severity));
  json.close_object();
}

void write(JsonText& json, const core::Confidence& confidence) {
  json.open_object();
  json.string("question", core::to_string(confidence.question));
  json.string("about", confidence.about);
  json.string("band", confidence.band);
  real_or_null(json, "value", confidence.value);
  json.string("basis", confidence.basis);
  json.string("calibration", confidence.calibration);
  json.close_object();
}

void write_claims(JsonText& json, const std::vector<core::ClaimCheck>& claims) {
  std::size_t checkable = 0;
  std::size_t supported = 0;
  for (const core::ClaimCheck& check : claims) {
    checkable += check.state == core::ClaimState::uncheckable ? 0U : 1U;
    supported += check.state == core::ClaimState::supported ? 1U : 0U;
  }
  json.open_object("claims");
  json.integer("checkable", checkable);
  json.integer("supported", supported);
  json.close_object();
}

void write(JsonText& json, const core::AuditReport& audit) {
  json.open_object("audit");
  json.string("version", audit.version);
  json.string("input", audit.input);
  json.flag("released", audit.released);
  json.flag("escalated", audit.escalated);
  json.open_list("failed");
  for (const core::InvariantCheck& check : audit.invariants) {
    if (check.state == core::CheckState::fails) json.text(check.id);
  }
  json.close_list();
  write_claims(json, audit.claims);
  json.open_object("signals");
  for (const core::AuditSignal& signal : audit.signals) real_or_null(json, signal.id, signal.value);
  json.close_object();
  json.open_list("confidences");
  for (const core::Confidence& confidence : audit.confidences) write(json, confidence);
  json.close_list();
  if (audit.certificate)
    json.string("calibration", audit.certificate->digest);
  else
    json.null("calibration");
  json.close_object();
}

void write_model_call(JsonText& json, const Event& event) {
  json.open_object();
  json.string("step", event.step);
  json.integer("call", event.call);
  json.string("request", event.request);
  if (const auto* reply = std::get_if<agents::ModelReply>(&*event.answer)) {
    json.string("model", reply->model);
    json.string("model_version", reply->model_version);
    json.string("response_id", reply->response_id);
    json.open_object("usage");
    json.integer("prompt", reply->usage.prompt_tokens);
    json.integer("output", reply->usage.output_tokens);
    json.integer("thoughts", reply->usage.thought_tokens);
    json.integer("cached", reply->usage.cached_tokens);
    json.integer("total", reply->usage.total_tokens);
    json.close_object();
    json.string("reply", digest_of(reply->content));
  } else {
    const auto& failure = std::get<agents::ModelFailure>(*event.answer);
    json.string("failure", agents::to_string(failure.kind));
    json.integer("http_status", failure.http_status);
  }
  json.close_object();
}

void write_calls(JsonText& json, const std::vector<Event>& events) {
  json.open_list("model_calls");
  for (const Event& event : events) {
    if (event.kind == EventKind::model_answered && event.answer) write_model_call(json, event);
  }
  json.close_list();
  json.open_list("tool_calls");
  for (const Event& event : events) {
    if (event.kind != EventKind::tool_called) continue;
    json.open_object();
    json.string("step", event.step);
    json.string("tool", event.name);
    json.string("arguments", digest_of(event.detail));
    json.close_object();
  }
  json.close_list();
}

// What the engine took from the case, without words: concepts of the knowledge base, numbers and units. Ages of 90 and
// more become 90, as there are few of them (45 CFR 164.514(b)(2)(i)(C)).
void write(JsonText& json, const core::StatedFact& fact) {
  static const std::set<std::string> kinds{"drug", "stopped_drug", "condition", "symptom", "allergy",
                                           "lab",  "vital",        "measure",   "patient"};
  if (kinds.count(fact.kind) == 0) return;
  json.open_object();
  json.string("kind", fact.kind);
  json.string("concept", fact.concept_name);
  const bool is_old = fact.concept_name == "age" && fact.unit == "y";
  const auto put = [&](std::string_view name, const std::optional<double>& value) {
    if (value) json.real(name, is_old ? std::min(*value, 90.0) : *value);
  };
  put("value", fact.value);
  put("high", fact.high);
  json.text("unit", fact.unit);
  json.text("truth", fact.truth);
  json.text("reaction", fact.reaction);
  json.text("route", fact.route);
  json.text("exposure", fact.exposure);
  put("age_days", fact.age_days);
  put("daily_mg", fact.daily_mg);
  put("duration_days", fact.duration_days);
  put("stopped_days_ago", fact.stopped_days_ago);
  json.close_object();
}

template <class T>
void list(JsonText& json, std::string_view name, const std::vector<T>& entries) {
  json.open_list(name);
  for (const T& entry : entries) write(json, entry);
  json.close_list();
}

}  // namespace

std::string encode_open_part(const ReviewRecord& record, bool facts) {
  const core::Review& review = record.review;
  JsonText json(usual_size);
  json.open_object();
  json.string("schema", "guardian-ledger-review/1");
  json.string("input", digest_of(record.input));
  json.string("engine", review.engine_version);
  json.open_object("kb");
  json.string("version", review.kb.version);
  json.string("digest", review.kb.digest);
  json.close_object();
  json.string("decision", core::to_string(review.decision));
  json.string("status", review.complete ? "complete" : "incomplete");
  json.open_list("degraded");
  for (const core::Degradation& degradation : review.degradations) json.text(degradation.agent);
  json.close_list();
  if (review.triage)
    json.string("triage", core::to_string(review.triage->level));
  else
    json.null("triage");
  json.integer("resolved", review.resolved.size());
  json.integer("unresolved", review.unresolved.size());
  list(json, "findings", review.findings);
  if (!review.set_aside.empty()) list(json, "set_aside", review.set_aside);
  write_calls(json, record.events);
  if (review.audit)
    write(json, *review.audit);
  else
    json.null("audit");
  if (facts) list(json, "facts", review.facts);
  if (!record.hook.empty()) json.raw("hook", record.hook);
  json.close_object();
  return json.take();
}

}  // namespace guardian::adapters
