#pragma once
// How often each client may call: a bucket of tokens per client name, filled at a steady rate up to a burst. The number
// of buckets is bounded. Safe to call from several threads; the caller gives the time.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace guardian::adapters::sign_in {

struct RateLimitSettings {
  double per_second = 20.0;           // over long; above 0
  double burst = 40.0;                // at once; at least 1
  std::size_t most_clients = 10'000;  // with a bucket of their own; clients beyond them share one bucket
};

struct RateDecision {
  bool allowed = true;
  std::uint32_t retry_after_s = 0;  // when not allowed: whole seconds, at least 1

  friend bool operator==(const RateDecision&, const RateDecision&) = default;
};

class RateLimiter {
 public:
  using Time = std::chrono::steady_clock::time_point;

  explicit RateLimiter(const RateLimitSettings& settings);
  ~RateLimiter();

  // Takes one token of `client`. A time before an earlier one counts as that one.
  [[nodiscard]] RateDecision take(std::string_view client, Time now);

  // What `take` would say, and nothing is taken.
  [[nodiscard]] RateDecision look(std::string_view client, Time now) const;

  [[nodiscard]] std::size_t clients() const;  // that have a bucket

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace guardian::adapters::sign_in
