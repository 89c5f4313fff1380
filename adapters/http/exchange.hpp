#pragma once
// A request and the reply to it, as plain data: what handlers see of HTTP.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace guardian::adapters::http {

using Fields = std::vector<std::pair<std::string, std::string>>;

struct Request {
  std::string method;
  std::string path;  // decoded, without the query
  std::string body;
  Fields headers;      // in no certain order
  Fields query;        // decoded
  std::string remote;  // address of the client

  // The first header of that name, in any case; empty where there is none.
  [[nodiscard]] std::string_view header(std::string_view name) const noexcept;
  [[nodiscard]] std::string_view parameter(std::string_view name) const noexcept;
};

struct Reply {
  int status = 200;
  std::string content_type = "application/json";
  Fields headers = {};
  std::string body = {};
};

// The media type of a content type in lower case, without its parameters.
[[nodiscard]] std::string media_type(std::string_view content_type);

}  // namespace guardian::adapters::http
