#pragma once
// Finds the values that a note states ("T 38.9", "BP 85/50", "Cr 3.1 (baseline 1.0)", "EF 25%"). It refuses rather than
// guesses: a target, a limit, an instruction, a dose, a trend, a value of another day or person is no value of today.
// What a number means is left to the quantity reader. Pure; linear in the note.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/case.hpp"
#include "knowledge/clinical_text.hpp"
#include "knowledge/quantity_reader.hpp"

namespace guardian::knowledge {

// A name of a quantity that is read in notes too. The note of its row says so, and how: "in notes", "in notes, capital"
// (an abbreviation that is a common word or unit in other letters: "Mg" and not "mg"), "in notes, unit" (the name of a
// medicine: only with a unit of the quantity), "in notes, row" (a letter: only right behind another value: "BP 92/50 P
// 118"), "in notes, range" ("EF 20-25%"), "in notes, over dbp" (two numbers with a slash, the second of that quantity).
struct NoteName {
  std::string name;
  std::string quantity;
  std::string substance;  // see QuantityName
  bool capital = false;
  bool arterial = false;     // not of a venous gas
  std::size_t decimals = 0;  // only a number with so many digits behind the point: "BM 2.1", and not "BM 2 today"
  bool with_unit = false;
  bool in_row = false;
  bool may_be_range = false;
  std::string second;  // of the pair; empty: one number

  // Nothing when the row is not for notes.
  [[nodiscard]] static std::optional<NoteName> of(const QuantityName& row);
};

struct NoteValue {
  NamedQuantity named;         // `earlier`: "baseline creatinine"
  core::LabResult lab;         // without a name
  std::optional<double> high;  // of a range
  TextSpan span;               // name, number and unit
};

class NoteValues {
 public:
  NoteValues() = default;
  explicit NoteValues(std::vector<NoteName> names);

  // Labels from `first_label` on are the positions of `names`.
  [[nodiscard]] std::vector<LexiconLabel> labels(std::uint32_t first_label) const;

  // In the order of the text.
  [[nodiscard]] std::vector<NoteValue> find(std::string_view text, const ScannedText& scanned,
                                            std::uint32_t first_label, const QuantityReader& quantities) const;

 private:
  std::vector<NoteName> names_;
  std::unordered_map<std::string, std::size_t> attached_;  // names that a number may follow without a blank: "HR130"
};

}  // namespace guardian::knowledge
