#pragma once
// Server-sent events taken apart as the bytes come: lines may end in \n, \r\n or \r, and bytes may come in any pieces,
// also inside a character. Pure but for its own state.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace guardian::adapters::gemini {

class SseParser {
 public:
  explicit SseParser(std::size_t most_event_bytes) : most_bytes_(most_event_bytes) {}

  // The data of the events that these bytes complete. After an event larger than allowed nothing comes any more.
  [[nodiscard]] std::vector<std::string> feed(std::string_view bytes);

  [[nodiscard]] bool too_large() const noexcept { return too_large_; }
  // Bytes of an event that did not end: at the end of a stream, a stream that was cut.
  [[nodiscard]] bool in_event() const noexcept { return has_data_ || !line_.empty(); }

 private:
  void end_line(std::vector<std::string>& events);

  std::size_t most_bytes_;
  std::string line_;
  std::string data_;
  bool has_data_ = false;
  bool after_return_ = false;  // the line ended in \r: a \n that follows belongs to it
  bool first_line_ = true;
  bool too_large_ = false;
};

}  // namespace guardian::adapters::gemini
