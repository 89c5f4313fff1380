#pragma once
// The tables of this folder, built into the program.

#include <string_view>

namespace guardian::adapters::sources {

[[nodiscard]] std::string_view levels_table();
[[nodiscard]] std::string_view french_names_table();

}  // namespace guardian::adapters::sources
