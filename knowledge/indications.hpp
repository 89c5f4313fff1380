#pragma once
// Which medicine is given for what, and which may stand in for which: the indications of the knowledge base and the
// classes of its graph, read as a policy says. Immutable; safe to read from several threads.

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "knowledge/knowledge_base.hpp"
#include "knowledge/patient_state.hpp"
#include "knowledge/plan_policy.hpp"

namespace guardian::knowledge {

// What a medicine is given for: a condition, and what is to be done about it ("rate", "acute"; mostly empty). Where
// medicines of several kinds are given together, only one of the same class or role as `of` serves it.
struct Purpose {
  ConceptIndex condition{};
  std::string aim;
  IngredientIndex of{};
  bool layered = false;

  friend bool operator==(const Purpose&, const Purpose&) = default;
};

class Indications {
 public:
  Indications(const KnowledgeBase& base, const PlanPolicy& policy);

  // What the ingredient is given for in this patient; `all`: whatever it may be given for.
  [[nodiscard]] std::vector<Purpose> purposes(IngredientIndex ingredient, const PatientState* patient,
                                              bool all = false) const;

  // The line (1 to 3) in which an ingredient serves a purpose; 0: it does not.
  [[nodiscard]] int line(IngredientIndex ingredient, const Purpose& purpose) const;

  // Whether the table names the ingredient itself for the purpose, not only a class of it.
  [[nodiscard]] bool names(IngredientIndex ingredient, const Purpose& purpose) const;

  // The ingredients that serve a purpose and may be switched to, ascending.
  [[nodiscard]] std::vector<IngredientIndex> serving(const Purpose& purpose) const;

  // The evidence of the rows by which an ingredient serves one of the conditions, as ids.
  [[nodiscard]] std::vector<std::string> evidence(const std::vector<IngredientIndex>& ingredients,
                                                  const std::vector<ConceptIndex>& conditions) const;

  // Whether the table says anything of the ingredient.
  [[nodiscard]] bool knows(IngredientIndex ingredient) const { return !of_ingredient_[raw(ingredient)].empty(); }

  [[nodiscard]] bool same_class(IngredientIndex one, IngredientIndex other) const;
  [[nodiscard]] bool is_high_alert(IngredientIndex ingredient) const { return lights_any(high_alert_, ingredient); }
  [[nodiscard]] bool needs_taper(IngredientIndex ingredient) const { return lights_any(taper_, ingredient); }

 private:
  struct Row {
    ConceptIndex condition{};
    std::string aim;
    int line = 1;
    std::string evidence;  // ids, as the table has them
    bool layered = false;
    bool by_name = false;
    std::vector<std::uint32_t> ingredients;  // ascending
    std::vector<std::uint32_t> to;           // those of them that may be switched to
  };
  [[nodiscard]] bool lights_any(const std::vector<ConceptIndex>& concepts, IngredientIndex ingredient) const;
  [[nodiscard]] bool serves(const Row& row, IngredientIndex ingredient, const Purpose& purpose) const;

  [[nodiscard]] const std::vector<std::uint32_t>& rows_of(ConceptIndex condition) const;

  const LitSets& lit_;
  std::vector<Row> rows_;
  std::unordered_map<std::size_t, std::vector<std::uint32_t>> of_condition_;  // rows
  std::vector<std::vector<std::uint32_t>> of_ingredient_;                     // likewise
  // Of each ingredient, the classes that say what a medicine is: so many words, a bit a class.
  std::size_t class_words_ = 0;
  std::vector<std::uint64_t> classes_;
  std::vector<ConceptIndex> roles_;
  std::vector<ConceptIndex> taper_;
  std::vector<ConceptIndex> high_alert_;
};

}  // namespace guardian::knowledge
