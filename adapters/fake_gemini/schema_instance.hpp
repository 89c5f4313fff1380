#pragma once
// Makes a value that a schema allows: an OpenAPI schema as in responseSchema, or JSON Schema as in responseJsonSchema,
// each in the subset that the service documents.

#include <cstddef>
#include <functional>
#include <optional>
#include <string>

#include "adapters/json/json_value.hpp"

namespace guardian::adapters::fake {

// What is left open by a schema is filled by these. Each gets the name of the nearest property.
struct Filling {
  std::size_t list_entries = 0;  // of lists, where the schema allows as many; its least number holds in any case
  std::function<std::string(const std::string& property)> words;                            // for free text
  std::function<std::size_t(const std::string& property, const JsonList& allowed)> choice;  // index; empty: the first
};

// `hint` stands for the name of the property as long as there is none. Nothing when nothing of bounded depth satisfies
// it.
[[nodiscard]] std::optional<JsonValue> schema_instance(const JsonValue& schema, const Filling& filling,
                                                       const std::string& hint = {});

}  // namespace guardian::adapters::fake
