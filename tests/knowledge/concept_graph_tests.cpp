#include "knowledge/concept_graph.hpp"

#include <algorithm>
#include <set>

#include <catch2/catch.hpp>

#include "tests/support/temporary_knowledge.hpp"

using namespace guardian;
using namespace guardian::knowledge;
using core::PathStep;

namespace {

ConceptName drug_class(std::string name) { return {ConceptKind::drug_class, std::move(name), {}, 0, false}; }
ConceptName role(std::string target, Relation relation, int grade) {
  return {ConceptKind::role, std::move(target), relation, grade, false};
}
ConceptName effect(std::string name, int grade) {
  return {ConceptKind::effect, std::move(name), {}, std::abs(grade), grade < 0};
}

// fluoxetine is an SSRI, an SSRI an antidepressant; roles and effects of several grades.
ConceptTables small_tables() {
  ConceptTables tables;
  tables.ingredients = {"amiodarone", "fluoxetine", "ketoconazole", "simvastatin"};
  tables.classes = {{"antidepressant", "antidepressant"}, {"ssri", "SSRI"}, {"unused", "unused class"}};
  tables.class_parents = {{"ssri", "antidepressant"}};
  tables.members = {{"fluoxetine", "ssri"}};
  tables.targets = {{"CYP2D6", "CYP2D6"}, {"CYP3A4", "CYP3A4"}};
  tables.roles = {{"fluoxetine", "CYP2D6", Relation::inhibitor, 3},
                  {"ketoconazole", "CYP3A4", Relation::inhibitor, 3},
                  {"amiodarone", "CYP3A4", Relation::inhibitor, 1},
                  {"amiodarone", "CYP3A4", Relation::substrate, 2},
                  {"simvastatin", "CYP3A4", Relation::substrate, 3}};
  tables.effects = {{"potassium", "potassium"}, {"qt", "QT prolongation"}};
  tables.effect_grades = {{"amiodarone", "qt", 3}, {"fluoxetine", "qt", 1}, {"ketoconazole", "potassium", -2}};
  return tables;
}

ConceptGraph small_graph() {
  auto graph = ConceptGraph::build(small_tables());
  REQUIRE(graph.has_value());
  return std::move(*graph);
}

bool lights(const ConceptGraph& graph, std::string_view ingredient, const ConceptName& name) {
  const auto wanted = graph.find(name);
  REQUIRE(wanted.has_value());
  const auto closure = graph.closure(*graph.ingredient(ingredient));
  return std::binary_search(closure.begin(), closure.end(), *wanted);
}

std::string refusal(const ConceptTables& tables) {
  const auto graph = ConceptGraph::build(tables);
  REQUIRE_FALSE(graph.has_value());
  CHECK(graph.error().code == core::ErrorCode::invalid_input);
  return graph.error().message;
}

}  // namespace

TEST_CASE("ingredients come first in the graph and are found by name", "[knowledge][concept_graph]") {
  const ConceptGraph graph = small_graph();
  CHECK(graph.ingredient_count() == 4);
  CHECK(graph.concept_count() > 4);
  for (std::uint32_t i = 0; i < 4; ++i) {
    const auto index = static_cast<IngredientIndex>(i);
    CHECK(graph.ingredient(graph.ingredient_name(index)) == index);
    CHECK(graph.find({ConceptKind::ingredient, graph.ingredient_name(index), {}, 0, false}) ==
          static_cast<ConceptIndex>(i));
    CHECK(graph.title(static_cast<ConceptIndex>(i)) == graph.ingredient_name(index));
  }
  CHECK_FALSE(graph.ingredient("warfarin").has_value());
  CHECK_FALSE(graph.ingredient("Fluoxetine").has_value());
  CHECK_FALSE(graph.find(drug_class("statin")).has_value());
  CHECK_FALSE(graph.find(role("CYP1A2", Relation::inhibitor, 1)).has_value());
}

TEST_CASE("an ingredient lights itself, its classes and the classes above them", "[knowledge][concept_graph]") {
  const ConceptGraph graph = small_graph();
  CHECK(lights(graph, "fluoxetine", {ConceptKind::ingredient, "fluoxetine", {}, 0, false}));
  CHECK(lights(graph, "fluoxetine", drug_class("ssri")));
  CHECK(lights(graph, "fluoxetine", drug_class("antidepressant")));
  CHECK_FALSE(lights(graph, "fluoxetine", drug_class("unused")));
  CHECK_FALSE(lights(graph, "simvastatin", drug_class("ssri")));
  CHECK_FALSE(lights(graph, "simvastatin", {ConceptKind::ingredient, "fluoxetine", {}, 0, false}));
}

