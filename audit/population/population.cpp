#include "audit/population/population.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace guardian::audit::population {
namespace {

tl::unexpected<core::Error> wrong(const std::string& element, const std::string& problem) {
  return core::fail(core::ErrorCode::invalid_input, element + ": " + problem);
}

std::string count_problem(std::size_t found, std::size_t wanted) {
  return "must have " + std::to_string(wanted) + " entries, as y_true has, not " + std::to_string(found);
}

}  // namespace

core::Result<Population> checked(Population population) {
  const std::size_t cases = population.size();
  if (cases == 0) return wrong("/y_true", "must have at least one entry");
  if (population.predicted.size() != cases) return wrong("/y_pred", count_problem(population.predicted.size(), cases));
  const Matrix& probabilities = population.probabilities;
  if (!probabilities.empty()) {
    if (probabilities.rows != cases) return wrong("/y_prob", count_problem(probabilities.rows, cases));
    constexpr double slack = 1e-9;
    for (std::size_t i = 0; i < probabilities.cells.size(); ++i) {
      const double value = probabilities.cells[i];
      if (!(value >= -slack && value <= 1.0 + slack)) {
        return wrong(
            "/y_prob/" + std::to_string(i / probabilities.columns) + '/' + std::to_string(i % probabilities.columns),
            "must be a number from 0 to 1");
      }
    }
  }
  if (!population.confidence.empty() && population.confidence.size() != cases)
    return wrong("/confidence", count_problem(population.confidence.size(), cases));
  for (std::size_t i = 0; i < population.confidence.size(); ++i) {
    if (!(population.confidence[i] >= 0.0 && population.confidence[i] <= 1.0))
      return wrong("/confidence/" + std::to_string(i), "must be a number from 0 to 1");
  }
  const auto labels = static_cast<int>(population.labels.size());
  for (std::size_t i = 0; i < cases; ++i) {
    if (population.truth[i] < 0 || population.truth[i] >= labels)
      return wrong("/y_true/" + std::to_string(i), "is not one of the labels");
    if (population.predicted[i] < 0 || population.predicted[i] >= labels)
      return wrong("/y_pred/" + std::to_string(i), "is not one of the labels");
  }
  for (const Feature& feature : population.features) {
    if (feature.of.size() != cases) return wrong("/groups/" + feature.name, count_problem(feature.of.size(), cases));
  }
  const auto check_rows = [&](const Matrix& matrix) { return matrix.empty() || matrix.rows == cases; };
  if (!check_rows(population.embeddings)) return wrong("/embeddings", count_problem(population.embeddings.rows, cases));
  if (!check_rows(population.embeddings_b))
    return wrong("/embeddings_b", count_problem(population.embeddings_b.rows, cases));
  if (!check_rows(population.embeddings_c))
    return wrong("/embeddings_c", count_problem(population.embeddings_c.rows, cases));
  if (!population.pred_sets.empty() && population.pred_sets.size() != cases)
    return wrong("/y_pred_sets", count_problem(population.pred_sets.size(), cases));
  return population;
}

std::vector<double> correctness(const Population& population) {
  std::vector<double> correct(population.size());
  for (std::size_t i = 0; i < correct.size(); ++i) correct[i] = population.truth[i] == population.predicted[i] ? 1 : 0;
  return correct;
}

std::vector<double> top_confidence(const Population& population) {
  if (population.probabilities.empty()) return population.confidence;
  std::vector<double> confidence(population.probabilities.rows);
  for (std::size_t i = 0; i < confidence.size(); ++i) {
    const auto row = population.probabilities.row(i);
    confidence[i] = *std::max_element(row.begin(), row.end());
  }
  return confidence;
}

std::vector<double> column(const Matrix& matrix, std::size_t index) {
  std::vector<double> values(matrix.rows);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = matrix.at(i, index);
  return values;
}

std::vector<double> indicator(const std::vector<int>& labels, int label) {
  std::vector<double> hits(labels.size());
  for (std::size_t i = 0; i < hits.size(); ++i) hits[i] = labels[i] == label ? 1.0 : 0.0;
  return hits;
}

std::vector<double> selected(const std::vector<double>& values, const std::vector<std::size_t>& places) {
  std::vector<double> part;
  part.reserve(places.size());
  for (const std::size_t place : places) part.push_back(values[place]);
  return part;
}

std::vector<std::vector<std::size_t>> members(const Feature& feature) {
  std::vector<std::vector<std::size_t>> places(feature.groups.size());
  for (std::size_t i = 0; i < feature.of.size(); ++i) places[feature.of[i]].push_back(i);
  return places;
}

std::vector<int> natural_order(const Population& population) {
  std::vector<int> order(population.labels.size());
  std::iota(order.begin(), order.end(), 0);
  if (population.labels_are_words) {
    std::sort(order.begin(), order.end(), [&](int a, int b) {
      return population.labels[static_cast<std::size_t>(a)] < population.labels[static_cast<std::size_t>(b)];
    });
  }
  return order;
}

}  // namespace guardian::audit::population
