#pragma once
// Reads an allergy as people write it ("PCN - hives 1998", "Sulfa: rash as child", "NKDA") into the substances, the
// grade of the reaction and how long ago it was. What it cannot read it says. Pure; immutable; safe to read from
// several threads.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/case.hpp"
#include "knowledge/clinical_text.hpp"
#include "knowledge/reaction_grade.hpp"

namespace guardian::knowledge {

struct AllergyTables {
  // words -> ingredients and "class:x"; "-" alone: no drug allergy ("nkda")
  std::vector<std::pair<std::string, std::vector<std::string>>> allergens;
  std::vector<std::pair<std::string, ReactionGrade>> reactions;  // phrase -> grade
};

// The ingredients of a drug name; none when it is not known.
using DrugNames = std::function<std::vector<std::string>(std::string_view)>;

struct ReadAllergy {
  std::vector<std::string> allergens;        // ingredients and "class:x"
  TextSpan span;                             // of the name, in the text
  std::string quote;                         // the name as written
  Assertion assertion = Assertion::present;  // absent: "not allergic to"; family: of a relative
  ReactionGrade grade = ReactionGrade::unknown;
  std::vector<ReactionGrade> grades;  // all that were stated, worst first
  std::string reaction;               // the words that the grade was read from
  std::optional<double> years;        // since the reaction, at least; nothing when not stated
  bool tolerated_since = false;

  friend bool operator==(const ReadAllergy&, const ReadAllergy&) = default;
};

struct AllergyReading {
  std::vector<ReadAllergy> allergies;
  bool none_known = false;                // "NKDA"
  bool unknown = false;                   // "unable to obtain": nobody knows whether there is any
  std::vector<std::string> unrecognised;  // names of allergens that nobody knows: to be said in the review
  std::vector<std::string> unread;        // words of a reaction that have no grade
};

// What a note says of allergies.
struct NoteAllergies {
  std::vector<ReadAllergy> allergies;  // of the patient
  bool none_known = false;             // "NKDA", "denies drug allergies", "Allergies: nil"
  bool has_list = false;               // "Allergies: ..."
  bool unknown = false;                // "Allergies: unable to obtain"
  std::vector<std::string> unrecognised;
  std::vector<TextSpan> told;  // the parts of the note that tell of an allergy: a reaction there is none of today
};

class AllergyReader {
 public:
  [[nodiscard]] static AllergyReader build(const AllergyTables& tables);
  AllergyReader(AllergyReader&&) noexcept;
  AllergyReader& operator=(AllergyReader&&) noexcept;
  ~AllergyReader();

  [[nodiscard]] AllergyReading read(const core::Allergy& allergy, const TextContext& context,
                                    const DrugNames& drug_names) const;

  // The reactions that a condition names with their drug: "Stevens-Johnson syndrome from allopurinol", "statin
  // myopathy". `is_condition` keeps out what is a disease too: "hepatitis due to hepatitis B".
  [[nodiscard]] std::vector<core::Allergy> named_reactions(
      std::string_view condition, const TextContext& context, const DrugNames& drug_names,
      const std::function<bool(std::string_view)>& is_condition) const;

  // The words by which a note speaks of allergies, for its lexicon; their number is below `label_count`.
  static constexpr std::uint32_t label_count = 3;
  [[nodiscard]] static std::vector<LexiconLabel> labels();

  // `scanned` is the note read with these labels. `drug_names` should know names as they stand only: a note has many
  // words that resemble one.
  [[nodiscard]] NoteAllergies read_note(std::string_view note, const ScannedText& scanned, const TextContext& context,
                                        const DrugNames& drug_names) const;

 private:
  struct Impl;
  explicit AllergyReader(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace guardian::knowledge
