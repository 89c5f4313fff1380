#pragma once
// Long work, done behind the reply that names it: its progress can be looked at, its results fetched, and it can be
// cancelled. A job belongs to whoever began it; others do not see it. Number, size and life of jobs are bounded, and no
// job outlives the service. Safe to use from several threads; the work runs on threads of the jobs.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/http/exchange.hpp"
#include "core/result.hpp"

namespace guardian::adapters::service {

enum class JobState : std::uint8_t { waiting, running, done, failed, cancelled };
[[nodiscard]] std::string_view to_string(JobState state) noexcept;

struct JobLimits {
  std::size_t threads = 2;                           // that work; each does one piece of a job at a time
  std::size_t open = 32;                             // jobs that are not finished
  std::size_t open_each = 8;                         // of one caller
  std::size_t kept = 64;                             // finished ones; the oldest go first
  std::size_t result_bytes = std::size_t{64} << 20;  // of one job; one with more fails
  std::size_t all_bytes = std::size_t{256} << 20;    // of all finished jobs; the oldest go first
  std::chrono::minutes life{60};                     // of a finished job
};

struct JobStatus {
  std::string id;  // not to be guessed
  JobState state = JobState::waiting;
  std::size_t done = 0;
  std::size_t total = 0;
  std::string problem;                          // of one that failed
  std::optional<std::chrono::seconds> expires;  // from now, of one that is finished
};

class Jobs {
 public:
  using Clock = std::function<std::chrono::steady_clock::time_point()>;
  // One piece of a job. What it throws makes this piece a 500.
  using Piece = std::function<http::Reply(const std::stop_token&)>;

  explicit Jobs(JobLimits limits = {}, Clock clock = &std::chrono::steady_clock::now);
  ~Jobs();  // stops

  // Nothing where there are too many jobs that are not finished. Jobs take turns, piece by piece: a long one does not
  // keep a short one waiting.
  [[nodiscard]] std::optional<JobStatus> begin(const std::string& owner, std::vector<Piece> pieces);

  // Nothing where this owner has no such job (any more).
  [[nodiscard]] std::optional<JobStatus> find(const std::string& owner, std::string_view id);

  // The replies of its pieces in their order; null while it is not done.
  [[nodiscard]] std::shared_ptr<const std::vector<http::Reply>> results(const std::string& owner, std::string_view id);

  // What has not begun is not done, what runs is asked to stop, and results are thrown away.
  [[nodiscard]] std::optional<JobStatus> cancel(const std::string& owner, std::string_view id);

  // Begins no piece any more; returns when those that run have ended, which are asked to.
  void stop();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace guardian::adapters::service
