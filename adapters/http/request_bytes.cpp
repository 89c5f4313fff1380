#include "adapters/http/request_bytes.hpp"

#include <algorithm>
#include <cstring>

namespace guardian::adapters::http {

long RequestBytes::take(char* to, std::size_t size) {
  const std::size_t taken = std::min(size, filled_ - at_);
  if (taken > left_) {
    broken_ = Broken::too_large;
    return -1;
  }
  std::memcpy(to, buffer_.data() + at_, taken);
  at_ += taken;
  left_ -= taken;
  return static_cast<long>(taken);
}

}  // namespace guardian::adapters::http
