#include "adapters/http/worker_pool.hpp"

#include <system_error>
#include <utility>

namespace guardian::adapters::http {
namespace {

thread_local bool turning_away = false;

}  // namespace

bool WorkerPool::refusing() noexcept { return turning_away; }

bool WorkerPool::others_wait() const {
  const std::lock_guard lock(mutex_);
  return waiting_.size() > idle_ && (no_more_ || threads_.size() >= most_threads_);
}

void WorkerPool::enqueue(std::function<void()> work) {
  bool crowded = false;
  {
    std::unique_lock lock(mutex_);
    if (waiting_.size() >= most_waiting_) {
      lock.unlock();
      turning_away = true;
      work();
      turning_away = false;
      return;
    }
    waiting_.push_back(std::move(work));
    if (waiting_.size() > idle_) {
      if (threads_.size() < most_threads_) {
        try {
          threads_.emplace_back([this] { this->work(); });
        } catch (const std::system_error&) {
          no_more_ = true;  // of the machine: those that are there serve
          crowded = true;
        }
      } else {
        crowded = true;
      }
    }
  }
  changed_.notify_one();
  if (crowded) crowded_();
}

void WorkerPool::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    ++idle_;
    changed_.wait(lock, [this] { return !waiting_.empty() || ending_; });
    --idle_;
    if (waiting_.empty()) return;
    std::function<void()> work = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    work();
    work = nullptr;
    lock.lock();
  }
}

void WorkerPool::shutdown() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  threads_.clear();  // joins
}

}  // namespace guardian::adapters::http
