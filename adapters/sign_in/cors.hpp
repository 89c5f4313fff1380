#pragma once
// Which web pages may call the service from a browser: the headers of cross-origin resource sharing (the Fetch
// standard, section 3.2) for an allow-list of origins. Credentials of the browser are never allowed: a client sends its
// token itself. Pure.
//
// A preflight carries no Authorization, so it is answered before sign-in, with 204 and these headers. All other replies
// carry them too, errors included: without them a page sees "network error" in place of a status.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.hpp"

namespace guardian::adapters::sign_in {

struct CorsRequest {
  std::string_view method;            // of HTTP
  std::string_view origin;            // header Origin; empty: none
  std::string_view requested_method;  // header Access-Control-Request-Method; empty: none
  bool private_network = false;       // header Access-Control-Request-Private-Network: true
};

struct CorsReply {
  bool preflight = false;  // answer with 204 and nothing else
  bool allowed = false;    // of an origin on the list
  std::vector<std::pair<std::string, std::string>> headers;
};

class Cors {
 public:
  // Each entry is "https://host" or "https://host:port" (http too: pages under development), as a browser sends it:
  // lower case, without a path, and without the default port. invalid_input names the entry at fault; `*` and `null`
  // are refused. No entries: no page may call.
  [[nodiscard]] static core::Result<Cors> create(std::vector<std::string> origins);

  [[nodiscard]] CorsReply reply(const CorsRequest& request) const;

 private:
  std::vector<std::string> origins_;
};

}  // namespace guardian::adapters::sign_in
