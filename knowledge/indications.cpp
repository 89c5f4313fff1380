#include "knowledge/indications.hpp"

#include <algorithm>
#include <iterator>
#include <optional>

namespace guardian::knowledge {
namespace {

bool contains(const std::vector<std::string>& list, const std::string& text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

// Concepts of a policy that the knowledge base has; others have no effect.
std::vector<ConceptIndex> found_in(const ConceptGraph& graph, const std::vector<std::string>& texts) {
  std::vector<ConceptIndex> concepts;
  for (const std::string& text : texts) {
    const auto name = parse_concept(text);
    if (!name) continue;
    if (const auto index = graph.find(*name)) concepts.push_back(*index);
  }
  return concepts;
}

}  // namespace

Indications::Indications(const KnowledgeBase& base, const PlanPolicy& policy)
    : lit_(base.lit()),
      taper_(found_in(base.graph(), policy.taper)),
      high_alert_(found_in(base.graph(), policy.high_alert)) {
  const ConceptGraph& graph = base.graph();
  std::vector<ConceptIndex> classes;
  for (const auto& known : base.tables().concepts.classes) {
    if (contains(policy.traits, known.name)) continue;
    if (const auto index = graph.find(ConceptName{ConceptKind::drug_class, known.name, {}, 0, false}))
      classes.push_back(*index);
  }
  class_words_ = classes.size() / 64 + 1;
  classes_.resize(graph.ingredient_count() * class_words_);
  for (std::size_t i = 0; i < graph.ingredient_count(); ++i) {
    for (std::size_t bit = 0; bit < classes.size(); ++bit) {
      if (lit_.lights(static_cast<IngredientIndex>(i), classes[bit]))
        classes_[i * class_words_ + bit / 64] |= std::uint64_t{1} << (bit % 64);
    }
  }
  for (const std::string& role : policy.roles) {
    if (const auto index = graph.find(ConceptName{ConceptKind::drug_class, role, {}, 0, false}))
      roles_.push_back(*index);
  }
  std::vector<std::uint32_t> never_to;
  for (const std::string& name : policy.never_to) {
    if (const auto index = graph.ingredient(name)) never_to.push_back(static_cast<std::uint32_t>(raw(*index)));
  }
  for (const PatientTables::Indication& indication : base.patient_tables().indications) {
    const auto condition = base.condition(indication.condition);
    const auto selector = parse_selector(indication.selector);
    if (!condition || !selector) continue;  // the linter refuses such a row
    Row row;
    row.condition = *condition;
    row.aim = contains(policy.purposes, indication.note) ? indication.note : std::string();
    row.line = indication.line;
    row.evidence = indication.evidence;
    row.layered = contains(policy.layered, indication.condition);
    for (const AlternativeNames& alternative : *selector) {
      std::vector<ConceptIndex> wanted;
      for (const ConceptName& name : alternative) {
        if (const auto index = graph.find(name)) wanted.push_back(*index);
      }
      if (wanted.size() != alternative.size()) continue;
      if (wanted.size() == 1 && raw(wanted.front()) < graph.ingredient_count()) {
        row.ingredients.push_back(static_cast<std::uint32_t>(raw(wanted.front())));
        row.by_name = selector->size() == 1;
        continue;
      }
      for (std::uint32_t i = 0; i < graph.ingredient_count(); ++i) {
        const auto lights = [&](ConceptIndex index) { return lit_.lights(static_cast<IngredientIndex>(i), index); };
        if (std::all_of(wanted.begin(), wanted.end(), lights)) row.ingredients.push_back(i);
      }
    }
    std::sort(row.ingredients.begin(), row.ingredients.end());
    row.ingredients.erase(std::unique(row.ingredients.begin(), row.ingredients.end()), row.ingredients.end());
    std::copy_if(row.ingredients.begin(), row.ingredients.end(), std::back_inserter(row.to),
                 [&](std::uint32_t one) { return std::find(never_to.begin(), never_to.end(), one) == never_to.end(); });
    rows_.push_back(std::move(row));
  }
  of_ingredient_.resize(graph.ingredient_count());
  for (std::uint32_t number = 0; number < rows_.size(); ++number) {
    of_condition_[raw(rows_[number].condition)].push_back(number);
    for (const std::uint32_t ingredient : rows_[number].ingredients) of_ingredient_[ingredient].push_back(number);
  }
}

const std::vector<std::uint32_t>& Indications::rows_of(ConceptIndex condition) const {
  static const std::vector<std::uint32_t> none;
  const auto found = of_condition_.find(raw(condition));
  return found == of_condition_.end() ? none : found->second;
}

bool Indications::lights_any(const std::vector<ConceptIndex>& concepts, IngredientIndex ingredient) const {
  return std::any_of(concepts.begin(), concepts.end(),
                     [&](ConceptIndex wanted) { return lit_.lights(ingredient, wanted); });
}

std::vector<Purpose> Indications::purposes(IngredientIndex ingredient, const PatientState* patient, bool all) const {
  std::vector<Purpose> found;
  for (const std::uint32_t number : of_ingredient_[raw(ingredient)]) {
    const Row& row = rows_[number];
    if (!all && (patient == nullptr || patient->lit(row.condition) != Truth::yes)) continue;
    const Purpose purpose{row.condition, row.aim, row.layered ? ingredient : IngredientIndex{}, row.layered};
    if (std::find(found.begin(), found.end(), purpose) == found.end()) found.push_back(purpose);
  }
  return found;
}

bool Indications::serves(const Row& row, IngredientIndex ingredient, const Purpose& purpose) const {
  if (row.condition != purpose.condition || row.aim != purpose.aim) return false;
  if (!purpose.layered || ingredient == purpose.of || same_class(ingredient, purpose.of)) return true;
  return std::any_of(roles_.begin(), roles_.end(),
                     [&](ConceptIndex role) { return lit_.lights(ingredient, role) && lit_.lights(purpose.of, role); });
}

int Indications::line(IngredientIndex ingredient, const Purpose& purpose) const {
  int best = 0;
  for (const std::uint32_t number : of_ingredient_[raw(ingredient)]) {
    const Row& row = rows_[number];
    if (best != 0 && row.line >= best) continue;
    if (serves(row, ingredient, purpose)) best = row.line;
  }
  return best;
}

bool Indications::names(IngredientIndex ingredient, const Purpose& purpose) const {
  const auto& rows = of_ingredient_[raw(ingredient)];
  return std::any_of(rows.begin(), rows.end(), [&](std::uint32_t number) {
    return rows_[number].by_name && serves(rows_[number], ingredient, purpose);
  });
}

std::vector<IngredientIndex> Indications::serving(const Purpose& purpose) const {
  std::vector<std::uint32_t> numbers;
  for (const std::uint32_t place : rows_of(purpose.condition)) {
    const Row& row = rows_[place];
    if (row.aim != purpose.aim) continue;
    for (const std::uint32_t number : row.to) {
      if (serves(row, static_cast<IngredientIndex>(number), purpose)) numbers.push_back(number);
    }
  }
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  std::vector<IngredientIndex> ingredients;
  for (const std::uint32_t number : numbers) ingredients.push_back(static_cast<IngredientIndex>(number));
  return ingredients;
}

std::vector<std::string> Indications::evidence(const std::vector<IngredientIndex>& ingredients,
                                               const std::vector<ConceptIndex>& conditions) const {
  std::vector<std::string> ids;
  for (const Row& row : rows_) {
    if (std::find(conditions.begin(), conditions.end(), row.condition) == conditions.end()) continue;
    const bool serves = std::any_of(ingredients.begin(), ingredients.end(), [&](IngredientIndex ingredient) {
      return std::binary_search(row.ingredients.begin(), row.ingredients.end(), raw(ingredient));
    });
    if (serves && !contains(ids, row.evidence)) ids.push_back(row.evidence);
  }
  return ids;
}

bool Indications::same_class(IngredientIndex one, IngredientIndex other) const {
  const std::uint64_t* const of_one = &classes_[raw(one) * class_words_];
  const std::uint64_t* const of_other = &classes_[raw(other) * class_words_];
  for (std::size_t word = 0; word < class_words_; ++word) {
    if ((of_one[word] & of_other[word]) != 0) return true;
  }
  return false;
}

}  // namespace guardian::knowledge
