#pragma once
// How the name of a laboratory test is compared. Pure; takes any bytes.

#include <string>
#include <string_view>

namespace guardian::knowledge {

// Lower case, accents folded, punctuation as one blank; `%` and `#` stay ("neutrophils %" is no count).
[[nodiscard]] std::string normalised_quantity_name(std::string_view text);

// Whether a word beside a name leaves what is measured unchanged ("serum", "level", "fasting"). Not so "total", "free",
// "urine", "ionized", "direct", "peak".
[[nodiscard]] bool is_harmless_beside_a_test(std::string_view word);

}  // namespace guardian::knowledge
