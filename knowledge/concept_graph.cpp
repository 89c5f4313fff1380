#include "knowledge/concept_graph.hpp"

#include <algorithm>
#include <map>
#include <unordered_map>

#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/breadth_first_search.hpp>
#include <boost/graph/depth_first_search.hpp>
#include <boost/graph/visitors.hpp>

#include "knowledge/text_map.hpp"

namespace guardian::knowledge {
namespace {

enum class NodeKind : std::uint8_t { ingredient, drug_class, role, effect, target, any, condition, quantity };

struct Node {
  NodeKind kind = NodeKind::ingredient;
  std::string title;
};

struct Edge {
  std::string label;
};

using Graph = boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS, Node, Edge>;
using Vertex = boost::graph_traits<Graph>::vertex_descriptor;
using GraphEdge = boost::graph_traits<Graph>::edge_descriptor;

std::string role_title(const std::string& target, Relation relation, int grade) {
  return target + " " + std::string(to_string(relation)) + ", " + std::string(grade_word(relation, grade)) +
         (grade < 3 ? " or more" : "");
}

std::string effect_title(const std::string& title, bool falling, int grade) {
  return title + (falling ? " down" : "") + ", grade " + std::to_string(grade) + (grade < 3 ? " or more" : "");
}

struct RecordVertex : boost::base_visitor<RecordVertex> {
  using event_filter = boost::on_discover_vertex;
  explicit RecordVertex(std::vector<ConceptIndex>& list) : into(&list) {}
  void operator()(Vertex vertex, const Graph&) const { into->push_back(static_cast<ConceptIndex>(vertex)); }
  std::vector<ConceptIndex>* into;
};

}  // namespace

struct ConceptGraph::Impl {
  Graph graph;
  std::size_t ingredients = 0;
  std::vector<std::string> ingredient_names;
  TextMap<std::uint32_t> ingredient_by_name;
  std::map<ConceptName, std::uint32_t> by_name;
  // The rungs of roles and effects, by vertex, with the words for what the ladder is about.
  struct Rung {
    ConceptName name;
    std::string about;
  };
  std::unordered_map<Vertex, Rung> rungs;

  Vertex add(NodeKind kind, std::string title, const ConceptName& name) {
    const Vertex vertex = boost::add_vertex(Node{kind, std::move(title)}, graph);
    by_name.emplace(name, static_cast<std::uint32_t>(vertex));
    return vertex;
  }

  void link(std::size_t from, std::size_t to, std::string label) {
    boost::add_edge(from, to, Edge{std::move(label)}, graph);
  }

  [[nodiscard]] std::optional<std::uint32_t> vertex(const ConceptName& name) const {
    if (name.kind == ConceptKind::ingredient) {
      const auto found = ingredient_by_name.find(name.name);
      if (found == ingredient_by_name.end()) return std::nullopt;
      return found->second;
    }
    const auto found = by_name.find(name);
    if (found == by_name.end()) return std::nullopt;
    return found->second;
  }

  // The rungs that an ingredient stands on itself.
  [[nodiscard]] std::vector<const ConceptName*> rungs_of(IngredientIndex ingredient) const {
    std::vector<const ConceptName*> own;
    const auto [first, end] = boost::out_edges(static_cast<Vertex>(raw(ingredient)), graph);
    for (auto edge = first; edge != end; ++edge) {
      const auto rung = rungs.find(boost::target(*edge, graph));
      if (rung != rungs.end()) own.push_back(&rung->second.name);
    }
    return own;
  }

