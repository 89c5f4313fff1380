#include "adapters/http_fetch/url.hpp"

#include <algorithm>
#include <charconv>

#include "adapters/http_fetch/address_policy.hpp"

namespace guardian::adapters::http_fetch {
namespace {

constexpr std::size_t most_characters = 4'096;
constexpr std::size_t most_host_characters = 253;

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return result;
}

bool is_name(std::string_view host) {
  const auto ordinary = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_'; };
  if (host.empty() || host.size() > most_host_characters || host.front() == '.' || host.back() == '.') return false;
  if (host.find("..") != std::string_view::npos) return false;
  return std::all_of(host.begin(), host.end(), [&](char c) { return c == '.' || ordinary(c); });
}

bool is_host(std::string_view host) {
  if (!host.empty() && host.front() == '[') {
    const auto address = parse_ip_address(host);
    return address && address->v6;
  }
  if (!is_name(host)) return false;
  // A last part of digits only is an IPv4 address to every reader, of which there are odd spellings.
  const std::string_view last = host.substr(host.rfind('.') + 1);
  const bool numeric =
      std::all_of(last.begin(), last.end(), [](char c) { return c >= '0' && c <= '9'; }) || last.substr(0, 2) == "0x";
  return !numeric || parse_ip_address(host).has_value();
}

std::optional<std::uint16_t> port_of(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size() || port == 0) return std::nullopt;
  return port;
}

bool has_dot_step(std::string_view path) {
  std::string plain = lower(path.substr(0, path.find('?')));
  for (auto at = plain.find("%2e"); at != std::string::npos; at = plain.find("%2e", at)) plain.replace(at, 3, 1, '.');
  plain += '/';
  return plain.find("/./") != std::string::npos || plain.find("/../") != std::string::npos;
}

}  // namespace

std::optional<Url> parse_url(std::string_view text) {
  if (text.size() > most_characters) return std::nullopt;
  const bool visible = std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
  if (!visible || text.find_first_of("#\\\"<>^`{}") != std::string_view::npos) return std::nullopt;
  const auto colon = text.find("://");
  if (colon == std::string_view::npos) return std::nullopt;
  const std::string scheme = lower(text.substr(0, colon));
  if (scheme != "https" && scheme != "http") return std::nullopt;
  text.remove_prefix(colon + 3);

  Url url;
  url.encrypted = scheme == "https";
  const auto end = std::min(text.find_first_of("/?"), text.size());
  const std::string_view authority = text.substr(0, end);
  const std::string_view target = text.substr(end);
  const auto bracket = authority.find(']');
  const auto before_port = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
  url.host = lower(authority.substr(0, before_port));
  if (!is_host(url.host)) return std::nullopt;
  url.port = url.encrypted ? 443 : 80;
  if (before_port != std::string_view::npos) {
    const auto port = port_of(authority.substr(before_port + 1));
    if (!port) return std::nullopt;
    url.port = *port;
  }
  if (has_dot_step(target)) return std::nullopt;
  if (target.empty() || target.front() != '/') url.target = '/';
  for (const char c : target) {
    if (c == '|') {
      url.target += "%7C";
    } else {
      url.target += c;
    }
  }
  return url;
}

std::string origin_of(const Url& url) {
  std::string text = (url.encrypted ? "https://" : "http://") + url.host;
  if (url.port != (url.encrypted ? 443 : 80)) text += ":" + std::to_string(url.port);
  return text;
}

std::string to_text(const Url& url) { return origin_of(url) + url.target; }

bool is_loopback_host(std::string_view host) {
  if (host == "localhost") return true;
  const auto address = parse_ip_address(host);
  return address && is_loopback(*address);
}

}  // namespace guardian::adapters::http_fetch
