#pragma once
// Finds the week of a pregnancy of now in a text: "24/40", "28 weeks pregnant", "G2P1 at 31+4". Never fails; pure and
// thread-safe; linear in the text.

#include <optional>
#include <string_view>

#include "knowledge/clinical_text.hpp"

namespace guardian::knowledge {

// `words` are those of `text`. Completed weeks. Nothing when none is told, or when it is that of a birth, of a loss or
// of another woman. Whether the patient can be pregnant at all is for the caller to know.
[[nodiscard]] std::optional<double> gestation_weeks(std::string_view text, const ClinicalWords& words);

// Where a text states the result of a pregnancy test by a sign behind it: "UPT +", "urine hCG (+)", "preg test: pos".
// Results in words are names of the condition.
[[nodiscard]] std::optional<TextSpan> positive_pregnancy_test(std::string_view text, const ClinicalWords& words);

}  // namespace guardian::knowledge
