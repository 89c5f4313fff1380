#include "runtime/clock.hpp"

#include <chrono>

#include "core/date.hpp"

namespace guardian::runtime {

std::string utc_now() {
  return core::utc_text(std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()));
}

}  // namespace guardian::runtime
