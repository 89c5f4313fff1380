#include "adapters/json/review_codec.hpp"

#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "adapters/json/audit_report_codec.hpp"
#include "adapters/json/json_fragment.hpp"

namespace guardian::adapters {
namespace {

using Json = JsonFragment;

// 20 rather than 20.0; what is not a number is null.
Json number(double value) {
  constexpr double exact_limit = 9007199254740992.0;  // 2^53: every integer below it is exact
  if (std::abs(value) < exact_limit && std::trunc(value) == value) return Json(static_cast<std::int64_t>(value));
  return Json(value);
}

Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

template <class T, class Encode>
Json list(const std::vector<T>& entries, const Encode& encode) {
  Json array = Json::array();
  for (const T& entry : entries) array.push_back(encode(entry));
  return array;
}

Json texts(const std::vector<std::string>& entries) {
  Json array = Json::array();
  for (const std::string& text : entries) array.push_back(text);
  return array;
}

// The daily amount of each ingredient of the product, null where it cannot be told; nothing when none can.
Json daily_amounts(const core::Dose& dose) {
  Json amounts = Json::array();
  bool is_any_known = false;
  for (std::size_t position = 0; position < dose.strengths.size(); ++position) {
    const auto amount = core::daily_mg(dose, position);
    amounts.push_back(amount ? number(*amount) : Json(nullptr));
    is_any_known = is_any_known || amount.has_value();
  }
  return is_any_known ? amounts : Json(nullptr);
}

Json encode(const core::Dose& dose) {
  Json json = Json::object();
  if (!dose.strengths.empty()) json["strengths"] = list(dose.strengths, number);
  if (dose.strength_unit != core::DoseUnit::none) json["unit"] = core::to_string(dose.strength_unit);
  if (dose.amount) json["amount"] = number(*dose.amount);
  if (dose.times_per_day) json["times_per_day"] = number(*dose.times_per_day);
  if (dose.duration_days) json["duration_days"] = number(*dose.duration_days);
  if (dose.as_needed) json["as_needed"] = true;
  if (dose.rate) {
    json["rate"] = Json{{"strength", number(dose.rate->strength)},
                        {"unit", core::to_string(dose.rate->unit)},
                        {"per", dose.rate->by_minute ? "min" : "h"}};
  }
  if (Json amounts = daily_amounts(dose); !amounts.is_null()) json["daily_mg"] = amounts;
  return json.empty() ? Json(nullptr) : json;
}

Json encode(const core::ResolvedMedication& medication) {
  return Json{{"text", medication.text},
              {"element", medication.element},
              {"ingredients", texts(medication.ingredients)},
              {"rxcui", texts(medication.rxcui)},
              {"route", text_or_null(medication.route)},
              {"dose", encode(medication.dose)},
              {"match", medication.match},
              {"score", number(medication.score)},
              {"note", medication.note}};
}

Json encode(const core::NameCandidate& candidate) {
  return Json{{"name", candidate.name},
              {"ingredients", texts(candidate.ingredients)},
              {"score", number(candidate.score)},
              {"reason", candidate.reason}};
}

Json encode(const core::UnresolvedMedication& medication) {
  return Json{{"text", medication.text},
              {"element", medication.element},
              {"reason", medication.reason},
              {"candidates", list(medication.candidates, [](const auto& entry) { return encode(entry); })}};
}

Json encode(const core::StatedFact& fact) {
  Json known = Json::object();
  if (!fact.route.empty()) known["route"] = fact.route;
  if (!fact.exposure.empty()) known["exposure"] = fact.exposure;
  if (fact.daily_mg) known["daily_mg"] = number(*fact.daily_mg);
  if (fact.duration_days) known["duration_days"] = number(*fact.duration_days);
  if (fact.stopped_days_ago) known["stopped_days_ago"] = number(*fact.stopped_days_ago);
  if (fact.single_mg) known["single_mg"] = number(*fact.single_mg);
  if (fact.single_units) known["single_units"] = number(*fact.single_units);
  if (fact.rate_mg) known["rate_mg"] = number(*fact.rate_mg);
  if (fact.rate_units) known["rate_units"] = number(*fact.rate_units);
  if (fact.times_per_day) known["times_per_day"] = number(*fact.times_per_day);
  if (!fact.product.empty()) known["product"] = fact.product;
  if (fact.fixed_product) known["fixed_product"] = true;
  if (fact.ordered) known["ordered"] = true;
  if (fact.as_needed) known["as_needed"] = true;
  if (!fact.words.empty()) known["words"] = fact.words;
  if (!fact.truth.empty()) known["truth"] = fact.truth;
  if (!fact.reaction.empty()) known["reaction"] = fact.reaction;
  if (fact.value) known["value"] = number(*fact.value);
  if (fact.high) known["high"] = number(*fact.high);
  if (!fact.unit.empty()) known["unit"] = fact.unit;
  if (fact.age_days) known["age_days"] = number(*fact.age_days);
  return Json{{"kind", fact.kind}, {"concept", fact.concept_name}, {"from", fact.from}, {"known", std::move(known)}};
}

Json encode(const core::NotAssessed& check) {
  return Json{{"rule", check.rule}, {"wanted", check.wanted}, {"must_know", check.must_know}};
}

Json encode(const core::SetAside& one) {
  return Json{{"rule", one.rule},
              {"source", one.source},
              {"why", one.why},
              {"effect", one.effect},
              {"severity", core::to_string(one.severity)},
              {"medicines", texts(one.medicines)},
              {"owner", one.owner},
              {"expires", one.expires}};
}

Json encode(const core::EvidenceRecord& evidence) {
  return Json{{"id", evidence.id},           {"kind", evidence.kind},       {"source", evidence.source},
              {"title", evidence.title},     {"section", evidence.section}, {"year", evidence.year},
              {"locator", evidence.locator}, {"status", evidence.status}};
}

Json encode(const core::PathStep& step) { return Json{{"from", step.from}, {"edge", step.edge}, {"to", step.to}}; }

Json encode(const core::FindingSource& source) {
  Json json{{"source", source.source},
            {"severity", core::to_string(source.severity)},
            {"level", source.level},
            {"compared", source.compared},
            {"rules", texts(source.rules)}};
  if (!source.says.empty()) json["says"] = source.says;
  return json;
}

Json encode(const core::Finding& finding) {
  Json json = Json::object();
  json["id"] = finding.id;
  json["type"] = core::to_string(finding.type);
  json["severity"] = core::to_string(finding.severity);
  json["contraindication"] = finding.contraindication;
  json["subjects"] = texts(finding.subjects);
  json["title"] = finding.title;
  json["mechanism"] = finding.mechanism;
  json["effect"] = finding.effect;
  json["management"] = finding.management;
  json["monitoring"] = texts(finding.monitoring);
  json["onset"] = finding.onset;
  json["evidence"] = list(finding.evidence, [](const auto& entry) { return encode(entry); });
  json["path"] = list(finding.path, [](const auto& step) { return encode(step); });
  if (finding.type == core::FindingType::cumulative) json["subsets"] = list(finding.subsets, texts);
  json["best_removal"] = texts(finding.best_removal);
  json["rules"] = texts(finding.rules);
  if (!finding.sources.empty()) json["sources"] = list(finding.sources, [](const auto& one) { return encode(one); });
  json["source"] = finding.source;
  if (!finding.via.empty()) json["via"] = finding.via;
  if (finding.raise) {
    json["raised"] =
        Json{{"by", finding.raise->by}, {"to", core::to_string(finding.raise->to)}, {"reason", finding.raise->reason}};
  }
  json["inferred"] = finding.inferred;
  json["interruptive"] = finding.interruptive;
  json["context"] = texts(finding.context);
  json["elements"] = texts(finding.elements);
  return json;
}

Json points(const std::optional<int>& value) { return value ? Json(*value) : Json(nullptr); }

Json encode(const core::News2& news2) {
  Json json = Json::object();
  json["applicable"] = news2.applicable;
  json["complete"] = news2.applicable && news2.complete;
  json["score"] = news2.applicable ? Json(news2.score) : Json(nullptr);
  json["highest_score"] = news2.applicable ? Json(news2.highest_score) : Json(nullptr);
  json["band"] = news2.applicable ? Json(core::to_string(news2.band)) : Json(nullptr);
  const core::News2Points& of = news2.points;
  json["parameters"] = Json{
      {"respiration", points(of.respiration)}, {"spo2", points(of.spo2)},   {"oxygen", points(of.oxygen)},
      {"systolic_bp", points(of.systolic_bp)}, {"pulse", points(of.pulse)}, {"consciousness", points(of.consciousness)},
      {"temperature", points(of.temperature)}};
  json["missing"] = texts(news2.missing);
  json["note"] = news2.applicable ? news2.note : news2.reason_not_applicable;
  return json;
}

Json encode(const core::RedFlag& flag) {
  return Json{{"id", flag.id},
              {"level", core::to_string(flag.level)},
              {"title", flag.title},
              {"action", flag.action},
              {"subjects", texts(flag.subjects)},
              {"seen", texts(flag.seen)},
              {"evidence", list(flag.evidence, [](const auto& entry) { return encode(entry); })}};
}

Json encode(const core::Triage& triage) {
  return Json{{"level", core::to_string(triage.level)},
              {"news2", encode(triage.news2)},
              {"red_flags", list(triage.red_flags, [](const auto& flag) { return encode(flag); })},
              {"reasons", texts(triage.reasons)}};
}

Json encode(const core::KnowledgeBaseStamp& stamp) {
  return Json{{"version", stamp.version},
              {"digest", stamp.digest},
              {"age_days", stamp.age_days ? Json(*stamp.age_days) : Json(nullptr)},
              {"released", stamp.released}};
}

Json encode(const core::AgentReport& agent) {
  return Json{{"name", agent.name},
              {"by", agent.by},
              {"model", text_or_null(agent.model)},
              {"prompt", text_or_null(agent.prompt)},
              {"calls", agent.calls},
              {"tool_calls", agent.tool_calls},
              {"tokens", agent.tokens},
              {"added", texts(agent.added)},
              {"raised", texts(agent.raised)},
              {"refused", texts(agent.refused)}};
}

Json encode(const core::Certificate& certificate) {
  return Json{{"ingredients", certificate.ingredients},
              {"pairs", certificate.pairs},
              {"within_product", certificate.within_product},
              {"considered", certificate.considered},
              {"fired", certificate.fired},
              {"vetoed", certificate.vetoed},
              {"unevaluated", certificate.unevaluated},
              {"vetoes", texts(certificate.vetoes)}};
}

Json encode(const core::PlanFinding& finding) {
  return Json{{"id", finding.id},
              {"type", core::to_string(finding.type)},
              {"severity", core::to_string(finding.severity)},
              {"title", finding.title},
              {"elements", texts(finding.elements)}};
}

Json encode(const core::PlanChange& change) {
  return Json{{"element", change.element},
              {"medicine", change.medicine},
              {"kind", core::to_string(change.action)},
              {"dose_factor", change.dose_factor ? number(*change.dose_factor) : Json(nullptr)},
              {"daily_mg", change.daily_mg ? number(*change.daily_mg) : Json(nullptr)},
              {"times_per_day", change.times_per_day ? number(*change.times_per_day) : Json(nullptr)},
              {"measures", texts(change.measures)},
              {"to", text_or_null(change.to)},
              {"indication", text_or_null(change.indication)},
              {"line", change.line > 0 ? Json(change.line) : Json(nullptr)},
              {"reason", change.reason},
              {"cost", number(change.cost)}};
}

Json encode(const core::PlanMedicine& medicine) {
  return Json{{"element", medicine.element}, {"medicine", medicine.medicine}};
}

Json encode(const core::PlanOption& option) {
  const auto encoded = [](const auto& entry) { return encode(entry); };
  return Json{
      {"cost", number(option.cost)},
      {"changes", list(option.changes, encoded)},
      {"handled", list(option.handled,
                       [](const core::PlanHandled& handled) {
                         return Json{{"element", handled.element},
                                     {"finding", encode(handled.finding)},
                                     {"measure", handled.measure}};
                       })},
      {"remaining",
       Json{{"moderate", option.moderate}, {"minor", option.minor}, {"findings", list(option.remaining, encoded)}}}};
}

Json encode(const core::Plan& plan) {
  const auto encoded = [](const auto& entry) { return encode(entry); };
  const bool costs = plan.needed && plan.feasible;
  Json json = Json::object();
  json["needed"] = plan.needed;
  json["feasible"] = plan.feasible;
  json["proven"] = plan.proven;
  json["after_washout"] = plan.after_washout;
  json["cost"] = plan.feasible ? number(plan.cost) : Json(nullptr);
  json["best"] = list(plan.best, encoded);
  json["certificate"] = Json{{"optimum", costs ? number(plan.certificate.optimum) : Json(nullptr)},
                             {"lower_bound", number(plan.certificate.lower_bound)},
                             {"nodes", plan.certificate.nodes},
                             {"cuts", plan.certificate.cuts},
                             {"engine_runs", plan.certificate.engine_runs},
                             {"policy", plan.policy}};
  json["irreducible"] = list(plan.irreducible, [](const core::PlanNecessity& necessity) {
    return Json{{"element", necessity.element}, {"finding", encode(necessity.finding)}};
  });
  json["conflict_core"] =
      Json{{"medicines", list(plan.conflict_core, encoded)}, {"findings", list(plan.core_findings, encoded)}};
  json["not_cleared"] = list(plan.not_cleared, encoded);
  json["until_then"] = list(plan.until_then, encoded);
  json["applied"] = false;
  json["note"] = core::plan_note;
  return json;
}

Json encode(const core::Claim& claim) {
  return Json{{"id", claim.id},
              {"audience", core::to_string(claim.audience)},
              {"about", text_or_null(claim.about)},
              {"kind", core::to_string(claim.kind)},
              {"text", claim.text},
              {"findings", texts(claim.findings)},
              {"evidence", texts(claim.evidence)},
              {"by", claim.by}};
}

Json encode(const core::MustSay& fact) {
  return Json{{"finding", fact.finding},
              {"audience", core::to_string(fact.audience)},
              {"kind", core::to_string(fact.kind)},
              {"words", texts(fact.words)}};
}

Json encode(const core::Explanation& explanation) {
  return Json{{"released", explanation.released},
              {"by", explanation.by},
              {"model", text_or_null(explanation.model)},
              {"reading_grade",
               Json{{"wanted", number(explanation.grade_wanted)}, {"measured", number(explanation.grade_measured)}}},
              {"claims", list(explanation.claims, [](const auto& claim) { return encode(claim); })},
              {"must_say", list(explanation.must_say, [](const auto& fact) { return encode(fact); })}};
}

std::string written(Json json, bool pretty) {
  if (!pretty) return std::move(json).text();
  return nlohmann::ordered_json::parse(json.text()).dump(2);
}

Json encode(const core::LedgerStamp& stamp) {
  if (!stamp.unrecorded.empty()) return Json{{"unrecorded", stamp.unrecorded}};
  return Json{{"sequence", stamp.sequence}, {"hash", stamp.hash}};
}

}  // namespace

std::string encode_review(const core::Review& review, bool pretty) {
  const auto encoded = [](const auto& entry) { return encode(entry); };
  Json json = Json::object();
  json["schema"] = "guardian-review/1";
  json["case_id"] = review.case_id;
  json["as_of"] = text_or_null(review.as_of);
  json["status"] = review.complete ? "complete" : "incomplete";
  json["degradations"] = list(review.degradations, [](const core::Degradation& degradation) {
    return Json{{"agent", degradation.agent}, {"reason", degradation.reason}};
  });
  json["decision"] = core::to_string(review.decision);
  json["kb"] = encode(review.kb);
  json["engine"] = Json{{"version", review.engine_version}};
  json["resolved"] = list(review.resolved, encoded);
  json["unresolved"] = list(review.unresolved, encoded);
  json["facts"] = list(review.facts, encoded);
  json["not_assessed"] = list(review.not_assessed, encoded);
  if (!review.set_aside.empty()) json["set_aside"] = list(review.set_aside, encoded);
  json["findings"] = list(review.findings, encoded);
  json["triage"] = review.triage ? encode(*review.triage) : Json(nullptr);
  json["plan"] = review.plan ? encode(*review.plan) : Json(nullptr);
  json["explanation"] = review.explanation ? encode(*review.explanation) : Json(nullptr);
  json["audit"] = review.audit ? AuditReportEncoder<Json>::encode(*review.audit) : Json(nullptr);
  json["certificate"] = encode(review.certificate);
  json["agents"] = list(review.agents, encoded);
  json["ledger"] = review.ledger ? encode(*review.ledger) : Json(nullptr);
  json["notes"] = texts(review.notes);
  return written(std::move(json), pretty);
}

std::string encode_plan(const core::Review& review, bool pretty) {
  Json json = Json::object();
  json["schema"] = "guardian-plan/1";
  json["case_id"] = review.case_id;
  json["as_of"] = text_or_null(review.as_of);
  json["decision"] = core::to_string(review.decision);
  json["kb"] = encode(review.kb);
  json["engine"] = Json{{"version", review.engine_version}};
  json["plan"] = review.plan ? encode(*review.plan) : Json(nullptr);
  return written(std::move(json), pretty);
}

std::string encode_dose(const core::Dose& dose) { return written(encode(dose), false); }

std::string encode_error(const std::optional<std::string>& case_id, std::size_t line,
                         const std::vector<InputProblem>& problems) {
  Json json = Json::object();
  json["schema"] = "guardian-error/1";
  json["case_id"] = case_id ? Json(*case_id) : Json(nullptr);
  json["line"] = line;
  json["errors"] = list(problems, [](const InputProblem& problem) {
    return Json{{"path", problem.path}, {"message", problem.message}};
  });
  return written(std::move(json), false);
}

}  // namespace guardian::adapters
