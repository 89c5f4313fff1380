#pragma once
// The JSON of generateContent: a request to a body, a body to a reply or a typed failure. Pure. Messages are made of
// our own words and of the service's closed vocabularies, never of what was asked, answered or complained of.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "adapters/gemini/json_limits.hpp"
#include "adapters/gemini/settings.hpp"
#include "agents/model_client.hpp"

namespace guardian::adapters::gemini {

// The body of a request; a failure when a part of the request is not what the service could take (a schema that is no
// JSON, text that is not UTF-8, tools together with a reply schema).
[[nodiscard]] std::variant<std::string, agents::ModelFailure> encode_request(const agents::ModelRequest& request,
                                                                             Service service);

struct Decoding {
  agents::ModelAnswer answer;
  // How long the service asks to wait before the next try (RetryInfo); zero when it does not say.
  std::chrono::milliseconds retry_delay{0};
};

struct ReplyExpectation {
  bool json = false;  // the text of an answer without calls is JSON
  JsonLimits limits;
};

// A whole HTTP reply. `reply.model` stays empty: the caller knows whom it asked.
[[nodiscard]] Decoding decode_reply(int http_status, std::string_view body, const ReplyExpectation& expectation);

// "26s" or "1.203s", as protocol buffers write durations; nothing for anything else. Rounded up, at most a day.
[[nodiscard]] std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) noexcept;

}  // namespace guardian::adapters::gemini
