#pragma once
// How embeddings lie: classes apart or mixed, two versions alike or not. Pure; exact over all pairs, so time grows with
// the square of the number of rows.

#include <vector>

#include "audit/population/numbers.hpp"

namespace guardian::audit::population {

// Mean silhouette (Rousseeuw 1987) by Euclidean distance; a class of one counts 0. NaN with fewer than two classes.
[[nodiscard]] double silhouette(const Matrix& embeddings, const std::vector<int>& labels);

// The mean share of the `neighbours` nearest other rows (all of them, where there are fewer) with the same label; equal
// distances by place. `by_chance` is what labels without any order would give. NaN with fewer than two rows.
struct NeighbourPurity {
  std::size_t neighbours = 0;
  double purity = 0.0;
  double by_chance = 0.0;
};
[[nodiscard]] NeighbourPurity neighbour_purity(const Matrix& embeddings, const std::vector<int>& labels,
                                               std::size_t neighbours);

struct PairDistances {
  double within = 0.0;   // mean over pairs of the same class; NaN of none
  double between = 0.0;  // mean over pairs of different classes; NaN of none
};
[[nodiscard]] PairDistances pair_distances(const Matrix& embeddings, const std::vector<int>& labels);

// Linear centred kernel alignment (Kornblith and others 2019) and the one from the unbiased estimate of HSIC (Song and
// others 2012), which needs at least four rows (NaN below). 0 where a side does not vary.
[[nodiscard]] double alignment(const Matrix& a, const Matrix& b);
[[nodiscard]] double debiased_alignment(const Matrix& a, const Matrix& b);

// Distances between all rows are not for more than this: of more a sample is taken.
inline constexpr std::size_t most_embeddings = 5000;

// At most `most` rows, drawn without repetition; all of them, in their order, when there are no more.
[[nodiscard]] std::vector<std::size_t> sample_rows(std::size_t rows, std::size_t most, std::uint64_t seed);

}  // namespace guardian::audit::population
