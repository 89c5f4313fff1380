#pragma once
// The predictions of many cases, checked and in one shape: what every analysis of a population starts from. Pure.
// Labels are indexes into `labels`; where there are probabilities, also the columns of these.

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "audit/population/numbers.hpp"
#include "core/result.hpp"

namespace guardian::audit::population {

// A way to divide the cases, such as sex or age band.
struct Feature {
  std::string name;
  std::vector<std::string> groups;  // in their natural order: numbers by size, words by bytes
  std::vector<std::size_t> of;      // the group of each case

  friend bool operator==(const Feature&, const Feature&) = default;
};

struct Population {
  std::vector<std::string> labels;  // the words of label 0, 1, ...
  bool labels_are_words = false;    // else each label is its own index, as TrustLens has it without class_labels
  std::vector<int> truth;
  std::vector<int> predicted;
  Matrix probabilities;            // cases by labels
  std::vector<double> confidence;  // of the prediction, where there are no probabilities of each label
  std::vector<Feature> features;
  Matrix embeddings;
  Matrix embeddings_b;  // of two other versions of the model, for the alignment
  Matrix embeddings_c;
  std::vector<std::vector<std::size_t>> pred_sets;  // conformal sets: label by label, 1 where it is in the set
  std::optional<double> nominal_coverage;

  [[nodiscard]] std::size_t size() const noexcept { return truth.size(); }
  [[nodiscard]] bool has_confidence() const noexcept { return !probabilities.empty() || !confidence.empty(); }
  [[nodiscard]] bool is_binary() const noexcept { return labels.size() == 2; }
};

// Fails with the element at fault (`/y_prob/3/1`) where lengths differ or a number is outside its range.
[[nodiscard]] core::Result<Population> checked(Population population);

// 1 where the prediction is right.
[[nodiscard]] std::vector<double> correctness(const Population& population);
// The largest probability of each case, or the confidence that was given; empty without either.
[[nodiscard]] std::vector<double> top_confidence(const Population& population);
// The probability of label `label` of each case, and 1 where it is the truth.
[[nodiscard]] std::vector<double> column(const Matrix& matrix, std::size_t index);
[[nodiscard]] std::vector<double> indicator(const std::vector<int>& labels, int label);
[[nodiscard]] std::vector<double> selected(const std::vector<double>& values, const std::vector<std::size_t>& places);

// Places of the cases of each group.
[[nodiscard]] std::vector<std::vector<std::size_t>> members(const Feature& feature);

// Label indexes in the order of their values: by size for numbers, by bytes for words.
[[nodiscard]] std::vector<int> natural_order(const Population& population);

}  // namespace guardian::audit::population
