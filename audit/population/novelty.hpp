#pragma once
// How unlike the reference is a new case? Pure. Rows are cases, columns features; both matrices have the same columns.

#include <cstddef>
#include <vector>

#include "audit/population/numbers.hpp"

namespace guardian::audit::population {

// Squared Mahalanobis distance of each query, with the sample covariance plus 1e-6 of its mean variance on the
// diagonal; and the conformal p-value (1 + reference rows at least as far) / (n + 1) (Laxhammar 2010).
struct Novelty {
  std::vector<double> distance_squared;
  std::vector<double> p_value;
};
[[nodiscard]] Novelty novelty(const Matrix& reference, const Matrix& queries);

// Mean distance to the `neighbours` nearest reference rows, each feature in units of its standard deviation (Sun and
// others 2022).
[[nodiscard]] std::vector<double> neighbour_distance(const Matrix& reference, const Matrix& queries,
                                                     std::size_t neighbours);

}  // namespace guardian::audit::population
