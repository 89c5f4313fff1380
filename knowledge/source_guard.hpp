#pragma once
// What an import may not do, whatever reads its files: a guard that compares a seed with what came of it. An import
// adds. It changes and takes away no row, it puts no exception, modifier or washout upon any rule and no ingredient
// into a class that is not its own, and what it lowers stands in the table of lowerings, where it is shown and signed.
// Pure.

#include <string>
#include <vector>

#include "knowledge/seed.hpp"

namespace guardian::knowledge {

// One line for each thing that is wrong; empty: `after` is `before` with rows of `source`.
[[nodiscard]] std::vector<std::string> unguarded_changes(const Seed& before, const Seed& after,
                                                         const std::string& source);

}  // namespace guardian::knowledge
