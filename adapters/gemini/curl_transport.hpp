#pragma once
// HTTP by libcurl: connections are kept and used again, TLS is verified, redirects are not followed (a redirect would
// be sent the key), plain HTTP goes to this machine only and past any proxy. A stop and a deadline reach the socket at
// once.

#include <chrono>
#include <cstddef>
#include <memory>

#include "adapters/gemini/transport.hpp"

namespace guardian::adapters::gemini {

// Belongs into main, before any thread and behind all of them.
class CurlGlobal {
 public:
  CurlGlobal();
  ~CurlGlobal();
  CurlGlobal(const CurlGlobal&) = delete;
  CurlGlobal& operator=(const CurlGlobal&) = delete;
};

struct CurlOptions {
  std::size_t most_connections = 8;  // at once; a further call waits for one
  std::chrono::milliseconds connect_timeout{3'000};
  std::chrono::seconds stall_timeout{60};
};

// Safe to call from several threads at once. Must outlive its calls.
class CurlTransport : public HttpTransport {
 public:
  explicit CurlTransport(const CurlOptions& options);
  ~CurlTransport() override;
  [[nodiscard]] HttpReply post(const HttpRequest& request) override;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace guardian::adapters::gemini
