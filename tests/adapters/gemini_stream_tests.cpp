#include "adapters/gemini/stream_reply.hpp"

#include <rapidcheck.h>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

namespace {

using guardian::adapters::gemini::Decoding;
using guardian::adapters::gemini::SseParser;
using guardian::adapters::gemini::StreamReply;
using guardian::agents::ModelFailure;
using guardian::agents::ModelFailureKind;
using guardian::agents::ModelReply;
using guardian::agents::to_string;

using Texts = std::vector<std::string>;

Texts events_of(std::string_view stream) {
  SseParser parser(1'000'000);
  return parser.feed(stream);
}

std::string chunk(std::string_view text, std::string_view more = "") {
  return R"(data: {"candidates":[{"content":{"role":"model","parts":[{"text":")" + std::string(text) + R"("}]})" +
         std::string(more) + "}]}\r\n\r\n";
}

struct Streamed {
  Decoding decoding;
  std::string told;
};

Streamed streamed(std::string_view bytes, std::size_t piece = 1'000'000) {
  StreamReply stream({});
  std::string told;
  while (!bytes.empty() && stream.feed(bytes.substr(0, piece), [&](std::string_view text) { told += text; })) {
    bytes.remove_prefix(std::min(piece, bytes.size()));
  }
  return {stream.finish(), told};
}

std::string kind_of(const Streamed& result) {
  const auto* failure = std::get_if<ModelFailure>(&result.decoding.answer);
  return failure == nullptr ? "answer" : std::string(to_string(failure->kind));
}

}  // namespace

TEST_CASE("an event ends with an empty line, however lines end", "[adapters][gemini][sse]") {
  for (const char* end : {"\n", "\r\n", "\r"}) {
    const std::string e(end);
    CHECK(events_of("data: one" + e + e + "data:two" + e + e) == Texts{"one", "two"});
    CHECK(events_of("data: a" + e + "data:  b" + e + e) == Texts{"a\n b"});
    CHECK(events_of(": comment" + e + "event: x" + e + "id: 7" + e + "data" + e + e) == Texts{""});
    CHECK(events_of("data: unfinished" + e).empty());
    CHECK(events_of(e + e + e).empty());
  }
  CHECK(events_of("\xEF\xBB\xBF"
                  "data: x\n\n") == Texts{"x"});
  CHECK(events_of("dataset: x\n\nDATA: x\n\n").empty());
}

TEST_CASE("an event larger than allowed ends the reading", "[adapters][gemini][sse]") {
  SseParser parser(100);
  CHECK(parser.feed("data: " + std::string(50, 'x') + "\n\n").size() == 1);
  CHECK_FALSE(parser.too_large());
  for (int i = 0; i < 10; ++i) CHECK(parser.feed("data: " + std::string(20, 'x') + "\n").empty());
  CHECK(parser.too_large());
  CHECK(parser.feed("\n\ndata: x\n\n").empty());
}

TEST_CASE("events are the same wherever the bytes are cut", "[adapters][gemini][sse][property]") {
  CHECK(rc::check("any split gives the same events", [] {
    const std::vector<std::string> pieces{"data", ":",        " ",           "\n", "\r", "\r\n",   "\n\n",
                                          "\r\r", "\r\n\r\n", "data: ",      "x",  "é",  "\u20ac", "\xF0\x9F\x92\x8A",
                                          ": c",  "id: 1",    "\xEF\xBB\xBF"};
    std::string stream;
    for (int i = *rc::gen::inRange(0, 40); i > 0; --i) stream += *rc::gen::elementOf(pieces);
    SseParser parser(1'000'000);
    Texts events;
    std::string_view rest = stream;
    while (!rest.empty()) {
      const auto size = *rc::gen::inRange<std::size_t>(1, std::min<std::size_t>(rest.size(), 6) + 1);
      for (std::string& event : parser.feed(rest.substr(0, size))) events.push_back(std::move(event));
      rest.remove_prefix(size);
    }
    RC_ASSERT(events == events_of(stream));
  }));
}

