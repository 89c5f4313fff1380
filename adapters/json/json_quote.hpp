#pragma once
// Text between quotation marks, for those that write JSON. Pure.

#include <string_view>

#include "adapters/json/text_buffer.hpp"

namespace guardian::adapters {

// Adds `text` as a JSON string, as nlohmann's `dump` writes it; bytes that are not UTF-8 are replaced.
void append_quoted(TextBuffer& out, std::string_view text);

}  // namespace guardian::adapters
