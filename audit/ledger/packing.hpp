#pragma once
// Makes what is sealed shorter before it is sealed: a row is mostly words of findings, and every byte of it is
// enciphered, hashed and written twice (docs/decisions/0020-packed-rows.md). Pure.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace guardian::audit::ledger {

inline constexpr std::size_t longest_row = 64U << 20U;  // bytes of both parts, before they are packed

// `text` has at most `longest_row` bytes.
[[nodiscard]] std::string pack(std::string_view text);
// Nothing when `packed` is not what `pack` gives, or says that it is longer than a row.
[[nodiscard]] std::optional<std::string> unpack(std::string_view packed);

}  // namespace guardian::audit::ledger
