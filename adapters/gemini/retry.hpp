#pragma once
// When a failed call is made again, with which model, and after which wait. Pure, but for the counters of the budget
// and of the breakers, which do not lock: their owner does. The time is told, never asked for.

#include <chrono>
#include <cstdint>
#include <optional>

#include "agents/model_client.hpp"

namespace guardian::adapters::gemini {

using TimePoint = std::chrono::steady_clock::time_point;

enum class RetryClass : std::uint8_t {
  never,        // an answer that would stay the same, or a request to mend
  other_model,  // this model will not answer; another may
  again         // it may pass
};
[[nodiscard]] RetryClass retry_class(const agents::ModelFailure& failure) noexcept;

// Whether it is the model's fault, and so counts against it.
[[nodiscard]] bool counts_against_model(const agents::ModelFailure& failure) noexcept;

// Before the try that follows the `attempt`-th (from 1): anything up to a second, two, four ..., at most `most`, so
// that callers who failed together do not come back together; but never less than the service asks for. `random` is in
// [0,1).
[[nodiscard]] std::chrono::milliseconds retry_wait(int attempt, std::chrono::milliseconds asked_for, double random,
                                                   std::chrono::milliseconds most = std::chrono::seconds(8)) noexcept;

// Retries that concurrent callers share: when most calls fail, retries only add to the load. A retry takes one, an
// answered call gives a part of one back.
class RetryBudget {
 public:
  explicit RetryBudget(double capacity = 10, double given_back = 0.5) noexcept
      : left_(capacity), capacity_(capacity), given_back_(given_back) {}

  [[nodiscard]] bool take() noexcept;
  void answered() noexcept;

 private:
  double left_;
  double capacity_;
  double given_back_;
};

struct BreakerRules {
  int failures_to_open = 5;  // in a row
  std::chrono::milliseconds open_for{30'000};
};

enum class Admission : std::uint8_t { refused, call, probe };

// Leaves a model alone for a while after it failed too often, then lets one call through as a probe. Of an admitted
// call exactly one of `succeeded`, `failed`, `undecided` and `trip` is told how it went.
class CircuitBreaker {
 public:
  explicit CircuitBreaker(BreakerRules rules = {}) noexcept : rules_(rules) {}

  [[nodiscard]] Admission admit(TimePoint now) noexcept;

  void succeeded() noexcept;
  void failed(Admission admission, TimePoint now) noexcept;
  void undecided(Admission admission) noexcept;  // cancelled, or the request's own fault
  void trip(TimePoint now) noexcept;             // opens at once: the model is unknown, or its quota is used up

 private:
  BreakerRules rules_;
  int failures_ = 0;
  std::optional<TimePoint> opened_;
  bool probing_ = false;
};

}  // namespace guardian::adapters::gemini
