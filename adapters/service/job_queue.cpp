#include "adapters/service/job_queue.hpp"

#include <utility>

namespace guardian::adapters::service {
namespace {

class LocalQueue final : public JobQueue {
 public:
  explicit LocalQueue(DoPiece work) : work_(std::move(work)) {}

  core::Result<std::optional<JobStatus>> begin(const std::string& owner, JobWork job) override {
    const auto pattern = std::make_shared<const http::Request>(std::move(job.pattern));
    std::vector<Jobs::Piece> pieces;
    pieces.reserve(job.bodies.size());
    for (std::size_t i = 0; i < job.bodies.size(); ++i) {
      pieces.emplace_back(
          [this, pattern, i, kind = job.kind, body = std::move(job.bodies[i])](const std::stop_token& stop) {
            http::Request request = *pattern;
            request.body = body;
            return work_(kind, request, i, stop);
          });
    }
    return jobs_.begin(owner, std::move(pieces));
  }

  core::Result<std::optional<JobStatus>> find(const std::string& owner, std::string_view id) override {
    return jobs_.find(owner, id);
  }

  core::Result<std::shared_ptr<const std::vector<http::Reply>>> results(const std::string& owner,
                                                                        std::string_view id) override {
    return jobs_.results(owner, id);
  }

  core::Result<std::optional<JobStatus>> cancel(const std::string& owner, std::string_view id) override {
    return jobs_.cancel(owner, id);
  }

  [[nodiscard]] bool survives_restart() const override { return false; }
  void stop() override { jobs_.stop(); }

 private:
  DoPiece work_;
  Jobs jobs_;  // its threads use what stands above
};

}  // namespace

std::unique_ptr<JobQueue> local_queue(DoPiece work) { return std::make_unique<LocalQueue>(std::move(work)); }

}  // namespace guardian::adapters::service
