#pragma once
// Long work over the API: many cases at once, or one review that the client does not wait for (`Prefer: respond-async`,
// RFC 7240). Both answer 202 with the address of a job. Safe to call from several threads.

#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "adapters/http/exchange.hpp"
#include "adapters/service/jobs.hpp"

namespace guardian::adapters::service {

class JobEndpoint {
 public:
  using Answer = std::function<http::Reply(const http::Request&, const std::stop_token&)>;

  JobEndpoint(Jobs& jobs, Answer review) : jobs_(jobs), review_(std::move(review)) {}

  // Whether the client would rather not wait.
  [[nodiscard]] static bool asked_for(const http::Request& request);

  // `answer` of this request, as a job.
  [[nodiscard]] http::Reply later(const http::Request& request, const std::string& owner, const Answer& answer);

  // POST: a list of cases, or one a line (application/x-ndjson); parameters as of a review. What is wrong with a case
  // is said in its place among the results.
  [[nodiscard]] http::Reply batch(const http::Request& request, const std::string& owner);

  [[nodiscard]] http::Reply status(std::string_view id, const std::string& owner);  // GET
  [[nodiscard]] http::Reply cancel(std::string_view id, const std::string& owner);  // DELETE
  // GET, of a job that is done: of a batch a line a case ({"index", "status", "location", "answer"}), else the reply
  // itself. 409 before.
  [[nodiscard]] http::Reply result(std::string_view id, const std::string& owner);

 private:
  [[nodiscard]] http::Reply begun(const std::optional<JobStatus>& job) const;

  Jobs& jobs_;
  Answer review_;
};

}  // namespace guardian::adapters::service
