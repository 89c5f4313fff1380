#pragma once
// What may stand in a JSON text as it is, for those that write it. Pure.

#include <cstddef>
#include <string_view>

namespace guardian::adapters {

// How many bytes from the start on: ASCII without control characters, quotation marks and backslashes.
[[nodiscard]] std::size_t plain_length(std::string_view text) noexcept;

// The length of the well-formed UTF-8 sequence at the start of `text` (RFC 3629), or 0. `text` must not be empty.
[[nodiscard]] std::size_t sequence_length(std::string_view text) noexcept;

}  // namespace guardian::adapters
