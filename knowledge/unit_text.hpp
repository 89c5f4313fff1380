#pragma once
// What two spellings of one unit of measurement have in common. Pure; takes any bytes.

#include <string>
#include <string_view>

namespace guardian::knowledge {

// Lower case and without blanks: "µmol/L", "micromol/l" and "umol/L" are "umol/l", "x10^9/L", "10*9/L", "10⁹/L" and
// "10e9/L" are "10^9/l", "K/uL", "thousand/mm3" and "10^3/cumm" are "10^3/ul", "cells/mcL" is "/ul", "mg/100 mL" and
// "mg%" are "mg/dl", "mL/min per 1.73 m²" is "ml/min/1.73m2". UCUM annotations ({creat}) and brackets ([IU]) vanish.
// Empty when the text states no unit ("", "-", "n/a"). Spellings of one unit become one text; units that only have the
// same value (mg/L and ug/mL) do not.
[[nodiscard]] std::string normalised_unit(std::string_view text);

}  // namespace guardian::knowledge
