#pragma once
// The age of the patient where only the note has it: "6 yo boy", "3-month-old", "68F", "aged 81". Ages of relatives, of
// scars and of complaints ("3 day old rash") are left alone. Pure and thread-safe; never fails.

#include <optional>

#include "knowledge/clinical_text.hpp"

namespace guardian::knowledge {

struct NoteAge {
  double years = 0.0;  // as stated; 0 to 120
  TextSpan span;       // of the words that say so
};

// `words` are those of the note. The first age that is said of the patient; nothing when there is none.
[[nodiscard]] std::optional<NoteAge> age_in_note(const ClinicalWords& words);

}  // namespace guardian::knowledge
