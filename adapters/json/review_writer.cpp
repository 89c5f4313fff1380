#include "adapters/json/review_writer.hpp"

#include <cmath>
#include <cstdint>

namespace guardian::adapters {

// 20 rather than 20.0; what is not a number is null.
void ReviewWriter::number(std::string_view name, double value) {
  constexpr double exact_limit = 9007199254740992.0;  // 2^53: every integer below it is exact
  if (std::abs(value) < exact_limit && std::trunc(value) == value)
    json_.integer(name, static_cast<std::int64_t>(value));
  else
    json_.real(name, value);
}

void ReviewWriter::number_or_null(std::string_view name, const std::optional<double>& value) {
  if (value)
    number(name, *value);
  else
    json_.null(name);
}

void ReviewWriter::number_if_known(std::string_view name, const std::optional<double>& value) {
  if (value) number(name, *value);
}

void ReviewWriter::text_or_null(std::string_view name, const std::string& text) {
  if (text.empty())
    json_.null(name);
  else
    json_.text(name, text);
}

void ReviewWriter::texts(std::string_view name, const std::vector<std::string>& entries) {
  json_.open_list(name);
  for (const std::string& text : entries) json_.text(text);
  json_.close_list();
}

// The daily amount of each ingredient of the product, null where it cannot be told; nothing when none can.
void ReviewWriter::daily_amounts(const core::Dose& dose) {
  std::vector<std::optional<double>> amounts;
  bool is_any_known = false;
  for (std::size_t position = 0; position < dose.strengths.size(); ++position) {
    amounts.push_back(core::daily_mg(dose, position));
    is_any_known = is_any_known || amounts.back().has_value();
  }
  if (!is_any_known) return;
  json_.open_list("daily_mg");
  for (const auto& amount : amounts) number_or_null({}, amount);
  json_.close_list();
}

void ReviewWriter::write(std::string_view name, const core::Dose& dose) {
  const bool is_told = !dose.strengths.empty() || dose.strength_unit != core::DoseUnit::none || dose.amount ||
                       dose.times_per_day || dose.duration_days || dose.as_needed || dose.rate;
  if (!is_told) return json_.null(name);
  json_.open_object(name);
  if (!dose.strengths.empty()) {
    json_.open_list("strengths");
    for (const double strength : dose.strengths) number({}, strength);
    json_.close_list();
  }
  if (dose.strength_unit != core::DoseUnit::none) json_.string("unit", core::to_string(dose.strength_unit));
  number_if_known("amount", dose.amount);
  number_if_known("times_per_day", dose.times_per_day);
  number_if_known("duration_days", dose.duration_days);
  if (dose.as_needed) json_.flag("as_needed", true);
  if (dose.rate) {
    json_.open_object("rate");
    number("strength", dose.rate->strength);
    json_.string("unit", core::to_string(dose.rate->unit));
    json_.string("per", dose.rate->by_minute ? "min" : "h");
    json_.close_object();
  }
  daily_amounts(dose);
  json_.close_object();
}

void ReviewWriter::write(const core::ResolvedMedication& medication) {
  json_.open_object();
  json_.string("text", medication.text);
  json_.string("element", medication.element);
  texts("ingredients", medication.ingredients);
  texts("rxcui", medication.rxcui);
  text_or_null("route", medication.route);
  write("dose", medication.dose);
  json_.string("match", medication.match);
  number("score", medication.score);
  json_.string("note", medication.note);
  json_.close_object();
}

void ReviewWriter::write(const core::NameCandidate& candidate) {
  json_.open_object();
  json_.string("name", candidate.name);
  texts("ingredients", candidate.ingredients);
  number("score", candidate.score);
  json_.string("reason", candidate.reason);
  json_.close_object();
}

void ReviewWriter::write(const core::UnresolvedMedication& medication) {
  json_.open_object();
  json_.string("text", medication.text);
  json_.string("element", medication.element);
  json_.string("reason", medication.reason);
  list("candidates", medication.candidates);
  json_.close_object();
}

void ReviewWriter::write(const core::StatedFact& fact) {
  json_.open_object();
  json_.string("kind", fact.kind);
  json_.string("concept", fact.concept_name);
  json_.string("from", fact.from);
  json_.open_object("known");
  json_.text("route", fact.route);
  json_.text("exposure", fact.exposure);
  number_if_known("daily_mg", fact.daily_mg);
  number_if_known("duration_days", fact.duration_days);
  number_if_known("stopped_days_ago", fact.stopped_days_ago);
  number_if_known("single_mg", fact.single_mg);
  number_if_known("single_units", fact.single_units);
  number_if_known("rate_mg", fact.rate_mg);
  number_if_known("rate_units", fact.rate_units);
  number_if_known("times_per_day", fact.times_per_day);
  json_.text("product", fact.product);
  if (fact.fixed_product) json_.flag("fixed_product", true);
  if (fact.ordered) json_.flag("ordered", true);
  if (fact.as_needed) json_.flag("as_needed", true);
  json_.text("words", fact.words);
  json_.text("truth", fact.truth);
  json_.text("reaction", fact.reaction);
  number_if_known("value", fact.value);
  number_if_known("high", fact.high);
  json_.text("unit", fact.unit);
  number_if_known("age_days", fact.age_days);
  json_.close_object();
  json_.close_object();
}

void ReviewWriter::write(const core::NotAssessed& check) {
  json_.open_object();
  json_.string("rule", check.rule);
  json_.string("wanted", check.wanted);
  json_.flag("must_know", check.must_know);
  json_.close_object();
}

void ReviewWriter::write(const core::SetAside& one) {
  json_.open_object();
  json_.string("rule", one.rule);
  json_.string("source", one.source);
  json_.string("why", one.why);
  json_.string("effect", one.effect);
  json_.string("severity", core::to_string(one.severity));
  texts("medicines", one.medicines);
  json_.string("owner", one.owner);
  json_.string("expires", one.expires);
  json_.close_object();
}

void ReviewWriter::write(const core::EvidenceRecord& evidence) {
  json_.open_object();
  json_.string("id", evidence.id);
  json_.string("kind", evidence.kind);
  json_.string("source", evidence.source);
  json_.string("title", evidence.title);
  json_.string("section", evidence.section);
  json_.string("year", evidence.year);
  json_.string("locator", evidence.locator);
  json_.string("status", evidence.status);
  json_.close_object();
}

void ReviewWriter::write(const core::PathStep& step) {
  json_.open_object();
  json_.string("from", step.from);
  json_.string("edge", step.edge);
  json_.string("to", step.to);
  json_.close_object();
}

void ReviewWriter::write(const core::FindingSource& source) {
  json_.open_object();
  json_.string("source", source.source);
  json_.string("severity", core::to_string(source.severity));
  json_.string("level", source.level);
  json_.string("compared", source.compared);
  texts("rules", source.rules);
  json_.text("says", source.says);
  json_.close_object();
}

void ReviewWriter::write(const core::Finding& finding) {
  json_.open_object();
  json_.string("id", finding.id);
  json_.string("type", core::to_string(finding.type));
  json_.string("severity", core::to_string(finding.severity));
  json_.flag("contraindication", finding.contraindication);
  texts("subjects", finding.subjects);
  json_.string("title", finding.title);
  json_.string("mechanism", finding.mechanism);
  json_.string("effect", finding.effect);
  json_.string("management", finding.management);
  texts("monitoring", finding.monitoring);
  json_.string("onset", finding.onset);
  list("evidence", finding.evidence);
  list("path", finding.path);
  if (finding.type == core::FindingType::cumulative) {
    json_.open_list("subsets");
    for (const std::vector<std::string>& subset : finding.subsets) texts({}, subset);
    json_.close_list();
  }
  texts("best_removal", finding.best_removal);
  texts("rules", finding.rules);
  if (!finding.sources.empty()) list("sources", finding.sources);
  json_.string("source", finding.source);
  json_.text("via", finding.via);
  if (finding.raise) {
    json_.open_object("raised");
    json_.string("by", finding.raise->by);
    json_.string("to", core::to_string(finding.raise->to));
    json_.string("reason", finding.raise->reason);
    json_.close_object();
  }
  json_.flag("inferred", finding.inferred);
  json_.flag("interruptive", finding.interruptive);
  texts("context", finding.context);
  texts("elements", finding.elements);
  json_.close_object();
}

void ReviewWriter::whole_or_null(std::string_view name, const std::optional<int>& value) {
  if (value)
    json_.integer(name, *value);
  else
    json_.null(name);
}

void ReviewWriter::write(std::string_view name, const core::News2& news2) {
  json_.open_object(name);
  json_.flag("applicable", news2.applicable);
  json_.flag("complete", news2.applicable && news2.complete);
  if (news2.applicable) {
    json_.integer("score", news2.score);
    json_.integer("highest_score", news2.highest_score);
    json_.string("band", core::to_string(news2.band));
  } else {
    for (const char* unknown : {"score", "highest_score", "band"}) json_.null(unknown);
  }
  const core::News2Points& of = news2.points;
  json_.open_object("parameters");
  whole_or_null("respiration", of.respiration);
  whole_or_null("spo2", of.spo2);
  whole_or_null("oxygen", of.oxygen);
  whole_or_null("systolic_bp", of.systolic_bp);
  whole_or_null("pulse", of.pulse);
  whole_or_null("consciousness", of.consciousness);
  whole_or_null("temperature", of.temperature);
  json_.close_object();
  texts("missing", news2.missing);
  json_.string("note", news2.applicable ? news2.note : news2.reason_not_applicable);
  json_.close_object();
}

void ReviewWriter::write(const core::RedFlag& flag) {
  json_.open_object();
  json_.string("id", flag.id);
  json_.string("level", core::to_string(flag.level));
  json_.string("title", flag.title);
  json_.string("action", flag.action);
  texts("subjects", flag.subjects);
  texts("seen", flag.seen);
  list("evidence", flag.evidence);
  json_.close_object();
}

void ReviewWriter::write(std::string_view name, const core::Triage& triage) {
  json_.open_object(name);
  json_.string("level", core::to_string(triage.level));
  write("news2", triage.news2);
  list("red_flags", triage.red_flags);
  texts("reasons", triage.reasons);
  json_.close_object();
}

void ReviewWriter::write(std::string_view name, const core::KnowledgeBaseStamp& stamp) {
  json_.open_object(name);
  json_.string("version", stamp.version);
  json_.string("digest", stamp.digest);
  whole_or_null("age_days", stamp.age_days);
  json_.string("released", stamp.released);
  json_.close_object();
}

void ReviewWriter::write(const core::AgentReport& agent) {
  json_.open_object();
  json_.string("name", agent.name);
  json_.string("by", agent.by);
  text_or_null("model", agent.model);
  text_or_null("prompt", agent.prompt);
  json_.integer("calls", agent.calls);
  json_.integer("tool_calls", agent.tool_calls);
  json_.integer("tokens", agent.tokens);
  texts("added", agent.added);
  texts("raised", agent.raised);
  texts("refused", agent.refused);
  json_.close_object();
}

void ReviewWriter::write(std::string_view name, const core::Certificate& certificate) {
  json_.open_object(name);
  json_.integer("ingredients", certificate.ingredients);
  json_.integer("pairs", certificate.pairs);
  json_.integer("within_product", certificate.within_product);
  json_.integer("considered", certificate.considered);
  json_.integer("fired", certificate.fired);
  json_.integer("vetoed", certificate.vetoed);
  json_.integer("unevaluated", certificate.unevaluated);
  texts("vetoes", certificate.vetoes);
  json_.close_object();
}

void ReviewWriter::write(const core::Degradation& degradation) {
  json_.open_object();
  json_.string("agent", degradation.agent);
  json_.string("reason", degradation.reason);
  json_.close_object();
}

void ReviewWriter::write(std::string_view name, const core::LedgerStamp& stamp) {
  json_.open_object(name);
  if (stamp.unrecorded.empty()) {
    json_.integer("sequence", stamp.sequence);
    json_.string("hash", stamp.hash);
  } else {
    json_.string("unrecorded", stamp.unrecorded);
  }
  json_.close_object();
}

void ReviewWriter::engine(const core::Review& review) {
  json_.open_object("engine");
  json_.string("version", review.engine_version);
  json_.close_object();
}

void ReviewWriter::review(const core::Review& review) {
  json_.open_object();
  json_.string("schema", "guardian-review/1");
  json_.string("case_id", review.case_id);
  text_or_null("as_of", review.as_of);
  json_.string("status", review.complete ? "complete" : "incomplete");
  list("degradations", review.degradations);
  json_.string("decision", core::to_string(review.decision));
  write("kb", review.kb);
  engine(review);
  list("resolved", review.resolved);
  list("unresolved", review.unresolved);
  list("facts", review.facts);
  list("not_assessed", review.not_assessed);
  if (!review.set_aside.empty()) list("set_aside", review.set_aside);
  list("findings", review.findings);
  value_or_null("triage", review.triage);
  value_or_null("plan", review.plan);
  value_or_null("explanation", review.explanation);
  value_or_null("audit", review.audit);
  write("certificate", review.certificate);
  list("agents", review.agents);
  value_or_null("ledger", review.ledger);
  texts("notes", review.notes);
  json_.close_object();
}

void ReviewWriter::plan(const core::Review& review) {
  json_.open_object();
  json_.string("schema", "guardian-plan/1");
  json_.string("case_id", review.case_id);
  text_or_null("as_of", review.as_of);
  json_.string("decision", core::to_string(review.decision));
  write("kb", review.kb);
  engine(review);
  value_or_null("plan", review.plan);
  json_.close_object();
}

}  // namespace guardian::adapters