TEST_CASE("a role lights every rung below its own and none above", "[knowledge][concept_graph]") {
  const ConceptGraph graph = small_graph();
  for (int grade = 1; grade <= 3; ++grade)
    CHECK(lights(graph, "ketoconazole", role("CYP3A4", Relation::inhibitor, grade)));
  CHECK(lights(graph, "amiodarone", role("CYP3A4", Relation::inhibitor, 1)));
  CHECK_FALSE(lights(graph, "amiodarone", role("CYP3A4", Relation::inhibitor, 2)));
  CHECK(lights(graph, "amiodarone", role("CYP3A4", Relation::substrate, 2)));
  CHECK_FALSE(lights(graph, "amiodarone", role("CYP3A4", Relation::substrate, 3)));
  CHECK_FALSE(lights(graph, "ketoconazole", role("CYP3A4", Relation::inducer, 1)));
  CHECK_FALSE(lights(graph, "ketoconazole", role("CYP2D6", Relation::inhibitor, 1)));
}

TEST_CASE("an effect lights every rung below its own in its own direction", "[knowledge][concept_graph]") {
  const ConceptGraph graph = small_graph();
  for (int grade = 1; grade <= 3; ++grade) CHECK(lights(graph, "amiodarone", effect("qt", grade)));
  CHECK(lights(graph, "fluoxetine", effect("qt", 1)));
  CHECK_FALSE(lights(graph, "fluoxetine", effect("qt", 2)));
  CHECK(lights(graph, "ketoconazole", effect("potassium", -1)));
  CHECK(lights(graph, "ketoconazole", effect("potassium", -2)));
  CHECK_FALSE(lights(graph, "ketoconazole", effect("potassium", -3)));
  CHECK_FALSE(lights(graph, "ketoconazole", effect("potassium", 1)));
  CHECK_FALSE(lights(graph, "amiodarone", effect("qt", -1)));
}

TEST_CASE("a path leads from the ingredient to the concept, edge by edge", "[knowledge][concept_graph]") {
  const ConceptGraph graph = small_graph();
  const auto fluoxetine = *graph.ingredient("fluoxetine");
  CHECK(graph.path(fluoxetine, *graph.find(drug_class("antidepressant"))) ==
        std::vector<PathStep>{{"fluoxetine", "is a", "SSRI"}, {"SSRI", "is a", "antidepressant"}});
  CHECK(graph.path(fluoxetine, *graph.find(role("CYP2D6", Relation::inhibitor, 2))) ==
        std::vector<PathStep>{{"fluoxetine", "is a", "CYP2D6 inhibitor, strong"},
                              {"CYP2D6 inhibitor, strong", "at least", "CYP2D6 inhibitor, moderate or more"}});
  CHECK(graph.path(fluoxetine, *graph.find(effect("qt", 1))) ==
        std::vector<PathStep>{{"fluoxetine", "has effect", "QT prolongation, grade 1 or more"}});
}

TEST_CASE("there is no path to a concept that is not lit, nor to the ingredient itself", "[knowledge][concept_graph]") {
  const ConceptGraph graph = small_graph();
  const auto fluoxetine = *graph.ingredient("fluoxetine");
  CHECK(graph.path(fluoxetine, *graph.find(drug_class("unused"))).empty());
  CHECK(graph.path(fluoxetine, static_cast<ConceptIndex>(raw(fluoxetine))).empty());
}

TEST_CASE("a path takes the shorter of two ways", "[knowledge][concept_graph]") {
  ConceptTables tables = small_tables();
  tables.members.push_back({"fluoxetine", "antidepressant"});
  const auto graph = ConceptGraph::build(tables);
  REQUIRE(graph.has_value());
  CHECK(graph->path(*graph->ingredient("fluoxetine"), *graph->find(drug_class("antidepressant"))) ==
        std::vector<PathStep>{{"fluoxetine", "is a", "antidepressant"}});
}

TEST_CASE("the own grade of an ingredient answers for every rung of the same ladder", "[knowledge][concept_graph]") {
  const ConceptGraph graph = small_graph();
  const auto own = [&](std::string_view ingredient, const ConceptName& name) {
    return graph.own_grade(*graph.ingredient(ingredient), *graph.find(name));
  };
  for (int grade = 1; grade <= 3; ++grade) {
    CHECK(own("ketoconazole", role("CYP3A4", Relation::inhibitor, grade)) == 3);
    CHECK(own("amiodarone", role("CYP3A4", Relation::substrate, grade)) == 2);
    CHECK(own("ketoconazole", effect("potassium", -grade)) == 2);
    CHECK(own("ketoconazole", effect("potassium", grade)) == 0);
  }
  CHECK(own("ketoconazole", role("CYP3A4", Relation::substrate, 1)) == 0);
  CHECK(own("ketoconazole", role("CYP2D6", Relation::inhibitor, 1)) == 0);
  CHECK(own("fluoxetine", drug_class("ssri")) == 0);
  CHECK(own("fluoxetine", {ConceptKind::ingredient, "fluoxetine", {}, 0, false}) == 0);
}

TEST_CASE("roles and effects have the name and title of their ladder, other concepts none",
          "[knowledge][concept_graph]") {
  const ConceptGraph graph = small_graph();
  const auto strong = *graph.find(role("CYP3A4", Relation::inhibitor, 3));
  REQUIRE(graph.ladder_name(strong) != nullptr);
  CHECK(*graph.ladder_name(strong) == role("CYP3A4", Relation::inhibitor, 3));
  CHECK(graph.ladder_title(strong) == "CYP3A4");
  CHECK(graph.ladder_title(*graph.find(effect("qt", 2))) == "QT prolongation");
  CHECK(graph.ladder_name(*graph.find(drug_class("ssri"))) == nullptr);
  CHECK(graph.ladder_name(ConceptIndex{0}) == nullptr);
}

