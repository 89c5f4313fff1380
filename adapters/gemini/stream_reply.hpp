#pragma once
// A streamed answer put together from its pieces: text is the sum of what came, usage is what came last, and only a
// last piece that says STOP makes it an answer. Pure but for its own state.

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/gemini/codec.hpp"
#include "adapters/gemini/reply_reading.hpp"
#include "adapters/gemini/sse.hpp"

namespace guardian::adapters::gemini {

class StreamReply {
 public:
  explicit StreamReply(ReplyExpectation expectation);

  // Takes bytes as they come and gives the text that they complete. False: the stream has failed, read no more.
  [[nodiscard]] bool feed(std::string_view bytes, const std::function<void(std::string_view)>& on_text);

  // At the end of the stream.
  [[nodiscard]] Decoding finish();

 private:
  [[nodiscard]] bool take(std::string_view event, const std::function<void(std::string_view)>& on_text);

  ReplyExpectation expectation_;
  SseParser parser_;
  std::size_t bytes_ = 0;
  std::string before_events_;  // what came instead of events: an error as plain JSON
  bool has_event_ = false;
  ResponsePiece whole_;
  std::optional<Decoding> failure_;
};

}  // namespace guardian::adapters::gemini
