#include "adapters/http_fetch/address_policy.hpp"

#include <algorithm>
#include <charconv>

#include <arpa/inet.h>

namespace guardian::adapters::http_fetch {
namespace {

struct Range {
  std::array<std::uint8_t, 16> start;
  int bits;
};

// IANA IPv4 Special-Purpose Address Registry, multicast and class E; the last is the metadata service of Azure, which
// lies among public addresses.
constexpr std::array<Range, 16> v4_not_public{{
    {{0}, 8},
    {{10}, 8},
    {{100, 64}, 10},
    {{127}, 8},
    {{169, 254}, 16},
    {{172, 16}, 12},
    {{192, 0, 0}, 24},
    {{192, 0, 2}, 24},
    {{192, 88, 99}, 24},
    {{192, 168}, 16},
    {{198, 18}, 15},
    {{198, 51, 100}, 24},
    {{203, 0, 113}, 24},
    {{224}, 4},
    {{240}, 4},
    {{168, 63, 129, 16}, 32},
}};

// IPv6: what is public lies within 2000::/3; of that, protocol assignments with Teredo, documentation, 6to4.
constexpr Range v6_global{{0x20}, 3};
constexpr std::array<Range, 4> v6_not_public{{
    {{0x20, 0x01, 0x00, 0x00}, 23},
    {{0x20, 0x01, 0x0d, 0xb8}, 32},
    {{0x20, 0x02}, 16},
    {{0x3f, 0xff, 0x00}, 20},
}};

bool within(const std::array<std::uint8_t, 16>& bytes, const std::array<std::uint8_t, 16>& start, int bits) noexcept {
  for (std::size_t at = 0; bits > 0 && at < bytes.size(); ++at, bits -= 8) {
    const unsigned mask = bits >= 8 ? 0xffU : (0xffU << static_cast<unsigned>(8 - bits)) & 0xffU;
    if ((bytes[at] & mask) != (start[at] & mask)) return false;
  }
  return true;
}

bool is_decimal_quad(std::string_view text) {
  // inet_pton takes what is meant here: four numbers, none octal. Only its own check counts; this keeps letters out.
  return text.find_first_not_of("0123456789.") == std::string_view::npos;
}

core::Error wrong(std::string_view what, const std::string& entry) {
  return {core::ErrorCode::invalid_input, std::string(what) + ": " + entry};
}

}  // namespace

IpAddress ip_address(bool v6, const std::array<std::uint8_t, 16>& bytes) {
  constexpr std::array<std::uint8_t, 12> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  IpAddress address{v6, bytes};
  if (v6 && std::equal(mapped.begin(), mapped.end(), bytes.begin())) {
    address = {};
    std::copy(bytes.begin() + mapped.size(), bytes.end(), address.bytes.begin());
  } else if (!v6) {
    std::fill(address.bytes.begin() + 4, address.bytes.end(), std::uint8_t{0});
  }
  return address;
}

std::optional<IpAddress> parse_ip_address(std::string_view text) {
  if (text.size() > 2 && text.front() == '[' && text.back() == ']') {
    text = text.substr(1, text.size() - 2);
    if (text.find(':') == std::string_view::npos) return std::nullopt;
  }
  const std::string ended(text);
  std::array<std::uint8_t, 16> bytes{};
  if (is_decimal_quad(text)) {
    if (::inet_pton(AF_INET, ended.c_str(), bytes.data()) != 1) return std::nullopt;
    return ip_address(false, bytes);
  }
  if (text.find(':') == std::string_view::npos || text.find('\0') != std::string_view::npos) return std::nullopt;
  if (::inet_pton(AF_INET6, ended.c_str(), bytes.data()) != 1) return std::nullopt;
  return ip_address(true, bytes);
}

bool is_loopback(const IpAddress& address) noexcept {
  if (!address.v6) return address.bytes[0] == 127;
  const bool zeros = std::all_of(address.bytes.begin(), address.bytes.end() - 1, [](std::uint8_t b) { return b == 0; });
  return zeros && address.bytes.back() == 1;
}

bool is_public(const IpAddress& address) noexcept {
  const auto holds = [&](const Range& range) { return within(address.bytes, range.start, range.bits); };
  if (!address.v6) return std::none_of(v4_not_public.begin(), v4_not_public.end(), holds);
  return holds(v6_global) && std::none_of(v6_not_public.begin(), v6_not_public.end(), holds);
}

core::Result<AddressPolicy> AddressPolicy::create(const std::vector<std::string>& hosts,
                                                  const std::vector<std::string>& networks) {
  AddressPolicy policy;
  for (const std::string& entry : hosts) {
    const auto url = parse_url("https://" + entry);
    if (!url || url->target != "/" || entry.find('/') != std::string::npos) {
      return core::fail(wrong("an allowed host must be a host, or host:port", entry));
    }
    const auto bracket = entry.find(']');
    const bool with_port = entry.find(':', bracket == std::string::npos ? 0 : bracket) != std::string::npos;
    policy.hosts_.push_back({url->host, with_port ? std::optional(url->port) : std::nullopt});
    // Who lists an address means to reach it.
    if (const auto address = parse_ip_address(url->host)) {
      policy.networks_.push_back({*address, address->v6 ? 128 : 32});
    } else if (url->host == "localhost") {
      policy.networks_.push_back({*parse_ip_address("127.0.0.0"), 8});
      policy.networks_.push_back({*parse_ip_address("::1"), 128});
    }
  }
  for (const std::string& entry : networks) {
    const auto slash = entry.find('/');
    const auto address = parse_ip_address(std::string_view(entry).substr(0, slash));
    if (!address) return core::fail(wrong("an allowed network must be an address, or address/bits", entry));
    int bits = address->v6 ? 128 : 32;
    if (slash != std::string::npos) {
      const char* const end = entry.data() + entry.size();
      int given = -1;
      const auto [at, error] = std::from_chars(entry.data() + slash + 1, end, given);
      if (error != std::errc() || at != end || given < 0 || given > bits) {
        return core::fail(wrong("an allowed network must be an address, or address/bits", entry));
      }
      bits = given;
    }
    policy.networks_.push_back({*address, bits});
  }
  return policy;
}

bool AddressPolicy::permits(const Url& url) const {
  if (!url.encrypted && !is_loopback_host(url.host)) return false;
  return std::any_of(hosts_.begin(), hosts_.end(), [&](const Host& host) {
    if (host.name != url.host) return false;
    return host.port ? *host.port == url.port : url.port == (url.encrypted ? 443 : 80);
  });
}

bool AddressPolicy::permits(const Url& url, const IpAddress& address) const {
  if (!permits(url)) return false;
  if (!url.encrypted && !is_loopback(address)) return false;
  if (is_public(address)) return true;
  return std::any_of(networks_.begin(), networks_.end(), [&](const Network& network) {
    return network.address.v6 == address.v6 && within(address.bytes, network.address.bytes, network.bits);
  });
}

}  // namespace guardian::adapters::http_fetch
