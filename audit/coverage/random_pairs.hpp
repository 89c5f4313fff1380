#pragma once
// How often ordinary medicines interrupt: over random pairs of the commonest ingredients, the share with a critical or
// major finding, with each such finding to be read. The draw depends on the seed alone (SplitMix64), the same on every
// machine. Fails when an ingredient of the list is not in the knowledge base, or a text cannot be read.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "audit/population/proportions.hpp"
#include "core/finding.hpp"
#include "core/result.hpp"
#include "knowledge/knowledge_base.hpp"

namespace guardian::audit::coverage {

struct LoudPair {
  std::string first;
  std::string second;
  core::Finding finding;  // the most severe one
};

struct RandomPairs {
  std::size_t ingredients = 0;
  std::uint64_t seed = 0;
  population::Proportion loud;  // critical or major
  population::Proportion critical;
  std::vector<LoudPair> pairs;  // all that are loud, in the order drawn
};

// Different pairs, no more than there are; each is screened as a list of two names.
[[nodiscard]] core::Result<RandomPairs> random_pairs(const std::shared_ptr<const knowledge::KnowledgeBase>& base,
                                                     const std::vector<std::string>& ingredients, std::size_t count,
                                                     std::uint64_t seed);

// The list that is built in (common_ingredients.tsv), sorted.
[[nodiscard]] std::vector<std::string> common_ingredients();
[[nodiscard]] std::string_view common_ingredients_text();

}  // namespace guardian::audit::coverage
