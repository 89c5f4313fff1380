#include "audit/letter_runs.hpp"

#include <bit>

namespace guardian::audit {
namespace {

constexpr std::uint32_t bits_a_letter = 5;
constexpr std::uint32_t of_run = (1U << (bits_a_letter * LetterRuns::length)) - 1U;

// A letter is 1 to 26, so that no run is 0.
constexpr std::uint32_t number_of(char letter) { return static_cast<std::uint32_t>(letter - 'a') + 1U; }

}  // namespace

LetterRuns::LetterRuns(std::string_view text) {
  // More places than runs; in words of usual length twice as many.
  const std::size_t count = std::bit_ceil(text.size() + 2);
  places_.resize(count);
  shift_ = 32U - static_cast<std::uint32_t>(std::countr_zero(count));
  std::uint32_t run = 0;
  std::size_t letters = 0;
  for (const char c : text) {
    if (c < 'a' || c > 'z') {
      letters = 0;
      continue;
    }
    run = (run << bits_a_letter | number_of(c)) & of_run;
    if (++letters >= length) places_[place(run)] = run;
  }
}

bool LetterRuns::has(std::string_view run) const {
  std::uint32_t wanted = 0;
  for (const char c : run) wanted = (wanted << bits_a_letter | number_of(c)) & of_run;
  return places_[place(wanted)] == wanted;
}

// Where the run stands, or else the free place for it (Fibonacci hashing, linear probing).
std::size_t LetterRuns::place(std::uint32_t run) const {
  std::size_t at = (run * 2654435769U) >> shift_;
  while (places_[at] != 0 && places_[at] != run) at = (at + 1) & (places_.size() - 1);
  return at;
}

}  // namespace guardian::audit
