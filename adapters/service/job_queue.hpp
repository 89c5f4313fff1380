#pragma once
// Where jobs wait and are worked on: in this service (local_queue), or in a place that several services share
// (shared_work.hpp). A job belongs to whoever began it; others do not see it. Safe to use from several threads.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/http/exchange.hpp"
#include "adapters/service/jobs.hpp"
#include "core/result.hpp"

namespace guardian::adapters::service {

// What a job does: a request for each of its bodies.
struct JobWork {
  enum class Kind : std::uint8_t { review, plan, batch };

  Kind kind = Kind::review;
  http::Request pattern;  // the body aside
  std::vector<std::string> bodies;
};

// One request of a job, and its number. May be called from several threads.
using DoPiece = std::function<http::Reply(JobWork::Kind, const http::Request&, std::size_t at, const std::stop_token&)>;

class JobQueue {
 public:
  JobQueue() = default;
  virtual ~JobQueue() = default;
  JobQueue(const JobQueue&) = delete;
  JobQueue& operator=(const JobQueue&) = delete;

  // `io_failure` of all: the shared place cannot be reached. Nothing where there are too many jobs that are not
  // finished.
  [[nodiscard]] virtual core::Result<std::optional<JobStatus>> begin(const std::string& owner, JobWork work) = 0;
  // Nothing where this owner has no such job (any more).
  [[nodiscard]] virtual core::Result<std::optional<JobStatus>> find(const std::string& owner, std::string_view id) = 0;
  // The replies of its pieces in their order; null while it is not done.
  [[nodiscard]] virtual core::Result<std::shared_ptr<const std::vector<http::Reply>>> results(const std::string& owner,
                                                                                              std::string_view id) = 0;
  [[nodiscard]] virtual core::Result<std::optional<JobStatus>> cancel(const std::string& owner,
                                                                      std::string_view id) = 0;
  [[nodiscard]] virtual bool survives_restart() const = 0;
  // Begins no piece any more; returns when those that run have ended, which are asked to.
  virtual void stop() = 0;
};

[[nodiscard]] std::unique_ptr<JobQueue> local_queue(DoPiece work);

}  // namespace guardian::adapters::service
