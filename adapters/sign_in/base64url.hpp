#pragma once
// Base64url without padding (RFC 4648 section 5, as RFC 7515 uses it), read strictly: of every value there is one
// spelling, so that a token cannot be changed without being another token. Pure.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace guardian::adapters::sign_in {

// Bytes as a string. Nothing: a character of another alphabet, padding, an impossible length, or bits left over that
// are not zero.
[[nodiscard]] std::optional<std::string> from_base64url(std::string_view text);

[[nodiscard]] std::string to_base64url(std::span<const std::uint8_t> bytes);
[[nodiscard]] std::string to_base64url(std::string_view bytes);

}  // namespace guardian::adapters::sign_in
