#pragma once
// Texts as one: each with its length in front. Pure.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace guardian::adapters::service {

[[nodiscard]] std::string pack_texts(const std::vector<std::string>& texts);
// Nothing when it was not made so.
[[nodiscard]] std::optional<std::vector<std::string>> unpack_texts(std::string_view bytes);

}  // namespace guardian::adapters::service
