#include "runtime/clock.hpp"

#include <chrono>

#include "core/date.hpp"

namespace guardian::runtime {

std::string utc_now() {
  return core::utc_text(std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()));
}

std::int64_t now_ms() {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()).time_since_epoch().count();
}

}  // namespace guardian::runtime
