#include "audit/population/numbers.hpp"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <numeric>
#include <string>

namespace guardian::audit::population {

Matrix picked(const Matrix& matrix, const std::vector<std::size_t>& places) {
  Matrix rows{places.size(), matrix.columns, {}};
  rows.cells.reserve(places.size() * matrix.columns);
  for (const std::size_t place : places) {
    const auto row = matrix.row(place);
    rows.cells.insert(rows.cells.end(), row.begin(), row.end());
  }
  return rows;
}

double not_a_number() noexcept { return std::numeric_limits<double>::quiet_NaN(); }

double clip(double value, double low, double high) noexcept {
  if (std::isnan(value)) return value;
  return std::min(std::max(value, low), high);
}

double mean(std::span<const double> values) noexcept {
  if (values.empty()) return not_a_number();
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double variance(std::span<const double> values, std::size_t less) noexcept {
  if (values.size() <= less) return not_a_number();
  const double centre = mean(values);
  double sum = 0.0;
  for (const double value : values) sum += (value - centre) * (value - centre);
  return sum / static_cast<double>(values.size() - less);
}

double round_to(double value, int decimals) {
  if (!std::isfinite(value)) return value;
  // The C library converts exactly and rounds ties to even; dividing and multiplying by powers of ten would not.
  const int length = std::snprintf(nullptr, 0, "%.*f", decimals, value);
  std::string text(static_cast<std::size_t>(length) + 1, '\0');
  std::snprintf(text.data(), text.size(), "%.*f", decimals, value);
  return std::strtod(text.c_str(), nullptr);
}

int round_even(double value) noexcept { return static_cast<int>(std::nearbyint(value)); }

namespace {

// NaN last: a plain < would be no order, and std::sort could run past the end.
struct NanLast {
  bool operator()(double a, double b) const noexcept { return std::isnan(b) ? !std::isnan(a) : a < b; }
};

}  // namespace

std::vector<double> sorted(std::span<const double> values) {
  std::vector<double> ascending(values.begin(), values.end());
  std::sort(ascending.begin(), ascending.end(), NanLast{});
  return ascending;
}

double quantile(std::span<const double> ascending, double probability) noexcept {
  const double place = static_cast<double>(ascending.size() - 1) * probability;
  const auto low = static_cast<std::size_t>(std::floor(place));
  const std::size_t high = std::min(low + 1, ascending.size() - 1);
  const double part = place - static_cast<double>(low);
  const double step = ascending[high] - ascending[low];
  // From the nearer end, as numpy does: the same bits.
  return part < 0.5 ? ascending[low] + step * part : ascending[high] - step * (1.0 - part);
}

double median(std::span<const double> values) {
  if (values.empty()) return not_a_number();
  return quantile(sorted(values), 0.5);
}

std::vector<std::size_t> ascending_order(std::span<const double> values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return NanLast{}(values[a], values[b]); });
  return order;
}

std::vector<double> average_ranks(std::span<const double> values) {
  const std::vector<std::size_t> order = ascending_order(values);
  std::vector<double> ranks(values.size());
  for (std::size_t first = 0; first < order.size();) {
    std::size_t end = first + 1;
    while (end < order.size() && values[order[end]] == values[order[first]]) ++end;
    const double rank = 0.5 * static_cast<double>(first + 1 + end);
    for (; first < end; ++first) ranks[order[first]] = rank;
  }
  return ranks;
}

std::uint64_t SplitMix64::next() noexcept {
  state_ += 0x9E3779B97F4A7C15ULL;
  std::uint64_t mixed = state_;
  mixed = (mixed ^ (mixed >> 30U)) * 0xBF58476D1CE4E5B9ULL;
  mixed = (mixed ^ (mixed >> 27U)) * 0x94D049BB133111EBULL;
  return mixed ^ (mixed >> 31U);
}

std::size_t SplitMix64::below(std::size_t bound) noexcept {
  __extension__ using Wide = unsigned __int128;
  return static_cast<std::size_t>((static_cast<Wide>(next()) * static_cast<Wide>(bound)) >> 64U);
}

double normal_quantile(double probability) {
  return boost::math::quantile(boost::math::normal_distribution<double>(), probability);
}

}  // namespace guardian::audit::population
