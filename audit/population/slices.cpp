#include "audit/population/slices.hpp"

#include <algorithm>
#include <cmath>

#include "audit/population/drift.hpp"
#include "audit/population/proportions.hpp"

namespace guardian::audit::population {
namespace {

constexpr std::size_t least_cases = 10;
constexpr double least_share = 0.02;

struct Literal {
  std::size_t feature = 0;
  std::size_t group = 0;
};

constexpr std::size_t none = static_cast<std::size_t>(-1);

struct SupportedGroups {
  std::vector<std::size_t> groups;
  std::vector<std::size_t> place;  // of each group of the feature in `groups`, or none
};

std::vector<SupportedGroups> supported_groups(const std::vector<Feature>& features, double least) {
  std::vector<SupportedGroups> supported;
  for (const Feature& feature : features) {
    SupportedGroups part{{}, std::vector<std::size_t>(feature.groups.size(), none)};
    std::vector<std::size_t> counts(feature.groups.size());
    for (const std::size_t group : feature.of) ++counts[group];
    for (std::size_t g = 0; g < counts.size(); ++g) {
      if (static_cast<double>(counts[g]) < least) continue;
      part.place[g] = part.groups.size();
      part.groups.push_back(g);
    }
    supported.push_back(std::move(part));
  }
  return supported;
}

double effect_size(Proportion inside, Proportion outside) {
  if (outside.cases == 0) return not_a_number();
  const double in = inside.value();
  const double out = outside.value();
  const double spread = std::sqrt((in * (1.0 - in) + out * (1.0 - out)) / 2.0);
  return spread > 0.0 ? (in - out) / spread : not_a_number();
}

}  // namespace

std::vector<Slice> find_slices(const std::vector<Feature>& features, const std::vector<double>& errors) {
  const auto all_errors = static_cast<std::size_t>(std::count(errors.begin(), errors.end(), 1.0));
  const double least = std::max(static_cast<double>(least_cases), least_share * static_cast<double>(errors.size()));
  std::vector<Slice> slices;
  const auto name = [&](const Literal& literal) {
    return features[literal.feature].name + '=' + features[literal.feature].groups[literal.group];
  };
  const auto add = [&](const std::vector<Literal>& literals, Proportion inside) {
    if (static_cast<double>(inside.cases) < least) return;
    Slice slice;
    for (const Literal& literal : literals) slice.literals.push_back(name(literal));
    slice.cases = inside.cases;
    slice.errors = inside.hits;
    slice.effect = effect_size(inside, {all_errors - inside.hits, errors.size() - inside.cases});
    slice.p_value = hypergeometric_tail(inside.hits, inside.cases, all_errors, errors.size());
    slices.push_back(std::move(slice));
  };
  for (std::size_t f = 0; f < features.size(); ++f) {
    std::vector<Proportion> counts(features[f].groups.size());
    for (std::size_t i = 0; i < errors.size(); ++i) {
      Proportion& count = counts[features[f].of[i]];
      ++count.cases;
      if (errors[i] != 0.0) ++count.hits;
    }
    for (std::size_t g = 0; g < counts.size(); ++g) add({{f, g}}, counts[g]);
  }
  // A pair can have enough cases only where both of its groups have: at most fifty of each feature.
  const std::vector<SupportedGroups> supported = supported_groups(features, least);
  for (std::size_t f = 0; f < features.size(); ++f) {
    std::vector<std::vector<Proportion>> tables;
    for (std::size_t h = f + 1; h < features.size(); ++h) {
      const std::size_t columns = supported[h].groups.size();
      std::vector<Proportion> counts(supported[f].groups.size() * columns);
      for (std::size_t i = 0; i < errors.size(); ++i) {
        const std::size_t row = supported[f].place[features[f].of[i]];
        const std::size_t column = supported[h].place[features[h].of[i]];
        if (row == none || column == none) continue;
        Proportion& count = counts[row * columns + column];
        ++count.cases;
        if (errors[i] != 0.0) ++count.hits;
      }
      tables.push_back(std::move(counts));
    }
    for (std::size_t g = 0; g < supported[f].groups.size(); ++g) {
      for (std::size_t h = f + 1; h < features.size(); ++h) {
        const std::size_t columns = supported[h].groups.size();
        for (std::size_t c = 0; c < columns; ++c) {
          add({{f, supported[f].groups[g]}, {h, supported[h].groups[c]}}, tables[h - f - 1][g * columns + c]);
        }
      }
    }
  }
  std::vector<double> p_values;
  for (const Slice& slice : slices) p_values.push_back(slice.p_value);
  const std::vector<double> q_values = benjamini_hochberg(p_values);
  for (std::size_t i = 0; i < slices.size(); ++i) slices[i].q_value = q_values[i];
  std::stable_sort(slices.begin(), slices.end(), [](const Slice& a, const Slice& b) { return a.p_value < b.p_value; });
  return slices;
}

}  // namespace guardian::audit::population
