#include "adapters/gemini/stream_reply.hpp"

#include <iterator>
#include <utility>

namespace guardian::adapters::gemini {
namespace {

using agents::ModelFailure;
using agents::ModelFailureKind;

constexpr int ok = 200;

Decoding failed(ModelFailureKind kind, const char* message) { return {ModelFailure{kind, message, ok}, {}}; }

void append(ResponsePiece& whole, ResponsePiece piece) {
  whole.text += piece.text;
  std::move(piece.calls.begin(), piece.calls.end(), std::back_inserter(whole.calls));
  std::move(piece.parts.begin(), piece.parts.end(), std::back_inserter(whole.parts));
  whole.has_candidate = whole.has_candidate || piece.has_candidate;
  // Some models say STOP with every piece; what is said against it stays.
  if (!piece.finish.empty() && (whole.finish.empty() || whole.finish == "STOP")) whole.finish = std::move(piece.finish);
  if (piece.has_usage) whole.usage = piece.usage;
  if (!piece.model_version.empty()) whole.model_version = std::move(piece.model_version);
  if (!piece.response_id.empty()) whole.response_id = std::move(piece.response_id);
}

// Parts are not merged: a signature stands on the part that it came with, also on an empty one.
std::string content_of(const std::vector<std::string>& parts) {
  std::string content = R"({"role":"model","parts":[)";
  for (const std::string& part : parts) {
    if (&part != &parts.front()) content += ',';
    content += part;
  }
  return content + "]}";
}

}  // namespace

StreamReply::StreamReply(ReplyExpectation expectation) : expectation_(expectation), parser_(expectation.limits.bytes) {}

bool StreamReply::feed(std::string_view bytes, const std::function<void(std::string_view)>& on_text) {
  if (failure_) return false;
  bytes_ += bytes.size();
  if (bytes_ > expectation_.limits.bytes) {
    failure_ = failed(ModelFailureKind::too_large, "the answer is larger than we read");
    return false;
  }
  if (!has_event_) before_events_ += bytes;
  for (const std::string& event : parser_.feed(bytes)) {
    has_event_ = true;
    if (!take(event, on_text)) return false;
  }
  if (has_event_) before_events_.clear();
  return true;
}

bool StreamReply::take(std::string_view event, const std::function<void(std::string_view)>& on_text) {
  auto response = read_response(event, expectation_.limits);
  if (auto* decoding = std::get_if<Decoding>(&response)) {
    failure_ = std::move(*decoding);
    return false;
  }
  auto& piece = std::get<ResponsePiece>(response);
  if (on_text && !piece.text.empty()) on_text(piece.text);
  append(whole_, std::move(piece));
  return true;
}

Decoding StreamReply::finish() {
  if (failure_) return *failure_;
  if (!has_event_ && !before_events_.empty()) {
    auto response = read_response(before_events_, expectation_.limits);
    if (auto* decoding = std::get_if<Decoding>(&response)) return *decoding;
    return failed(ModelFailureKind::malformed, "the answer is not a stream of events");
  }
  if (parser_.in_event() || whole_.finish.empty()) {
    return failed(ModelFailureKind::transport, "the stream was cut before its end");
  }
  whole_.content = content_of(whole_.parts);
  return {judge(std::move(whole_), expectation_), {}};
}

}  // namespace guardian::adapters::gemini
