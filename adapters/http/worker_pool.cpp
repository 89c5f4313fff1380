#include "adapters/http/worker_pool.hpp"

#include <exception>
#include <new>
#include <utility>

namespace guardian::adapters::http {
namespace {

thread_local bool turning_away = false;

// What is thrown here is want of memory: one connection ends for it, not the program with all the others.
void run(const std::function<void()>& work) noexcept {
  try {
    work();
  } catch (...) {  // NOLINT(bugprone-empty-catch): there is nobody to tell, and no memory to tell it with
  }
}

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
    bool waits = waiting_.size() < most_waiting_;
    if (waits) {
      try {
        waiting_.emplace_back();
      } catch (const std::bad_alloc&) {
        waits = false;
      }
    }
    if (!waits) {
      lock.unlock();
      turning_away = true;
      run(work);
      turning_away = false;
      return;
    }
    waiting_.back() = std::move(work);
    if (waiting_.size() > idle_) {
      if (threads_.size() < most_threads_) {
        try {
          threads_.emplace_back([this] { this->work(); });
          no_more_ = false;
        } catch (const std::exception&) {
          no_more_ = true;  // of the machine, for now: those that are there serve
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
    run(work);
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
