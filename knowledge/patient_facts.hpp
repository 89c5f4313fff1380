#pragma once
// The facts of one patient as they are read from a case: each goes into the state that rules look at and into what the
// review shows, with the place and the words it was read from. What cannot be taken as a fact is kept as not assessed.
// Belongs to one thread.

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/case.hpp"
#include "core/date.hpp"
#include "knowledge/allergy_reader.hpp"
#include "knowledge/knowledge_base.hpp"
#include "knowledge/patient_reader.hpp"
#include "knowledge/patient_state.hpp"

namespace guardian::knowledge {

inline constexpr const char* note_element = "/note";

class PatientFacts {
 public:
  // Clears the state.
  PatientFacts(const KnowledgeBase& base, const core::Case& subject, PatientState& state);

  [[nodiscard]] const KnowledgeBase& base() const noexcept { return base_; }
  [[nodiscard]] const core::Case& subject() const noexcept { return case_; }
  [[nodiscard]] const AsOf& as_of() const noexcept { return as_of_; }
  [[nodiscard]] PatientState& state() noexcept { return state_; }
  [[nodiscard]] const PatientState& state() const noexcept { return state_; }
  [[nodiscard]] PatientReading& reading() noexcept { return reading_; }
  [[nodiscard]] TextContext text_context() const { return {case_.as_of, years, false, false}; }

  // Where a fact is read from; the number is what the fact points to.
  std::uint32_t source(std::string element, std::string words, bool from_note = false);

  void not_assessed(std::string check, std::string wanted, bool must_know = false);

  // Names that the knowledge base does not have add nothing.
  void add_condition(std::string_view name, Truth truth, std::uint32_t from, std::optional<double> age_days = {});
  void add_quantity(std::string_view name, double value, std::uint32_t from, std::optional<double> age_days = {}) {
    add_bounds(name, value, value, from, age_days);
  }
  // A value between two; bounds are held to what is plausible, a single value that is not is not assessed.
  void add_bounds(std::string_view name, double low, double high, std::uint32_t from,
                  std::optional<double> age_days = {});
  void add_allergy(const ReadAllergy& allergy, const std::string& words, const std::string& element);

  // The value of a quantity, where it is one number.
  [[nodiscard]] std::optional<QuantityFact> number_of(std::string_view name) const;
  [[nodiscard]] bool lit(std::string_view condition) const;

  // The ingredients of a drug name. With `as_it_stands` no misspelling is read: a note has many words near to one.
  [[nodiscard]] DrugNames drug_names(bool as_it_stands) const;

  // Whether a rule, or a measure that is computed, asks for the quantity.
  [[nodiscard]] bool is_asked_for(std::string_view name) const;

  std::optional<double> years;  // of age
  std::optional<double> weeks;  // of gestation

 private:
  [[nodiscard]] bool is_known_allergy(ConceptIndex allergen, ReactionGrade grade) const;

  const KnowledgeBase& base_;
  const core::Case& case_;
  PatientState& state_;
  AsOf as_of_;
  PatientReading reading_;
};

}  // namespace guardian::knowledge
