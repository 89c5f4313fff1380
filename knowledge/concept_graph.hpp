#pragma once
// The typed graph of everything that a fact can light: ingredients, classes, enzyme and transporter roles, effects,
// conditions of the patient; quantities stand in it to be named. An edge leads from the narrower to the wider concept,
// so that what an ingredient lights is what can be reached from it, and the path is the explanation. Immutable after
// `build`; safe to read from several threads.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/finding.hpp"
#include "core/result.hpp"
#include "knowledge/rule_syntax.hpp"

namespace guardian::knowledge {

// Positions in the graph. Ingredients come first, in byte order of their names, and share their number with their
// concept.
enum class IngredientIndex : std::uint32_t {};
enum class ConceptIndex : std::uint32_t {};

template <class Index>
[[nodiscard]] constexpr std::size_t raw(Index index) noexcept {
  return static_cast<std::size_t>(index);
}

// The base rows that the graph is built from, as they stand in the tables.
struct ConceptTables {
  struct Named {
    std::string name;
    std::string title;
  };
  struct Parent {
    std::string child;
    std::string parent;
  };
  struct Member {
    std::string ingredient;
    std::string drug_class;
  };
  struct Role {
    std::string ingredient;
    std::string target;
    Relation relation = Relation::inhibitor;
    int grade = 0;  // 1 to 3
  };
  struct Effect {
    std::string ingredient;
    std::string effect;
    int grade = 0;  // signed
  };

  std::vector<std::string> ingredients;  // sorted, each once
  std::vector<Named> classes;            // sorted by name
  std::vector<Parent> class_parents;
  std::vector<Member> members;
  std::vector<Named> targets;
  std::vector<Role> roles;
  std::vector<Named> effects;
  std::vector<Effect> effect_grades;
  std::vector<Named> conditions;  // sorted by name
  std::vector<Parent> condition_parents;
  std::vector<Named> quantities;  // sorted by name
};

class ConceptGraph {
 public:
  // Fails with `invalid_input` naming the row that speaks of something that is not there.
  [[nodiscard]] static core::Result<ConceptGraph> build(const ConceptTables& tables);

  ConceptGraph(ConceptGraph&&) noexcept;
  ConceptGraph& operator=(ConceptGraph&&) noexcept;
  ~ConceptGraph();

  [[nodiscard]] std::size_t ingredient_count() const noexcept;
  [[nodiscard]] std::size_t concept_count() const noexcept;
  [[nodiscard]] std::size_t edge_count() const noexcept;

  [[nodiscard]] std::optional<IngredientIndex> ingredient(std::string_view name) const;
  [[nodiscard]] const std::string& ingredient_name(IngredientIndex index) const;
  [[nodiscard]] std::optional<ConceptIndex> find(const ConceptName& name) const;

  // What a reader sees on a path: "SSRI", "CYP3A4 inhibitor, strong", "QT prolongation, grade 3".
  [[nodiscard]] const std::string& title(ConceptIndex index) const;

  // Every concept that an ingredient or another concept lights, itself included, ascending. Breadth-first over the
  // graph.
  [[nodiscard]] std::vector<ConceptIndex> closure(ConceptIndex start) const;
  [[nodiscard]] std::vector<ConceptIndex> closure(IngredientIndex ingredient) const {
    return closure(static_cast<ConceptIndex>(raw(ingredient)));
  }

  // A shortest path to a concept that is lit; empty when it is not, or is the start itself.
  [[nodiscard]] std::vector<core::PathStep> path(ConceptIndex start, ConceptIndex wanted) const;
  [[nodiscard]] std::vector<core::PathStep> path(IngredientIndex ingredient, ConceptIndex wanted) const {
    return path(static_cast<ConceptIndex>(raw(ingredient)), wanted);
  }

  // The grade by which the ingredient lights a role or an effect (of the same target and relation, or in the same
  // direction): 3 for a strong inhibitor asked whether it is a moderate one; 0 for none and for other concepts.
  [[nodiscard]] int own_grade(IngredientIndex ingredient, ConceptIndex wanted) const;

  // The name of a role or effect, and the words for its target or effect ("CYP3A4", "QT prolongation").
  [[nodiscard]] const ConceptName* ladder_name(ConceptIndex index) const;
  [[nodiscard]] const std::string& ladder_title(ConceptIndex index) const;

  // The targets that `precipitant` inhibits or induces and `object` depends on: the roles of both, pair by pair.
  struct SharedTarget {
    ConceptName precipitant;
    ConceptName object;
  };
  [[nodiscard]] std::vector<SharedTarget> shared_targets(IngredientIndex precipitant, IngredientIndex object) const;

  // A cycle of the class hierarchy as names ("a", "b", "a"); empty when there is none.
  [[nodiscard]] static std::vector<std::string> class_cycle(const std::vector<ConceptTables::Parent>& parents);

 private:
  struct Impl;
  explicit ConceptGraph(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace guardian::knowledge
