#pragma once
// Answers that a client may ask for again: a request with the header Idempotency-Key that is sent twice is done once
// (draft-ietf-httpapi-idempotency-key-header-07). A key belongs to its caller. What is remembered is bounded in number,
// bytes and time, and does not outlive the service. Safe to use from several threads.

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "adapters/http/exchange.hpp"

namespace guardian::adapters::service {

struct IdempotencyLimits {
  std::size_t answers = 10'000;               // the oldest go first
  std::size_t bytes = std::size_t{64} << 20;  // of the answers' bodies
  std::chrono::minutes kept = std::chrono::hours{24};
};

// The key that a request names; nothing where it has none, or one that is refused.
[[nodiscard]] std::optional<std::string> idempotency_key(const http::Request& request);
// What must be the same for a request to be the same.
[[nodiscard]] std::string request_fingerprint(const http::Request& request);

class IdempotencyStore {
 public:
  using Clock = std::function<std::chrono::steady_clock::time_point()>;
  using Work = std::function<http::Reply()>;

  explicit IdempotencyStore(IdempotencyLimits limits = {}, Clock clock = &std::chrono::steady_clock::now)
      : limits_(limits), clock_(std::move(clock)) {}

  // The reply of `work`, or the one that it gave before to the same caller, key and request, then with the header
  // Idempotent-Replayed. 409 while the first is under way, 422 when the key was used for another request, 400 when the
  // key is none. Without a key `work` is done. A failure of ours (5xx, or what `work` throws) is not remembered: the
  // client can try again with the same key.
  [[nodiscard]] http::Reply once(const std::string& caller, const http::Request& request, const Work& work);

  [[nodiscard]] std::size_t size() const;

 private:
  struct Entry {
    std::string fingerprint;  // of the request
    bool running = true;
    http::Reply reply;
    std::chrono::steady_clock::time_point begun;
  };

  void make_room();  // the mutex is held
  void forget(const std::string& id);

  IdempotencyLimits limits_;
  Clock clock_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, Entry> entries_;
  std::deque<std::string> finished_;  // the oldest first; all are in entries_
  std::size_t bytes_ = 0;
};

}  // namespace guardian::adapters::service
