#pragma once
// Text that is written behind itself, many small pieces at a time: what `std::string::append` costs a call is more than
// copying a name. Pure. Belongs to one thread.

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

namespace guardian::adapters {

class TextBuffer {
 public:
  // Room for that many bytes from the start.
  explicit TextBuffer(std::size_t expected = 0) { grow(expected); }

  void add(char c) {
    *room(1) = c;
    ++size_;
  }
  void add(std::string_view text) {
    char* const at = room(text.size());
    if (!text.empty()) std::memcpy(at, text.data(), text.size());
    size_ += text.size();
  }

  // The end of the text, behind which that many bytes may be written; `written_to` says how far they were. Valid until
  // the next call of another function.
  [[nodiscard]] char* room(std::size_t bytes) {
    if (text_.size() - size_ < bytes) grow(bytes);
    return text_.data() + size_;
  }
  void written_to(const char* end) { size_ = static_cast<std::size_t>(end - text_.data()); }

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  void cut_to(std::size_t size) { size_ = size; }

  [[nodiscard]] std::string take() {
    text_.resize(std::exchange(size_, 0));
    return std::exchange(text_, {});
  }

 private:
  void grow(std::size_t bytes) { text_.resize(std::max({least, 2 * text_.size(), size_ + bytes})); }

  static constexpr std::size_t least = 256;

  std::string text_;  // the bytes from `size_` on are room
  std::size_t size_ = 0;
};

}  // namespace guardian::adapters
