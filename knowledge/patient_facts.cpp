#include "knowledge/patient_facts.hpp"

#include <algorithm>
#include <array>

#include "core/age.hpp"
#include "knowledge/patient_vocabulary.hpp"
#include "knowledge/resolver.hpp"
#include "knowledge/text.hpp"

namespace guardian::knowledge {

PatientFacts::PatientFacts(const KnowledgeBase& base, const core::Case& subject, PatientState& state)
    : base_(base), case_(subject), state_(state), as_of_(core::parse_moment(subject.as_of)) {
  state_.clear();
  const core::Patient& patient = case_.patient;
  const std::size_t stated = patient.conditions.size() + patient.allergies.size() + patient.labs.size();
  constexpr std::size_t others = 32;  // the person, vital signs, what is computed, the note
  reading_.sources.reserve(stated + others);
  reading_.facts.reserve(stated + others);
}

std::uint32_t PatientFacts::source(std::string element, std::string words, bool from_note) {
  reading_.sources.push_back({std::move(element), std::move(words), from_note});
  return static_cast<std::uint32_t>(reading_.sources.size() - 1);
}

void PatientFacts::not_assessed(std::string check, std::string wanted, bool must_know) {
  reading_.not_assessed.push_back({std::move(check), std::move(wanted), must_know});
}

void PatientFacts::add_condition(std::string_view name, Truth truth, std::uint32_t from,
                                 std::optional<double> age_days) {
  const auto index = base_.condition(name);
  if (!index) return;
  state_.add(ConditionFact{*index, truth, age_days.value_or(unknown_number), from});
  core::StatedFact fact;
  fact.kind = base_.is_symptom(*index) ? "symptom" : base_.is_trait(*index) ? "patient" : "condition";
  fact.concept_name = std::string(name);
  fact.from = reading_.sources[from].element;
  fact.words = reading_.sources[from].words;
  if (truth == Truth::unknown) fact.truth = "unknown";
  fact.age_days = age_days;
  reading_.facts.push_back(std::move(fact));
}

void PatientFacts::add_bounds(std::string_view name, double low, double high, std::uint32_t from,
                              std::optional<double> age_days) {
  const auto index = base_.quantity(name);
  if (!index) return;
  const QuantityDefinition& row = *base_.quantity_row(*index);
  if (low < row.low || high > row.high) {
    if (low == high) return not_assessed(row.title, "a plausible value");
    low = std::max(low, row.low);
    high = std::min(high, row.high);
  }
  state_.add(QuantityFact{*index, low, high, age_days.value_or(unknown_number), from});
  core::StatedFact fact;
  fact.kind = row.kind == "attribute" ? "patient" : row.kind;
  fact.concept_name = std::string(name);
  fact.from = reading_.sources[from].element;
  fact.words = reading_.sources[from].words;
  fact.value = low;
  if (high != low) fact.high = high;
  fact.unit = row.unit;
  fact.age_days = age_days;
  reading_.facts.push_back(std::move(fact));
}

std::optional<QuantityFact> PatientFacts::number_of(std::string_view name) const {
  const auto index = base_.quantity(name);
  const QuantityFact* fact = index ? state_.value_of(*index) : nullptr;
  if (fact == nullptr || fact->quantity != *index || fact->low != fact->high) return std::nullopt;
  return *fact;
}

bool PatientFacts::lit(std::string_view condition) const {
  const auto index = base_.condition(condition);
  return index && state_.lit(*index) == Truth::yes;
}

DrugNames PatientFacts::drug_names(bool as_it_stands) const {
  return [this, as_it_stands](std::string_view text) {
    std::vector<std::string> ingredients;
    const Resolution resolution = resolve(base_, {std::string(text), {}, {}, case_.locale});
    if (!resolution.resolved) return ingredients;
    const Interpretation& meant = resolution.interpretations.front();
    if (as_it_stands && meant.kind == MatchKind::fuzzy) return ingredients;
    for (const IngredientIndex ingredient : meant.ingredients)
      ingredients.push_back(base_.graph().ingredient_name(ingredient));
    return ingredients;
  };
}

bool PatientFacts::is_asked_for(std::string_view name) const {
  static constexpr std::array<std::string_view, 6> computed_from = {"creatinine", "calcium",   "albumin",
                                                                    "hemoglobin", "platelets", "weight"};
  if (std::find(computed_from.begin(), computed_from.end(), name) != computed_from.end()) return true;
  const auto quantity = base_.quantity(name);
  return quantity && base_.rules().asks_for(*quantity);
}

void PatientFacts::add_allergy(const ReadAllergy& allergy, const std::string& words, const std::string& element) {
  // What was tolerated since is no longer an allergy, but worth a word.
  const ReactionGrade grade = allergy.tolerated_since ? ReactionGrade::intolerance : allergy.grade;
  for (const std::string& name : allergy.allergens) {
    const auto parsed = parse_concept(name);
    const auto index = parsed ? base_.graph().find(*parsed) : std::nullopt;
    if (!index) continue;
    const bool from_note = element == note_element;
    if (from_note && is_known_allergy(*index, grade)) continue;
    const std::uint32_t from = source(element, words, from_note);
    state_.add(AllergyFact{*index, reaction_bit(grade), allergy.years.value_or(unknown_number), from});
    core::StatedFact fact;
    fact.kind = "allergy";
    fact.concept_name = name;
    fact.from = element;
    fact.words = words;
    fact.reaction = to_string(grade);
    if (allergy.years) fact.age_days = *allergy.years * core::days_of_year;
    reading_.facts.push_back(std::move(fact));
  }
}

bool PatientFacts::is_known_allergy(ConceptIndex allergen, ReactionGrade grade) const {
  return std::any_of(state_.allergies().begin(), state_.allergies().end(), [&](const AllergyFact& known) {
    return known.allergen == allergen && (grade == ReactionGrade::unknown || known.reaction == reaction_bit(grade));
  });
}

}  // namespace guardian::knowledge
