#pragma once
// Medicines that a note says the patient takes, or stopped lately, in its own words: "takes her husband's tramadol",
// "started ibuprofen OTC". Deterministic and cautious: only names that are known as they stand, behind words of taking,
// and neither denied, planned, advised, feared nor of somebody else. What it leaves out is no statement that nothing is
// taken. Pure; takes any bytes; thread-safe.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "knowledge/clinical_text.hpp"

namespace guardian::knowledge {

class KnowledgeBase;

struct MedicineInNote {
  std::string quote;  // of the note, from the words of taking to the end of the order
  std::string text;   // the order in the quote: the name, with dose and frequency
  bool stopped = false;
  std::optional<double> stopped_days_ago;

  friend bool operator==(const MedicineInNote&, const MedicineInNote&) = default;
};

[[nodiscard]] std::vector<MedicineInNote> medicines_in_note(const KnowledgeBase& base, std::string_view note,
                                                            const TextContext& context);

}  // namespace guardian::knowledge
