#include "adapters/batch/ordered_work.hpp"

#include <condition_variable>
#include <deque>
#include <exception>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

namespace guardian::adapters::batch {
namespace {

// For each thread: what it works on, what waits for it, and what waits for its turn to be written.
constexpr std::size_t parts_a_job = 4;
// A buffer that grew beyond this for some lines is given back.
constexpr std::size_t kept_capacity = std::size_t{4} * 1024 * 1024;

class Exchange {
 public:
  explicit Exchange(std::size_t jobs) {
    for (std::size_t i = 0; i < jobs * parts_a_job; ++i) free_.push_back(std::make_unique<WorkedLines>());
  }

  void read(const Source& source) {
    for (std::uint64_t turn = 0;; ++turn) {
      std::unique_ptr<WorkedLines> part = take_free();
      if (!part || !source(part->source)) break;
      const std::lock_guard lock(mutex_);
      waiting_.emplace_back(turn, std::move(part));
      work_there_.notify_one();
    }
    const std::lock_guard lock(mutex_);
    is_read_ = true;
    work_there_.notify_all();
    part_done_.notify_all();
  }

  void work(std::size_t worker, const Work& answer) {
    std::unique_lock lock(mutex_);
    while (true) {
      work_there_.wait(lock, [&] { return !waiting_.empty() || is_read_ || is_over_; });
      if (is_over_ || waiting_.empty()) return;
      auto [turn, part] = std::move(waiting_.front());
      waiting_.pop_front();
      ++under_way_;
      lock.unlock();
      std::exception_ptr thrown;
      try {
        part->answers.clear();
        part->notes.clear();
        part->cases = 0;
        answer(worker, *part);
      } catch (...) {
        thrown = std::current_exception();
      }
      lock.lock();
      --under_way_;
      if (thrown && !thrown_) thrown_ = thrown;
      done_.emplace(turn, std::move(part));
      part_done_.notify_one();
    }
  }

  void write(const Sink& sink) {
    std::unique_lock lock(mutex_);
    for (std::uint64_t turn = 0;; ++turn) {
      part_done_.wait(
          lock, [&] { return thrown_ || done_.count(turn) > 0 || (is_read_ && waiting_.empty() && under_way_ == 0); });
      const auto found = done_.find(turn);
      if (thrown_ || found == done_.end()) return;
      std::unique_ptr<WorkedLines> part = std::move(found->second);
      done_.erase(found);
      lock.unlock();
      const bool goes_on = sink(*part);
      if (part->answers.capacity() > kept_capacity) part->answers = {};
      if (part->source.text.capacity() > kept_capacity) part->source.text = {};
      lock.lock();
      if (!goes_on) return;
      free_.push_back(std::move(part));
      part_free_.notify_one();
    }
  }

  // Nobody begins anything any more.
  void end() {
    const std::lock_guard lock(mutex_);
    is_over_ = true;
    part_free_.notify_all();
    work_there_.notify_all();
  }

  [[nodiscard]] std::exception_ptr thrown() const { return thrown_; }

 private:
  std::unique_ptr<WorkedLines> take_free() {
    std::unique_lock lock(mutex_);
    part_free_.wait(lock, [&] { return !free_.empty() || is_over_; });
    if (is_over_) return nullptr;
    std::unique_ptr<WorkedLines> part = std::move(free_.back());
    free_.pop_back();
    return part;
  }

  std::mutex mutex_;
  std::condition_variable part_free_;
  std::condition_variable work_there_;
  std::condition_variable part_done_;
  std::vector<std::unique_ptr<WorkedLines>> free_;
  std::deque<std::pair<std::uint64_t, std::unique_ptr<WorkedLines>>> waiting_;
  std::map<std::uint64_t, std::unique_ptr<WorkedLines>> done_;
  std::size_t under_way_ = 0;
  bool is_read_ = false;
  bool is_over_ = false;
  std::exception_ptr thrown_;
};

}  // namespace

void work_in_order(const Source& source, std::size_t jobs, const Work& work, const Sink& sink, const Stop& stop) {
  Exchange exchange(jobs);
  {
    std::jthread reader([&] { exchange.read(source); });
    std::vector<std::jthread> workers;
    for (std::size_t worker = 0; worker < jobs; ++worker) {
      workers.emplace_back([&exchange, &work, worker] { exchange.work(worker, work); });
    }
    // Whatever `sink` throws, the threads end before what they use does.
    struct Ending {
      Exchange& exchange;
      const Stop& stop;
      ~Ending() {
        exchange.end();
        stop();
      }
    };
    const Ending ending{exchange, stop};
    exchange.write(sink);
  }
  if (exchange.thrown()) std::rethrow_exception(exchange.thrown());
}

}  // namespace guardian::adapters::batch
