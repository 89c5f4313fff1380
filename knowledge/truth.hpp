#pragma once
// Three values, and the comparison of a number that may not be known.

#include <cstdint>

#include "knowledge/rule_set.hpp"

namespace guardian::knowledge {

enum class Truth : std::uint8_t { no, unknown, yes };

// What a predicate says of a number from `low` to `high`; NaN is not known.
[[nodiscard]] inline Truth compare(double low, double high, const Predicate& predicate) {
  if (low != low || high != high) return Truth::unknown;
  const double number = predicate.number;
  const auto both = [](bool at_low, bool at_high) {
    if (at_low && at_high) return Truth::yes;
    return at_low || at_high ? Truth::unknown : Truth::no;
  };
  switch (predicate.comparison) {
    case Comparison::equal:
      if (low == number && high == number) return Truth::yes;
      return low <= number && number <= high ? Truth::unknown : Truth::no;
    case Comparison::less: return both(low < number, high < number);
    case Comparison::less_or_equal: return both(low <= number, high <= number);
    case Comparison::greater: return both(low > number, high > number);
    case Comparison::greater_or_equal: return both(low >= number, high >= number);
  }
  return Truth::unknown;
}

}  // namespace guardian::knowledge
