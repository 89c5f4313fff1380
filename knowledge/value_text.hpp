#pragma once
// The small parts that a value in a note is made of: its number, a dash, an arrow to a later one, when it was taken.
// Sizes are in bytes, 0 where there is no such thing. Pure.

#include <cstddef>
#include <string_view>

namespace guardian::knowledge {

[[nodiscard]] constexpr bool is_blank(char c) { return c == ' ' || c == '\t'; }

// A number at the start of a text; `size` 0: none, or one that can be read in two ways.
struct NumberText {
  double value = 0.0;
  std::size_t size = 0;
};

// `in_thousands`: of a quantity that may have so many digits before the point that nobody writes three behind it.
[[nodiscard]] NumberText number_at(std::string_view text, bool in_thousands = false);

// A dash or an arrow at the start of a text.
[[nodiscard]] std::size_t dash_size(std::string_view text);
[[nodiscard]] std::size_t arrow_size(std::string_view text);

// Words that say when a value was taken ("at midnight", "on arrival", "(02:00)", "POD 4").
[[nodiscard]] std::size_t when_size(std::string_view text);

}  // namespace guardian::knowledge
