#pragma once
// Finds in a note that many tablets were taken at once ("took 40 tablets an hour ago"): an overdose that no word names.
// Never fails; pure and thread-safe; linear in the note.

#include <optional>
#include <string_view>

#include "knowledge/clinical_text.hpp"

namespace guardian::knowledge {

// Where the note tells it. Denied, of a relative, over a course or by the day ("took 30 tablets over 10 days", "12 a
// day") it is none.
[[nodiscard]] std::optional<TextSpan> many_tablets_taken(const ClinicalWords& words);

}  // namespace guardian::knowledge
