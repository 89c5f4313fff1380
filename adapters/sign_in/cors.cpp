#include "adapters/sign_in/cors.hpp"

#include <algorithm>

#include "adapters/http_fetch/url.hpp"

namespace guardian::adapters::sign_in {
namespace {

// What a browser would send for that address.
std::string as_sent(const http_fetch::Url& url) { return http_fetch::origin_of(url); }

bool is_origin(const std::string& text) {
  const auto url = http_fetch::parse_url(text);
  return url && url->target == "/" && as_sent(*url) == text;
}

}  // namespace

core::Result<Cors> Cors::create(std::vector<std::string> origins) {
  for (std::size_t at = 0; at < origins.size(); ++at) {
    if (is_origin(origins[at])) continue;
    return core::fail(core::ErrorCode::invalid_input, "allowed origin " + std::to_string(at + 1) +
                                                          " must be an origin such as https://ehr.example.org, in "
                                                          "lower case, without path and default port");
  }
  Cors cors;
  cors.origins_ = std::move(origins);
  return cors;
}

CorsReply Cors::reply(const CorsRequest& request) const {
  CorsReply reply;
  reply.preflight = request.method == "OPTIONS" && !request.origin.empty() && !request.requested_method.empty();
  reply.allowed = std::find(origins_.begin(), origins_.end(), request.origin) != origins_.end();
  // Also where the origin is not allowed: a cache must not hand one origin's reply to another.
  std::string vary = "Origin";
  if (reply.preflight) vary += ", Access-Control-Request-Method, Access-Control-Request-Headers";
  reply.headers.emplace_back("Vary", vary);
  if (!reply.allowed) return reply;
  reply.headers.emplace_back("Access-Control-Allow-Origin", std::string(request.origin));
  if (!reply.preflight) {
    reply.headers.emplace_back("Access-Control-Expose-Headers", "Location, Retry-After, WWW-Authenticate");
    return reply;
  }
  reply.headers.emplace_back("Access-Control-Allow-Methods", "GET, POST, PUT, DELETE");
  reply.headers.emplace_back("Access-Control-Allow-Headers", "authorization, content-type, idempotency-key, prefer");
  reply.headers.emplace_back("Access-Control-Max-Age", "600");
  // Some browsers ask this of a server within a private network.
  if (request.private_network) reply.headers.emplace_back("Access-Control-Allow-Private-Network", "true");
  return reply;
}

}  // namespace guardian::adapters::sign_in
