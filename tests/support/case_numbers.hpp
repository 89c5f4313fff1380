#pragma once
// Numbers at the limits of predicates: just within, and one part in a thousand beyond. Pure.

#include <cmath>
#include <span>
#include <vector>

#include "knowledge/rule_set.hpp"
#include "knowledge/truth.hpp"

namespace guardian::tests {

// One part in a thousand above (+1) or below (-1).
[[nodiscard]] inline double beyond(double limit, int direction) {
  const double step = limit == 0 ? 0.001 : std::abs(limit) * 0.001;
  return limit + direction * step;
}

[[nodiscard]] inline double just_within(const knowledge::Predicate& predicate, double limit) {
  switch (predicate.comparison) {
    case knowledge::Comparison::equal:
    case knowledge::Comparison::less_or_equal:
    case knowledge::Comparison::greater_or_equal: return limit;
    case knowledge::Comparison::less: return beyond(limit, -1);
    case knowledge::Comparison::greater: return beyond(limit, +1);
  }
  return limit;
}

[[nodiscard]] inline double just_outside(const knowledge::Predicate& predicate, double limit) {
  switch (predicate.comparison) {
    case knowledge::Comparison::equal:
    case knowledge::Comparison::less:
    case knowledge::Comparison::less_or_equal: return beyond(limit, +1);
    case knowledge::Comparison::greater:
    case knowledge::Comparison::greater_or_equal: return beyond(limit, -1);
  }
  return limit;
}

// The numbers that satisfy all `wanted` predicates, those at the limits of `wanted` first; one at least of each stretch
// between the limits of `wanted` and `others`.
[[nodiscard]] inline std::vector<double> fitting_numbers(std::span<const knowledge::Predicate> wanted,
                                                         std::span<const knowledge::Predicate> others) {
  std::vector<double> numbers;
  for (const knowledge::Predicate& predicate : wanted) numbers.push_back(just_within(predicate, predicate.number));
  for (const auto predicates : {wanted, others}) {
    for (const knowledge::Predicate& predicate : predicates) {
      for (const int direction : {0, +1, -1}) {
        numbers.push_back(direction == 0 ? predicate.number : beyond(predicate.number, direction));
      }
    }
  }
  std::erase_if(numbers, [&](double number) {
    for (const knowledge::Predicate& predicate : wanted) {
      if (knowledge::compare(number, number, predicate) != knowledge::Truth::yes) return true;
    }
    return false;
  });
  return numbers;
}

}  // namespace guardian::tests
