#include "audit/population/calibration.hpp"

#include <algorithm>
#include <cmath>

namespace guardian::audit::population {
namespace {

double real(std::size_t count) noexcept { return static_cast<double>(count); }

}  // namespace

double brier(std::span<const double> outcomes, std::span<const double> forecasts) noexcept {
  if (outcomes.empty()) return not_a_number();
  double sum = 0.0;
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    sum += (forecasts[i] - outcomes[i]) * (forecasts[i] - outcomes[i]);
  }
  return sum / real(outcomes.size());
}

double brier_multiclass(std::span<const int> truth, const Matrix& probabilities) noexcept {
  if (truth.empty()) return not_a_number();
  double sum = 0.0;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    for (std::size_t k = 0; k < probabilities.columns; ++k) {
      const double hit = static_cast<std::size_t>(truth[i]) == k ? 1.0 : 0.0;
      const double miss = probabilities.at(i, k) - hit;
      sum += miss * miss;
    }
  }
  return sum / real(truth.size());
}

double log_loss(std::span<const int> truth, const Matrix& probabilities) noexcept {
  if (truth.empty()) return not_a_number();
  double sum = 0.0;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    sum -= std::log(std::max(probabilities.at(i, static_cast<std::size_t>(truth[i])), 1e-12));
  }
  return sum / real(truth.size());
}

double expected_error(std::span<const Bin> bins, std::size_t cases) noexcept {
  double sum = 0.0;
  for (const Bin& bin : bins) sum += real(bin.count) / real(cases) * std::abs(bin.outcome - bin.forecast);
  return sum;
}

double maximum_error(std::span<const Bin> bins) noexcept {
  if (bins.empty()) return not_a_number();
  double largest = 0.0;
  for (const Bin& bin : bins) largest = std::max(largest, std::abs(bin.outcome - bin.forecast));
  return largest;
}

double debiased_error(std::span<const Bin> bins, std::size_t cases) noexcept {
  double sum = 0.0;
  for (const Bin& bin : bins) {
    if (bin.count < 2) continue;
    const double distance = bin.outcome - bin.forecast;
    const double chance = bin.outcome * (1.0 - bin.outcome) / real(bin.count - 1);
    sum += real(bin.count) / real(cases) * (distance * distance - chance);
  }
  return std::sqrt(std::max(0.0, sum));
}

double ks_error(std::span<const double> outcomes, std::span<const double> forecasts) {
  if (outcomes.empty()) return not_a_number();
  const std::vector<std::size_t> order = ascending_order(forecasts);
  double sum = 0.0;
  double largest = 0.0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    sum += outcomes[order[i]] - forecasts[order[i]];
    const bool ends_tie = i + 1 == order.size() || forecasts[order[i + 1]] != forecasts[order[i]];
    if (ends_tie) largest = std::max(largest, std::abs(sum));
  }
  return largest / real(order.size());
}

double spiegelhalter_z(std::span<const double> outcomes, std::span<const double> forecasts) noexcept {
  double sum = 0.0;
  double spread = 0.0;
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    const double p = forecasts[i];
    const double weight = 1.0 - 2.0 * p;
    sum += (outcomes[i] - p) * weight;
    spread += weight * weight * p * (1.0 - p);
  }
  return spread > 0.0 ? sum / std::sqrt(spread) : not_a_number();
}

Murphy murphy(std::span<const double> outcomes, std::span<const double> forecasts, std::size_t bins) {
  Murphy parts;
  if (outcomes.empty()) return {not_a_number(), not_a_number(), not_a_number(), not_a_number(), not_a_number()};
  const double cases = real(outcomes.size());
  const std::vector<double> edges = uniform_edges(bins);
  const std::vector<std::size_t> places = assign_bins(forecasts, edges);
  std::vector<Bin> means(bins);
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (places[i] == no_bin) continue;
    Bin& bin = means[places[i]];
    ++bin.count;
    bin.outcome += outcomes[i];
    bin.forecast += forecasts[i];
  }
  const double base = mean(outcomes);
  parts.uncertainty = base * (1.0 - base);
  for (Bin& bin : means) {
    if (bin.count == 0) continue;
    bin.outcome /= real(bin.count);
    bin.forecast /= real(bin.count);
    const double share = real(bin.count) / cases;
    parts.reliability += share * (bin.forecast - bin.outcome) * (bin.forecast - bin.outcome);
    parts.resolution += share * (bin.outcome - base) * (bin.outcome - base);
  }
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (places[i] == no_bin) continue;
    const Bin& bin = means[places[i]];
    const double off = forecasts[i] - bin.forecast;
    parts.within_variance += off * off / cases;
    parts.within_covariance += (outcomes[i] - bin.outcome) * off / cases;
  }
  return parts;
}

std::vector<Bin> reliability_curve(std::span<const double> outcomes, std::span<const double> forecasts,
                                   std::span<const double> edges) {
  if (edges.size() < 2) return binned(outcomes, forecasts, edges);
  const auto inner = edges.subspan(1, edges.size() - 2);
  std::vector<Bin> bins(edges.size() - 1);
  for (std::size_t i = 0; i < forecasts.size(); ++i) {
    const double forecast = forecasts[i];
    const auto place = std::isnan(forecast) ? inner.end() : std::upper_bound(inner.begin(), inner.end(), forecast);
    Bin& bin = bins[static_cast<std::size_t>(place - inner.begin())];
    ++bin.count;
    bin.outcome += outcomes[i];
    bin.forecast += forecast;
  }
  std::erase_if(bins, [](const Bin& bin) { return bin.count == 0; });
  for (Bin& bin : bins) {
    bin.outcome /= real(bin.count);
    bin.forecast /= real(bin.count);
  }
  return bins;
}

}  // namespace guardian::audit::population
