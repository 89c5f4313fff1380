#pragma once
// One HTTP POST: the port between the client and libcurl.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace guardian::adapters::gemini {

struct HttpRequest {
  std::string url;
  std::vector<std::string> headers;  // "Name: value"
  std::string body;
  std::size_t most_reply_bytes = 4 * 1024 * 1024;
  std::chrono::steady_clock::time_point deadline;
  std::stop_token stop;
  // When set, it gets the bytes of a reply of status 200 as they come, and the body stays empty. False: read no more.
  std::function<bool(std::string_view)> on_bytes;
};

enum class TransportFault : std::uint8_t {
  none,
  no_connection,  // no name, no host, nobody listening, no TLS
  untrusted,      // a certificate that cannot be verified
  cut,            // the connection ended before the reply did
  stalled,        // no bytes for long
  deadline,       // the deadline passed
  cancelled,      // told to stop
  too_large,      // more bytes than wanted
  broken          // not HTTP, or libcurl failed by itself
};

struct HttpReply {
  TransportFault fault = TransportFault::none;
  int status = 0;
  std::string body;  // whole when there is no fault
};

// Safe to call from several threads at once.
class HttpTransport {
 public:
  virtual ~HttpTransport() = default;
  [[nodiscard]] virtual HttpReply post(const HttpRequest& request) = 0;
};

}  // namespace guardian::adapters::gemini
