#pragma once
// The threads of a listener: made when they are needed, up to a number, with a bounded queue before them. Safe to
// use from several threads.

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace guardian::adapters::http {

class WorkerPool {
 public:
  // `crowded` is told, by the thread that takes connections, that a connection has to wait.
  WorkerPool(std::size_t threads, std::size_t queue, std::function<void()> crowded)
      : most_threads_(threads), most_waiting_(queue), crowded_(std::move(crowded)) {}

  void enqueue(std::function<void()> work);
  void shutdown();  // does what is queued, and waits for it

  // More than there are threads for: not only until one of them wakes.
  [[nodiscard]] bool others_wait() const;

  // Whether this thread runs work only to turn it away.
  [[nodiscard]] static bool refusing() noexcept;

 private:
  void work();

  std::size_t most_threads_;
  std::size_t most_waiting_;
  std::function<void()> crowded_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> waiting_;
  std::size_t idle_ = 0;
  bool ending_ = false;
  bool no_more_ = false;
  std::vector<std::jthread> threads_;
};

}  // namespace guardian::adapters::http
