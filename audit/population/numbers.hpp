#pragma once
// What the statistics share: quantiles, rounding, random draws, a matrix of numbers. Pure. A value that is not defined
// is NaN inside this folder and null in every output.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace guardian::audit::population {

// Rows of equal length, one after the other. No rows: there is none.
struct Matrix {
  std::size_t rows = 0;
  std::size_t columns = 0;
  std::vector<double> cells;

  [[nodiscard]] double at(std::size_t row, std::size_t column) const { return cells[row * columns + column]; }
  [[nodiscard]] std::span<const double> row(std::size_t index) const {
    return std::span<const double>(cells).subspan(index * columns, columns);
  }
  [[nodiscard]] bool empty() const noexcept { return rows == 0; }

  friend bool operator==(const Matrix&, const Matrix&) = default;
};

// The rows at these places.
[[nodiscard]] Matrix picked(const Matrix& matrix, const std::vector<std::size_t>& places);

[[nodiscard]] double not_a_number() noexcept;
[[nodiscard]] double clip(double value, double low, double high) noexcept;  // NaN stays NaN
[[nodiscard]] double mean(std::span<const double> values) noexcept;         // NaN of none
// Over n - `less` values; NaN where that is not positive.
[[nodiscard]] double variance(std::span<const double> values, std::size_t less) noexcept;

// To that many decimals, ties to even on the binary value: what Python's round() gives.
[[nodiscard]] double round_to(double value, int decimals);
// To an integer, ties to even.
[[nodiscard]] int round_even(double value) noexcept;

[[nodiscard]] std::vector<double> sorted(std::span<const double> values);
// Linear interpolation (type 7 of Hyndman and Fan 1996) between ascending `values`, of which there is at least one.
[[nodiscard]] double quantile(std::span<const double> ascending, double probability) noexcept;
[[nodiscard]] double median(std::span<const double> values);

// Places of `values` in ascending order, equal values in the order given.
[[nodiscard]] std::vector<std::size_t> ascending_order(std::span<const double> values);
// Ranks from 1; equal values share the mean of theirs.
[[nodiscard]] std::vector<double> average_ranks(std::span<const double> values);

// SplitMix64 (Steele, Lea and Flood 2014): the same draws on every machine.
class SplitMix64 {
 public:
  explicit SplitMix64(std::uint64_t seed) noexcept : state_(seed) {}
  std::uint64_t next() noexcept;
  // Below `bound`: the upper half of the 128-bit product.
  std::size_t below(std::size_t bound) noexcept;

 private:
  std::uint64_t state_;
};

// The standard normal distribution.
[[nodiscard]] double normal_quantile(double probability);

}  // namespace guardian::audit::population
