#pragma once
// The bytes that one connection sends, handed out within the limits of one request at a time. Whoever reads asks for
// single bytes and knows a limit of time for each read alone: a client that sends a byte a second would hold a thread
// for ever. Belongs to one thread.

#include <array>
#include <chrono>
#include <cstddef>

namespace guardian::adapters::http {

class RequestBytes {
 public:
  enum class Broken { no, too_slow, too_large };

  // A new request begins: at most so many bytes until then. Bytes that came early are its first ones.
  void begin(std::size_t most_bytes, std::chrono::steady_clock::time_point until) noexcept {
    left_ = most_bytes;
    until_ = until;
    broken_ = Broken::no;
  }
  [[nodiscard]] bool holds_bytes() const noexcept { return at_ < filled_; }
  [[nodiscard]] Broken broken() const noexcept { return broken_; }

  // Up to `size` bytes; `fetch(to, size)` gets more from the socket. What `fetch` gives when it has none, or -1 when a
  // limit is passed.
  template <class Fetch>
  [[nodiscard]] long read(char* to, std::size_t size, const Fetch& fetch) {
    if (broken_ != Broken::no) return -1;
    if (!holds_bytes()) {
      if (std::chrono::steady_clock::now() >= until_) {
        broken_ = Broken::too_slow;
        return -1;
      }
      const auto got = static_cast<long>(fetch(buffer_.data(), buffer_.size()));
      if (got <= 0) return got;
      at_ = 0;
      filled_ = static_cast<std::size_t>(got);
    }
    return take(to, size);
  }

 private:
  long take(char* to, std::size_t size);

  std::array<char, 8192> buffer_{};
  std::size_t at_ = 0;
  std::size_t filled_ = 0;
  std::size_t left_ = 0;
  std::chrono::steady_clock::time_point until_;
  Broken broken_ = Broken::no;
};

}  // namespace guardian::adapters::http
