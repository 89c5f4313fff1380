#include "adapters/service/jobs.hpp"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <random>
#include <thread>
#include <unordered_map>
#include <utility>

#include "adapters/service/replies.hpp"

namespace guardian::adapters::service {
namespace {

using Time = std::chrono::steady_clock::time_point;

std::string new_id() {
  constexpr std::string_view digits = "0123456789abcdef";
  std::random_device entropy;  // of the operating system
  std::string id;
  for (int word = 0; word < 4; ++word) {
    auto bits = entropy();
    for (int i = 0; i < 8; ++i, bits >>= 4) id += digits[bits & 15U];
  }
  return id;
}

struct Job {
  std::string id;
  std::string owner;
  std::vector<Jobs::Piece> pieces;
  std::size_t total = 0;
  std::size_t next = 0;  // piece to begin
  std::size_t done = 0;
  std::size_t bytes = 0;
  JobState state = JobState::waiting;
  std::string problem;
  std::stop_source stopping;
  std::shared_ptr<std::vector<http::Reply>> replies;
  Time finished;

  [[nodiscard]] bool open() const { return state == JobState::waiting || state == JobState::running; }
};

}  // namespace

std::string_view to_string(JobState state) noexcept {
  switch (state) {
    case JobState::waiting: return "waiting";
    case JobState::running: return "running";
    case JobState::done: return "done";
    case JobState::failed: return "failed";
    case JobState::cancelled: return "cancelled";
  }
  return "failed";
}

struct Jobs::Impl {
  JobLimits limits;
  Clock clock;
  std::mutex mutex;
  std::condition_variable changed;
  bool stopping = false;
  std::unordered_map<std::string, std::shared_ptr<Job>> jobs;
  std::deque<std::shared_ptr<Job>> turns;     // jobs with a piece to begin
  std::deque<std::shared_ptr<Job>> finished;  // the oldest first
  std::size_t kept_bytes = 0;                 // of `finished`
  std::vector<std::jthread> threads;

  Impl(JobLimits given, Clock time) : limits(given), clock(std::move(time)) {}

  void finish(const std::shared_ptr<Job>& job, JobState state) {
    job->state = state;
    job->finished = clock();
    job->pieces.clear();
    if (state != JobState::done) {
      job->replies.reset();
      job->bytes = 0;
    }
    std::erase(turns, job);
    kept_bytes += job->bytes;
    finished.push_back(job);
    expire();
  }

  void expire() {
    while (!finished.empty()) {
      const auto& oldest = finished.front();
      const bool old = clock() - oldest->finished >= limits.life;
      const bool many = finished.size() > limits.kept || (kept_bytes > limits.all_bytes && finished.size() > 1);
      if (!old && !many) return;
      kept_bytes -= oldest->bytes;
      jobs.erase(oldest->id);
      finished.pop_front();
    }
  }

  std::shared_ptr<Job> of(const std::string& owner, std::string_view id) {
    expire();
    const auto found = jobs.find(std::string(id));
    return found != jobs.end() && found->second->owner == owner ? found->second : nullptr;
  }

  [[nodiscard]] JobStatus status(const Job& job) const {
    JobStatus status{job.id, job.state, job.done, job.total, job.problem, std::nullopt};
    if (!job.open()) {
      status.expires = std::chrono::duration_cast<std::chrono::seconds>(job.finished + limits.life - clock());
    }
    return status;
  }

  void work() {
    std::unique_lock lock(mutex);
    while (true) {
      changed.wait(lock, [this] { return stopping || !turns.empty(); });
      if (stopping) return;
      const std::shared_ptr<Job> job = turns.front();
      turns.pop_front();
      const std::size_t at = job->next++;
      Piece piece = std::move(job->pieces[at]);
      if (job->next < job->pieces.size()) turns.push_back(job);
      job->state = JobState::running;
      lock.unlock();
      http::Reply reply;
      try {
        reply = piece(job->stopping.get_token());
      } catch (const std::exception&) {
        reply = status_reply(500);  // what was thrown may quote what was being read
      }
      piece = {};
      lock.lock();
      take(job, at, std::move(reply));
    }
  }

  void take(const std::shared_ptr<Job>& job, std::size_t at, http::Reply reply) {
    if (!job->open()) return;  // cancelled meanwhile
    job->bytes += reply.body.size();
    (*job->replies)[at] = std::move(reply);
    ++job->done;
    if (job->bytes > limits.result_bytes) {
      job->problem = "The results are larger than " + std::to_string(limits.result_bytes >> 20) +
                     " MiB: ask for fewer cases at a time, or for findings only";
      job->stopping.request_stop();
      finish(job, JobState::failed);
    } else if (job->done == job->total) {
      finish(job, JobState::done);
    }
  }
};

Jobs::Jobs(JobLimits limits, Clock clock) : impl_(std::make_unique<Impl>(limits, std::move(clock))) {}
Jobs::~Jobs() { stop(); }

std::optional<JobStatus> Jobs::begin(const std::string& owner, std::vector<Piece> pieces) {
  const std::lock_guard lock(impl_->mutex);
  impl_->expire();
  const auto open = static_cast<std::size_t>(
      std::count_if(impl_->jobs.begin(), impl_->jobs.end(), [](const auto& entry) { return entry.second->open(); }));
  const auto own =
      static_cast<std::size_t>(std::count_if(impl_->jobs.begin(), impl_->jobs.end(), [&](const auto& entry) {
        return entry.second->open() && entry.second->owner == owner;
      }));
  if (impl_->stopping || pieces.empty() || open >= impl_->limits.open || own >= impl_->limits.open_each) {
    return std::nullopt;
  }
  auto job = std::make_shared<Job>();
  job->id = new_id();
  job->owner = owner;
  job->total = pieces.size();
  job->pieces = std::move(pieces);
  job->replies = std::make_shared<std::vector<http::Reply>>(job->total);
  impl_->jobs.emplace(job->id, job);
  impl_->turns.push_back(job);
  const std::size_t wanted = std::max<std::size_t>(1, impl_->limits.threads);
  while (impl_->threads.size() < wanted) impl_->threads.emplace_back([impl = impl_.get()] { impl->work(); });
  impl_->changed.notify_all();
  return impl_->status(*job);
}

std::optional<JobStatus> Jobs::find(const std::string& owner, std::string_view id) {
  const std::lock_guard lock(impl_->mutex);
  const auto job = impl_->of(owner, id);
  return job ? std::optional<JobStatus>(impl_->status(*job)) : std::nullopt;
}

std::shared_ptr<const std::vector<http::Reply>> Jobs::results(const std::string& owner, std::string_view id) {
  const std::lock_guard lock(impl_->mutex);
  const auto job = impl_->of(owner, id);
  return job && job->state == JobState::done ? job->replies : nullptr;
}

std::optional<JobStatus> Jobs::cancel(const std::string& owner, std::string_view id) {
  const std::lock_guard lock(impl_->mutex);
  const auto job = impl_->of(owner, id);
  if (!job) return std::nullopt;
  job->stopping.request_stop();
  if (job->open()) {
    impl_->finish(job, JobState::cancelled);
  } else {
    job->state = JobState::cancelled;
    impl_->kept_bytes -= job->bytes;
    job->bytes = 0;
    job->replies.reset();
  }
  return impl_->status(*job);
}

void Jobs::stop() {
  std::vector<std::jthread> ending;
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->stopping = true;
    for (const auto& [id, job] : impl_->jobs) job->stopping.request_stop();
    ending = std::move(impl_->threads);
    impl_->threads.clear();
  }
  impl_->changed.notify_all();
}

}  // namespace guardian::adapters::service
