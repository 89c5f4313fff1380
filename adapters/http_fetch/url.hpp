#pragma once
// An absolute http or https URL, taken apart strictly: whatever URL readers disagree about is refused, so that the host
// that is checked is the host that is connected to. Pure.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace guardian::adapters::http_fetch {

struct Url {
  bool encrypted = true;   // https
  std::string host;        // lower case; a name, an IPv4 address, or an IPv6 address in brackets
  std::uint16_t port = 0;  // never 0 once parsed
  std::string target;      // path and query, from "/" on

  friend bool operator==(const Url&, const Url&) = default;
};

// Nothing for: another scheme, a user or password, a fragment, an empty host, a port that is none, blanks, control or
// non-ASCII characters, a backslash, a path with "." or ".." as a step (also written in percent), or more than 4,096
// characters. A bare "|", usual in FHIR searches, becomes "%7C".
[[nodiscard]] std::optional<Url> parse_url(std::string_view text);

// "https://host" with the port where it is not the scheme's own.
[[nodiscard]] std::string origin_of(const Url& url);
[[nodiscard]] std::string to_text(const Url& url);

// 127.0.0.0/8, ::1 or localhost.
[[nodiscard]] bool is_loopback_host(std::string_view host);

}  // namespace guardian::adapters::http_fetch
