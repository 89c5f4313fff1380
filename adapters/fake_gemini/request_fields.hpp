#pragma once
// Reads a request body as the service does: names in lowerCamel or snake_case, words of enumerations in any case, a
// single value for a list; unknown names and values of a wrong type are errors. What comes out has lowerCamel names,
// upper-case words, lists where lists belong, and no nulls.

#include <string>
#include <variant>

#include "adapters/fake_gemini/api_error.hpp"
#include "adapters/json/json_value.hpp"

namespace guardian::adapters::fake {

using CheckedBody = std::variant<JsonValue, ApiError>;

// `message`: GenerateContentRequest or CountTokensRequest.
[[nodiscard]] CheckedBody read_fields(const JsonValue& body, const std::string& message);

}  // namespace guardian::adapters::fake
