#include "knowledge/knowledge_base.hpp"

#include <algorithm>
#include <future>
#include <map>
#include <mutex>
#include <unordered_map>

#include "knowledge/indications.hpp"
#include "knowledge/name_index.hpp"
#include "knowledge/patient_vocabulary.hpp"
#include "knowledge/text_map.hpp"

namespace guardian::knowledge {

struct KnowledgeBase::Impl {
  mutable std::mutex store_mutex;
  mutable Store store;
  KnowledgeTables tables;
  PatientTables patient_tables;
  ConceptGraph graph;
  RuleSet rules;
  LitSets lit;
  PairIndex pairs;
  NameIndex names;
  LocalRules local_rules;
  RuleForce on_any_day;
  std::map<std::pair<std::size_t, RouteMask>, core::Exposure> exposures;
  TextMap<ConceptIndex> condition_by_name;
  TextMap<ConceptIndex> quantity_by_name;
  std::unordered_map<std::size_t, std::size_t> conditions;  // position in the table by concept
  std::unordered_map<std::size_t, std::size_t> quantities;  // position in the table by concept
  std::vector<QuantityTraits> quantity_traits;              // by concept
  std::vector<ConceptIndex> traits;
  std::unique_ptr<PatientVocabulary> vocabulary;
  mutable std::vector<std::unique_ptr<const RuleTexts>> kept_texts;  // by rule, once read; guarded by store_mutex

  mutable std::once_flag matcher_made;
  mutable std::optional<const Matcher> matcher;  // never matches: others are made like it
  mutable std::once_flag indications_made;
  mutable std::optional<const Indications> indications;

