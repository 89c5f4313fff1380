#include "adapters/service/replies.hpp"

#include <utility>

#include "adapters/page/page_files.hpp"

namespace guardian::adapters::service {

http::Reply json_reply(std::string body, int status) {
  http::Reply reply;
  reply.status = status;
  reply.body = std::move(body);
  return reply;
}

http::Reply outcome_reply(int status, const std::vector<fhir::OutcomeIssue>& issues) {
  return json_reply(fhir::operation_outcome(issues), status);
}

http::Reply outcome_reply(int status, std::string code, std::string diagnostics) {
  return outcome_reply(status, {{fhir::IssueSeverity::error, std::move(code), std::move(diagnostics)}});
}

http::Reply problems_reply(int status, const std::vector<InputProblem>& problems) {
  std::vector<fhir::OutcomeIssue> issues;
  for (const InputProblem& problem : problems) {
    const bool missing = problem.message == "is required";
    issues.push_back({fhir::IssueSeverity::error, missing ? "required" : "invalid",
                      problem.path.empty() ? "The request " + problem.message : problem.path + " " + problem.message});
  }
  return outcome_reply(status, issues);
}

http::Reply error_reply(const core::Error& error) {
  const int status = core::http_status(error.code);
  return outcome_reply(status, error.code == core::ErrorCode::invalid_input ? "invalid" : "exception", error.message);
}

http::Reply status_reply(int status) {
  switch (status) {
    case 400: return outcome_reply(status, "structure", "The request is not well-formed HTTP");
    case 404: return outcome_reply(status, "not-found", "There is nothing at this address");
    case 408: return outcome_reply(status, "timeout", "The request did not arrive in time");
    case 411: return outcome_reply(status, "required", "The request must state the length of its body");
    case 413: return outcome_reply(status, "too-long", "The request is too large");
    case 414: return outcome_reply(status, "too-long", "The address is too long");
    case 415: return outcome_reply(status, "not-supported", "The body must be JSON, and say so in Content-Type");
    case 503: return outcome_reply(status, "throttled", "The service is busy; try again");
    default:
      return outcome_reply(status, status < 500 ? "processing" : "exception",
                           status < 500 ? "The request cannot be handled" : "The service failed; this is a defect");
  }
}

http::Reply page_reply(std::string_view name) {
  const auto file = page::page_file(name);
  if (!file) return status_reply(404);
  http::Reply reply;
  reply.content_type = std::string(file->content_type);
  reply.body = std::string(file->body);
  return reply;
}

http::Reply method_reply(std::string allowed) {
  http::Reply reply = outcome_reply(405, "not-supported", "This address takes " + allowed);
  reply.headers.emplace_back("Allow", std::move(allowed));
  return reply;
}

bool is_json(const http::Request& request) {
  const std::string type = http::media_type(request.header("Content-Type"));
  return type == "application/json" || type == "application/fhir+json" || type == "text/json";
}

}  // namespace guardian::adapters::service
