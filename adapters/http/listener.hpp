#pragma once
// The sockets of the service: reads requests within limits and hands each to one function. No client can take more than
// its share: a request has to arrive whole within a time and a size, however it is sent, and a connection that says
// nothing gives way to one that waits. `docs/operations.md` says what a proxy in front has to do.

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "adapters/http/exchange.hpp"
#include "core/result.hpp"

namespace guardian::adapters::http {

struct ListenerLimits {
  std::size_t connections = 512;                   // served at once, a thread each
  std::size_t waiting = 512;                       // accepted and not yet served; more are refused with 503
  std::size_t body_bytes = std::size_t{4} << 20;   // also of a chunked body
  std::size_t head_bytes = std::size_t{64} << 10;  // request line and headers, and of the framing of a chunked body
  std::chrono::milliseconds request_time{10'000};  // from the first byte of a request to its last
  std::chrono::milliseconds idle_time{15'000};     // of an open connection between two requests
  std::chrono::milliseconds write_time{5'000};     // for a client to take what was sent
  std::size_t requests_a_connection = 1'000;       // then it is closed
};

// Called from several threads at once. What it throws becomes a 500 without a word of what was thrown.
using Handler = std::function<Reply(const Request&)>;

// Gives the reply to what never reached the handler: a status of 4xx or 5xx.
using ErrorReply = std::function<Reply(int status)>;

class Listener {
 public:
  // Serves when it returns; `io_failure` when the port cannot be had. Port 0: a free one.
  [[nodiscard]] static core::Result<std::unique_ptr<Listener>> start(const std::string& host, int port, Handler handler,
                                                                     ErrorReply errors, ListenerLimits limits = {});
  ~Listener();  // stops at once
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  [[nodiscard]] int port() const noexcept;
  [[nodiscard]] std::size_t open_connections() const;

  // Takes no more connections and waits, at most so long, for the requests under way to be answered; then ends them.
  void stop(std::chrono::milliseconds grace = std::chrono::milliseconds{0});

 private:
  struct Impl;
  explicit Listener(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace guardian::adapters::http
