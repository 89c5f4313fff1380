#pragma once
// A table of codes in their order, looked up by halves.

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

namespace guardian::adapters::fhir {

template <class Value>
struct Row {
  std::string_view code;
  Value value;
};

template <std::size_t size>
using Words = std::array<Row<std::string_view>, size>;

// Of a table in the order of its codes.
template <class Value, std::size_t size>
Value looked_up(const std::array<Row<Value>, size>& table, std::string_view code, Value otherwise) noexcept {
  const auto* const row = std::lower_bound(table.begin(), table.end(), code,
                                           [](const Row<Value>& one, std::string_view key) { return one.code < key; });
  return row != table.end() && row->code == code ? row->value : otherwise;
}

template <class Value, std::size_t size>
constexpr bool in_order(const std::array<Row<Value>, size>& table) {
  for (std::size_t i = 1; i < size; ++i) {
    if (!(table[i - 1].code < table[i].code)) return false;
  }
  return true;
}

}  // namespace guardian::adapters::fhir
