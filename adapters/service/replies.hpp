#pragma once
// Replies that several endpoints give. What is wrong is said as an OperationOutcome, which names elements and never
// what stood there.

#include <string>
#include <string_view>
#include <vector>

#include "adapters/fhir/outcome.hpp"
#include "adapters/http/exchange.hpp"
#include "adapters/json/input_problem.hpp"
#include "core/result.hpp"

namespace guardian::adapters::service {

[[nodiscard]] http::Reply json_reply(std::string body, int status = 200);
[[nodiscard]] http::Reply outcome_reply(int status, const std::vector<fhir::OutcomeIssue>& issues);
[[nodiscard]] http::Reply outcome_reply(int status, std::string code, std::string diagnostics);
[[nodiscard]] http::Reply problems_reply(int status, const std::vector<InputProblem>& problems);
[[nodiscard]] http::Reply error_reply(const core::Error& error);

// For what has no words of its own: 404, 408, 413 and so on.
[[nodiscard]] http::Reply status_reply(int status);

// A file of the page; 404 when it has none of this name.
[[nodiscard]] http::Reply page_reply(std::string_view name);

// 405 with the methods that there are ("GET, POST").
[[nodiscard]] http::Reply method_reply(std::string allowed);

// Whether the body of a request says that it is JSON.
[[nodiscard]] bool is_json(const http::Request& request);

}  // namespace guardian::adapters::service
