#pragma once
// The strengths that products of several ingredients are made in ("20/12.5 mg | 20/25 mg" of the table of names), and
// what they tell of an order that states only a part of them. Pure and thread-safe.

#include <cstddef>
#include <string_view>
#include <vector>

#include "core/medication.hpp"
#include "knowledge/concept_graph.hpp"
#include "knowledge/order_grammar.hpp"

namespace guardian::knowledge {

class KnowledgeBase;

struct KnownStrength {
  std::vector<double> values;
  core::DoseUnit unit = core::DoseUnit::none;
  double millilitres = 0.0;  // of a liquid: the volume that holds them
};

// Those of a cell of the table that have one number for each ingredient: "20/12.5 mg | 20/25 mg", "650/20/12.5 mg in
// 30 mL".
[[nodiscard]] std::vector<KnownStrength> known_strengths(std::string_view cell, std::size_t ingredients);

// The strengths of every product of these ingredients, in their order: what "piperacillin/tazobactam 4.5 g" may be.
[[nodiscard]] std::vector<KnownStrength> strengths_of_products(const KnowledgeBase& base,
                                                               const std::vector<IngredientIndex>& ingredients);

// What one of `unit` is in `other`: 1 for the same, 1000 for grams in milligrams; 0 when they cannot be compared.
[[nodiscard]] double in_unit(core::DoseUnit unit, core::DoseUnit other);
[[nodiscard]] bool alike(double one, double other);

void forget_strengths(core::Dose& dose);

// What the words leave open about the strengths of a combination, from the strengths it is made in: `own` of the name
// that was written, `others` of all names of these ingredients.
void complete_strengths(core::Dose& dose, const std::vector<KnownStrength>& own,
                        const std::vector<KnownStrength>& others, std::size_t ingredients);

// The same of a liquid: a volume counts only by a strength of a volume, never by that of a tablet.
void complete_liquid(core::Dose& dose, const OrderReading& order, const std::vector<KnownStrength>& own,
                     const std::vector<KnownStrength>& others, std::size_t ingredients);

}  // namespace guardian::knowledge
