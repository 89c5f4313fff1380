#include "audit/population/comparison.hpp"

#include <algorithm>

#include "audit/population/bootstrap.hpp"

namespace guardian::audit::population {
namespace {

constexpr double level = 0.95;

Population resampled(const Population& population, std::span<const std::size_t> places) {
  Population drawn;
  drawn.labels = population.labels;
  drawn.labels_are_words = population.labels_are_words;
  drawn.probabilities.columns = population.probabilities.columns;
  drawn.probabilities.rows = population.probabilities.empty() ? 0 : places.size();
  for (const std::size_t place : places) {
    drawn.truth.push_back(population.truth[place]);
    drawn.predicted.push_back(population.predicted[place]);
    if (!population.confidence.empty()) drawn.confidence.push_back(population.confidence[place]);
    if (population.probabilities.empty()) continue;
    const auto row = population.probabilities.row(place);
    drawn.probabilities.cells.insert(drawn.probabilities.cells.end(), row.begin(), row.end());
  }
  for (const Feature& feature : population.features) {
    Feature part{feature.name, feature.groups, {}};
    for (const std::size_t place : places) part.of.push_back(feature.of[place]);
    drawn.features.push_back(std::move(part));
  }
  return drawn;
}

// The score without what resampling cannot change in time or at all: embeddings stay out.
std::vector<Dimension> scored(const Population& population, TrustPolicy policy) {
  policy.resamples = 0;
  const TrustScore score = trust_score(population, policy);
  std::vector<Dimension> parts{{"score", score.score, 0.0}};
  parts.insert(parts.end(), score.dimensions.begin(), score.dimensions.end());
  return parts;
}

double value_of(const std::vector<Dimension>& parts, const std::string& name) {
  const auto found = std::find_if(parts.begin(), parts.end(), [&](const Dimension& part) { return part.name == name; });
  return found == parts.end() ? not_a_number() : found->score;
}

bool can_recommend(const TrustScore& score) { return score.grade != "I" && score.verdict.rfind("BLOCK", 0) != 0; }

}  // namespace

McNemar mcnemar(const std::vector<double>& first_correct, const std::vector<double>& second_correct) {
  McNemar test;
  for (std::size_t i = 0; i < first_correct.size(); ++i) {
    if (first_correct[i] > second_correct[i]) ++test.only_first_right;
    if (first_correct[i] < second_correct[i]) ++test.only_second_right;
  }
  const std::size_t discordant = test.only_first_right + test.only_second_right;
  if (discordant > 0) {
    const std::size_t fewer = std::min(test.only_first_right, test.only_second_right);
    test.p_value = std::min(1.0, 2.0 * binomial_cdf(fewer, discordant, 0.5));
  }
  return test;
}

core::Result<Comparison> compare(const Population& first, const Population& second, const TrustPolicy& policy) {
  const auto words = [](const Population& population) {
    std::vector<std::string> texts;
    for (const int label : population.truth) texts.push_back(population.labels[static_cast<std::size_t>(label)]);
    return texts;
  };
  if (words(first) != words(second)) {
    return core::fail(core::ErrorCode::invalid_input,
                      "the two files must have the same cases in the same order: y_true differs");
  }
  Comparison comparison;
  comparison.first = trust_score(first, policy);
  comparison.second = trust_score(second, policy);
  comparison.correctness = mcnemar(correctness(first), correctness(second));

  std::vector<std::size_t> all(first.size());
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
  const std::vector<Dimension> base_first = scored(resampled(first, all), policy);
  const std::vector<Dimension> base_second = scored(resampled(second, all), policy);
  std::vector<std::vector<double>> drawn;
  for (const Dimension& part : base_first) {
    const double other = value_of(base_second, part.name);
    if (other != other) continue;
    comparison.differences.push_back({part.name, part.score, other, {}, Preference::none});
    drawn.emplace_back();
  }
  const auto draw = [&](std::span<const std::size_t> places) {
    const std::vector<Dimension> a = scored(resampled(first, places), policy);
    const std::vector<Dimension> b = scored(resampled(second, places), policy);
    for (std::size_t k = 0; k < drawn.size(); ++k) {
      const std::string& name = comparison.differences[k].name;
      const double difference = value_of(a, name) - value_of(b, name);
      if (difference == difference) drawn[k].push_back(difference);
    }
    return 0.0;
  };
  static_cast<void>(bootstrap(first.size(), policy.resamples, policy.seed, draw));
  for (std::size_t k = 0; k < drawn.size(); ++k) {
    ScoreDifference& difference = comparison.differences[k];
    difference.interval = percentile_interval(drawn[k], level);
    if (difference.interval.lower > 0.0) difference.preference = Preference::first;
    if (difference.interval.upper < 0.0) difference.preference = Preference::second;
  }

  const bool first_fit = can_recommend(comparison.first);
  const bool second_fit = can_recommend(comparison.second);
  const Preference shown = comparison.differences.front().preference;
  if (!first_fit && !second_fit) {
    comparison.reason = "neither: both are blocked or have too few cases";
  } else if (shown == Preference::none) {
    comparison.reason = "no difference shown";
  } else if (shown == Preference::first ? first_fit : second_fit) {
    comparison.recommended = shown;
    comparison.reason = "the score is higher beyond chance";
  } else {
    comparison.reason = "neither: the one with the higher score is blocked or has too few cases";
  }
  return comparison;
}

}  // namespace guardian::audit::population