  Impl(Store opened, KnowledgeTables t, PatientTables of_patients, ConceptGraph g, RuleSet r, LitSets l, PairIndex p,
       NameIndex n)
      : store(std::move(opened)),
        tables(std::move(t)),
        patient_tables(std::move(of_patients)),
        graph(std::move(g)),
        rules(std::move(r)),
        lit(std::move(l)),
        pairs(std::move(p)),
        names(std::move(n)),
        local_rules(rules, tables),
        on_any_day(local_rules.on({})),
        kept_texts(rules.size()) {}
};

namespace {

// Runs beside the caller, or where no thread can be had when its result is asked for. The future waits for it when it
// goes, so what `work` refers to must be declared before.
template <class Work>
auto beside(Work work) {
  return std::async(std::launch::async | std::launch::deferred, std::move(work));
}

std::optional<ConceptIndex> index_of(const TextMap<ConceptIndex>& by_name, std::string_view name) {
  const auto found = by_name.find(name);
  return found == by_name.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace

KnowledgeBase::KnowledgeBase(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
KnowledgeBase::~KnowledgeBase() = default;

core::Result<std::shared_ptr<const KnowledgeBase>> KnowledgeBase::open(const std::filesystem::path& path) {
  auto store = Store::open(path);
  if (!store) return core::fail(store.error());
  // What is made for patients, for names and for pairs does not depend on one another, and each takes a while.
  auto patient_tables = store->patient_tables();
  if (!patient_tables) return core::fail(patient_tables.error());
  auto reading_of_patients = beside([&] { return PatientVocabulary::build(*patient_tables); });
  auto tables = store->tables();
  if (!tables) return core::fail(tables.error());
  auto rules = store->rules();
  if (!rules) return core::fail(rules.error());
  auto graph = ConceptGraph::build(tables->concepts);
  if (!graph) {
    return core::fail(core::ErrorCode::knowledge_unavailable,
                      "knowledge base " + path.string() + ": " + graph.error().message);
  }
  auto indexing_of_names = beside([&] { return NameIndex::build(*tables, *graph); });
  LitSets lit(*graph);
  PairIndex pairs = PairIndex::build(*rules, lit, graph->ingredient_count());
  NameIndex names = indexing_of_names.get();
  auto vocabulary = reading_of_patients.get();
  if (!vocabulary) {
    return core::fail(core::ErrorCode::knowledge_unavailable,
                      "knowledge base " + path.string() + ": " + vocabulary.error().message);
  }
  auto impl =
      std::make_unique<Impl>(std::move(*store), std::move(*tables), std::move(*patient_tables), std::move(*graph),
                             std::move(*rules), std::move(lit), std::move(pairs), std::move(names));
  auto base = std::shared_ptr<KnowledgeBase>(new KnowledgeBase(std::move(impl)));
  base->index_exposures();
  base->index_patient_tables();
  base->impl_->vocabulary = std::make_unique<PatientVocabulary>(std::move(*vocabulary));
  return std::shared_ptr<const KnowledgeBase>(std::move(base));
}

// A way of giving has the exposure of its route where the table does not say otherwise.
void KnowledgeBase::index_exposures() {
  for (const ExposureRow& row : impl_->tables.exposures) {
    const auto ingredient = impl_->graph.ingredient(row.ingredient);
    if (!ingredient) continue;
    impl_->exposures[{raw(*ingredient), route_bit(row.route)}] = row.exposure;
    for (const RouteRow& way : impl_->tables.routes) {
      if (way.route != row.route && wider_route(way.route) == row.route)
        impl_->exposures.try_emplace({raw(*ingredient), route_bit(way.route)}, row.exposure);
    }
  }
}

void KnowledgeBase::index_patient_tables() {
  const auto index_names = [&](ConceptKind kind, const std::vector<ConceptTables::Named>& named,
                               TextMap<ConceptIndex>& by_name) {
    for (const ConceptTables::Named& row : named) {
      if (const auto index = impl_->graph.find(ConceptName{kind, row.name, {}, 0, false}))
        by_name.emplace(row.name, *index);
    }
  };
  index_names(ConceptKind::condition, impl_->tables.concepts.conditions, impl_->condition_by_name);
  index_names(ConceptKind::quantity, impl_->tables.concepts.quantities, impl_->quantity_by_name);
  const auto& rows = impl_->patient_tables.quantities;
  impl_->quantity_traits.resize(impl_->graph.concept_count());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto index = quantity(rows[i].name);
    if (!index) continue;
    impl_->quantities.emplace(raw(*index), i);
    QuantityTraits& traits = impl_->quantity_traits[raw(*index)];
    if (rows[i].stale_days) traits.stale_days = *rows[i].stale_days;
    traits.lasting = rows[i].kind == "measure" || rows[i].kind == "attribute";
    if (const auto other = quantity(rows[i].stands_in)) {
      traits.has_stand_in = true;
      traits.stand_in = *other;
    }
  }
  const auto& conditions = impl_->patient_tables.conditions;
  for (std::size_t i = 0; i < conditions.size(); ++i) {
    if (const auto index = condition(conditions[i].condition)) impl_->conditions.emplace(raw(*index), i);
  }
  for (const std::string_view trait : {"female", "male", "childbearing_potential"}) {
    if (const auto index = condition(trait)) impl_->traits.push_back(*index);
  }
}

const ReleaseInfo& KnowledgeBase::release() const noexcept { return impl_->tables.release; }
const KnowledgeTables& KnowledgeBase::tables() const noexcept { return impl_->tables; }
const PatientTables& KnowledgeBase::patient_tables() const noexcept { return impl_->patient_tables; }
const ConceptGraph& KnowledgeBase::graph() const noexcept { return impl_->graph; }
const RuleSet& KnowledgeBase::rules() const noexcept { return impl_->rules; }
const LitSets& KnowledgeBase::lit() const noexcept { return impl_->lit; }
const PairIndex& KnowledgeBase::pairs() const noexcept { return impl_->pairs; }
const NameIndex& KnowledgeBase::names() const noexcept { return impl_->names; }
const LocalRules& KnowledgeBase::local_rules() const noexcept { return impl_->local_rules; }

const IngredientRow& KnowledgeBase::ingredient(IngredientIndex index) const {
  return impl_->tables.ingredients.at(raw(index));
}

RouteMask KnowledgeBase::route_bit(std::string_view route) const {
  const auto& routes = impl_->tables.routes;
  for (std::size_t i = 0; i < routes.size(); ++i) {
    if (routes[i].route == route) return RouteMask{1} << i;
  }
  return 0;
}

std::string_view KnowledgeBase::route_name(RouteMask bit) const {
  const auto& routes = impl_->tables.routes;
  for (std::size_t i = 0; i < routes.size(); ++i) {
    if (bit == RouteMask{1} << i) return routes[i].route;
  }
  return {};
}

core::Exposure KnowledgeBase::exposure(IngredientIndex ingredient, RouteMask route) const {
  if (const auto own = impl_->exposures.find({raw(ingredient), route}); own != impl_->exposures.end())
    return own->second;
  const auto& routes = impl_->tables.routes;
  for (std::size_t i = 0; i < routes.size(); ++i) {
    if (route == RouteMask{1} << i) return routes[i].exposure;
  }
  return core::Exposure::systemic;
}

DrugFact KnowledgeBase::bare_fact(IngredientIndex index) const {
  const IngredientRow& row = ingredient(index);
  DrugFact fact;
  fact.ingredient = index;
  fact.route = route_bit(row.usual_route);
  fact.exposure = exposure(index, fact.route);
  fact.washout_days = row.washout_days.value_or(unknown_number);
  return fact;
}

const QuantityDefinition* KnowledgeBase::quantity_row(ConceptIndex quantity) const {
  const auto found = impl_->quantities.find(raw(quantity));
  return found == impl_->quantities.end() ? nullptr : &impl_->patient_tables.quantities[found->second];
}

std::optional<ConceptIndex> KnowledgeBase::condition(std::string_view name) const {
  return index_of(impl_->condition_by_name, name);
}

std::optional<ConceptIndex> KnowledgeBase::quantity(std::string_view name) const {
  return index_of(impl_->quantity_by_name, name);
}

bool KnowledgeBase::is_trait(ConceptIndex index) const {
  const auto& traits = impl_->traits;
  return std::find(traits.begin(), traits.end(), index) != traits.end();
}

bool KnowledgeBase::is_symptom(ConceptIndex index) const {
  const auto found = impl_->conditions.find(raw(index));
  return found != impl_->conditions.end() && impl_->patient_tables.conditions[found->second].kind == "symptom";
}

std::string KnowledgeBase::condition_name(ConceptIndex index) const {
  const auto found = impl_->conditions.find(raw(index));
  return found == impl_->conditions.end() ? std::string() : impl_->patient_tables.conditions[found->second].condition;
}

Matcher KnowledgeBase::matcher() const {
  std::call_once(impl_->matcher_made,
                 [&] { impl_->matcher.emplace(impl_->graph, impl_->rules, impl_->lit, impl_->pairs); });
  return impl_->matcher->another(impl_->local_rules.empty() ? nullptr : &impl_->on_any_day);
}

const Indications& KnowledgeBase::indications() const {
  std::call_once(impl_->indications_made, [&] { impl_->indications.emplace(*this, default_plan_policy()); });
  return *impl_->indications;
}

PatientState KnowledgeBase::patient_state() const { return {impl_->graph, impl_->quantity_traits}; }

const PatientVocabulary& KnowledgeBase::vocabulary() const noexcept { return *impl_->vocabulary; }

core::Result<RuleTexts> KnowledgeBase::texts(RuleIndex rule) const {
  const std::lock_guard lock(impl_->store_mutex);
  std::unique_ptr<const RuleTexts>& kept = impl_->kept_texts[raw(rule)];
  if (kept) return *kept;
  auto texts = read_texts(rule);
  if (texts) kept = std::make_unique<const RuleTexts>(*texts);
  return texts;
}

core::Result<Seed> KnowledgeBase::seed() const {
  const std::lock_guard lock(impl_->store_mutex);
  return impl_->store.seed();
}

core::Result<std::vector<core::EvidenceRecord>> KnowledgeBase::evidence(std::string_view ids) const {
  const std::lock_guard lock(impl_->store_mutex);
  return impl_->store.evidence(ids);
}

core::Result<RuleTexts> KnowledgeBase::read_texts(RuleIndex rule) const {
  const std::string_view id = impl_->rules.id(rule);
  if (impl_->rules.head(rule).inferred == 0) return impl_->store.rule_texts(id);
  // "INF-<TARGET>-<template>": the target is the longest one that fits, since names of targets have hyphens too.
  std::string_view target;
  for (const auto& known : impl_->tables.concepts.targets) {
    const std::string prefix = inferred_rule_id({}, known.name);
    if (id.starts_with(prefix) && known.name.size() > target.size()) target = known.name;
  }
  return impl_->store.inferred_texts(id.substr(inferred_rule_id({}, target).size()), target);
}

}  // namespace guardian::knowledge
