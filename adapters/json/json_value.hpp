#pragma once
// A parsed JSON document as plain data, which keeps repeated members so that a decoder can refuse them: of two lists
// of medicines neither may get lost.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "adapters/json/input_problem.hpp"

namespace guardian::adapters {

struct JsonValue;
struct JsonMember;
using JsonList = std::vector<JsonValue>;
using JsonObject = std::vector<JsonMember>;  // in the order written

struct JsonValue {
  std::variant<std::nullptr_t, bool, double, std::string, JsonList, JsonObject> data;

  [[nodiscard]] bool is_null() const noexcept { return data.index() == 0; }
  [[nodiscard]] const bool* boolean() const noexcept { return std::get_if<bool>(&data); }
  [[nodiscard]] const double* number() const noexcept { return std::get_if<double>(&data); }  // always finite
  [[nodiscard]] const std::string* text() const noexcept { return std::get_if<std::string>(&data); }
  [[nodiscard]] const JsonList* list() const noexcept { return std::get_if<JsonList>(&data); }
  [[nodiscard]] const JsonObject* object() const noexcept { return std::get_if<JsonObject>(&data); }
};

struct JsonMember {
  std::string name;
  JsonValue value;
};

// Limits that keep a hostile document from costing more than a large honest one.
inline constexpr std::size_t max_document_bytes = std::size_t{8} * 1024 * 1024;
inline constexpr std::size_t max_document_depth = 64;
inline constexpr std::size_t max_document_values = 500'000;

struct JsonLimits {
  std::size_t bytes = max_document_bytes;
  std::size_t values = max_document_values;
};

struct JsonParsing {
  std::optional<JsonValue> value;
  InputProblem problem;  // when there is no value: what is wrong, with line and column where they are known
};

[[nodiscard]] JsonParsing parse_json(std::string_view text, JsonLimits limits = {});

// The first member of that name that is not null, or nullptr.
[[nodiscard]] const JsonValue* find_member(const JsonObject& object, std::string_view name) noexcept;

// JSON pointers of a member and of a list entry below `parent`.
[[nodiscard]] std::string member_pointer(std::string_view parent, std::string_view name);
[[nodiscard]] std::string entry_pointer(std::string_view parent, std::size_t index);

}  // namespace guardian::adapters
