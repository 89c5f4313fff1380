#pragma once
// Long work over the API: many cases at once, or one review that the client does not wait for (`Prefer: respond-async`,
// RFC 7240). Both answer 202 with the address of a job. Safe to call from several threads.

#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "adapters/http/exchange.hpp"
#include "adapters/service/job_queue.hpp"

namespace guardian::adapters::service {

class JobEndpoint {
 public:
  explicit JobEndpoint(JobQueue& jobs) : jobs_(jobs) {}

  // Whether the client would rather not wait.
  [[nodiscard]] static bool asked_for(const http::Request& request);

  // This request, as a job.
  [[nodiscard]] http::Reply later(const http::Request& request, const std::string& owner, JobWork::Kind kind);

  // A case of a batch is a line of its result.
  [[nodiscard]] static http::Reply line_of(std::size_t index, const http::Reply& reply);

  // POST: a list of cases, or one a line (application/x-ndjson); parameters as of a review. What is wrong with a case
  // is said in its place among the results.
  [[nodiscard]] http::Reply batch(const http::Request& request, const std::string& owner);

  [[nodiscard]] http::Reply status(std::string_view id, const std::string& owner);  // GET
  [[nodiscard]] http::Reply cancel(std::string_view id, const std::string& owner);  // DELETE
  // GET, of a job that is done: of a batch a line a case ({"index", "status", "location", "answer"}), else the reply
  // itself. 409 before.
  [[nodiscard]] http::Reply result(std::string_view id, const std::string& owner);

 private:
  [[nodiscard]] http::Reply begun(const core::Result<std::optional<JobStatus>>& job) const;

  JobQueue& jobs_;
};

}  // namespace guardian::adapters::service
