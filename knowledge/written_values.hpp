#pragma once
// Values that texts of a case state ("Hb 13.2 -> 8.9", "K was 5.9"), kept until it is known whether the case states
// them as results of its own: those stand, and another value in a text is told. Belongs to one thread.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "knowledge/clinical_values.hpp"
#include "knowledge/patient_facts.hpp"
#include "knowledge/quantity_reader.hpp"
#include "knowledge/quantity_trend.hpp"

namespace guardian::knowledge {

class WrittenValues {
 public:
  explicit WrittenValues(PatientFacts& facts) : base_(facts.base()), case_(facts.subject()), facts_(facts) {}

  // Keeps the values of a text, and says where they stand.
  std::vector<NoteValue> read(const std::string& text, const std::string& element, const TextContext& context);
  void keep(std::string_view text, const std::string& element, const std::vector<NoteValue>& values);

  // Whether some of the words are one of the values.
  [[nodiscard]] static bool hold(std::string_view text, std::string_view words, const std::vector<NoteValue>& values);

  // Adds what the case does not state as a value. Called twice: `measures` come after those that are computed from the
  // results of the case.
  void add(bool measures);

 private:
  struct WrittenValue {
    std::optional<double> high;  // of a range, in the unit that is written
    std::string unit;
    std::string element;
    std::string words;
  };

  void add_disagreement(const QuantityDefinition& definition, double stated, double written, const WrittenValue& where);
  void add_note_trend(std::span<const LabReading> readings);
  void add_note_change(std::string_view quantity, std::string_view change_name, const std::optional<Change>& change,
                       std::span<const LabReading> readings);
  void add_vital(std::string_view name, double value);

  const KnowledgeBase& base_;
  const core::Case& case_;
  PatientFacts& facts_;
  std::vector<WrittenValue> written_;
  std::vector<LabReading> readings_;  // of each of them
  bool measures_wait_ = false;        // until the results of the case are computed
};

}  // namespace guardian::knowledge
