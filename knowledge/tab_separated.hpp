#pragma once
// Lines of tab separated tables. Pure.

#include <string_view>
#include <vector>

namespace guardian::knowledge {

// The cells of a line, as they stand; a line without a tab is one cell.
[[nodiscard]] inline std::vector<std::string_view> tab_cells(std::string_view line) {
  std::vector<std::string_view> cells;
  for (;;) {
    const auto tab = line.find('\t');
    cells.push_back(line.substr(0, tab));
    if (tab == std::string_view::npos) return cells;
    line.remove_prefix(tab + 1);
  }
}

}  // namespace guardian::knowledge
