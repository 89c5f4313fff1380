#pragma once
// The look at a JSON text before a parser builds it: a parser that recurses, or a document of a million empty lists,
// would cost far more than the bytes that came. Pure.

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace guardian::adapters::gemini {

struct JsonLimits {
  std::size_t bytes = 4 * 1024 * 1024;
  std::size_t depth = 64;
  std::size_t values = 200'000;  // counted from above, by brackets and commas
};

// Whether nesting, values and size are within the limits. Does not say that the text is JSON.
[[nodiscard]] bool within_limits(std::string_view json, const JsonLimits& limits) noexcept;

// Whether the text is JSON whose objects name no member twice: of two ends of an answer neither may win by its place.
[[nodiscard]] bool is_unambiguous_json(std::string_view text);

}  // namespace guardian::adapters::gemini
