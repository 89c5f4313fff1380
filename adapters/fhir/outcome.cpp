#include "adapters/fhir/outcome.hpp"

#include "adapters/fhir/resource_writer.hpp"

namespace guardian::adapters::fhir {
namespace {

std::string_view word_of(IssueSeverity severity) {
  switch (severity) {
    case IssueSeverity::fatal: return "fatal";
    case IssueSeverity::error: return "error";
    case IssueSeverity::warning: return "warning";
    case IssueSeverity::information: break;
  }
  return "information";
}

JsonValue issue_value(const OutcomeIssue& issue) {
  ResourceWriter writer;
  writer.add("severity", std::string(word_of(issue.severity)));
  writer.add("code", issue.code.empty() ? "processing" : issue.code);
  writer.add("diagnostics", issue.diagnostics);
  JsonList expressions;
  for (const std::string& one : issue.expression) {
    if (!one.empty()) expressions.push_back(json_text(one));
  }
  writer.add("expression", std::move(expressions));
  return std::move(writer).value();
}

}  // namespace

JsonValue outcome_value(const std::vector<OutcomeIssue>& issues) {
  JsonList list;
  for (const OutcomeIssue& issue : issues) list.push_back(issue_value(issue));
  if (list.empty()) list.push_back(issue_value({IssueSeverity::information, "informational", "All OK", {}}));
  ResourceWriter writer("OperationOutcome");
  writer.add("issue", std::move(list));
  return std::move(writer).value();
}

std::string operation_outcome(const std::vector<OutcomeIssue>& issues, bool pretty) {
  return write_json(outcome_value(issues), pretty);
}

}  // namespace guardian::adapters::fhir
