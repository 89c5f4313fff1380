#pragma once
// What a note says beside its vital signs and NEWS2 asks for: whether oxygen is given ("2L NC", "RA") and whether the
// patient is alert ("GCS 15", "A&O x3"). Refuses rather than guesses: what is not said stays unknown. Pure; linear.

#include <optional>
#include <string>

#include "knowledge/clinical_text.hpp"

namespace guardian::knowledge {

// Whether oxygen is given, by the words around the saturation in the same sentence.
[[nodiscard]] std::optional<bool> oxygen_in_note(const ClinicalWords& words, const TextSpan& saturation);

// One of A C V P U; empty when the note does not say. Of several the worse. A drowsy or confused patient is known from
// the conditions of the note already and is not looked for here.
[[nodiscard]] std::string consciousness_in_note(const ClinicalWords& words);

}  // namespace guardian::knowledge
