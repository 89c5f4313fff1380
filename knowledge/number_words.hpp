#pragma once
// Small numbers written out.

#include <array>
#include <string_view>

namespace guardian::knowledge {

inline constexpr std::array<std::string_view, 12> one_to_twelve{"one",   "two",   "three", "four", "five",   "six",
                                                                "seven", "eight", "nine",  "ten",  "eleven", "twelve"};

// 1 to 12 of "one" to "twelve"; 0 of another word.
[[nodiscard]] constexpr int written_number(std::string_view word) {
  for (std::size_t i = 0; i < one_to_twelve.size(); ++i) {
    if (one_to_twelve[i] == word) return static_cast<int>(i) + 1;
  }
  return 0;
}

}  // namespace guardian::knowledge
