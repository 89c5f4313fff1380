#include "adapters/json/review_writer.hpp"
#include "core/audit_report.hpp"

// What is not known is null, never NaN.
namespace guardian::adapters {

void ReviewWriter::write(const core::AuditReason& reason) {
  json_.open_object();
  json_.string("id", reason.id);
  json_.string("text", reason.text);
  texts("evidence", reason.evidence);
  json_.close_object();
}

void ReviewWriter::write(const core::InvariantCheck& check) {
  json_.open_object();
  json_.string("id", check.id);
  json_.string("state", to_string(check.state));
  json_.string("reason", check.reason);
  texts("about", check.about);
  json_.close_object();
}

void ReviewWriter::write(const core::AuditSignal& signal) {
  json_.open_object();
  json_.string("id", signal.id);
  json_.string("name", signal.name);
  number_or_null("value", signal.value);
  json_.string("reason", signal.reason);
  json_.close_object();
}

void ReviewWriter::write(const core::Confidence& one) {
  json_.open_object();
  json_.string("question", to_string(one.question));
  text_or_null("about", one.about);
  json_.string("band", one.band);
  number_or_null("value", one.value);
  number_or_null("low", one.low);
  number_or_null("high", one.high);
  json_.string("basis", one.basis);
  json_.integer("labels", one.labels);
  text_or_null("calibration", one.calibration);
  json_.close_object();
}

void ReviewWriter::write(const core::ClaimCheck& check) {
  json_.open_object();
  json_.string("claim", check.claim);
  json_.string("state", to_string(check.state));
  json_.flag("major", check.major);
  json_.string("reason", check.reason);
  json_.close_object();
}

void ReviewWriter::write(const core::Faithfulness& one) {
  json_.open_object();
  json_.string("finding", one.finding);
  json_.string("verdict", to_string(one.verdict));
  number_or_null("comprehensiveness", one.comprehensiveness);
  number_or_null("sufficiency", one.sufficiency);
  number_or_null("aopc", one.aopc);
  number_or_null("precision", one.precision);
  json_.open_list("minimal_sets");
  for (const std::vector<std::string>& set : one.minimal_sets) texts({}, set);
  json_.close_list();
  json_.flag("non_monotone", one.non_monotone);
  json_.integer("engine_runs", one.engine_runs);
  json_.close_object();
}

void ReviewWriter::write(std::string_view name, const core::GateCertificate& one) {
  json_.open_object(name);
  number("alpha", one.alpha);
  number("delta", one.delta);
  json_.integer("labels", one.labels);
  json_.string("digest", one.digest);
  number_or_null("threshold", one.threshold);
  json_.string("expires", one.expires);
  json_.close_object();
}

void ReviewWriter::write(std::string_view name, const core::AuditReport& report) {
  json_.open_object(name);
  json_.string("version", report.version);
  json_.string("input", report.input);
  json_.flag("released", report.released);
  json_.flag("escalated", report.escalated);
  json_.string("engine", to_string(report.engine));
  json_.string("decision", to_string(report.decision));
  list("reasons", report.reasons);
  list("invariants", report.invariants);
  list("signals", report.signals);
  list("confidences", report.confidences);
  list("claims", report.claims);
  list("faithfulness", report.faithfulness);
  value_or_null("certificate", report.certificate);
  json_.close_object();
}

}  // namespace guardian::adapters
