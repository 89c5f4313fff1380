#pragma once
// Numbers in text with their units, brought to one unit of each kind so that 0.5 g and 500 mg are equal. Pure.

#include <string>
#include <string_view>
#include <vector>

namespace guardian::audit {

struct TextNumber {
  double value = 0.0;   // as written
  double amount = 0.0;  // in the base unit of its kind: mg, mmol, units, days, litres ...
  std::string kind;     // "mass", "mass/volume", "time" ...; empty: no unit that is known
};

// 1,250 counts as 1250; a number that is a part of a word (CYP2D6, B12) is none.
[[nodiscard]] std::vector<TextNumber> numbers_in(std::string_view text);
void add_numbers(std::string_view text, std::vector<TextNumber>& numbers);  // the same, behind those that are there

[[nodiscard]] TextNumber number_with_unit(double value, std::string_view unit);

// Equal but for rounding, relative 1e-6. Of two with units these must be of one kind; one without a unit is compared as
// it is written.
[[nodiscard]] bool same_number(const TextNumber& said, const TextNumber& known);

}  // namespace guardian::audit
