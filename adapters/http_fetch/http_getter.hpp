#pragma once
// HTTP GET by libcurl, several at once under one deadline and one limit of bytes. TLS is verified, redirects are not
// followed, no proxy is used, no cookie kept, and each address is checked at the moment of connecting to it. What is
// sent to one address goes to no other. Connections are kept and used again. Safe to call from several threads; needs
// the global initialisation of libcurl (adapters/gemini/curl_transport.hpp, CurlGlobal).

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "adapters/http_fetch/address_policy.hpp"
#include "adapters/http_fetch/url.hpp"
#include "core/result.hpp"

namespace guardian::adapters::http_fetch {

struct GetRequest {
  Url url;
  std::vector<std::string> headers = {};  // "Name: value"
};

enum class GetFault : std::uint8_t {
  none,
  unreachable,      // no name, no host, nobody listening, no TLS, a certificate that cannot be verified, cut off
  too_late,         // the deadline passed
  too_large,        // more bytes than wanted
  refused_address,  // not allowed, by name or by what the name resolves to
  broken            // libcurl itself failed
};

struct GetReply {
  GetFault fault = GetFault::none;
  int status = 0;    // 0 without a reply
  std::string body;  // empty with a fault
};

struct GetLimits {
  std::chrono::steady_clock::time_point deadline;
  std::size_t most_bytes = 4 * 1024 * 1024;  // of all bodies of one call
};

struct GetterOptions {
  std::function<bool(const Url&)> permits_url;                        // asked before anything is sent; needed
  std::function<bool(const Url&, const IpAddress&)> permits_address;  // asked for each address to connect to; needed
  std::chrono::milliseconds connect_timeout{2'000};
  std::string ca_file = {};  // PEM of authorities to trust besides those of the system; empty: none
};

class HttpGetter {
 public:
  explicit HttpGetter(GetterOptions options);
  ~HttpGetter();
  HttpGetter(const HttpGetter&) = delete;
  HttpGetter& operator=(const HttpGetter&) = delete;

  // One reply for each request, in their order.
  [[nodiscard]] std::vector<GetReply> get_all(std::span<const GetRequest> requests, const GetLimits& limits);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// Fetches documents that an operator has listed by their whole URL: such as key sets. https, or http to this machine.
// invalid_input: another URL; io_failure: no 200 with a body of at most that size in that time.
[[nodiscard]] std::function<core::Result<std::string>(const std::string& url)> listed_document_fetch(
    std::chrono::milliseconds most_time, std::size_t most_bytes, const std::string& ca_file = "");

}  // namespace guardian::adapters::http_fetch
