#include "audit/population/representation.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

namespace guardian::audit::population {
namespace {

using Rows = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

Rows rows_of(const Matrix& matrix) {
  return Eigen::Map<const Rows>(matrix.cells.data(), static_cast<Eigen::Index>(matrix.rows),
                                static_cast<Eigen::Index>(matrix.columns));
}

Rows centred(const Matrix& matrix) {
  Rows rows = rows_of(matrix);
  rows.rowwise() -= rows.colwise().mean().eval();
  return rows;
}

// HSIC of two Gram matrices without their diagonal.
double unbiased_hsic(const Rows& a, const Rows& b) {
  const auto n = static_cast<double>(a.rows());
  const Eigen::VectorXd sum_a = a.rowwise().sum();
  const Eigen::VectorXd sum_b = b.rowwise().sum();
  const double trace = a.cwiseProduct(b).sum();
  return (trace + sum_a.sum() * sum_b.sum() / ((n - 1.0) * (n - 2.0)) - 2.0 / (n - 2.0) * sum_a.dot(sum_b)) /
         (n * (n - 3.0));
}

}  // namespace

double silhouette(const Matrix& embeddings, const std::vector<int>& labels) {
  const std::size_t classes =
      labels.empty() ? 0 : static_cast<std::size_t>(*std::max_element(labels.begin(), labels.end())) + 1;
  std::vector<double> sizes(classes);
  for (const int label : labels) sizes[static_cast<std::size_t>(label)] += 1.0;
  if (std::count_if(sizes.begin(), sizes.end(), [](double size) { return size > 0.0; }) < 2) return not_a_number();

  const Rows rows = rows_of(embeddings);
  double sum = 0.0;
  std::vector<double> distances(classes);
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const auto own = static_cast<std::size_t>(labels[i]);
    if (sizes[own] == 1.0) continue;
    const Eigen::VectorXd from_here = (rows.rowwise() - rows.row(static_cast<Eigen::Index>(i))).rowwise().norm();
    std::fill(distances.begin(), distances.end(), 0.0);
    for (std::size_t j = 0; j < labels.size(); ++j) {
      distances[static_cast<std::size_t>(labels[j])] += from_here(static_cast<Eigen::Index>(j));
    }
    const double inside = distances[own] / (sizes[own] - 1.0);
    double outside = std::numeric_limits<double>::infinity();
    for (std::size_t other = 0; other < classes; ++other) {
      if (other != own && sizes[other] > 0.0) outside = std::min(outside, distances[other] / sizes[other]);
    }
    const double widest = std::max(inside, outside);
    if (widest > 0.0) sum += (outside - inside) / widest;
  }
  return sum / static_cast<double>(labels.size());
}

NeighbourPurity neighbour_purity(const Matrix& embeddings, const std::vector<int>& labels, std::size_t neighbours) {
  const std::size_t cases = labels.size();
  NeighbourPurity found{std::min(neighbours, cases == 0 ? 0 : cases - 1), not_a_number(), not_a_number()};
  if (found.neighbours == 0) return found;
  const Rows rows = rows_of(embeddings);
  std::vector<std::size_t> others(cases);
  double same = 0.0;
  for (std::size_t i = 0; i < cases; ++i) {
    const Eigen::VectorXd from_here = (rows.rowwise() - rows.row(static_cast<Eigen::Index>(i))).rowwise().squaredNorm();
    std::iota(others.begin(), others.end(), std::size_t{0});
    others.erase(others.begin() + static_cast<std::ptrdiff_t>(i));
    std::partial_sort(others.begin(), others.begin() + static_cast<std::ptrdiff_t>(found.neighbours), others.end(),
                      [&](std::size_t a, std::size_t b) {
                        const double to_a = from_here(static_cast<Eigen::Index>(a));
                        const double to_b = from_here(static_cast<Eigen::Index>(b));
                        return to_a != to_b ? to_a < to_b : a < b;
                      });
    for (std::size_t k = 0; k < found.neighbours; ++k) same += labels[others[k]] == labels[i] ? 1.0 : 0.0;
    others.resize(cases);
  }
  const auto all = static_cast<double>(cases);
  found.purity = same / all / static_cast<double>(found.neighbours);
  std::map<int, double> sizes;
  for (const int label : labels) sizes[label] += 1.0;
  double pairs = 0.0;
  for (const auto& [label, size] : sizes) pairs += size * (size - 1.0);
  found.by_chance = pairs / (all * (all - 1.0));
  return found;
}

PairDistances pair_distances(const Matrix& embeddings, const std::vector<int>& labels) {
  const Rows rows = rows_of(embeddings);
  double within = 0.0;
  double between = 0.0;
  double within_pairs = 0.0;
  double between_pairs = 0.0;
  for (std::size_t i = 1; i < labels.size(); ++i) {
    const auto row = static_cast<Eigen::Index>(i);
    const Eigen::VectorXd from_here = (rows.topRows(row).rowwise() - rows.row(row)).rowwise().norm();
    for (std::size_t j = 0; j < i; ++j) {
      const double distance = from_here(static_cast<Eigen::Index>(j));
      if (labels[i] == labels[j]) {
        within += distance;
        within_pairs += 1.0;
      } else {
        between += distance;
        between_pairs += 1.0;
      }
    }
  }
  return {within_pairs > 0.0 ? within / within_pairs : not_a_number(),
          between_pairs > 0.0 ? between / between_pairs : not_a_number()};
}

double alignment(const Matrix& a, const Matrix& b) {
  constexpr double still = 1e-12;
  const Rows left = centred(a);
  const Rows right = centred(b);
  const auto together = [](const Rows& x, const Rows& y) { return (x.transpose() * y).squaredNorm(); };
  const double scale = static_cast<double>(a.rows - 1) * static_cast<double>(a.rows - 1);
  const double both = std::sqrt(together(left, left) * together(right, right));
  if (!(both / scale >= still)) return 0.0;
  return clip(together(left, right) / both, 0.0, 1.0);
}

double debiased_alignment(const Matrix& a, const Matrix& b) {
  if (a.rows < 4) return not_a_number();
  const auto gram = [](const Matrix& matrix) {
    const Rows rows = centred(matrix);
    Rows products = rows * rows.transpose();
    products.diagonal().setZero();
    return products;
  };
  const Rows left = gram(a);
  const Rows right = gram(b);
  const double both = std::sqrt(unbiased_hsic(left, left) * unbiased_hsic(right, right));
  return both > 0.0 ? unbiased_hsic(left, right) / both : 0.0;
}

std::vector<std::size_t> sample_rows(std::size_t rows, std::size_t most, std::uint64_t seed) {
  std::vector<std::size_t> places(rows);
  std::iota(places.begin(), places.end(), std::size_t{0});
  if (rows <= most) return places;
  SplitMix64 random(seed);
  for (std::size_t i = 0; i < most; ++i) std::swap(places[i], places[i + random.below(rows - i)]);
  places.resize(most);
  return places;
}

}  // namespace guardian::audit::population
