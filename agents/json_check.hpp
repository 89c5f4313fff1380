#pragma once
// Whether text of a model is JSON of the shape that was asked for. Services promise it; we look. Pure; bounded for any
// input.

#include <optional>
#include <string>
#include <string_view>

namespace guardian::agents {

inline constexpr std::size_t largest_json = std::size_t{1} << 20U;  // bytes of a reply or of arguments
inline constexpr int deepest_json = 32;

// What is wrong with `json` by `schema`, or nothing. Of JSON Schema: type, enum, properties, required,
// additionalProperties, items, minItems, maxItems, minLength, maxLength, minimum, maximum. The message names the place
// ("/medicines/0/quote: is missing") and none of the content.
[[nodiscard]] std::optional<std::string> schema_violation(std::string_view schema, std::string_view json);

}  // namespace guardian::agents