TEST_CASE("titles say what a reader can see", "[knowledge][concept_graph]") {
  const ConceptGraph graph = small_graph();
  CHECK(graph.title(*graph.find(drug_class("ssri"))) == "SSRI");
  CHECK(graph.title(*graph.find(role("CYP3A4", Relation::substrate, 3))) == "CYP3A4 substrate, sensitive");
  CHECK(graph.title(*graph.find(role("CYP3A4", Relation::substrate, 1))) == "CYP3A4 substrate, minor or more");
  CHECK(graph.title(*graph.find(effect("potassium", -3))) == "potassium down, grade 3");
}

TEST_CASE("shared targets pair what one drug does with what the other depends on", "[knowledge][concept_graph]") {
  const ConceptGraph graph = small_graph();
  const auto shared = [&](std::string_view precipitant, std::string_view object) {
    return graph.shared_targets(*graph.ingredient(precipitant), *graph.ingredient(object));
  };
  const auto with_simvastatin = shared("ketoconazole", "simvastatin");
  REQUIRE(with_simvastatin.size() == 1);
  CHECK(with_simvastatin[0].precipitant == role("CYP3A4", Relation::inhibitor, 3));
  CHECK(with_simvastatin[0].object == role("CYP3A4", Relation::substrate, 3));
  CHECK(shared("amiodarone", "simvastatin").size() == 1);
  CHECK(shared("simvastatin", "ketoconazole").empty());
  CHECK(shared("fluoxetine", "simvastatin").empty());
  CHECK(shared("simvastatin", "simvastatin").empty());
}

TEST_CASE("a cycle of classes is named from its first class back to it", "[knowledge][concept_graph]") {
  using Parents = std::vector<ConceptTables::Parent>;
  CHECK(ConceptGraph::class_cycle(Parents{}).empty());
  CHECK(ConceptGraph::class_cycle(Parents{{"a", "b"}, {"b", "c"}, {"a", "c"}}).empty());
  CHECK(ConceptGraph::class_cycle(Parents{{"a", "a"}}) == std::vector<std::string>{"a", "a"});
  CHECK(ConceptGraph::class_cycle(Parents{{"a", "b"}, {"b", "a"}}) == std::vector<std::string>{"a", "b", "a"});
  const auto cycle = ConceptGraph::class_cycle(Parents{{"x", "a"}, {"a", "b"}, {"b", "c"}, {"c", "a"}, {"c", "d"}});
  CHECK(cycle == std::vector<std::string>{"a", "b", "c", "a"});
}

TEST_CASE("a row that speaks of something that is not there is refused by name", "[knowledge][concept_graph]") {
  ConceptTables tables = small_tables();
  tables.members.push_back({"fluoxetine", "statin"});
  CHECK_THAT(refusal(tables), Catch::Contains("class:statin"));
  tables = small_tables();
  tables.members.push_back({"warfarin", "ssri"});
  CHECK_THAT(refusal(tables), Catch::Contains("warfarin"));
  tables = small_tables();
  tables.class_parents.push_back({"ssri", "statin"});
  CHECK_THAT(refusal(tables), Catch::Contains("class:statin"));
  tables = small_tables();
  tables.roles.push_back({"fluoxetine", "CYP1A2", Relation::inducer, 2});
  CHECK_THAT(refusal(tables), Catch::Contains("role:CYP1A2 inducer moderate"));
  tables = small_tables();
  tables.effect_grades.push_back({"fluoxetine", "sodium", -2});
  CHECK_THAT(refusal(tables), Catch::Contains("effect:sodium-2"));
}

TEST_CASE("every path of the shipped graph starts at its ingredient, hangs together and ends at the concept",
          "[knowledge][concept_graph]") {
  const ConceptGraph& graph = tests::shipped_knowledge()->graph();
  for (std::uint32_t i = 0; i < graph.ingredient_count(); i += 37) {
    const auto ingredient = static_cast<IngredientIndex>(i);
    CAPTURE(graph.ingredient_name(ingredient));
    const auto closure = graph.closure(ingredient);
    CHECK(std::is_sorted(closure.begin(), closure.end()));
    CHECK(std::adjacent_find(closure.begin(), closure.end()) == closure.end());
    for (const ConceptIndex lit : closure) {
      const auto path = graph.path(ingredient, lit);
      if (raw(lit) == i) {
        CHECK(path.empty());
        continue;
      }
      REQUIRE_FALSE(path.empty());
      CHECK(path.front().from == graph.ingredient_name(ingredient));
      CHECK(path.back().to == graph.title(lit));
      for (std::size_t step = 1; step < path.size(); ++step) CHECK(path[step].from == path[step - 1].to);
    }
  }
}
