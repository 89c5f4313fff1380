#pragma once
// Makes a text that a regular expression of a schema matches.

#include <cstddef>
#include <optional>
#include <string>

namespace guardian::adapters::fake {

// A text of `least` to `most` bytes, or nothing when none was found: look-arounds, back references and Unicode classes
// are not understood.
[[nodiscard]] std::optional<std::string> text_matching(const std::string& pattern, std::size_t least, std::size_t most);

}  // namespace guardian::adapters::fake
