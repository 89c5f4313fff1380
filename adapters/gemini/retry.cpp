#include "adapters/gemini/retry.hpp"

#include <algorithm>
#include <cmath>

namespace guardian::adapters::gemini {

using agents::ModelFailure;
using agents::ModelFailureKind;
using std::chrono::milliseconds;

RetryClass retry_class(const ModelFailure& failure) noexcept {
  switch (failure.kind) {
    case ModelFailureKind::rate_limited: return RetryClass::again;
    case ModelFailureKind::transport: return failure.http_status == 0 ? RetryClass::again : RetryClass::never;
    case ModelFailureKind::server: {
      const int status = failure.http_status;
      const bool passing = status == 408 || status == 500 || status == 502 || status == 503 || status == 504;
      return passing ? RetryClass::again : RetryClass::never;
    }
    case ModelFailureKind::quota:
    case ModelFailureKind::circuit_open: return RetryClass::other_model;
    case ModelFailureKind::refused: return failure.http_status == 404 ? RetryClass::other_model : RetryClass::never;
    case ModelFailureKind::unavailable:
    case ModelFailureKind::timeout:
    case ModelFailureKind::cancelled:
    case ModelFailureKind::blocked:
    case ModelFailureKind::truncated:
    case ModelFailureKind::malformed:
    case ModelFailureKind::too_large: return RetryClass::never;
  }
  return RetryClass::never;
}

bool counts_against_model(const ModelFailure& failure) noexcept {
  switch (failure.kind) {
    case ModelFailureKind::timeout:
    case ModelFailureKind::transport:
    case ModelFailureKind::rate_limited:
    case ModelFailureKind::server:
    case ModelFailureKind::malformed:
    case ModelFailureKind::too_large: return true;
    case ModelFailureKind::unavailable:
    case ModelFailureKind::cancelled:
    case ModelFailureKind::quota:
    case ModelFailureKind::refused:
    case ModelFailureKind::blocked:
    case ModelFailureKind::truncated:
    case ModelFailureKind::circuit_open: return false;
  }
  return false;
}

milliseconds retry_wait(int attempt, milliseconds asked_for, double random, milliseconds most) noexcept {
  const double ceiling =
      std::min(1000.0 * std::ldexp(1.0, std::clamp(attempt - 1, 0, 30)), static_cast<double>(most.count()));
  const milliseconds jittered(static_cast<milliseconds::rep>(ceiling * std::clamp(random, 0.0, 1.0)));
  return std::max(asked_for, jittered);
}

bool RetryBudget::take() noexcept {
  if (left_ < 1) return false;
  left_ -= 1;
  return true;
}

void RetryBudget::answered() noexcept { left_ = std::min(capacity_, left_ + given_back_); }

Admission CircuitBreaker::admit(TimePoint now) noexcept {
  if (!opened_) return Admission::call;
  if (probing_ || now < *opened_ + rules_.open_for) return Admission::refused;
  probing_ = true;
  return Admission::probe;
}

void CircuitBreaker::succeeded() noexcept {
  failures_ = 0;
  opened_.reset();
  probing_ = false;
}

void CircuitBreaker::failed(Admission admission, TimePoint now) noexcept {
  if (admission == Admission::probe) {
    trip(now);
  } else if (!opened_ && ++failures_ >= rules_.failures_to_open) {
    // Calls that were under way when it opened do not keep it open for longer.
    opened_ = now;
  }
}

void CircuitBreaker::undecided(Admission admission) noexcept {
  if (admission == Admission::probe) probing_ = false;
}

void CircuitBreaker::trip(TimePoint now) noexcept {
  opened_ = now;
  probing_ = false;
}

}  // namespace guardian::adapters::gemini
