#include "audit/population/pixel_curves.hpp"

#include <cmath>

namespace guardian::audit::population {
namespace {

double ask(const PixelModel& model, const std::vector<double>& pixels) {
  double sum = 0.0;
  for (std::size_t i = 0; i < pixels.size(); ++i) sum += model.weights.cells[i] * pixels[i];
  const double positive = 1.0 / (1.0 + std::exp(-sum));
  return model.target_class == 1 ? positive : 1.0 - positive;
}

// Replaces the most salient pixels of `from` by those of `to`, step by step.
PixelCurve curve(const PixelModel& model, const Matrix& saliency, std::size_t steps, std::vector<double> from,
                 const std::vector<double>& to) {
  const std::vector<std::size_t> order = ascending_order(saliency.cells);
  const auto pixels = static_cast<double>(order.size());
  PixelCurve curve;
  std::size_t replaced = 0;
  for (std::size_t step = 0; step <= steps; ++step) {
    const double fraction = static_cast<double>(step) / static_cast<double>(steps);
    for (const auto wanted = static_cast<std::size_t>(fraction * pixels); replaced < wanted; ++replaced) {
      const std::size_t pixel = order[order.size() - 1 - replaced];
      from[pixel] = to[pixel];
    }
    curve.confidences.push_back(ask(model, from));
    curve.fractions.push_back(fraction);
  }
  for (std::size_t i = 1; i < curve.fractions.size(); ++i) {
    curve.area += (curve.fractions[i] - curve.fractions[i - 1]) * (curve.confidences[i] + curve.confidences[i - 1]) / 2;
  }
  curve.area = round_to(curve.area, 4);
  return curve;
}

// d c b a | a b c d | d c b a
std::size_t reflected(long long place, std::size_t size) {
  const auto period = 2 * static_cast<long long>(size);
  const long long within = ((place % period) + period) % period;
  return static_cast<std::size_t>(within < static_cast<long long>(size) ? within : period - 1 - within);
}

// Along the columns, and turned over: twice is both ways, and upright again.
Matrix blurred_down(const Matrix& image, const std::vector<double>& kernel, long long radius) {
  Matrix turned{image.columns, image.rows, std::vector<double>(image.cells.size())};
  for (std::size_t i = 0; i < image.rows; ++i) {
    for (std::size_t j = 0; j < image.columns; ++j) {
      double sum = 0.0;
      for (long long k = -radius; k <= radius; ++k) {
        const std::size_t from = reflected(static_cast<long long>(i) + k, image.rows);
        sum += kernel[static_cast<std::size_t>(k + radius)] * image.at(from, j);
      }
      turned.cells[j * image.rows + i] = sum;
    }
  }
  return turned;
}

Matrix blurred(const Matrix& image, double sigma) {
  const auto radius = std::llround(4.0 * sigma);
  std::vector<double> kernel;
  double total = 0.0;
  for (long long i = -radius; i <= radius; ++i) {
    kernel.push_back(std::exp(-0.5 * static_cast<double>(i * i) / (sigma * sigma)));
    total += kernel.back();
  }
  for (double& weight : kernel) weight /= total;
  return blurred_down(blurred_down(image, kernel, radius), kernel, radius);
}

}  // namespace

PixelCurve deletion_curve(const PixelModel& model, const Matrix& saliency, std::size_t steps, Fill fill) {
  const double value = fill == Fill::mean ? mean(model.image.cells) : 0.0;
  return curve(model, saliency, steps, model.image.cells, std::vector<double>(model.image.cells.size(), value));
}

PixelCurve insertion_curve(const PixelModel& model, const Matrix& saliency, std::size_t steps, double blur) {
  return curve(model, saliency, steps, blurred(model.image, blur).cells, model.image.cells);
}

std::string faithfulness_verdict(double score) {
  if (score > 0.1) return "faithful";
  return score > 0.0 ? "marginally_faithful" : "unfaithful";
}

double mean_drop(const PixelCurve& deletion) {
  double sum = 0.0;
  for (std::size_t i = 1; i < deletion.confidences.size(); ++i)
    sum += deletion.confidences[0] - deletion.confidences[i];
  return sum / static_cast<double>(deletion.confidences.size() - 1);
}

}  // namespace guardian::audit::population
