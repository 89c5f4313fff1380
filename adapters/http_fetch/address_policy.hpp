#pragma once
// Which addresses may be fetched when a request names them (the `fhirServer` of CDS Hooks): hosts on a list only, over
// TLS, and no address inside a private network that is not listed too. A server that fetched what it is told to would
// be a door into the network that it stands in. Pure; immutable, so safe to share.
//
// The check of the addresses belongs at the moment of connecting: a name can resolve to one address when it is asked
// about and to another when it is used. HttpGetter calls it there.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/http_fetch/url.hpp"
#include "core/result.hpp"

namespace guardian::adapters::http_fetch {

struct IpAddress {
  bool v6 = false;
  std::array<std::uint8_t, 16> bytes{};  // network order; IPv4 has the first four

  friend bool operator==(const IpAddress&, const IpAddress&) = default;
};

// Four decimal numbers, or an IPv6 address (with or without brackets, no zone). An IPv6 address that holds an IPv4 one
// (::ffff:a.b.c.d) becomes that one.
[[nodiscard]] std::optional<IpAddress> parse_ip_address(std::string_view text);
[[nodiscard]] IpAddress ip_address(bool v6, const std::array<std::uint8_t, 16>& bytes);  // the same, of bytes

[[nodiscard]] bool is_loopback(const IpAddress& address) noexcept;

// Reachable over the internet, by the special-purpose registries of IANA (RFC 6890 and its updates): not private,
// shared, loopback, link-local, unique-local, multicast, reserved or for documentation, no translation or tunnel that
// carries an IPv4 address, and no metadata service of a cloud.
[[nodiscard]] bool is_public(const IpAddress& address) noexcept;

class AddressPolicy {
 public:
  // `hosts`: "host" or "host:port" (without a port: 443, and for a loopback host 80 as well). `networks`: addresses
  // that may be reached although not public, "10.20.0.0/16", "fd12::/16" or one address. A host that is listed as an
  // address, or as localhost, needs no network. invalid_input names the entry at fault.
  [[nodiscard]] static core::Result<AddressPolicy> create(const std::vector<std::string>& hosts,
                                                          const std::vector<std::string>& networks);

  // The host is listed with that port, and the URL is https, or http to a loopback host.
  [[nodiscard]] bool permits(const Url& url) const;

  // ... and `address`, to which the host has been resolved, is public or listed; http reaches loopback addresses only.
  [[nodiscard]] bool permits(const Url& url, const IpAddress& address) const;

 private:
  struct Host {
    std::string name;
    std::optional<std::uint16_t> port;
  };
  struct Network {
    IpAddress address;
    int bits = 0;
  };
  std::vector<Host> hosts_;
  std::vector<Network> networks_;
};

}  // namespace guardian::adapters::http_fetch
