#pragma once
// Writes plain data as JSON text: members in the order given, numbers in their shortest form, null for a number that is
// not finite, bytes that are not UTF-8 replaced. The same data give the same bytes.

#include <cmath>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "adapters/json/json_value.hpp"

namespace guardian::adapters {

// `pretty` indents by two blanks, with lists of plain values on one line. No line end is added.
[[nodiscard]] std::string write_json(const JsonValue& value, bool pretty);

[[nodiscard]] inline JsonValue json_null() { return JsonValue{nullptr}; }
[[nodiscard]] inline JsonValue json_number(double value) {
  return std::isfinite(value) ? JsonValue{value} : JsonValue{nullptr};
}
[[nodiscard]] inline JsonValue json_number(std::optional<double> value) {
  return value ? json_number(*value) : JsonValue{nullptr};
}
[[nodiscard]] inline JsonValue json_count(std::size_t count) { return JsonValue{static_cast<double>(count)}; }
[[nodiscard]] inline JsonValue json_text(std::string text) { return JsonValue{std::move(text)}; }
[[nodiscard]] inline JsonValue json_flag(bool flag) { return JsonValue{flag}; }

template <class Entries, class Encode>
[[nodiscard]] JsonValue json_list(const Entries& entries, const Encode& encode) {
  JsonList list;
  list.reserve(entries.size());
  for (const auto& entry : entries) list.push_back(encode(entry));
  return JsonValue{std::move(list)};
}
[[nodiscard]] JsonValue json_numbers(const std::vector<double>& values);
[[nodiscard]] JsonValue json_counts(const std::vector<std::size_t>& counts);

}  // namespace guardian::adapters