TEST_CASE("a streamed answer is the sum of its pieces, with the last usage", "[adapters][gemini][sse]") {
  const std::string stream =
      "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"hm\",\"thought\":true}]}}],\"usageMetadata\":{"
      "\"totalTokenCount\":3}}\r\n\r\n" +
      chunk("caf\u00e9 ") + chunk("\xF0\x9F\x92\x8A") +
      "data: "
      "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"\",\"thoughtSignature\":\"AA==\"}]},\"finishReason\":"
      "\"STOP\"}],\"usageMetadata\":{\"totalTokenCount\":9},\"modelVersion\":\"m-1\",\"responseId\":\"r\"}\r\n\r\n";
  for (std::size_t piece = 1; piece < 40; ++piece) {
    const Streamed result = streamed(stream, piece);
    const auto* reply = std::get_if<ModelReply>(&result.decoding.answer);
    REQUIRE(reply != nullptr);
    CHECK(reply->text == "caf\u00e9 \xF0\x9F\x92\x8A");
    CHECK(result.told == reply->text);
    CHECK(reply->usage.total_tokens == 9);
    CHECK(reply->model_version == "m-1");
    CHECK(reply->content ==
          "{\"role\":\"model\",\"parts\":[{\"text\":\"hm\",\"thought\":true},{\"text\":\"caf\u00e9 \"},"
          "{\"text\":\"\xF0\x9F\x92\x8A\"},{\"text\":\"\",\"thoughtSignature\":\"AA==\"}]}");
  }
}

TEST_CASE("calls in a stream are collected", "[adapters][gemini][sse]") {
  const std::string call = R"(data: {"candidates":[{"content":{"parts":[{"functionCall":{"name":"a","id":"1"}}]})";
  const Streamed result = streamed(call + "}]}\n\n" + call + R"(,"finishReason":"STOP"}]})" + "\n\n");
  REQUIRE(kind_of(result) == "answer");
  CHECK(std::get<ModelReply>(result.decoding.answer).calls.size() == 2);
}

TEST_CASE("a stream without its end is cut, however much came", "[adapters][gemini][sse]") {
  const std::string whole = chunk("a") + chunk("b") + chunk("c", R"(,"finishReason":"STOP")");
  CHECK(kind_of(streamed(whole)) == "answer");
  CHECK(std::get<ModelReply>(streamed(whole).decoding.answer).text == "abc");
  for (std::size_t size = 0; size + 3 < whole.size(); ++size) {
    INFO(size);
    CHECK(kind_of(streamed(whole.substr(0, size))) != "answer");
  }
  CHECK(kind_of(streamed(whole.substr(0, whole.size() - 10))) == "transport");
  CHECK(kind_of(streamed("")) == "transport");
}

TEST_CASE("an error in a stream is its failure, as an event or instead of events", "[adapters][gemini][sse]") {
  const std::string error = R"({"error":{"code":503,"message":"Mrs Canary","status":"UNAVAILABLE"}})";
  const Streamed event = streamed(chunk("a") + "data: " + error + "\r\n\r\n");
  CHECK(kind_of(event) == "server error");
  CHECK(event.told == "a");
  CHECK(kind_of(streamed(error)) == "server error");
  CHECK(kind_of(streamed("[" + error + "]")) == "server error");
  CHECK(kind_of(streamed("<html>no</html>")) == "malformed");
  CHECK(kind_of(streamed("data: {\"candidates\":[\r\n\r\n")) == "malformed");
  CHECK(kind_of(streamed("data: {\"promptFeedback\":{\"blockReason\":\"SAFETY\"}}\n\n")) == "blocked");
  CHECK(kind_of(streamed(chunk("a", R"(,"finishReason":"SAFETY")") + chunk("b", R"(,"finishReason":"STOP")"))) ==
        "blocked");
  CHECK(kind_of(streamed("data: " + std::string(100'000, '[') + "\n\n")) == "too large");
  CHECK(kind_of(streamed(std::string(5'000'000, 'x'), 10'000)) == "too large");
}
