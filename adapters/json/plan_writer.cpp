#include "adapters/json/review_writer.hpp"

namespace guardian::adapters {

void ReviewWriter::write(std::string_view name, const core::PlanFinding& finding) {
  json_.open_object(name);
  json_.string("id", finding.id);
  json_.string("type", core::to_string(finding.type));
  json_.string("severity", core::to_string(finding.severity));
  json_.string("title", finding.title);
  texts("elements", finding.elements);
  json_.close_object();
}

void ReviewWriter::write(const core::PlanFinding& finding) { write({}, finding); }

void ReviewWriter::write(const core::PlanChange& change) {
  json_.open_object();
  json_.string("element", change.element);
  json_.string("medicine", change.medicine);
  json_.string("kind", core::to_string(change.action));
  number_or_null("dose_factor", change.dose_factor);
  number_or_null("daily_mg", change.daily_mg);
  number_or_null("times_per_day", change.times_per_day);
  texts("measures", change.measures);
  text_or_null("to", change.to);
  text_or_null("indication", change.indication);
  if (change.line > 0)
    json_.integer("line", change.line);
  else
    json_.null("line");
  json_.string("reason", change.reason);
  number("cost", change.cost);
  json_.close_object();
}

void ReviewWriter::write(const core::PlanMedicine& medicine) {
  json_.open_object();
  json_.string("element", medicine.element);
  json_.string("medicine", medicine.medicine);
  json_.close_object();
}

void ReviewWriter::write(const core::PlanHandled& handled) {
  json_.open_object();
  json_.string("element", handled.element);
  write("finding", handled.finding);
  json_.string("measure", handled.measure);
  json_.close_object();
}

void ReviewWriter::write(const core::PlanNecessity& necessity) {
  json_.open_object();
  json_.string("element", necessity.element);
  write("finding", necessity.finding);
  json_.close_object();
}

void ReviewWriter::write(const core::PlanOption& option) {
  json_.open_object();
  number("cost", option.cost);
  list("changes", option.changes);
  list("handled", option.handled);
  json_.open_object("remaining");
  json_.integer("moderate", option.moderate);
  json_.integer("minor", option.minor);
  list("findings", option.remaining);
  json_.close_object();
  json_.close_object();
}

void ReviewWriter::write(std::string_view name, const core::Plan& plan) {
  const bool costs = plan.needed && plan.feasible;
  const auto when = [](bool known, double value) { return known ? std::optional<double>(value) : std::nullopt; };
  json_.open_object(name);
  json_.flag("needed", plan.needed);
  json_.flag("feasible", plan.feasible);
  json_.flag("proven", plan.proven);
  json_.flag("after_washout", plan.after_washout);
  number_or_null("cost", when(plan.feasible, plan.cost));
  list("best", plan.best);
  json_.open_object("certificate");
  number_or_null("optimum", when(costs, plan.certificate.optimum));
  number("lower_bound", plan.certificate.lower_bound);
  json_.integer("nodes", plan.certificate.nodes);
  json_.integer("cuts", plan.certificate.cuts);
  json_.integer("engine_runs", plan.certificate.engine_runs);
  json_.string("policy", plan.policy);
  json_.close_object();
  list("irreducible", plan.irreducible);
  json_.open_object("conflict_core");
  list("medicines", plan.conflict_core);
  list("findings", plan.core_findings);
  json_.close_object();
  list("not_cleared", plan.not_cleared);
  list("until_then", plan.until_then);
  json_.flag("applied", false);
  json_.string("note", core::plan_note);
  json_.close_object();
}

void ReviewWriter::write(const core::Claim& claim) {
  json_.open_object();
  json_.string("id", claim.id);
  json_.string("audience", core::to_string(claim.audience));
  text_or_null("about", claim.about);
  json_.string("kind", core::to_string(claim.kind));
  json_.string("text", claim.text);
  texts("findings", claim.findings);
  texts("evidence", claim.evidence);
  json_.string("by", claim.by);
  json_.close_object();
}

void ReviewWriter::write(const core::MustSay& fact) {
  json_.open_object();
  json_.string("finding", fact.finding);
  json_.string("audience", core::to_string(fact.audience));
  json_.string("kind", core::to_string(fact.kind));
  texts("words", fact.words);
  json_.close_object();
}

void ReviewWriter::write(std::string_view name, const core::Explanation& explanation) {
  json_.open_object(name);
  json_.flag("released", explanation.released);
  json_.string("by", explanation.by);
  text_or_null("model", explanation.model);
  json_.open_object("reading_grade");
  number("wanted", explanation.grade_wanted);
  number("measured", explanation.grade_measured);
  json_.close_object();
  list("claims", explanation.claims);
  list("must_say", explanation.must_say);
  json_.close_object();
}

}  // namespace guardian::adapters
