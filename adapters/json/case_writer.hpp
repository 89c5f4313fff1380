#pragma once
// Writes a case in the project's own format (guardian schema case), whatever it came in: so that what was reviewed can
// be kept, shown and reviewed again. Pure; the same case gives the same bytes.

#include <cstddef>
#include <string>
#include <vector>

#include "core/case.hpp"

namespace guardian::adapters {

// Gives the entries of the case the JSON pointers that they have in this format ("/medications/0", "/orders/0"): taken
// ones first, each kind in its order. Returns where each entry of the new order stood before.
std::vector<std::size_t> number_entries(core::Case& subject);

// The entries must be numbered. Reading it again gives the same case, but for members that nobody reads.
[[nodiscard]] std::string encode_case(const core::Case& subject);

}  // namespace guardian::adapters
