#pragma once
// Shapes of numbers: of telephones, insurance and the net, and of doses. Pure.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace guardian::agents {

// Groups of digits by their lengths, and the signs between them, one after the other. `lead`: a plus, a bracket or a
// zero stands before them.
[[nodiscard]] bool is_identifying_number(const std::vector<std::size_t>& groups, const std::string& signs, bool lead);

// What may stand behind a number without a blank ("400mg"), in lower case.
[[nodiscard]] bool is_dose_unit(std::string_view unit);

}  // namespace guardian::agents
