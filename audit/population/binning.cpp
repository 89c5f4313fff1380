#include "audit/population/binning.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "audit/population/numbers.hpp"

namespace guardian::audit::population {

std::vector<double> uniform_edges(std::size_t bins) {
  const double width = 1.0 / static_cast<double>(bins);
  std::vector<double> edges(bins + 1);
  for (std::size_t i = 0; i <= bins; ++i) edges[i] = static_cast<double>(i) * width;
  edges.back() = 1.0;
  return edges;
}

std::vector<double> quantile_edges(std::span<const double> forecasts, std::size_t bins) {
  const std::vector<double> ascending = sorted(forecasts);
  std::vector<double> edges;
  for (const double probability : uniform_edges(bins)) {
    const double edge = quantile(ascending, probability);
    if (edges.empty() || edge > edges.back()) edges.push_back(edge);
  }
  return edges;
}

std::vector<std::size_t> assign_bins(std::span<const double> forecasts, std::span<const double> edges) {
  std::vector<std::size_t> bins(forecasts.size(), no_bin);
  if (edges.size() < 2) return bins;
  for (std::size_t i = 0; i < forecasts.size(); ++i) {
    const double forecast = forecasts[i];
    if (std::isnan(forecast) || forecast < edges.front() || forecast > edges.back()) continue;
    const auto above = std::upper_bound(edges.begin(), edges.end(), forecast);
    const auto bin = static_cast<std::size_t>(above - edges.begin()) - 1;
    bins[i] = std::min(bin, edges.size() - 2);
  }
  return bins;
}

std::vector<Bin> binned(std::span<const double> outcomes, std::span<const double> forecasts,
                        std::span<const double> edges) {
  if (edges.size() < 2) {
    if (outcomes.empty()) return {};
    return {Bin{outcomes.size(), mean(outcomes), mean(forecasts)}};
  }
  std::vector<Bin> bins(edges.size() - 1);
  const std::vector<std::size_t> places = assign_bins(forecasts, edges);
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (places[i] == no_bin) continue;
    Bin& bin = bins[places[i]];
    ++bin.count;
    bin.outcome += outcomes[i];
    bin.forecast += forecasts[i];
  }
  std::erase_if(bins, [](const Bin& bin) { return bin.count == 0; });
  for (Bin& bin : bins) {
    bin.outcome /= static_cast<double>(bin.count);
    bin.forecast /= static_cast<double>(bin.count);
  }
  return bins;
}

std::vector<std::vector<std::size_t>> equal_mass_bins(std::span<const double> forecasts, std::size_t bins) {
  const std::vector<std::size_t> order = ascending_order(forecasts);
  const std::size_t size = order.size() / bins;
  const std::size_t larger = order.size() % bins;
  std::vector<std::vector<std::size_t>> parts;
  auto next = order.begin();
  for (std::size_t bin = 0; bin < bins && next != order.end(); ++bin) {
    const auto end = next + static_cast<std::ptrdiff_t>(size + (bin < larger ? 1 : 0));
    parts.emplace_back(next, end);
    next = end;
  }
  return parts;
}

std::vector<Bin> equal_mass(std::span<const double> outcomes, std::span<const double> forecasts, std::size_t bins) {
  std::vector<Bin> means;
  for (const std::vector<std::size_t>& part : equal_mass_bins(forecasts, bins)) {
    Bin bin{part.size(), 0.0, 0.0};
    for (const std::size_t i : part) {
      bin.outcome += outcomes[i];
      bin.forecast += forecasts[i];
    }
    bin.outcome /= static_cast<double>(bin.count);
    bin.forecast /= static_cast<double>(bin.count);
    means.push_back(bin);
  }
  return means;
}

}  // namespace guardian::audit::population
