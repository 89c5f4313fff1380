#pragma once
// Makes and writes JSON documents (adapters/json/json_value.hpp reads them). Members keep their order.

#include <cstdint>
#include <string>
#include <string_view>

#include "adapters/json/json_value.hpp"

namespace guardian::adapters::fake {

[[nodiscard]] JsonValue text(std::string value);
[[nodiscard]] JsonValue number(double value);
[[nodiscard]] JsonValue count(std::int64_t value);
[[nodiscard]] JsonValue truth(bool value);
[[nodiscard]] JsonValue object(JsonObject members = {});
[[nodiscard]] JsonValue list(JsonList entries = {});

void add(JsonObject& to, std::string name, JsonValue value);
// Only when it is not zero: the service leaves such members out.
void add_count(JsonObject& to, std::string name, std::int64_t value);

// One line; bytes that are not UTF-8 become U+FFFD.
[[nodiscard]] std::string write_json(const JsonValue& value);

// Members of an object by name, and nothing when `value` is none or has none of that name.
[[nodiscard]] const JsonValue* member(const JsonValue& value, std::string_view name) noexcept;
[[nodiscard]] const JsonValue* member(const JsonValue* value, std::string_view name) noexcept;
[[nodiscard]] std::string text_member(const JsonValue& value, std::string_view name);
[[nodiscard]] bool true_member(const JsonValue& value, std::string_view name) noexcept;
// The entries of a list member; an empty list when there is none.
[[nodiscard]] const JsonList& entries(const JsonValue& value, std::string_view name) noexcept;
[[nodiscard]] const JsonList& entries(const JsonValue* value, std::string_view name) noexcept;

}  // namespace guardian::adapters::fake
