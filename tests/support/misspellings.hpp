#pragma once
// Misspellings of a name as hands and ears make them: letters left out, put in, doubled, swapped, one for another that
// lies beside it on the keyboard or sounds like it, endings lost. From a seed, so that a run can be made again. The
// weights follow what is known of typed text (Damerau 1964; Pollock and Zamora 1984): four in five have one wrong
// letter, and of these most leave one out, then put one in, then take another, then swap two. Unlike there, the first
// letter goes wrong as often as any other: a checker has no say in which letter is hit.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace guardian::tests {

enum class Slip : std::uint8_t { left_out, doubled, put_in, other_key, other_sound, other_letter, swapped, ending };
inline constexpr std::size_t slip_count = 8;
[[nodiscard]] std::string_view to_string(Slip slip) noexcept;

struct Misspelling {
  std::string text;  // lower case
  Slip last = Slip::left_out;
};

// A stream of numbers that is the same everywhere (the distributions of the standard library are not).
class SlipSource {
 public:
  explicit SlipSource(std::uint64_t seed) noexcept : state_(seed) {}
  [[nodiscard]] std::uint64_t next() noexcept;
  // From 0 to `bound` - 1; 0 of a bound of 0.
  [[nodiscard]] std::size_t below(std::size_t bound) noexcept;

 private:
  std::uint64_t state_;
};

// `count` different misspellings of a normalised name, each exactly `edits` from it (1 or 2; insertions, deletions,
// replacements, swaps of neighbours). Digits, blanks and words of one or two letters stay as they are. Fewer where a
// short name has no more.
[[nodiscard]] std::vector<Misspelling> misspellings(std::string_view name, int edits, std::size_t count,
                                                    SlipSource& source);

}  // namespace guardian::tests
