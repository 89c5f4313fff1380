#include "audit/population/novelty.hpp"

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <algorithm>

namespace guardian::audit::population {
namespace {

using Rows = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

Rows rows_of(const Matrix& matrix) {
  return Eigen::Map<const Rows>(matrix.cells.data(), static_cast<Eigen::Index>(matrix.rows),
                                static_cast<Eigen::Index>(matrix.columns));
}

}  // namespace

Novelty novelty(const Matrix& reference, const Matrix& queries) {
  Rows known = rows_of(reference);
  const Eigen::RowVectorXd centre = known.colwise().mean();
  known.rowwise() -= centre;
  Eigen::MatrixXd covariance = known.transpose() * known / static_cast<double>(reference.rows - 1);
  const double ridge = 1e-6 * covariance.trace() / static_cast<double>(reference.columns);
  covariance.diagonal().array() += ridge;
  const Eigen::LDLT<Eigen::MatrixXd> solver(covariance);
  const auto distance = [&](const Eigen::RowVectorXd& offset) {
    const Eigen::VectorXd solved = solver.solve(offset.transpose());
    return offset.dot(solved);
  };
  std::vector<double> scores;
  for (Eigen::Index i = 0; i < known.rows(); ++i) scores.push_back(distance(known.row(i)));
  std::sort(scores.begin(), scores.end());
  Novelty found;
  const Rows asked = rows_of(queries);
  for (Eigen::Index i = 0; i < asked.rows(); ++i) {
    const double score = distance(asked.row(i) - centre);
    const auto as_far = scores.end() - std::lower_bound(scores.begin(), scores.end(), score);
    found.distance_squared.push_back(score);
    found.p_value.push_back(static_cast<double>(1 + as_far) / static_cast<double>(reference.rows + 1));
  }
  return found;
}

std::vector<double> neighbour_distance(const Matrix& reference, const Matrix& queries, std::size_t neighbours) {
  Rows known = rows_of(reference);
  Rows asked = rows_of(queries);
  const Eigen::RowVectorXd centre = known.colwise().mean();
  Eigen::RowVectorXd spread =
      ((known.rowwise() - centre).array().square().colwise().sum() / static_cast<double>(reference.rows - 1)).sqrt();
  for (Eigen::Index j = 0; j < spread.size(); ++j) {
    if (!(spread(j) > 0.0)) spread(j) = 1.0;  // a feature that never varies keeps its own unit
  }
  known.array().rowwise() /= spread.array();
  asked.array().rowwise() /= spread.array();
  const std::size_t nearest = std::min(neighbours, reference.rows);
  std::vector<double> found;
  for (Eigen::Index i = 0; i < asked.rows(); ++i) {
    const Eigen::VectorXd distances = (known.rowwise() - asked.row(i)).rowwise().norm();
    std::vector<double> ascending(distances.data(), distances.data() + distances.size());
    std::partial_sort(ascending.begin(), ascending.begin() + static_cast<std::ptrdiff_t>(nearest), ascending.end());
    found.push_back(mean(std::span<const double>(ascending).first(nearest)));
  }
  return found;
}

}  // namespace guardian::audit::population
