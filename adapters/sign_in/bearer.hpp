#pragma once
// The token in an Authorization header (RFC 6750 section 2.1). Pure.

#include <optional>
#include <string_view>

namespace guardian::adapters::sign_in {

inline constexpr std::size_t most_token_bytes = 8 * 1024;

// "Bearer TOKEN", the scheme in any case. Nothing: another scheme, no token, more than one word, or too long.
[[nodiscard]] std::optional<std::string_view> bearer_of(std::string_view authorization) noexcept;

}  // namespace guardian::adapters::sign_in
