#include "adapters/sign_in/rate_limit.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <mutex>
#include <string>

namespace guardian::adapters::sign_in {
namespace {

using Time = RateLimiter::Time;
using Seconds = std::chrono::duration<double>;

struct Bucket {
  double tokens = 0;
  Time filled;
};

constexpr std::chrono::seconds between_sweeps{1};  // a sweep looks at every bucket
constexpr double most_retry_s = 3'600;

}  // namespace

struct RateLimiter::Impl {
  RateLimitSettings settings;
  mutable std::mutex mutex;
  std::map<std::string, Bucket, std::less<>> buckets;
  Bucket shared;
  Time swept;
  bool used = false;

  void fill(Bucket& bucket, Time now) const {
    if (now <= bucket.filled) return;
    const double elapsed = std::chrono::duration_cast<Seconds>(now - bucket.filled).count();
    bucket.tokens = std::min(settings.burst, bucket.tokens + elapsed * settings.per_second);
    bucket.filled = now;
  }

  [[nodiscard]] RateDecision decide(const Bucket& bucket) const {
    if (bucket.tokens >= 1.0) return {true, 0};
    const double wait = std::ceil((1.0 - bucket.tokens) / settings.per_second);
    return {false, static_cast<std::uint32_t>(std::clamp(wait, 1.0, most_retry_s))};
  }

  // A full bucket is the same as none.
  void sweep(Time now) {
    if (now - swept < between_sweeps) return;
    swept = now;
    std::erase_if(buckets, [&](const auto& entry) {
      Bucket bucket = entry.second;
      fill(bucket, now);
      return bucket.tokens >= settings.burst;
    });
  }

  Bucket& bucket_of(std::string_view client, Time now) {
    if (!used) {
      used = true;
      shared = {settings.burst, now};
      swept = now;
    }
    const auto at = buckets.find(client);
    if (at != buckets.end()) return at->second;
    if (buckets.size() >= settings.most_clients) sweep(now);
    if (buckets.size() >= settings.most_clients) return shared;
    return buckets.emplace(std::string(client), Bucket{settings.burst, now}).first->second;
  }
};

RateLimiter::RateLimiter(const RateLimitSettings& settings) : impl_(std::make_unique<Impl>()) {
  impl_->settings = settings;
  impl_->settings.burst = std::max(1.0, settings.burst);
  impl_->settings.per_second = std::max(1e-6, settings.per_second);
}

RateLimiter::~RateLimiter() = default;

RateDecision RateLimiter::take(std::string_view client, Time now) {
  const std::lock_guard lock(impl_->mutex);
  Bucket& bucket = impl_->bucket_of(client, now);
  impl_->fill(bucket, now);
  const RateDecision decision = impl_->decide(bucket);
  if (decision.allowed) bucket.tokens -= 1.0;
  return decision;
}

RateDecision RateLimiter::look(std::string_view client, Time now) const {
  const std::lock_guard lock(impl_->mutex);
  const auto at = impl_->buckets.find(client);
  const bool shares = at == impl_->buckets.end() && impl_->buckets.size() >= impl_->settings.most_clients;
  if (at == impl_->buckets.end() && !shares) return {};
  Bucket bucket = shares ? impl_->shared : at->second;
  impl_->fill(bucket, now);
  return impl_->decide(bucket);
}

std::size_t RateLimiter::clients() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->buckets.size();
}

}  // namespace guardian::adapters::sign_in
