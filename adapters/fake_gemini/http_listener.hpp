#pragma once
// The sockets of the server: reads requests, hands them to one function, and delivers its replies, also in the ways in
// which replies go wrong on the wire.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/result.hpp"

namespace guardian::adapters::fake {

struct WireRequest {
  std::string method;
  std::string path;    // decoded, without the query
  std::string target;  // as sent, with the query
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
  std::vector<std::pair<std::string, std::string>> query;

  // The first of that name (of headers: in any case), or nothing.
  [[nodiscard]] const std::string* header(const std::string& name) const;
  [[nodiscard]] const std::string* parameter(const std::string& name) const;
};

enum class Delivery : std::uint8_t {
  whole,
  chunked,     // `chunks`, each sent by itself
  stall,       // headers, then nothing
  reset,       // the connection is reset, nothing sent
  short_body,  // a Content-Length beyond the body, then the end
  filled,      // `body`, `filler` bytes of "a", `tail`
  endless      // `body`, then "a" until someone ends it
};

struct WireReply {
  int status = 200;
  std::string content_type = "application/json; charset=UTF-8";
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string body = {};
  Delivery delivery = Delivery::whole;
  std::vector<std::string> chunks = {};
  std::size_t filler = 0;
  std::string tail = {};
  std::chrono::milliseconds delay{0};  // before the first byte
};

// Called from several threads at once.
using WireHandler = std::function<WireReply(const WireRequest&)>;

class HttpListener {
 public:
  // Serves when it returns; io_failure when the port cannot be had.
  [[nodiscard]] static core::Result<std::unique_ptr<HttpListener>> start(const std::string& host, int port,
                                                                         WireHandler handler);
  ~HttpListener();  // stops
  HttpListener(const HttpListener&) = delete;
  HttpListener& operator=(const HttpListener&) = delete;

  [[nodiscard]] int port() const noexcept;
  void wait();  // until stopped
  void stop();  // safe from several threads; waits for the replies under way

 private:
  struct Impl;
  explicit HttpListener(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace guardian::adapters::fake