  void add_ladders(const ConceptTables& tables) {
    for (const auto& target : tables.targets) {
      const Vertex node = boost::add_vertex(Node{NodeKind::target, target.title}, graph);
      for (const Relation relation : {Relation::inhibitor, Relation::inducer, Relation::substrate, Relation::prodrug}) {
        Vertex below = node;
        for (int grade = 1; grade <= 3; ++grade) {
          const Vertex role = add(NodeKind::role, role_title(target.name, relation, grade),
                                  ConceptName{ConceptKind::role, target.name, relation, grade, false});
          rungs.emplace(role, Rung{ConceptName{ConceptKind::role, target.name, relation, grade, false}, target.name});
          link(role, below, grade == 1 ? "acts on" : "at least");
          below = role;
        }
      }
    }
    for (const auto& effect : tables.effects) {
      for (const bool falling : {false, true}) {
        std::optional<Vertex> below;
        for (int grade = 1; grade <= 3; ++grade) {
          const Vertex node = add(NodeKind::effect, effect_title(effect.title, falling, grade),
                                  ConceptName{ConceptKind::effect, effect.name, {}, grade, falling});
          rungs.emplace(node, Rung{ConceptName{ConceptKind::effect, effect.name, {}, grade, falling}, effect.title});
          if (below) link(node, *below, "at least");
          below = node;
        }
      }
    }
  }
};

ConceptGraph::ConceptGraph(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ConceptGraph::ConceptGraph(ConceptGraph&&) noexcept = default;
ConceptGraph& ConceptGraph::operator=(ConceptGraph&&) noexcept = default;
ConceptGraph::~ConceptGraph() = default;

core::Result<ConceptGraph> ConceptGraph::build(const ConceptTables& tables) {
  auto impl = std::make_unique<Impl>();
  impl->ingredients = tables.ingredients.size();
  impl->ingredient_names = tables.ingredients;
  for (const std::string& name : tables.ingredients) {
    const Vertex vertex = boost::add_vertex(Node{NodeKind::ingredient, name}, impl->graph);
    impl->ingredient_by_name.emplace(name, static_cast<std::uint32_t>(vertex));
  }
  for (const auto& drug_class : tables.classes) {
    impl->add(NodeKind::drug_class, drug_class.title,
              ConceptName{ConceptKind::drug_class, drug_class.name, {}, 0, false});
  }
  impl->add_ladders(tables);
  const Vertex any = impl->add(NodeKind::any, "any medicine", ConceptName{ConceptKind::any, {}, {}, 0, false});
  for (std::size_t i = 0; i < impl->ingredients; ++i) impl->link(i, any, "is");
  const auto condition = [](const std::string& name) {
    return ConceptName{ConceptKind::condition, name, {}, 0, false};
  };
  for (const auto& row : tables.conditions) impl->add(NodeKind::condition, row.title, condition(row.name));
  for (const auto& row : tables.quantities) {
    impl->add(NodeKind::quantity, row.title, ConceptName{ConceptKind::quantity, row.name, {}, 0, false});
  }

  const auto connect = [&](const ConceptName& from, const ConceptName& to, std::string label) -> core::Result<bool> {
    const auto source = impl->vertex(from);
    const auto target = impl->vertex(to);
    if (!source || !target) {
      return core::fail(core::ErrorCode::invalid_input, "unknown concept: " + to_string(source ? to : from));
    }
    impl->link(*source, *target, std::move(label));
    return true;
  };
  const auto ingredient = [](const std::string& name) {
    return ConceptName{ConceptKind::ingredient, name, {}, 0, false};
  };
  const auto drug_class = [](const std::string& name) {
    return ConceptName{ConceptKind::drug_class, name, {}, 0, false};
  };

  for (const auto& row : tables.class_parents) {
    if (auto done = connect(drug_class(row.child), drug_class(row.parent), "is a"); !done) {
      return core::fail(done.error());
    }
  }
  for (const auto& row : tables.condition_parents) {
    if (auto done = connect(condition(row.child), condition(row.parent), "is a"); !done) {
      return core::fail(done.error());
    }
  }
  for (const auto& row : tables.members) {
    if (auto done = connect(ingredient(row.ingredient), drug_class(row.drug_class), "is a"); !done) {
      return core::fail(done.error());
    }
  }
  for (const auto& row : tables.roles) {
    const ConceptName role{ConceptKind::role, row.target, row.relation, row.grade, false};
    if (auto done = connect(ingredient(row.ingredient), role, "is a"); !done) return core::fail(done.error());
  }
  for (const auto& row : tables.effect_grades) {
    const ConceptName effect{ConceptKind::effect, row.effect, {}, std::abs(row.grade), row.grade < 0};
    if (auto done = connect(ingredient(row.ingredient), effect, "has effect"); !done) return core::fail(done.error());
  }
  return ConceptGraph(std::move(impl));
}

std::size_t ConceptGraph::ingredient_count() const noexcept { return impl_->ingredients; }
std::size_t ConceptGraph::concept_count() const noexcept { return boost::num_vertices(impl_->graph); }
std::size_t ConceptGraph::edge_count() const noexcept { return boost::num_edges(impl_->graph); }

std::optional<IngredientIndex> ConceptGraph::ingredient(std::string_view name) const {
  const auto found = impl_->ingredient_by_name.find(name);
  if (found == impl_->ingredient_by_name.end()) return std::nullopt;
  return static_cast<IngredientIndex>(found->second);
}

const std::string& ConceptGraph::ingredient_name(IngredientIndex index) const {
  return impl_->ingredient_names.at(raw(index));
}

std::optional<ConceptIndex> ConceptGraph::find(const ConceptName& name) const {
  const auto vertex = impl_->vertex(name);
  if (!vertex) return std::nullopt;
  return static_cast<ConceptIndex>(*vertex);
}

const std::string& ConceptGraph::title(ConceptIndex index) const { return impl_->graph[raw(index)].title; }

std::vector<ConceptIndex> ConceptGraph::closure(ConceptIndex start) const {
  std::vector<ConceptIndex> lit;
  // A sparse colour map: a closure is some tens of vertices, the graph some thousands.
  std::unordered_map<Vertex, boost::default_color_type> colours;
  boost::associative_property_map colour_map(colours);
  boost::queue<Vertex> queue;
  boost::breadth_first_visit(impl_->graph, static_cast<Vertex>(raw(start)), queue,
                             boost::make_bfs_visitor(RecordVertex(lit)), colour_map);
  std::sort(lit.begin(), lit.end());
  return lit;
}

std::vector<core::PathStep> ConceptGraph::path(ConceptIndex from_concept, ConceptIndex wanted) const {
  const auto start = static_cast<Vertex>(raw(from_concept));
  const auto goal = static_cast<Vertex>(raw(wanted));
  if (start == goal) return {};
  // Breadth first. All that the start lights is a few dozen concepts: to look through them is quicker than any map.
  struct Reached {
    Vertex vertex;
    GraphEdge by;
    std::size_t from;  // where it was reached from
  };
  const auto known = [&](const std::vector<Reached>& reached, Vertex vertex) {
    return std::any_of(reached.begin(), reached.end(), [&](const Reached& one) { return one.vertex == vertex; });
  };
  std::vector<Reached> reached{{start, {}, 0}};
  for (std::size_t at = 0; at < reached.size() && reached.back().vertex != goal; ++at) {
    const auto [begin, end] = boost::out_edges(reached[at].vertex, impl_->graph);
    for (auto edge = begin; edge != end && reached.back().vertex != goal; ++edge) {
      const Vertex next = boost::target(*edge, impl_->graph);
      if (!known(reached, next)) reached.push_back({next, *edge, at});
    }
  }
  if (reached.back().vertex != goal) return {};
  std::vector<core::PathStep> steps;
  for (std::size_t at = reached.size() - 1; at != 0; at = reached[at].from) {
    const Reached& one = reached[at];
    steps.push_back(
        {impl_->graph[reached[one.from].vertex].title, impl_->graph[one.by].label, impl_->graph[one.vertex].title});
  }
  std::reverse(steps.begin(), steps.end());
  return steps;
}

int ConceptGraph::own_grade(IngredientIndex ingredient, ConceptIndex wanted) const {
  const auto asked = impl_->rungs.find(static_cast<Vertex>(raw(wanted)));
  if (asked == impl_->rungs.end()) return 0;
  int grade = 0;
  for (const ConceptName* own : impl_->rungs_of(ingredient)) {
    ConceptName same = *own;
    same.grade = asked->second.name.grade;
    if (same == asked->second.name) grade = std::max(grade, own->grade);
  }
  return grade;
}

const ConceptName* ConceptGraph::ladder_name(ConceptIndex index) const {
  const auto rung = impl_->rungs.find(static_cast<Vertex>(raw(index)));
  return rung == impl_->rungs.end() ? nullptr : &rung->second.name;
}

const std::string& ConceptGraph::ladder_title(ConceptIndex index) const {
  return impl_->rungs.at(static_cast<Vertex>(raw(index))).about;
}

std::vector<ConceptGraph::SharedTarget> ConceptGraph::shared_targets(IngredientIndex precipitant,
                                                                     IngredientIndex object) const {
  std::vector<SharedTarget> shared;
  for (const ConceptName* cause : impl_->rungs_of(precipitant)) {
    const bool changes = cause->relation == Relation::inhibitor || cause->relation == Relation::inducer;
    if (cause->kind != ConceptKind::role || !changes) continue;
    for (const ConceptName* dependence : impl_->rungs_of(object)) {
      const bool depends = dependence->relation == Relation::substrate || dependence->relation == Relation::prodrug;
      if (dependence->kind == ConceptKind::role && depends && dependence->name == cause->name) {
        shared.push_back({*cause, *dependence});
      }
    }
  }
  return shared;
}

std::vector<std::string> ConceptGraph::class_cycle(const std::vector<ConceptTables::Parent>& parents) {
  using Plain = boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS>;
  std::map<std::string, std::size_t> number;
  std::vector<std::string> names;
  const auto node = [&](const std::string& name) {
    const auto [entry, added] = number.emplace(name, names.size());
    if (added) names.push_back(name);
    return entry->second;
  };
  Plain graph;
  for (const auto& row : parents) {
    const std::size_t from = node(row.child);
    const std::size_t to = node(row.parent);
    boost::add_edge(from, to, graph);
  }

  struct BackEdge {
    std::size_t from;
    std::size_t to;
  };
  struct Finder : boost::default_dfs_visitor {
    explicit Finder(std::vector<std::size_t>& tree) : parent(&tree) {}
    void tree_edge(boost::graph_traits<Plain>::edge_descriptor edge, const Plain& g) const {
      (*parent)[boost::target(edge, g)] = boost::source(edge, g);
    }
    [[noreturn]] void back_edge(boost::graph_traits<Plain>::edge_descriptor edge, const Plain& g) const {
      throw BackEdge{boost::source(edge, g), boost::target(edge, g)};
    }
    std::vector<std::size_t>* parent;
  };
  std::vector<std::size_t> parent(boost::num_vertices(graph), 0);
  try {
    boost::depth_first_search(graph, boost::visitor(Finder(parent)));
    return {};
  } catch (const BackEdge& edge) {
    std::vector<std::string> cycle{names[edge.to]};
    for (std::size_t at = edge.from; at != edge.to; at = parent[at]) cycle.push_back(names[at]);
    cycle.push_back(names[edge.to]);
    std::reverse(cycle.begin(), cycle.end());
    return cycle;
  }
}

}  // namespace guardian::knowledge
